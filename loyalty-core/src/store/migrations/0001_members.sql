-- Instants are microseconds since 1970 (UTC); days are days since 1970 in the programme's zone; money is minor
-- units; percentages and scores are hundredths. The largest 64-bit number stands for "never".

-- The currency of all money in this database, with the decimals that its amounts have: one row. While `has_money` is 0
-- a programme of another currency may still take the database over.
CREATE TABLE loyalty_currency (
    id $int NOT NULL PRIMARY KEY CHECK (id = 1),
    code $text(3) NOT NULL,
    decimals $int NOT NULL,
    has_money $int NOT NULL CHECK (has_money IN (0, 1))
) $clustered;

-- What this database is, one row: its number among those that share a programme, with which all its ids begin, and the
-- salt that makes the key of all digests, together with a secret that the shop sets. `digest_check` shows whether a key
-- is that one. `epoch` names it in the
-- numbers of its events.
CREATE TABLE loyalty_database (
    id $int NOT NULL PRIMARY KEY CHECK (id = 1),
    number $int NOT NULL CHECK (number >= 0),
    digest_salt $blob(16) NOT NULL,
    digest_check $blob(8) NOT NULL,
    epoch $int NOT NULL,
    locks $int NOT NULL DEFAULT 0
) $clustered;

CREATE TABLE loyalty_programmes (
    id $serial,
    hash $text(16) NOT NULL UNIQUE,
    name $text(480) NOT NULL,
    source $text(65535) NOT NULL,
    first_used_at $int NOT NULL
) $table;

-- Nothing here is personal but the language. `text_salt` hides the texts of the member's entries in their chain.
-- `held` is what open holds have set aside, until `held_until` for the first of them. `merged_into` is the member (its
-- `id`) that this one became a part of. `tier_state` is what is kept of a tier besides its id and since when: reviews
-- passed, a tier given by hand; JSON, null for most. No lot of an entry before `lots_from` has points left.
-- `archived_to` is the latest moment of the entries in the archive; null for who has none there.
-- `ending_points` end at `points_expiry_date`; null when nobody has counted them.
CREATE TABLE loyalty_users (
    id $serial,
    user_id $int NOT NULL UNIQUE CHECK (user_id > 0),
    balance $int NOT NULL,
    debt $int NOT NULL CHECK (debt >= 0),
    held $int NOT NULL DEFAULT 0,
    held_until $int NOT NULL DEFAULT 9223372036854775807,
    pending_until $int NOT NULL,
    points_expiry_date $int NOT NULL,
    ending_points $int,
    merged_into $int,
    blocked $int NOT NULL DEFAULT 0,
    total_points $int NOT NULL,
    qualifying_points $int NOT NULL,
    current_tier $text(160) NOT NULL,
    tier_since $int NOT NULL,
    tier_state $text(2000),
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
    locale $text(5),
    entries $int NOT NULL CHECK (entries >= 0),
    lots_from $int NOT NULL DEFAULT 0,
    last_link $blob(16) NOT NULL,
    last_recorded_at $int NOT NULL,
    text_salt $blob(16),
    archived_to $int,
    locks $int NOT NULL DEFAULT 0,
    CHECK (balance + debt >= 0)
) $table;
-- The sweep asks for the members whose points end next.
CREATE INDEX loyalty_users_expiry ON loyalty_users (points_expiry_date);

-- Who the member is. Everything here is deleted when the member asks to be forgotten.
CREATE TABLE loyalty_persons (
    user_id $int NOT NULL PRIMARY KEY,
    user_name $text(480),
    email $text(254),
    phone $text(20),
    birth_date $text(10),
    consents $text(2000) NOT NULL,
    updated_by $text(64)
) $clustered;

-- What finds a member, in its normal form; each value once in the programme.
CREATE TABLE loyalty_identities (
    kind $text(8) NOT NULL,
    value $text(254) NOT NULL,
    user_id $int NOT NULL,
    added_at $int NOT NULL,
    PRIMARY KEY (kind, value)
) $clustered;
CREATE INDEX loyalty_identities_member ON loyalty_identities (user_id, kind);

