-- What completed a referral, what was given for it, and what staff decided.
ALTER TABLE loyalty_referrals ADD COLUMN order_id $text(64);
ALTER TABLE loyalty_referrals ADD COLUMN qualified_at $int;
ALTER TABLE loyalty_referrals ADD COLUMN referrer_entry_id $int;
ALTER TABLE loyalty_referrals ADD COLUMN referred_entry_id $int;
ALTER TABLE loyalty_referrals ADD COLUMN referrer_points $int NOT NULL DEFAULT 0;
ALTER TABLE loyalty_referrals ADD COLUMN reversed_at $int;
ALTER TABLE loyalty_referrals ADD COLUMN decision $text(10);
ALTER TABLE loyalty_referrals ADD COLUMN decided_by $text(64);
ALTER TABLE loyalty_referrals ADD COLUMN risk $int NOT NULL DEFAULT 0;
ALTER TABLE loyalty_referrals ADD COLUMN reasons $text(500);
-- A referrer's list, newest first, and what they brought within a day.
CREATE INDEX loyalty_referrals_created ON loyalty_referrals (referrer_id, created_at);

-- Digests of the network and the device a user was last seen with. They are compared, never shown.
CREATE TABLE loyalty_hints (
    user_id $int NOT NULL PRIMARY KEY,
    network $text(16),
    device $text(16)
) $clustered;
