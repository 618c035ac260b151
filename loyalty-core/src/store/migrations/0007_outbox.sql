-- Purchases as a shop's own tables noted them, until they were drained. Texts are as the shop has them. A row that could
-- not be drained stands with its error (`failed` 1) until it is tried again, or a later one of its order is drained.
CREATE TABLE loyalty_outbox (
    id $serial,
    order_id $text(64) NOT NULL,
    user_id $int,
    amount $text(40),
    state $text(10) NOT NULL,
    bought_at $text(40),
    zone $text(64),
    source $text(40),
    noted_at $int NOT NULL,
    tries $int NOT NULL DEFAULT 0,
    failed $int NOT NULL DEFAULT 0,
    error $text(2000)
) $table;
-- What waits, in order, and what failed.
CREATE INDEX loyalty_outbox_waiting ON loyalty_outbox (failed, id);
-- The rows of an order.
CREATE INDEX loyalty_outbox_order ON loyalty_outbox (order_id, id);
