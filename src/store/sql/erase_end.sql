-- Events of other findings lose the decision that made them, and the word with it.
UPDATE events SET decision = NULL, note = '' WHERE decision IN (SELECT id FROM erased_decisions);
DELETE FROM decisions WHERE id IN (SELECT id FROM erased_decisions);
DELETE FROM findings WHERE id IN (SELECT id FROM erased_findings);
DROP TABLE erased_findings;
DROP TABLE erased_decisions;
