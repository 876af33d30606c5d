-- Events of other findings lose the decision that made them, and the word with it.
UPDATE events SET decision = NULL, note = '' WHERE decision IN (SELECT id FROM erased_decisions);
DELETE FROM decisions WHERE id IN (SELECT id FROM erased_decisions);
-- A pair that no decision is left of is not read again.
DELETE FROM awaited_readings
WHERE NOT EXISTS (SELECT 1 FROM decisions d WHERE d.record_key = awaited_readings.record_key);
DELETE FROM findings WHERE id IN (SELECT id FROM erased_findings);
DROP TABLE erased_findings;
DROP TABLE erased_decisions;
