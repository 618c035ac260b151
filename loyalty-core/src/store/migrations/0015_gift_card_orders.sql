-- Since when a gift card pays nothing more, when staff have stopped it.
ALTER TABLE loyalty_gift_cards ADD COLUMN stopped_at $int;
-- The article as which an order sold the card or the money on it. A use with `stopped` paid no order: the money was
-- taken off, by staff, or because the order that sold it came back; then it reverses what that order put there. Of what
-- a use paid, the first part that goes back reverses the use, and each further part the part before it.
ALTER TABLE loyalty_gift_card_entries ADD COLUMN sold_as $text(64);
ALTER TABLE loyalty_gift_card_entries ADD COLUMN stopped $int NOT NULL DEFAULT 0;
