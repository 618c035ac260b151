-- The life of points: holds, members that became one, and what finds a member.

-- Points that open holds have set aside, and when the first of these holds ends.
ALTER TABLE loyalty_users ADD COLUMN held $int NOT NULL DEFAULT 0;
ALTER TABLE loyalty_users ADD COLUMN held_until $int NOT NULL DEFAULT 9223372036854775807;
-- The member (its `id`) that this one became a part of.
ALTER TABLE loyalty_users ADD COLUMN merged_into $int;

-- A hold has the id of the entry that took the points. It stands until `stands_until`: its end, or when it was closed.
CREATE TABLE loyalty_holds (
    id $serial,
    user_id $int NOT NULL,
    points $int NOT NULL CHECK (points > 0),
    captured $int NOT NULL,
    status $text(8) NOT NULL CHECK (status IN ('open', 'captured', 'voided', 'ended')),
    occurred_at $int NOT NULL,
    stands_until $int NOT NULL,
    CHECK (captured >= 0 AND captured <= points)
) $table;
CREATE INDEX loyalty_holds_member ON loyalty_holds (user_id, status, stands_until);
-- The sweep asks for the holds that ended.
CREATE INDEX loyalty_holds_end ON loyalty_holds (status, stands_until);

-- Members that became a part of another; `into_id` is always one that is not.
CREATE TABLE loyalty_merges (
    from_id $int NOT NULL PRIMARY KEY,
    into_id $int NOT NULL,
    merged_at $int NOT NULL,
    actor $text(64)
) $clustered;
CREATE INDEX loyalty_merges_into ON loyalty_merges (into_id);

-- What finds a member, in its normal form; each value once in the programme.
CREATE TABLE loyalty_identities (
    kind $text(8) NOT NULL,
    value $text(254) NOT NULL,
    user_id $int NOT NULL,
    added_at $int NOT NULL,
    PRIMARY KEY (kind, value)
) $clustered;
CREATE INDEX loyalty_identities_member ON loyalty_identities (user_id, kind);
INSERT INTO loyalty_identities (kind, value, user_id, added_at)
    SELECT 'email', email, MIN(user_id), MIN(join_date) FROM loyalty_users WHERE email IS NOT NULL GROUP BY email;
INSERT INTO loyalty_identities (kind, value, user_id, added_at)
    SELECT 'phone', phone, MIN(user_id), MIN(join_date) FROM loyalty_users WHERE phone IS NOT NULL GROUP BY phone;
