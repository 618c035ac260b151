-- What a coupon asks for besides the columns of the spine is JSON in `terms`, kept once for a batch.
ALTER TABLE loyalty_coupons ADD COLUMN batch_id $int;
ALTER TABLE loyalty_coupons ADD COLUMN held_count $int NOT NULL DEFAULT 0;
ALTER TABLE loyalty_coupons ADD COLUMN terms $text(65535);
ALTER TABLE loyalty_coupons ADD COLUMN updated_by $text(64);
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

-- A use of a coupon by an order: 0 held, 1 used, 2 given back, 3 a hold that ended by the clock.
-- The answer is that of the call, for its repeat.
CREATE TABLE loyalty_coupon_uses (
    id $serial,
    coupon_id $int NOT NULL,
    order_id $text(64) NOT NULL,
    user_id $int,
    state $int NOT NULL CHECK (state IN (0, 1, 2, 3)),
    amount $int NOT NULL CHECK (amount >= 0),
    discount $int NOT NULL CHECK (discount >= 0),
    day $int NOT NULL,
    hold_ends $int NOT NULL,
    used_at $int NOT NULL,
    created_at $int NOT NULL,
    released_at $int,
    actor $text(64),
    request $text(2000) NOT NULL,
    answer $text(65535) NOT NULL
) $table;
CREATE INDEX loyalty_coupon_uses_order ON loyalty_coupon_uses (order_id);
CREATE INDEX loyalty_coupon_uses_coupon ON loyalty_coupon_uses (coupon_id, state, hold_ends);
CREATE INDEX loyalty_coupon_uses_user ON loyalty_coupon_uses (coupon_id, user_id);

-- Money that a coupon with a budget took off, in all (`all`), in a local month (`2026-03`) and in a day (`2026-03-02`).
CREATE TABLE loyalty_coupon_budgets (
    coupon_id $int NOT NULL,
    period $text(10) NOT NULL,
    spent $int NOT NULL,
    PRIMARY KEY (coupon_id, period)
) $clustered;

-- Failed look-ups of codes, by a hash of who asked.
CREATE TABLE loyalty_guesses (
    source $text(32) NOT NULL PRIMARY KEY,
    since $int NOT NULL,
    failures $int NOT NULL,
    paused_until $int NOT NULL
) $clustered;
