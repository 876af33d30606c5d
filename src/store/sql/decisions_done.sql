-- What is gone from the data is done; that a finding was no error holds when it comes back.
UPDATE decisions
SET state = 'done', ended_at = ?2, ended_by = ?3
WHERE finding = ?1 AND state = 'active' AND kind IN ('corrected', 'deferred', 'visit')
