-- When whoever has a session last gave the password: many full numbers at once are given out only shortly after.
-- Sessions of before count as long ago.
ALTER TABLE sessions ADD COLUMN proved INTEGER NOT NULL DEFAULT 0;

-- The second factor of an account (RFC 6238): its secret, and the last step of which a code was taken, so that none is
-- taken twice.
CREATE TABLE second_factors (
    account INTEGER PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    secret  BLOB    NOT NULL,
    used    INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Who looked at very many persons is looked for by its word, and the log is long.
CREATE INDEX access_log_bulk ON access_log (seq) WHERE action = 'bulk';
