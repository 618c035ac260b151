-- What was done to a member and no entry tells in full: refunds, amendments, released points, tiers by hand, merges.
-- It came behind `last_entry`, and wrote the entries up to `booked_until`, if any. Nothing here is personal.
CREATE TABLE loyalty_acts (
    last_entry $int NOT NULL,
    number $int NOT NULL,
    act $text(65535) NOT NULL,
    order_before $text(65535),
    occurred_at $int NOT NULL,
    created_at $int NOT NULL,
    booked_until $int NOT NULL,
    PRIMARY KEY (last_entry, number)
) $clustered;
-- Behind which of the member's entries an event came.
ALTER TABLE loyalty_events ADD COLUMN after_entry $int NOT NULL DEFAULT 0;
-- By which failed look-ups that no longer count are forgotten.
CREATE INDEX loyalty_guesses_end ON loyalty_guesses (paused_until);
