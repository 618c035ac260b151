-- Whether an order was cancelled: returned as a whole. Of an order that cost nothing no amount could tell.
ALTER TABLE loyalty_orders ADD COLUMN cancelled $int NOT NULL DEFAULT 0;
UPDATE loyalty_orders SET cancelled = 1 WHERE amount > 0 AND refunded = amount;
-- When a reservation was given up by `release_reward`; null for one that ended by the clock.
ALTER TABLE loyalty_reservations ADD COLUMN released_at $int;
