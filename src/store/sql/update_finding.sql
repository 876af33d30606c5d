UPDATE findings
SET status = :to,
    severity = :severity,
    commune = :commune,
    unit = :unit,
    first_seen = :first_seen,
    due_since = :due_since,
    due_on = :due_on,
    closed_on = NULL,
    source_value = :source_value,
    registry_value = :registry_value,
    proposed_value = :proposed_value,
    known_as = :known_as,
    trace = :trace
WHERE id = :id AND status = :from
