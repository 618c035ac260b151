-- What members are told on their own pages, each thing once: `subject` and `period` say what is the same. Texts are made
-- when they are read. `data` is JSON: numbers, and what a notice of staff says. What was earned is no row: its entry is.
CREATE TABLE loyalty_notices (
    id $serial,
    user_id $int NOT NULL,
    kind $text(24) NOT NULL,
    subject $text(160) NOT NULL,
    period $text(24) NOT NULL,
    data $text(2000),
    created_at $int NOT NULL,
    ends_at $int,
    read_at $int
) $table;
CREATE UNIQUE INDEX loyalty_notices_once ON loyalty_notices (user_id, kind, subject, period);
-- Old ones are deleted by the daily task.
CREATE INDEX loyalty_notices_age ON loyalty_notices (created_at);

-- The entry up to which a member has seen what was earned.
CREATE TABLE loyalty_notice_marks (
    user_id $int NOT NULL PRIMARY KEY,
    entry_id $int NOT NULL
) $clustered;
