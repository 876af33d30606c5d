-- The index of one run: derived from its folder, never the only place where anything stands.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- Whole rows as written, as JSON; the id is file << 32 | row.
CREATE TABLE records (
    id INTEGER PRIMARY KEY,
    household TEXT,
    line TEXT NOT NULL
) STRICT;

-- Rows of all files that are linked to a resident whom something speaks of.
CREATE TABLE links (
    person INTEGER NOT NULL,
    record INTEGER NOT NULL,
    role TEXT NOT NULL,
    probability REAL NOT NULL,
    matched_on TEXT NOT NULL,
    PRIMARY KEY (person, record, role)
) STRICT, WITHOUT ROWID;

-- What lists filter and sort by: narrow, so that a scan of all of it is cheap.
CREATE TABLE cases (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL,
    code TEXT NOT NULL,
    pillar TEXT NOT NULL,
    severity INTEGER NOT NULL,
    commune TEXT NOT NULL,
    hamlet TEXT NOT NULL,
    unit TEXT NOT NULL,
    source TEXT NOT NULL,
    status TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    -- the day on which it is overdue, from 01/01/1970; NULL where it never is
    due_on INTEGER,
    name_key TEXT NOT NULL,
    person INTEGER,
    -- the order of lists: by severity, then by what the code means for people
    rank INTEGER NOT NULL,
    -- what was paid after a death, in đồng; NULL where nothing was
    paid INTEGER,
    -- whom it is given to, as the store says: account:NAME or head:NAME; empty where nobody has it
    assignee TEXT NOT NULL DEFAULT ''
) STRICT;

-- What lists and pages show.
CREATE TABLE texts (
    id INTEGER PRIMARY KEY,
    commune_name TEXT NOT NULL,
    source_file TEXT NOT NULL,
    source_row INTEGER NOT NULL,
    role TEXT NOT NULL,
    resident_file TEXT NOT NULL,
    resident_row INTEGER,
    personal_id TEXT NOT NULL,
    full_name TEXT NOT NULL,
    birth_date TEXT NOT NULL,
    field TEXT NOT NULL,
    source_value TEXT NOT NULL,
    registry_value TEXT NOT NULL,
    proposed_value TEXT NOT NULL,
    confidence REAL NOT NULL,
    evidence TEXT NOT NULL,
    matched_on TEXT NOT NULL,
    -- of the link it comes of, in hundredths of a bit: JSON, empty where there is none
    weights TEXT NOT NULL,
    -- its lead over the runner-up, likewise
    margin INTEGER,
    -- of one person who stands twice: the record of the row that is kept
    kept INTEGER
) STRICT;

-- Names without diacritics, dates of birth and numbers, for searching. Only the ids come back.
CREATE VIRTUAL TABLE found USING fts5 (words, content = '', detail = 'none', prefix = '2 3');

-- Addresses of residents, by the id of their record: for searching, likewise.
CREATE VIRTUAL TABLE homes USING fts5 (words, content = '', detail = 'none', prefix = '2 3');

-- Roles in review.
CREATE TABLE pairs (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL,
    source TEXT NOT NULL,
    source_file TEXT NOT NULL,
    source_row INTEGER NOT NULL,
    role TEXT NOT NULL,
    record INTEGER NOT NULL,
    commune TEXT NOT NULL,
    commune_name TEXT NOT NULL,
    hamlet TEXT NOT NULL,
    unit TEXT NOT NULL,
    name TEXT NOT NULL,
    birth_date TEXT NOT NULL,
    probability REAL NOT NULL,
    urgent INTEGER NOT NULL,
    worth REAL NOT NULL,
    -- what the store knows the role by
    key INTEGER NOT NULL,
    -- whether it is read a second time once it is decided
    sampled INTEGER NOT NULL,
    -- whether it was decided before this run, and still waits for its second reader
    again INTEGER NOT NULL,
    -- the rank of the resident that it is, 0 where it is none of them, empty as long as nobody said
    answer TEXT NOT NULL DEFAULT '',
    answered_by TEXT NOT NULL DEFAULT ''
) STRICT;

-- The residents that each could be, best first.
CREATE TABLE candidates (
    pair INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    record INTEGER NOT NULL,
    resident_file TEXT NOT NULL,
    resident_row INTEGER NOT NULL,
    name TEXT NOT NULL,
    probability REAL NOT NULL,
    weights TEXT NOT NULL,
    -- what the store knows the resident by
    key INTEGER NOT NULL,
    -- whether an officer said that it is the same person (1) or not (0)
    verdict INTEGER,
    PRIMARY KEY (pair, rank)
) STRICT, WITHOUT ROWID;
