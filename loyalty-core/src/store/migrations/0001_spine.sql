-- Instants are microseconds since 1970 (UTC); days are days since 1970 in the programme's zone; money is minor
-- units; percentages and scores are hundredths. The largest 64-bit number stands for "never".

CREATE TABLE loyalty_programmes (
    id $serial,
    hash $text(16) NOT NULL UNIQUE,
    name $text(480) NOT NULL,
    source $text(65535) NOT NULL,
    first_used_at $int NOT NULL
) $table;

CREATE TABLE loyalty_users (
    id $serial,
    user_id $int NOT NULL UNIQUE CHECK (user_id > 0),
    user_name $text(480),
    email $text(254),
    phone $text(20),
    birth_date $text(10),
    locale $text(5),
    consents $text(2000) NOT NULL,
    balance $int NOT NULL,
    debt $int NOT NULL CHECK (debt >= 0),
    total_points $int NOT NULL,
    qualifying_points $int NOT NULL,
    current_tier $text(160) NOT NULL,
    tier_since $int NOT NULL,
    score $int NOT NULL CHECK (score BETWEEN 0 AND 10000),
    join_date $int NOT NULL,
    last_visit $int,
    total_visits $int NOT NULL CHECK (total_visits >= 0),
    total_spent $int NOT NULL CHECK (total_spent >= 0),
    distinct_products $int NOT NULL CHECK (distinct_products >= 0),
    favorite_products $text(2000) NOT NULL,
    rewards_redeemed $int NOT NULL CHECK (rewards_redeemed >= 0),
    successful_referrals $int NOT NULL CHECK (successful_referrals >= 0),
    referral_code $text(31) NOT NULL UNIQUE,
    referral_code_expires_at $int NOT NULL,
    referred_by $int,
    points_expiry_date $int NOT NULL,
    pending_until $int NOT NULL,
    entries $int NOT NULL CHECK (entries >= 0),
    last_link $blob(16) NOT NULL,
    last_recorded_at $int NOT NULL,
    updated_by $text(64),
    CHECK (balance + debt >= 0)
) $table;
-- The sweep asks for the members whose points end next.
CREATE INDEX loyalty_users_expiry ON loyalty_users (points_expiry_date);

-- The high bits of an entry's id are the member's id, the low 22 count the member's entries:
-- a member's rows lie together, and an id leads to its member without a look-up.
CREATE TABLE loyalty_transactions (
    id $serial,
    user_id $int NOT NULL,
    transaction_type $text(10) NOT NULL CHECK (transaction_type IN
        ('earn', 'redeem', 'expire', 'bonus', 'referral', 'adjustment', 'reversal', 'transfer')),
    points_amount $int NOT NULL,
    balance_before $int NOT NULL,
    balance_after $int NOT NULL,
    order_id $text(64),
    reverses_id $int,
    description $text(2000) NOT NULL,
    occurred_at $int NOT NULL,
    created_at $int NOT NULL,
    expires_at $int,
    actor $text(64),
    programme_id $int NOT NULL,
    details $text(65535),
    link $blob(16) NOT NULL,
    CHECK (balance_after = balance_before + points_amount)
) $table;

-- A lot has the id of the entry that made it.
CREATE TABLE loyalty_lots (
    id $serial,
    user_id $int NOT NULL,
    points $int NOT NULL CHECK (points > 0),
    remaining $int NOT NULL,
    closed $int NOT NULL,
    available_at $int NOT NULL,
    expires_at $int NOT NULL,
    CHECK (remaining >= 0 AND remaining <= points),
    CHECK ((closed = 1 AND remaining = 0) OR (closed = 0 AND remaining > 0))
) $table;
-- A member's open lots in the order in which they are spent.
CREATE INDEX loyalty_lots_open ON loyalty_lots (user_id, closed, expires_at);

CREATE TABLE loyalty_lot_uses (
    entry_id $int NOT NULL,
    lot_id $int NOT NULL,
    points $int NOT NULL,
    PRIMARY KEY (entry_id, lot_id)
) $clustered;

-- An order is its own idempotency key: `request` and `answer` are those of its `earn_points`.
CREATE TABLE loyalty_orders (
    order_id $text(64) NOT NULL PRIMARY KEY,
    user_id $int NOT NULL,
    entry_id $int NOT NULL,
    amount $int NOT NULL CHECK (amount >= 0),
    refunded $int NOT NULL,
    points $int NOT NULL CHECK (points >= 0),
    reversed $int NOT NULL,
    tier $text(160) NOT NULL,
    visit $int NOT NULL,
    programme_id $int NOT NULL,
    occurred_at $int NOT NULL,
    items $text(65535),
    request $text(2000) NOT NULL,
    answer $text(65535) NOT NULL,
    CHECK (refunded >= 0 AND refunded <= amount),
    CHECK (reversed >= 0 AND reversed <= points)
) $clustered;

-- Purchases of a member by local day, for the windows of score and tier.
CREATE TABLE loyalty_visits (
    user_id $int NOT NULL,
    day $int NOT NULL,
    visits $int NOT NULL,
    spent $int NOT NULL,
    PRIMARY KEY (user_id, day)
) $clustered;

CREATE TABLE loyalty_products (
    user_id $int NOT NULL,
    sku $text(64) NOT NULL,
    quantity $int NOT NULL,
    PRIMARY KEY (user_id, sku)
) $clustered;

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
    updated_by $text(64)
) $table;

-- A redemption has the id of the entry that took the points.
CREATE TABLE loyalty_redemptions (
    id $serial,
    user_id $int NOT NULL,
    reward_id $int NOT NULL,
    points_spent $int NOT NULL,
    coupon_id $int NOT NULL,
    cancelled_by $int,
    created_at $int NOT NULL
) $table;

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
    CHECK (used_count >= 0 AND used_count <= max_uses)
) $table;

-- One referral for a referred user, for ever.
CREATE TABLE loyalty_referrals (
    referred_id $int NOT NULL PRIMARY KEY,
    referrer_id $int NOT NULL,
    status $text(10) NOT NULL CHECK (status IN ('pending', 'successful', 'expired')),
    created_at $int NOT NULL,
    expires_at $int NOT NULL,
    completed_at $int
) $clustered;
-- The monthly limit counts a referrer's successes.
CREATE INDEX loyalty_referrals_referrer ON loyalty_referrals (referrer_id, completed_at);

-- Keys given by callers never expire. `outcome` is 1 for an answer, 0 for a refusal.
CREATE TABLE loyalty_keys (
    operation $text(40) NOT NULL,
    request_key $text(128) NOT NULL,
    request $text(2000) NOT NULL,
    outcome $int NOT NULL CHECK (outcome IN (0, 1)),
    answer $text(65535) NOT NULL,
    created_at $int NOT NULL,
    PRIMARY KEY (operation, request_key)
) $clustered;
