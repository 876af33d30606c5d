-- Who is to work on a finding. Nothing is changed in place: each giving and each taking back is a line, and of a finding
-- the last one holds. Numbers of lines are never given twice: the review page remembers up to where it has read.
CREATE TABLE assignments (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    finding  INTEGER NOT NULL REFERENCES findings (id) ON DELETE CASCADE,
    assignee TEXT,                              -- account:NAME or head:NAME; NULL: nobody any more
    who      TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    together INTEGER                            -- what was given at once: the number of the first
) STRICT;
CREATE INDEX assignments_of_finding ON assignments (finding, id);
CREATE INDEX assignments_together ON assignments (together);

-- What officers say to each other on a finding. Never changed, but that it is emptied where it names somebody who is erased.
CREATE TABLE comments (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    finding INTEGER NOT NULL REFERENCES findings (id) ON DELETE CASCADE,
    who     TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    note    TEXT    NOT NULL
) STRICT;
CREATE INDEX comments_of_finding ON comments (finding, id);
CREATE TRIGGER comments_are_unchanged BEFORE UPDATE ON comments WHEN NEW.note <> '' OR NEW.who <> OLD.who OR NEW.at <> OLD.at
BEGIN SELECT RAISE (ABORT, 'comments are not changed'); END;
