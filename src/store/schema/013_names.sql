-- A finding keeps its number when what it is found by changes: the number that its subject has by tonight's data, where
-- that is another one, and a digest of what else tells the subject, by which it is found again.
ALTER TABLE findings ADD COLUMN known_as INTEGER;
ALTER TABLE findings ADD COLUMN trace INTEGER NOT NULL DEFAULT 0;
