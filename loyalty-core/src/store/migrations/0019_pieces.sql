-- Pieces of one coupon that an order uses at once, and pieces of a redemption that were given back before the rest.
ALTER TABLE loyalty_coupon_uses ADD COLUMN pieces $int NOT NULL DEFAULT 1;
ALTER TABLE loyalty_redemptions ADD COLUMN returned $int NOT NULL DEFAULT 0;
-- Into which lots their points went, as JSON.
ALTER TABLE loyalty_redemptions ADD COLUMN returned_lots $text(65535);
