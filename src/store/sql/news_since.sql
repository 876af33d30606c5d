SELECT 1
WHERE EXISTS (
    SELECT 1 FROM decisions
    WHERE at >= :started_at
       OR (ended_at >= :started_at AND ended_by <> :run)
       OR (state = 'active' AND until <= :day)
       OR (state = 'active' AND kind = 'corrected' AND day + :grace < :day)
)
-- Findings wait by other terms than those of tonight; NULL stands for "never due".
OR EXISTS (
    SELECT 1 FROM findings
    WHERE closed_on IS NULL
      AND due_on <> coalesce(due_since + CASE severity WHEN 0 THEN :high WHEN 1 THEN :medium ELSE :low END, :never)
)
