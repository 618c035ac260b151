-- The currency of all money in this database, with the decimals that its amounts have: one row. While `has_money` is 0
-- a programme of another currency may still take the database over.
CREATE TABLE loyalty_currency (
    id $int NOT NULL PRIMARY KEY CHECK (id = 1),
    code $text(3) NOT NULL,
    decimals $int NOT NULL,
    has_money $int NOT NULL CHECK (has_money IN (0, 1))
) $clustered;
