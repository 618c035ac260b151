-- What is kept of a tier besides its id and since when: reviews passed, a tier given by hand. JSON, null for most.
ALTER TABLE loyalty_users ADD COLUMN tier_state $text(2000);

-- Every change of a member's tier, counted from 1.
CREATE TABLE loyalty_tier_changes (
    user_id $int NOT NULL,
    number $int NOT NULL,
    changed_at $int NOT NULL,
    recorded_at $int NOT NULL,
    tier_before $text(160) NOT NULL,
    tier $text(160) NOT NULL,
    cause $text(10) NOT NULL CHECK (cause IN ('earn', 'refund', 'review', 'hand', 'merge')),
    actor $text(64),
    reason $text(2000),
    PRIMARY KEY (user_id, number)
) $clustered;

-- Gifts for reaching a tier: what was given and what of it was lost with a refund. `period` is 0, or a year.
CREATE TABLE loyalty_tier_gifts (
    user_id $int NOT NULL,
    tier $text(160) NOT NULL,
    period $int NOT NULL,
    entry_id $int,
    points $int NOT NULL CHECK (points >= 0),
    lost $int NOT NULL CHECK (lost >= 0),
    PRIMARY KEY (user_id, tier, period)
) $clustered;
