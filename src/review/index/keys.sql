-- Made after the rows are in: sorting once is cheaper than keeping a tree in order.
CREATE UNIQUE INDEX cases_number ON cases (number);
-- The order of lists; with the status, so that the way to a late page never leaves the index.
CREATE INDEX cases_rank ON cases (rank, id, status);
CREATE INDEX cases_pillar ON cases (pillar, status, severity);
CREATE INDEX cases_commune ON cases (commune, rank);
CREATE INDEX cases_status ON cases (status, rank);
CREATE INDEX cases_code ON cases (code, rank);
CREATE INDEX cases_hamlet ON cases (commune, hamlet, rank);
CREATE INDEX cases_name ON cases (name_key);
CREATE INDEX cases_first_seen ON cases (first_seen);
CREATE INDEX cases_due ON cases (status, due_on);
-- The order of what falls due first; what never does stands behind.
CREATE INDEX cases_due_first ON cases (ifnull(due_on, 2147483647), id, status);
CREATE INDEX cases_assignee ON cases (assignee, status, due_on) WHERE assignee <> '';
CREATE INDEX cases_nobody ON cases (rank, id, status) WHERE assignee = '';
CREATE INDEX cases_person ON cases (person) WHERE person IS NOT NULL;
CREATE INDEX records_household ON records (household) WHERE household IS NOT NULL;
CREATE INDEX candidates_record ON candidates (record);
CREATE UNIQUE INDEX pairs_number ON pairs (number);
CREATE INDEX pairs_worth ON pairs (-urgent, -worth);
CREATE INDEX pairs_key ON pairs (key);
CREATE INDEX pairs_sampled ON pairs (sampled) WHERE sampled;
-- What the filter offers to choose from.
CREATE TABLE communes (key TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO communes
    SELECT key, commune_name
    FROM (SELECT commune AS key, min(id) AS first FROM cases GROUP BY commune) JOIN texts ON texts.id = first;
INSERT OR IGNORE INTO communes SELECT commune, min(commune_name) FROM pairs GROUP BY commune;
ANALYZE;
