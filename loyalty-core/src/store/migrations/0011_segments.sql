-- What the host knows of a member, under names of its own; `kind` says what `value` is: a text, a number or true and
-- false. `attributes` in the member's row counts them, so that a member without any costs no query.
CREATE TABLE loyalty_attributes (
    user_id $int NOT NULL,
    name $text(32) NOT NULL,
    kind $text(6) NOT NULL CHECK (kind = 'text' OR kind = 'number' OR kind = 'flag'),
    value $text(256) NOT NULL,
    PRIMARY KEY (user_id, name)
) $clustered;

ALTER TABLE loyalty_users ADD COLUMN attributes $int NOT NULL DEFAULT 0;
