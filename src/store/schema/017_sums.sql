-- Of each table how many lines it has and the sum of their digests, kept by triggers: a bit that flips on the disk does not
-- keep to it. The line without a name is of the schema itself.
CREATE TABLE sums (
    name  TEXT    PRIMARY KEY,
    lines INTEGER NOT NULL,
    sum   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
