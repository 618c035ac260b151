-- Who is told of events by HTTP. State: 0 off, 1 on; `reason` is why the engine switched it off. `secrets` are at most three
-- (JSON), each with its end; `kinds` are the kinds of events (JSON), all when null. `place` is the number up to which events
-- were handed out: what came of these is in the deliveries. After `lost` attempts in a row without an answer nothing new is
-- handed out until `held_until`. `last_status`, `last_reason` and `last_at` are of the last attempt.
CREATE TABLE loyalty_webhooks (
    id $id,
    url $text(2000) NOT NULL,
    secrets $text(1000) NOT NULL,
    kinds $text(2000),
    state $int NOT NULL CHECK (state IN (0, 1)),
    place $int NOT NULL CHECK (place >= 0),
    lost $int NOT NULL DEFAULT 0,
    held_until $int,
    failing_since $int,
    reason $text(40),
    last_status $int,
    last_reason $text(64),
    last_at $int,
    created_at $int NOT NULL,
    locks $int NOT NULL DEFAULT 0
) $table;

-- What was handed out and has not arrived. State: 0 it is tried again, 1 given up. With a `worker` it is that worker's until
-- `next_at`; without one, it waits until then.
CREATE TABLE loyalty_deliveries (
    webhook_id $int NOT NULL,
    number $int NOT NULL,
    state $int NOT NULL CHECK (state IN (0, 1)),
    attempts $int NOT NULL CHECK (attempts >= 0),
    next_at $int NOT NULL,
    worker $text(64),
    status $int,
    PRIMARY KEY (webhook_id, number)
) $clustered;

CREATE INDEX loyalty_deliveries_due ON loyalty_deliveries (webhook_id, state, next_at);
