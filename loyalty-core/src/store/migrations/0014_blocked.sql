-- Whether staff have blocked the member.
ALTER TABLE loyalty_users ADD COLUMN blocked $int NOT NULL DEFAULT 0;
