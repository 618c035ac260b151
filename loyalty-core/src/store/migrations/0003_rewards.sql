-- A reward's limits in all and by local calendar period, its price in money beside points, and its cost to the shop.
ALTER TABLE loyalty_rewards ADD COLUMN max_uses $int;
ALTER TABLE loyalty_rewards ADD COLUMN used $int NOT NULL DEFAULT 0;
ALTER TABLE loyalty_rewards ADD COLUMN max_uses_per_user_per_day $int;
ALTER TABLE loyalty_rewards ADD COLUMN max_uses_per_user_per_week $int;
ALTER TABLE loyalty_rewards ADD COLUMN max_uses_per_user_per_month $int;
ALTER TABLE loyalty_rewards ADD COLUMN max_uses_per_user_per_year $int;
ALTER TABLE loyalty_rewards ADD COLUMN price $int NOT NULL DEFAULT 0;
ALTER TABLE loyalty_rewards ADD COLUMN cost $int NOT NULL DEFAULT 0;

ALTER TABLE loyalty_redemptions ADD COLUMN quantity $int NOT NULL DEFAULT 1;
ALTER TABLE loyalty_redemptions ADD COLUMN money_due $int NOT NULL DEFAULT 0;
ALTER TABLE loyalty_redemptions ADD COLUMN cost $int NOT NULL DEFAULT 0;
ALTER TABLE loyalty_redemptions ADD COLUMN order_id $text(64);
-- What an order claimed, when the order is cancelled.
CREATE INDEX loyalty_redemptions_order ON loyalty_redemptions (order_id);
-- What a reward was used for, in reports and in `verify`.
CREATE INDEX loyalty_redemptions_reward ON loyalty_redemptions (reward_id, created_at);

UPDATE loyalty_rewards SET used = (SELECT COUNT(*) FROM loyalty_redemptions
    WHERE loyalty_redemptions.reward_id = loyalty_rewards.id AND loyalty_redemptions.cancelled_by IS NULL);

-- Pieces and uses kept for a member for a time. State: 0 open, 1 redeemed, 2 given back.
CREATE TABLE loyalty_reservations (
    id $serial,
    user_id $int NOT NULL,
    reward_id $int NOT NULL,
    quantity $int NOT NULL CHECK (quantity > 0),
    hold_id $int NOT NULL,
    state $int NOT NULL CHECK (state IN (0, 1, 2)),
    redemption_id $int,
    ends_at $int NOT NULL,
    created_at $int NOT NULL
) $table;
CREATE INDEX loyalty_reservations_user ON loyalty_reservations (user_id, state, ends_at);
CREATE INDEX loyalty_reservations_reward ON loyalty_reservations (reward_id, state, ends_at);

-- The part of an order that was paid with points. `entry_id` took the points, `released_by` gave them back.
-- `request` and `answer` are those of its `pay_with_points`, `release_answer` is that of its `release_payment`.
CREATE TABLE loyalty_payments (
    order_id $text(64) NOT NULL PRIMARY KEY,
    user_id $int NOT NULL,
    entry_id $int NOT NULL,
    points $int NOT NULL CHECK (points > 0),
    amount $int NOT NULL CHECK (amount >= 0),
    discount $int NOT NULL CHECK (discount > 0),
    released_by $int,
    request $text(2000) NOT NULL,
    answer $text(65535) NOT NULL,
    release_answer $text(65535),
    created_at $int NOT NULL,
    CHECK (discount <= amount)
) $clustered;
-- A member's payments, when they are verified.
CREATE INDEX loyalty_payments_entry ON loyalty_payments (entry_id);
