-- Lines of the access log bear a seal under the secret of the folder, which stands in a file of its own: whoever writes
-- to the store alone can make none. Lines of before have none. Which cases a list or a file held is told by keyed digests
-- of their numbers, eight bytes each.
ALTER TABLE access_log ADD COLUMN cases BLOB;
ALTER TABLE access_log ADD COLUMN seal BLOB;

-- The last line, sealed: what is cut off the end of the log leaves a head that is not the last line's.
CREATE TABLE access_head (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    seq      INTEGER NOT NULL,
    seal     BLOB    NOT NULL
) STRICT;

-- The secret in copies of the store; nothing in the store itself.
CREATE TABLE folder_secret (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    secret   BLOB    NOT NULL
) STRICT;
