-- How far the campaigns of the programme have come. State: 0 open, 1 paused, 2 ended. `run_for` is the moment for which
-- the last run is, `run_day` its local day; while `is_running` is 1, the run has come to the user id `place`. `used` is
-- money at worst.
CREATE TABLE loyalty_campaigns (
    id $text(40) NOT NULL PRIMARY KEY,
    state $int NOT NULL CHECK (state BETWEEN 0 AND 2),
    run_for $int,
    run_day $int,
    is_running $int NOT NULL,
    place $int NOT NULL,
    control $int NOT NULL,
    reached $int NOT NULL,
    left_out $int NOT NULL,
    used $int NOT NULL,
    locks $int NOT NULL DEFAULT 0
) $clustered;

-- Whom a campaign has chosen, once for each period. Outcome: 0 control, 1 reached, 2 left out for a reason. `ends_with`
-- is there while a purchase (1) or a higher tier (2) ends it; `offers` in the member's row counts these rows, so that a
-- member without any costs no query. `cost` is money at worst.
CREATE TABLE loyalty_chosen (
    user_id $int NOT NULL,
    campaign_id $text(40) NOT NULL,
    period $text(60) NOT NULL,
    outcome $int NOT NULL CHECK (outcome BETWEEN 0 AND 2),
    reason $text(24),
    chosen_at $int NOT NULL,
    cost $int NOT NULL,
    coupon_id $int,
    entry_id $int,
    notice_id $int,
    ends_with $int,
    ended_at $int,
    PRIMARY KEY (user_id, campaign_id, period)
) $clustered;

ALTER TABLE loyalty_users ADD COLUMN offers $int NOT NULL DEFAULT 0;
