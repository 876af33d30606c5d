-- Decisions that were made at once over a list are taken back at once: the number of the first of them.
ALTER TABLE decisions ADD COLUMN together INTEGER;
CREATE INDEX decisions_together ON decisions (together) WHERE together IS NOT NULL;

-- A leader reads figures and no person. A condition of a column is not to be changed in place: the table is made anew, and
-- with it what refers to it. Sessions are not carried over; everybody logs in once more.
CREATE TABLE accounts_anew (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    -- argon2id, as a PHC string
    password TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('admin', 'officer', 'auditor', 'leader')),
    language TEXT NOT NULL DEFAULT 'vi' CHECK (language IN ('vi', 'en')),
    disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1))
) STRICT;
INSERT INTO accounts_anew SELECT id, name, password, role, language, disabled FROM accounts;

CREATE TABLE account_scopes_anew (
    account INTEGER NOT NULL REFERENCES accounts_anew (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('commune', 'unit')),
    value TEXT NOT NULL,
    PRIMARY KEY (account, kind, value)
) STRICT, WITHOUT ROWID;
INSERT INTO account_scopes_anew SELECT account, kind, value FROM account_scopes;

CREATE TABLE sessions_anew (
    token_hash BLOB PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES accounts_anew (id) ON DELETE CASCADE,
    began INTEGER NOT NULL,
    seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

DROP TABLE sessions;
DROP TABLE account_scopes;
DROP TABLE accounts;
ALTER TABLE accounts_anew RENAME TO accounts;
ALTER TABLE account_scopes_anew RENAME TO account_scopes;
ALTER TABLE sessions_anew RENAME TO sessions;
