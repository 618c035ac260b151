-- Gift cards: money under a code. The balance is the sum of the entries.
CREATE TABLE loyalty_gift_cards (
    id $serial,
    code $text(31) NOT NULL UNIQUE,
    user_id $int,
    balance $int NOT NULL CHECK (balance >= 0),
    valid_until $int NOT NULL,
    created_at $int NOT NULL,
    created_by $text(64)
) $table;
CREATE INDEX loyalty_gift_cards_user ON loyalty_gift_cards (user_id, id);

-- What changed a balance, never changed itself. `reverses` is the use that an entry gives back: each goes back once.
-- The answer is that of the call, for its repeat.
CREATE TABLE loyalty_gift_card_entries (
    id $serial,
    card_id $int NOT NULL,
    kind $text(7) NOT NULL CHECK (kind IN ('issue', 'top_up', 'use', 'release')),
    amount $int NOT NULL,
    balance_after $int NOT NULL CHECK (balance_after >= 0),
    order_id $text(64),
    reverses $int UNIQUE,
    occurred_at $int NOT NULL,
    created_at $int NOT NULL,
    actor $text(64),
    request $text(2000),
    answer $text(65535)
) $table;
CREATE INDEX loyalty_gift_card_entries_card ON loyalty_gift_card_entries (card_id, id);
CREATE INDEX loyalty_gift_card_entries_order ON loyalty_gift_card_entries (order_id);
