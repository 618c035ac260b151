-- Every change worth telling, numbered 1, 2, 3 … in the order in which it may be read. `kind` is the code of a kind,
-- `user_id` 0 for one of the shop alone. Of a change that a ledger entry tells, only the entry is named. `occurred_at`
-- is null when it happened as it was recorded. The newest row is never deleted: its number is not given again.
CREATE TABLE loyalty_event_log (
    number $id,
    user_id $int NOT NULL,
    kind $int NOT NULL,
    entry_id $int,
    recorded_at $int NOT NULL,
    occurred_at $int,
    data $text(2000)
) $table;

-- On a server, writers commit in another order than they write: what they tell waits here for its number.
CREATE TABLE loyalty_event_arrivals (
    id $serial,
    user_id $int NOT NULL,
    kind $int NOT NULL,
    entry_id $int,
    recorded_at $int NOT NULL,
    occurred_at $int,
    data $text(2000)
) $table;

-- Who reads the log, and up to which number they have it.
CREATE TABLE loyalty_event_consumers (
    name $text(40) NOT NULL PRIMARY KEY,
    acked $int NOT NULL CHECK (acked >= 0),
    updated_at $int NOT NULL,
    locks $int NOT NULL DEFAULT 0
) $clustered;
