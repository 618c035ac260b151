-- The lines of all purchases, one row each, for reports on a copy of the database (MariaDB 10.6, MySQL 8.0 or newer). A
-- line is text between tabs (sku, amount, quantity, tax, category, labels, kind), or a JSON object where that could not
-- be told apart.
CREATE VIEW loyalty_lines AS
WITH RECURSIVE
bought (entry_id, user_id, order_id, number, line, rest) AS (
    SELECT id, user_id, order_id, 0, CAST('' AS CHAR(8000)), CONCAT(CONVERT(items USING utf8mb4), '\n')
    FROM loyalty_transactions WHERE transaction_type = 'earn' AND LENGTH(items) > 0
    UNION ALL
    SELECT entry_id, user_id, order_id, number + 1, SUBSTRING_INDEX(rest, '\n', 1),
        SUBSTRING(rest, LOCATE('\n', rest) + 1)
    FROM bought WHERE rest <> ''
),
one (entry_id, user_id, order_id, number, sku, amount, quantity) AS (
    SELECT entry_id, user_id, order_id, number,
        IF(line LIKE '{%', JSON_UNQUOTE(JSON_EXTRACT(line, '$.sku')), SUBSTRING_INDEX(line, '\t', 1)),
        IF(line LIKE '{%', COALESCE(JSON_UNQUOTE(JSON_EXTRACT(line, '$.amount')), ''),
            SUBSTRING_INDEX(SUBSTRING_INDEX(CONCAT(line, '\t\t'), '\t', 2), '\t', -1)),
        IF(line LIKE '{%', JSON_UNQUOTE(JSON_EXTRACT(line, '$.quantity')),
            SUBSTRING_INDEX(SUBSTRING_INDEX(CONCAT(line, '\t\t'), '\t', 3), '\t', -1))
    FROM bought WHERE number > 0
)
SELECT entry_id, user_id, CONVERT(order_id USING utf8mb4) AS order_id, number, sku,
    CAST(NULLIF(amount, '') AS DECIMAL(20, 4)) AS amount,
    CAST(COALESCE(NULLIF(quantity, ''), '1') AS SIGNED) AS quantity
FROM one;
