INSERT INTO events (finding, at, day, run, from_status, to_status, decision)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
