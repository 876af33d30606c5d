-- Decided pairs of the sample that wait for a second reader, as the first one was shown them. Like a decision, a
-- line holds digests and never a value of a person.
CREATE TABLE awaited_readings (
    record_key    INTEGER PRIMARY KEY,
    record_values BLOB    NOT NULL,
    source        INTEGER NOT NULL,
    role          TEXT    NOT NULL,
    commune       TEXT    NOT NULL,             -- what the review page tells communes apart by
    asked_at      INTEGER NOT NULL,
    withdrawn_at  INTEGER,
    why           TEXT    NOT NULL DEFAULT ''   -- why it was withdrawn: names of fields, or a word
) STRICT;

CREATE TABLE awaited_candidates (
    record_key      INTEGER NOT NULL REFERENCES awaited_readings (record_key) ON DELETE CASCADE,
    rank            INTEGER NOT NULL,
    resident_key    INTEGER NOT NULL,
    resident_values BLOB    NOT NULL,
    probability     REAL    NOT NULL,
    weights         TEXT    NOT NULL,           -- as review.csv writes them
    PRIMARY KEY (record_key, rank)
) STRICT, WITHOUT ROWID;

-- The list of what is resolved, the last first.
CREATE INDEX findings_closed ON findings (closed_on) WHERE closed_on IS NOT NULL;
