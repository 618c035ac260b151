-- What the coupon of a reward has besides its percentage, and how much of a payment with points went back.
ALTER TABLE loyalty_rewards ADD COLUMN coupon_amount $int NOT NULL DEFAULT 0;
ALTER TABLE loyalty_rewards ADD COLUMN coupon_units $int NOT NULL DEFAULT 1;
ALTER TABLE loyalty_rewards ADD COLUMN min_order_amount $int NOT NULL DEFAULT 0;
ALTER TABLE loyalty_rewards ADD COLUMN stackable $int NOT NULL DEFAULT 0;
ALTER TABLE loyalty_rewards ADD COLUMN coupon_terms $text(65535);

ALTER TABLE loyalty_payments ADD COLUMN released $int NOT NULL DEFAULT 0;
UPDATE loyalty_payments SET released = points WHERE released_by IS NOT NULL;
