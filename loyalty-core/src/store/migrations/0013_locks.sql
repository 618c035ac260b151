-- A node of a cluster does not know the row locks of another; it sees what was written. A row that a write locks is
-- counted here, with the commit, so that two writes that locked it never both succeed. Only clusters do.
ALTER TABLE loyalty_users ADD COLUMN locks $int NOT NULL DEFAULT 0;
ALTER TABLE loyalty_orders ADD COLUMN locks $int NOT NULL DEFAULT 0;
ALTER TABLE loyalty_redemptions ADD COLUMN locks $int NOT NULL DEFAULT 0;
ALTER TABLE loyalty_coupons ADD COLUMN locks $int NOT NULL DEFAULT 0;
ALTER TABLE loyalty_guesses ADD COLUMN locks $int NOT NULL DEFAULT 0;
ALTER TABLE loyalty_gift_cards ADD COLUMN locks $int NOT NULL DEFAULT 0;
