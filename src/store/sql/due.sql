-- Findings that wait by other terms than those of tonight; NULL stands for "never due".
UPDATE findings
SET due_on = coalesce(due_since + CASE severity WHEN 0 THEN :high WHEN 1 THEN :medium ELSE :low END, :never)
WHERE closed_on IS NULL
  AND due_on <> coalesce(due_since + CASE severity WHEN 0 THEN :high WHEN 1 THEN :medium ELSE :low END, :never)
