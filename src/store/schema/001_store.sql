-- Days are counted from 01/01/1970, moments in seconds since 01/01/1970 UTC. Nothing here is a value of a
-- person: what a decision or finding rests on is kept as digests.

CREATE TABLE runs (
    id          INTEGER PRIMARY KEY,            -- in the order of publication
    name        TEXT    NOT NULL UNIQUE,        -- the folder
    started_at  INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    day         INTEGER NOT NULL,               -- the day of the run: first_seen of what it saw first
    as_of       INTEGER NOT NULL,
    fingerprint TEXT    NOT NULL,               -- of inputs, parameters and program; '' of a run taken over
    program     TEXT    NOT NULL,               -- version
    findings    INTEGER NOT NULL,               -- raised
    outstanding INTEGER NOT NULL,               -- raised and not rejected
    fresh       INTEGER NOT NULL,               -- never seen before
    reopened    INTEGER NOT NULL,
    resolved    INTEGER NOT NULL,
    removed_at  INTEGER                         -- when the folder was removed by retention or purge
) STRICT;

CREATE TABLE communes (
    id   INTEGER PRIMARY KEY,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (code, name)
) STRICT;

-- Small words, so that a finding is a row of integers.
CREATE TABLE statuses   (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE units      (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE kinds      (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE severities (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE pillars    (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

INSERT INTO statuses VALUES
    (0, 'open'), (1, 'in_progress'), (2, 'resolved'), (3, 'rejected'), (4, 'deferred'), (5, 'reopened');
INSERT INTO units VALUES
    (0, 'cong-an'), (1, 'tu-phap-ho-tich'), (2, 'lao-dong-xa-hoi'), (3, 'bao-hiem-xa-hoi');
INSERT INTO kinds VALUES
    (0, 'residents'), (1, 'births'), (2, 'deaths'), (3, 'marriages'), (4, 'welfare'), (5, 'insurance');
INSERT INTO severities VALUES (0, 'high'), (1, 'medium'), (2, 'low');
INSERT INTO pillars VALUES (0, 'dung'), (1, 'du'), (2, 'sach'), (3, 'song');

-- A finding over the years. A night on which nothing changed for it writes nothing.
CREATE TABLE findings (
    id         INTEGER PRIMARY KEY,             -- CaseId::to_integer: pillar, number, digest
    severity   INTEGER NOT NULL,
    commune    INTEGER NOT NULL REFERENCES communes (id),
    unit       INTEGER NOT NULL,
    source     INTEGER NOT NULL,
    status     INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    due_on     INTEGER NOT NULL,
    closed_on  INTEGER,                         -- the day resolved; NULL while it is raised
    source_value   INTEGER NOT NULL,            -- digests of the three values
    registry_value INTEGER NOT NULL,
    proposed_value INTEGER NOT NULL
) STRICT;

-- What became of findings, when and by whom; a first sighting stands in first_seen alone.
CREATE TABLE events (
    id          INTEGER PRIMARY KEY,
    finding     INTEGER NOT NULL REFERENCES findings (id) ON DELETE CASCADE,
    at          INTEGER NOT NULL,
    day         INTEGER NOT NULL,
    run         INTEGER REFERENCES runs (id),   -- the run that did it, or
    who         TEXT,                           -- the officer
    from_status INTEGER NOT NULL,
    to_status   INTEGER NOT NULL,
    decision    INTEGER REFERENCES decisions (id),
    note        TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX events_of_finding ON events (finding);
CREATE INDEX events_by_day ON events (day);

CREATE TABLE decisions (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    kind     TEXT    NOT NULL CHECK (kind IN
                 ('same_person', 'not_same', 'false_alarm', 'corrected', 'deferred', 'visit')),
    finding  INTEGER,                           -- what it is about, or the line that prompted it
    -- A pair: a role of a row, and a resident; kept by what they are, not by where they stand.
    source          INTEGER,
    role            TEXT,
    record_key      INTEGER,
    record_values   BLOB,
    record_place    TEXT,                       -- file:row:role at the time, for people
    resident_key    INTEGER,
    resident_values BLOB,
    resident_place  TEXT,
    -- A finding: the three values it had.
    finding_values  BLOB,
    who      TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    day      INTEGER NOT NULL,
    until    INTEGER,
    note     TEXT    NOT NULL DEFAULT '',
    via      TEXT    NOT NULL CHECK (via IN ('cli', 'workbook', 'web')),
    state    TEXT    NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'done', 'expired', 'withdrawn')),
    ended_at INTEGER,
    ended_by TEXT,                              -- an officer, or the name of a run
    why      TEXT    NOT NULL DEFAULT '',       -- why it expired: names of fields, or a word
    last_met INTEGER REFERENCES runs (id),      -- the last run that met what it is about
    CHECK ((record_key IS NULL) = (resident_key IS NULL)),
    CHECK (finding IS NOT NULL OR record_key IS NOT NULL)
) STRICT;
CREATE INDEX decisions_of_finding ON decisions (finding);
CREATE INDEX decisions_of_record ON decisions (record_key);
CREATE INDEX decisions_by_state ON decisions (state) WHERE state = 'active';

-- Who saw or took away personal data. Lines are chained by digest and never changed.
CREATE TABLE access_log (
    seq    INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    who    TEXT    NOT NULL,
    action TEXT    NOT NULL,
    what   TEXT    NOT NULL,
    why    TEXT    NOT NULL,
    prev   BLOB    NOT NULL,
    hash   BLOB    NOT NULL UNIQUE
) STRICT;
CREATE TRIGGER access_log_is_kept BEFORE DELETE ON access_log
BEGIN SELECT RAISE (ABORT, 'the access log is append-only'); END;
CREATE TRIGGER access_log_is_unchanged BEFORE UPDATE ON access_log
BEGIN SELECT RAISE (ABORT, 'the access log is append-only'); END;

-- The findings in words.
CREATE VIEW cases AS
SELECT
    f.id,
    printf ('%s-%02d-%012x', upper (p.name), (f.id >> 48) & 63, f.id & 0xffffffffffff) AS finding_id,
    printf ('%s-%02d', upper (p.name), (f.id >> 48) & 63) AS code,
    p.name AS pillar,
    v.name AS severity,
    c.code AS commune_code,
    c.name AS commune,
    u.name AS unit,
    k.name AS source,
    CASE
        WHEN f.status = 0 AND f.first_seen >= (SELECT max (day) FROM runs) THEN 'new'
        ELSE s.name
    END AS status,
    f.first_seen,
    f.due_on,
    f.closed_on
FROM findings f
JOIN pillars p ON p.id = f.id >> 54
JOIN severities v ON v.id = f.severity
JOIN communes c ON c.id = f.commune
JOIN units u ON u.id = f.unit
JOIN kinds k ON k.id = f.source
JOIN statuses s ON s.id = f.status;
