-- What a coupon asks for besides these columns is JSON in `terms`, kept once for a batch.
CREATE TABLE loyalty_coupons (
    id $serial,
    code $text(31) NOT NULL UNIQUE,
    user_id $int,
    redemption_id $int,
    discount_type $text(13) NOT NULL,
    discount_value $int NOT NULL CHECK (discount_value >= 0),
    max_discount $int CHECK (max_discount >= 0),
    min_order_amount $int NOT NULL CHECK (min_order_amount >= 0),
    max_uses $int NOT NULL CHECK (max_uses > 0),
    used_count $int NOT NULL,
    valid_from $int NOT NULL,
    valid_until $int NOT NULL,
    stackable $int NOT NULL CHECK (stackable IN (0, 1)),
    active $int NOT NULL CHECK (active IN (0, 1)),
    created_at $int NOT NULL,
    batch_id $int,
    held_count $int NOT NULL DEFAULT 0,
    terms $text(65535),
    updated_by $text(64),
    locks $int NOT NULL DEFAULT 0,
    CHECK (used_count >= 0 AND used_count <= max_uses)
) $table;
CREATE INDEX loyalty_coupons_user ON loyalty_coupons (user_id, id);
CREATE INDEX loyalty_coupons_batch ON loyalty_coupons (batch_id, id);

CREATE TABLE loyalty_coupon_batches (
    id $serial,
    name $text(480) NOT NULL UNIQUE,
    coupons $int NOT NULL CHECK (coupons > 0),
    terms $text(65535) NOT NULL,
    created_at $int NOT NULL,
    created_by $text(64)
) $table;

-- A use of a coupon by an order, with so many of its pieces: 0 held, 1 used, 2 given back, 3 a hold that ended by the
-- clock. The answer is that of the call, for its repeat.
CREATE TABLE loyalty_coupon_uses (
    id $serial,
    coupon_id $int NOT NULL,
    order_id $text(64) NOT NULL,
    user_id $int,
    state $int NOT NULL CHECK (state BETWEEN 0 AND 3),
    amount $int NOT NULL CHECK (amount >= 0),
    discount $int NOT NULL CHECK (discount >= 0),
    day $int NOT NULL,
    hold_ends $int NOT NULL,
    used_at $int NOT NULL,
    created_at $int NOT NULL,
    released_at $int,
    actor $text(64),
    pieces $int NOT NULL DEFAULT 1,
    request $blob(255) NOT NULL,
    answer $text(65535) NOT NULL
) $table;
CREATE INDEX loyalty_coupon_uses_order ON loyalty_coupon_uses (order_id);
CREATE INDEX loyalty_coupon_uses_coupon ON loyalty_coupon_uses (coupon_id, state, hold_ends);
CREATE INDEX loyalty_coupon_uses_user ON loyalty_coupon_uses (coupon_id, user_id);
-- A member's uses of coupons, when another takes them over.
CREATE INDEX loyalty_coupon_uses_member ON loyalty_coupon_uses (user_id);

-- Money that a coupon with a budget took off, in all (`all`), in a local month (`2026-03`) and in a day (`2026-03-02`).
CREATE TABLE loyalty_coupon_budgets (
    coupon_id $int NOT NULL,
    period $text(10) NOT NULL,
    spent $int NOT NULL,
    PRIMARY KEY (coupon_id, period)
) $clustered;
