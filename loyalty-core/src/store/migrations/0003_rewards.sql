-- A reward with its limits in all and by local calendar period, its price in money beside points, its cost to the shop,
-- and the terms of its coupon.
CREATE TABLE loyalty_rewards (
    id $serial,
    name $text(480) NOT NULL,
    description $text(2000) NOT NULL,
    points_cost $int NOT NULL CHECK (points_cost >= 0),
    discount_type $text(13) NOT NULL,
    discount_percent $int NOT NULL CHECK (discount_percent BETWEEN 0 AND 10000),
    max_discount $int CHECK (max_discount >= 0),
    tier_required $text(160) NOT NULL,
    max_uses_per_user $int CHECK (max_uses_per_user > 0),
    stock $int CHECK (stock >= 0),
    active $int NOT NULL CHECK (active IN (0, 1)),
    starts_at $int,
    expiry_date $int,
    created_at $int NOT NULL,
    updated_by $text(64),
    max_uses $int,
    used $int NOT NULL DEFAULT 0,
    max_uses_per_user_per_day $int,
    max_uses_per_user_per_week $int,
    max_uses_per_user_per_month $int,
    max_uses_per_user_per_year $int,
    price $int NOT NULL DEFAULT 0,
    cost $int NOT NULL DEFAULT 0,
    coupon_amount $int NOT NULL DEFAULT 0,
    coupon_units $int NOT NULL DEFAULT 1,
    min_order_amount $int NOT NULL DEFAULT 0,
    stackable $int NOT NULL DEFAULT 0,
    coupon_terms $text(65535)
) $table;

-- A redemption has the id of the entry that took the points. `returned` pieces were given back before the rest, their
-- points into the lots in `returned_lots` (JSON).
CREATE TABLE loyalty_redemptions (
    id $id,
    user_id $int NOT NULL,
    reward_id $int NOT NULL,
    points_spent $int NOT NULL,
    coupon_id $int NOT NULL,
    cancelled_by $int,
    created_at $int NOT NULL,
    quantity $int NOT NULL DEFAULT 1,
    money_due $int NOT NULL DEFAULT 0,
    cost $int NOT NULL DEFAULT 0,
    order_id $text(64),
    returned $int NOT NULL DEFAULT 0,
    returned_lots $text(65535),
    locks $int NOT NULL DEFAULT 0
) $table;
-- What an order claimed, when the order is cancelled.
CREATE INDEX loyalty_redemptions_order ON loyalty_redemptions (order_id);
-- What a reward was used for, in reports and in `verify`.
CREATE INDEX loyalty_redemptions_reward ON loyalty_redemptions (reward_id, created_at);

-- Pieces and uses kept for a member for a time. State: 0 open, 1 redeemed, 2 given back. `released_at` is when it was
-- given up by `release_reward`; null for one that ended by the clock.
CREATE TABLE loyalty_reservations (
    id $serial,
    user_id $int NOT NULL,
    reward_id $int NOT NULL,
    quantity $int NOT NULL CHECK (quantity > 0),
    hold_id $int NOT NULL,
    state $int NOT NULL CHECK (state BETWEEN 0 AND 2),
    redemption_id $int,
    ends_at $int NOT NULL,
    created_at $int NOT NULL,
    released_at $int
) $table;
CREATE INDEX loyalty_reservations_user ON loyalty_reservations (user_id, state, ends_at);
CREATE INDEX loyalty_reservations_reward ON loyalty_reservations (reward_id, state, ends_at);
