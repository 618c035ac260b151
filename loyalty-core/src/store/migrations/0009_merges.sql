-- A member's uses of coupons, when another takes them over.
CREATE INDEX loyalty_coupon_uses_member ON loyalty_coupon_uses (user_id);
