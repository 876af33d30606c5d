-- The day from which the term of a finding runs: it was first seen then, or came back.
ALTER TABLE findings ADD COLUMN due_since INTEGER NOT NULL DEFAULT 0;
UPDATE findings
SET due_since = max(first_seen, coalesce((
    SELECT max(e.day) FROM events e
    WHERE e.finding = findings.id AND e.to_status = 5 AND e.from_status <> 5
), 0));
