-- Notices on their way by another channel. What is said is read when it goes out; nothing here is a name or an address.
-- State: 0 waits, 1 handed out to `worker` until `lease_until`, 2 sent, 3 failed, 4 given up because it may not go.
CREATE TABLE loyalty_messages (
    id $serial,
    user_id $int NOT NULL,
    notice_id $int NOT NULL,
    channel $text(12) NOT NULL,
    kind $text(24) NOT NULL,
    state $int NOT NULL CHECK (state BETWEEN 0 AND 4),
    due_at $int NOT NULL,
    expires_at $int NOT NULL,
    attempts $int NOT NULL DEFAULT 0,
    unknowns $int NOT NULL DEFAULT 0,
    tag $text(16) NOT NULL,
    worker $text(64),
    reason $text(64),
    created_at $int NOT NULL,
    ended_at $int,
    locks $int NOT NULL DEFAULT 0
) $table;
-- What may go out next, and old ones that are deleted.
CREATE INDEX loyalty_messages_due ON loyalty_messages (state, due_at);
CREATE INDEX loyalty_messages_user ON loyalty_messages (user_id);

-- Every consent that was given or taken back, with its proof: never changed.
CREATE TABLE loyalty_consents (
    user_id $int NOT NULL,
    number $int NOT NULL,
    what $text(40) NOT NULL,
    given $int NOT NULL CHECK (given IN (0, 1)),
    source $text(64),
    actor $text(64),
    changed_at $int NOT NULL,
    PRIMARY KEY (user_id, number)
) $clustered;

-- Addresses to which nothing goes, by a keyed digest: they bounced, complained, or the shop says so.
CREATE TABLE loyalty_suppressions (
    channel $text(12) NOT NULL,
    address $blob(16) NOT NULL,
    reason $text(64) NOT NULL,
    since $int NOT NULL,
    until $int,
    PRIMARY KEY (channel, address)
) $clustered;
