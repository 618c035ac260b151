-- The high bits of an entry's id are the member's id, the low 22 count the member's entries:
-- a member's rows lie together, and an id leads to its member without a look-up.
--
-- An entry that made points is their lot: `remaining` is what is left of them, null when there is no lot. They begin at
-- `available_at` (null: when the entry happened) and end at `ends_at` (null: at `expires_at`, as the entry said). These
-- three change; nothing else of an entry ever does, but for texts that a member had erased.
--
-- `recorded_after` is how long after `occurred_at` the entry was recorded. `description` is null where the catalogue
-- says it, `details` where the points are the base of a purchase. For a purchase: what was paid (`amount`), its lines
-- (`items`), how it was settled; of an order also `receipt`, what its first answer said besides, and `request`, digests
-- of the arguments. `link` covers the numbers and a salted digest of each text; `erased` has these digests in place of
-- texts that were erased. `acted_by` is the user who acted, null for the member.
CREATE TABLE loyalty_transactions (
    id $id,
    user_id $int NOT NULL,
    remaining $int CHECK (remaining >= 0 AND remaining <= points_amount),
    points_amount $int NOT NULL,
    balance_after $int NOT NULL,
    transaction_type $text(10) NOT NULL CHECK (transaction_type = 'earn' OR transaction_type = 'redeem' OR transaction_type = 'expire'
        OR transaction_type = 'bonus' OR transaction_type = 'referral' OR transaction_type = 'adjustment'
        OR transaction_type = 'reversal' OR transaction_type = 'transfer'),
    occurred_at $int NOT NULL,
    recorded_after $int NOT NULL,
    expires_at $int,
    available_at $int,
    ends_at $int,
    order_id $text(64),
    reverses_id $int,
    programme_id $int NOT NULL,
    acted_by $int,
    description $text(2000),
    actor $text(64),
    details $text(65535),
    amount $int CHECK (amount >= 0),
    items $text(65535),
    settlement $text(2000),
    receipt $text(2000),
    request $blob(255),
    link $blob(16) NOT NULL,
    erased $blob(64)
) $table;

-- What an entry took out of lots (below zero) or put back into them.
CREATE TABLE loyalty_lot_uses (
    entry_id $int NOT NULL,
    lot_id $int NOT NULL,
    user_id $int NOT NULL,
    points $int NOT NULL,
    PRIMARY KEY (entry_id, lot_id)
) $clustered;

-- Entries that have left for the archive, with the uses of lots and the changed orders that belong to them: all of a
-- member's up to `last_entry`. After it, the balance was `balance`, the points ever gained `total_points`, the hash `link`.
CREATE TABLE loyalty_closings (
    last_entry $int NOT NULL PRIMARY KEY,
    balance $int NOT NULL,
    total_points $int NOT NULL,
    link $blob(16) NOT NULL,
    archived_at $int NOT NULL
) $clustered;

-- The entry that booked an order: an order is its own idempotency key.
CREATE TABLE loyalty_orders (
    order_id $text(64) NOT NULL PRIMARY KEY,
    entry_id $int NOT NULL,
    user_id $int NOT NULL,
    locks $int NOT NULL DEFAULT 0
) $clustered;

-- An order that is no longer what its entry says: it was refunded or amended, or imported with its member, so that the
-- entry is that of the whole import. `cancelled` is 1 when it was returned as a whole: of an order that cost nothing no
-- amount could tell. `occurred_at`, `receipt` and `request` are null but for imports.
CREATE TABLE loyalty_order_standings (
    entry_id $int NOT NULL,
    order_id $text(64) NOT NULL,
    user_id $int NOT NULL,
    amount $int NOT NULL CHECK (amount >= 0),
    refunded $int NOT NULL,
    points $int NOT NULL CHECK (points >= 0),
    reversed $int NOT NULL,
    cancelled $int NOT NULL CHECK (cancelled IN (0, 1)),
    items $text(65535),
    settlement $text(2000),
    occurred_at $int,
    receipt $text(2000),
    request $blob(255),
    PRIMARY KEY (entry_id, order_id),
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

-- Uses of earning rules that have limits: one row for a rule and the entry that it gave points in.
CREATE TABLE loyalty_rule_uses (
    user_id $int NOT NULL,
    rule_id $text(160) NOT NULL,
    day $int NOT NULL,
    entry_id $int NOT NULL,
    points $int NOT NULL CHECK (points >= 0),
    PRIMARY KEY (user_id, rule_id, day, entry_id)
) $clustered;

-- Events that were reported, with what they earned, and behind which of the member's entries they came.
CREATE TABLE loyalty_events (
    id $serial,
    user_id $int NOT NULL,
    event $text(64) NOT NULL,
    properties $text(65535) NOT NULL,
    shop $text(64),
    occurred_at $int NOT NULL,
    created_at $int NOT NULL,
    entry_id $int,
    after_entry $int NOT NULL DEFAULT 0
) $table;
-- A member's events in the order in which they were reported.
CREATE INDEX loyalty_events_member ON loyalty_events (user_id, id);

-- A hold has the id of the entry that took the points. It stands until `stands_until`: its end, or when it was closed.
CREATE TABLE loyalty_holds (
    id $id,
    user_id $int NOT NULL,
    points $int NOT NULL CHECK (points > 0),
    captured $int NOT NULL,
    status $text(8) NOT NULL CHECK (status = 'open' OR status = 'captured' OR status = 'voided' OR status = 'ended'),
    occurred_at $int NOT NULL,
    stands_until $int NOT NULL,
    CHECK (captured >= 0 AND captured <= points)
) $table;
CREATE INDEX loyalty_holds_member ON loyalty_holds (user_id, status, stands_until);
-- The sweep asks for the holds that ended.
CREATE INDEX loyalty_holds_end ON loyalty_holds (status, stands_until);

-- The part of an order that was paid with points. `entry_id` took the points, `released_by` gave them back: `released`
-- of them, into the lots in `returned` (JSON; null when none did). `request` and `answer` are those of its
-- `pay_with_points`, `release_answer` is that of its `release_payment`.
CREATE TABLE loyalty_payments (
    order_id $text(64) NOT NULL PRIMARY KEY,
    user_id $int NOT NULL,
    entry_id $int NOT NULL,
    points $int NOT NULL CHECK (points > 0),
    amount $int NOT NULL CHECK (amount >= 0),
    discount $int NOT NULL CHECK (discount > 0),
    released_by $int,
    released $int NOT NULL DEFAULT 0,
    returned $text(65535),
    request $blob(255) NOT NULL,
    answer $text(65535) NOT NULL,
    release_answer $text(65535),
    created_at $int NOT NULL,
    CHECK (discount <= amount)
) $clustered;
-- A member's payments, when they are verified.
CREATE INDEX loyalty_payments_entry ON loyalty_payments (entry_id);

-- What was done to a member and no entry tells in full: refunds, amendments, released points, tiers by hand, merges.
-- It came behind `last_entry`, and wrote the entries up to `booked_until`, if any. Only lines are personal here.
-- `seal` shows whether a byte of the row has changed.
CREATE TABLE loyalty_acts (
    last_entry $int NOT NULL,
    number $int NOT NULL,
    user_id $int NOT NULL,
    act $text(65535) NOT NULL,
    order_before $text(65535),
    occurred_at $int NOT NULL,
    created_at $int NOT NULL,
    booked_until $int NOT NULL,
    seal $blob(8) NOT NULL,
    PRIMARY KEY (last_entry, number)
) $clustered;
