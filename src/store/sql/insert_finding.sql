INSERT INTO findings (id, severity, commune, unit, source, status, first_seen, due_since, due_on,
                      source_value, registry_value, proposed_value, known_as, trace)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