-- Members that became a part of another; `into_id` is always one that is not.
CREATE TABLE loyalty_merges (
    from_id $int NOT NULL PRIMARY KEY,
    into_id $int NOT NULL,
    merged_at $int NOT NULL,
    actor $text(64)
) $clustered;
CREATE INDEX loyalty_merges_into ON loyalty_merges (into_id);

-- Every change of a member's tier, counted from 1.
CREATE TABLE loyalty_tier_changes (
    user_id $int NOT NULL,
    number $int NOT NULL,
    changed_at $int NOT NULL,
    recorded_at $int NOT NULL,
    tier_before $text(160) NOT NULL,
    tier $text(160) NOT NULL,
    cause $text(10) NOT NULL CHECK (cause = 'earn' OR cause = 'refund' OR cause = 'review' OR cause = 'hand' OR cause = 'merge'),
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

-- One referral for a referred user, for ever: what completed it, what was given for it, and what staff decided.
CREATE TABLE loyalty_referrals (
    referred_id $int NOT NULL PRIMARY KEY,
    referrer_id $int NOT NULL,
    status $text(10) NOT NULL CHECK (status = 'pending' OR status = 'successful' OR status = 'expired'),
    created_at $int NOT NULL,
    expires_at $int NOT NULL,
    completed_at $int,
    order_id $text(64),
    qualified_at $int,
    referrer_entry_id $int,
    referred_entry_id $int,
    referrer_points $int NOT NULL DEFAULT 0,
    reversed_at $int,
    decision $text(10),
    decided_by $text(64),
    risk $int NOT NULL DEFAULT 0,
    reasons $text(500)
) $clustered;
-- The monthly limit counts a referrer's successes.
CREATE INDEX loyalty_referrals_referrer ON loyalty_referrals (referrer_id, completed_at);
-- A referrer's list, newest first, and what they brought within a day.
CREATE INDEX loyalty_referrals_created ON loyalty_referrals (referrer_id, created_at);

-- Digests of the network and the device a user was last seen with. They are compared, never shown, and end by the clock.
CREATE TABLE loyalty_hints (
    user_id $int NOT NULL PRIMARY KEY,
    network $blob(8),
    device $blob(8),
    seen_at $int NOT NULL
) $clustered;
CREATE INDEX loyalty_hints_end ON loyalty_hints (seen_at);

-- Failed look-ups of codes, by a digest of who asked. They end by the clock.
CREATE TABLE loyalty_guesses (
    source $blob(16) NOT NULL PRIMARY KEY,
    since $int NOT NULL,
    failures $int NOT NULL,
    paused_until $int NOT NULL,
    locks $int NOT NULL DEFAULT 0
) $clustered;
-- By which failed look-ups that no longer count are forgotten.
CREATE INDEX loyalty_guesses_end ON loyalty_guesses (paused_until);

-- Keys given by callers, which never expire: the member whose call it was, 0 for the shop.
CREATE TABLE loyalty_keys (
    operation $text(40) NOT NULL,
    request_key $text(128) NOT NULL,
    user_id $int NOT NULL,
    PRIMARY KEY (operation, request_key)
) $clustered;

-- What was answered under a key. `outcome` is 1 for an answer, 0 for a refusal; `request` is digests of the arguments;
-- `seal` shows whether a byte of the row has changed, but for the digests, which may be erased.
CREATE TABLE loyalty_answers (
    user_id $int NOT NULL,
    operation $text(40) NOT NULL,
    request_key $text(128) NOT NULL,
    request $blob(255) NOT NULL,
    outcome $int NOT NULL CHECK (outcome IN (0, 1)),
    answer $text(65535) NOT NULL,
    created_at $int NOT NULL,
    seal $blob(8) NOT NULL,
    PRIMARY KEY (user_id, operation, request_key)
) $clustered;
