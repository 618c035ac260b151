-- The steps of the shop's regular work, a row for each and the day, week or month that it was for. `place` is how far it
-- has come; all that was done up to there was committed with it. State: 0 running, 1 done, 2 failed.
CREATE TABLE loyalty_tasks (
    name $text(24) NOT NULL,
    period $text(10) NOT NULL,
    state $int NOT NULL CHECK (state BETWEEN 0 AND 2),
    place $int NOT NULL,
    members $int NOT NULL,
    changes $int NOT NULL,
    calls $int NOT NULL,
    error $text(500),
    started_at $int NOT NULL,
    ended_at $int,
    locks $int NOT NULL DEFAULT 0,
    PRIMARY KEY (name, period)
) $clustered;
