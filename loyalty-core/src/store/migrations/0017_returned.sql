-- Into which lots the points of a payment went back, as JSON; null when none did.
ALTER TABLE loyalty_payments ADD COLUMN returned $text(65535);
