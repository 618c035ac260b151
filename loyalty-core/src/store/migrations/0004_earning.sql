-- How an order was settled (shop, tax, parts paid with points or gift cards), as JSON; null when nothing was said.
ALTER TABLE loyalty_orders ADD COLUMN settlement $text(2000);

-- Uses of earning rules that have limits: one row for a rule and the entry that it gave points in.
CREATE TABLE loyalty_rule_uses (
    user_id $int NOT NULL,
    rule_id $text(160) NOT NULL,
    day $int NOT NULL,
    entry_id $int NOT NULL,
    points $int NOT NULL CHECK (points >= 0),
    PRIMARY KEY (user_id, rule_id, day, entry_id)
) $clustered;

-- Events that were reported, with what they earned.
CREATE TABLE loyalty_events (
    id $serial,
    user_id $int NOT NULL,
    event $text(64) NOT NULL,
    properties $text(65535) NOT NULL,
    shop $text(64),
    occurred_at $int NOT NULL,
    created_at $int NOT NULL,
    entry_id $int
) $table;
-- A member's events in the order in which they were reported.
CREATE INDEX loyalty_events_member ON loyalty_events (user_id, id);
