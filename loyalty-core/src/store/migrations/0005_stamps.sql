-- Stamps that a member holds on a card of the programme: those given, less those of returned orders and used rewards.
CREATE TABLE loyalty_stamp_cards (
    user_id $int NOT NULL,
    card_id $text(160) NOT NULL,
    stamps $int NOT NULL,
    rewards $int NOT NULL CHECK (rewards >= 0),
    last_stamped_at $int,
    PRIMARY KEY (user_id, card_id)
) $clustered;

-- What made them: `asked` is how many were asked for, before a daily limit cut them, or how many rewards were used.
CREATE TABLE loyalty_stamps (
    id $serial,
    user_id $int NOT NULL,
    card_id $text(160) NOT NULL,
    kind $text(6) NOT NULL CHECK (kind = 'stamp' OR kind = 'refund' OR kind = 'reward'),
    quantity $int NOT NULL,
    asked $int NOT NULL,
    order_id $text(64),
    day $int NOT NULL,
    occurred_at $int NOT NULL,
    created_at $int NOT NULL,
    actor $text(64)
) $table;
-- A member's stamps on a card, by local day.
CREATE INDEX loyalty_stamps_card ON loyalty_stamps (user_id, card_id, day);
-- What an order stamped.
CREATE INDEX loyalty_stamps_order ON loyalty_stamps (order_id, card_id);

-- Scans of signed stamps, and orders stamped by hand: each once.
CREATE TABLE loyalty_stamp_scans (
    scan $text(240) NOT NULL PRIMARY KEY,
    times $int NOT NULL
) $clustered;
