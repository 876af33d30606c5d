SELECT 1 FROM decisions
WHERE at >= ?1
   OR (ended_at >= ?1 AND ended_by <> ?2)
   OR (state = 'active' AND until <= ?3)
   OR (state = 'active' AND kind = 'corrected' AND day + ?4 < ?3)
LIMIT 1
