-- The lines of all purchases, one row each, for reports on a copy of the database (SQLite 3.38 or newer). A line is
-- text between tabs (sku, amount, quantity, tax, category, labels, kind), or a JSON object where that could not be told
-- apart.
CREATE VIEW loyalty_lines AS
WITH RECURSIVE
bought (entry_id, user_id, order_id, number, line, rest) AS (
    SELECT id, user_id, order_id, 0, '', items || char(10) FROM loyalty_transactions
    WHERE transaction_type = 'earn' AND items <> ''
    UNION ALL
    SELECT entry_id, user_id, order_id, number + 1, substr(rest, 1, instr(rest, char(10)) - 1),
        substr(rest, instr(rest, char(10)) + 1)
    FROM bought WHERE rest <> ''
),
one (entry_id, user_id, order_id, number, line, fields) AS (
    SELECT entry_id, user_id, order_id, number, line,
        CASE WHEN line LIKE '{%' THEN json_array(line ->> 'sku', line ->> 'amount', line ->> 'quantity')
        ELSE '[' || replace(json_quote(line || char(9) || char(9)), '\t', '","') || ']' END
    FROM bought WHERE number > 0
)
SELECT entry_id, user_id, order_id, number,
    fields ->> 0 AS sku,
    CAST(NULLIF(fields ->> 1, '') AS NUMERIC) AS amount,
    CAST(COALESCE(NULLIF(fields ->> 2, ''), '1') AS INTEGER) AS quantity
FROM one;
