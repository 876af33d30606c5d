-- Photographs and PDFs of certificates that officers attach to findings. The files stand in their own folder beside the
-- store; a line says which, and what its content must be.
CREATE TABLE papers (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    finding INTEGER NOT NULL REFERENCES findings (id) ON DELETE CASCADE,
    name    TEXT    NOT NULL,                   -- as the officer's file was called
    kind    TEXT    NOT NULL CHECK (kind IN ('jpg', 'png', 'pdf')),
    bytes   INTEGER NOT NULL,
    digest  BLOB    NOT NULL,
    who     TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    UNIQUE (finding, digest)
) STRICT;
