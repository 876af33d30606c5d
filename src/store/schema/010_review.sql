-- Who may work on the review page, and what they do there beside deciding.

CREATE TABLE accounts (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    -- argon2id, as a PHC string
    password TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('admin', 'officer', 'auditor')),
    language TEXT NOT NULL DEFAULT 'vi' CHECK (language IN ('vi', 'en')),
    disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1))
) STRICT;

-- Communes and units of an officer; no unit means all of them.
CREATE TABLE account_scopes (
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('commune', 'unit')),
    value TEXT NOT NULL,
    PRIMARY KEY (account, kind, value)
) STRICT, WITHOUT ROWID;

-- The token itself is known to the browser alone; times are seconds since 1970.
CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    began INTEGER NOT NULL,
    seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Failed logins of the last minutes.
CREATE TABLE login_failures (
    at INTEGER NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    address TEXT NOT NULL
) STRICT;
CREATE INDEX login_failures_name ON login_failures (name, at);
CREATE INDEX login_failures_address ON login_failures (address, at);

-- A sample of decided pairs, read again by another officer who is not told the first answer.
CREATE TABLE second_readings (
    subject TEXT PRIMARY KEY,
    first_by TEXT NOT NULL,
    first_answer TEXT NOT NULL,
    second_by TEXT NOT NULL,
    second_answer TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
