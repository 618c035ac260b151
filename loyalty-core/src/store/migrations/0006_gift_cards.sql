-- Gift cards: money under a code. The balance is the sum of the entries. `stopped_at` is since when a card pays nothing
-- more, when staff have stopped it.
CREATE TABLE loyalty_gift_cards (
    id $serial,
    code $text(31) NOT NULL UNIQUE,
    user_id $int,
    balance $int NOT NULL CHECK (balance >= 0),
    valid_until $int NOT NULL,
    created_at $int NOT NULL,
    created_by $text(64),
    stopped_at $int,
    locks $int NOT NULL DEFAULT 0
) $table;
CREATE INDEX loyalty_gift_cards_user ON loyalty_gift_cards (user_id, id);

-- What changed a balance, never changed itself. `reverses` is the use that an entry gives back: each goes back once.
-- The answer is that of the call, for its repeat. `sold_as` is the article as which an order sold the card or the money
-- on it. A use with `stopped` paid no order: the money was taken off, by staff, or because the order that sold it came
-- back; then it reverses what that order put there. Of what a use paid, the first part that goes back reverses the use,
-- and each further part the part before it.
CREATE TABLE loyalty_gift_card_entries (
    id $serial,
    card_id $int NOT NULL,
    kind $text(7) NOT NULL CHECK (kind = 'issue' OR kind = 'top_up' OR kind = 'use' OR kind = 'release'),
    amount $int NOT NULL,
    balance_after $int NOT NULL CHECK (balance_after >= 0),
    order_id $text(64),
    reverses $int UNIQUE,
    occurred_at $int NOT NULL,
    created_at $int NOT NULL,
    actor $text(64),
    sold_as $text(64),
    stopped $int NOT NULL DEFAULT 0,
    request $blob(255),
    answer $text(65535)
) $table;
CREATE INDEX loyalty_gift_card_entries_card ON loyalty_gift_card_entries (card_id, id);
CREATE INDEX loyalty_gift_card_entries_order ON loyalty_gift_card_entries (order_id);
