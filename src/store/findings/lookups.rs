//! What pages ask of findings: where one stands, what moved of late, what no run raises any more.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension as _, Row, params_from_iter};

use crate::domain::Day;
use crate::findings::FindingId;
use crate::findings::catalogue::Office;
use crate::store::accounts::{Scope, commune_key};
use crate::store::{FindingStatus, Store, StoreError, StoreWords};

/// A finding that no run raises any more. What the store remembers of it names nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedFinding {
    /// Its number.
    pub number: String,
    /// Its code.
    pub code: String,
    /// Who corrects.
    pub unit: String,
    /// The name of the commune.
    pub commune: String,
    /// The day on which it was seen first.
    pub first_seen: Day,
    /// The day of the first run that no longer raised it.
    pub closed_on: Day,
    /// The officer whose decision asked for it, where somebody decided.
    pub by: Option<String>,
}

impl Store {
    /// The day on which a finding is overdue; `None` where the store does not know it.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn due_on(&self, finding: FindingId) -> Result<Option<Day>, StoreError> {
        let read = || {
            let mut statement = self.db.prepare_cached("SELECT due_on FROM findings WHERE id = ?1")?;
            statement.query_row([finding.to_integer()], |row| row.get(0).map(Day)).optional()
        };
        read().map_err(self.failed())
    }

    /// What has become of a finding; `None` where the store does not know it.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn status_of(&self, finding: FindingId) -> Result<Option<FindingStatus>, StoreError> {
        let read = || {
            let mut statement = self.db.prepare_cached("SELECT status FROM findings WHERE id = ?1")?;
            let status = |row: &Row<'_>| row.get(0).map(FindingStatus::from_stored);
            statement.query_row([finding.to_integer()], status).optional()
        };
        read().map_err(self.failed())
    }

    /// The findings that officers moved since an event, with where they stand now, and the newest event. What was
    /// moved before a run began stands in its lists already.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn moved_since(
        &self,
        event: i64,
        run: &str,
    ) -> Result<(i64, Vec<(FindingId, FindingStatus)>), StoreError> {
        let read = || -> rusqlite::Result<(i64, Vec<(FindingId, FindingStatus)>)> {
            let newest: i64 =
                self.db.query_row("SELECT coalesce(max(id), 0) FROM events", [], |row| row.get(0))?;
            if newest <= event {
                return Ok((event, Vec::new()));
            }
            let mut statement = self.db.prepare_cached(
                "SELECT DISTINCT e.finding, f.status FROM events e JOIN findings f ON f.id = e.finding
                 WHERE e.id > ?1 AND e.who IS NOT NULL
                   AND e.at >= coalesce((SELECT started_at FROM runs WHERE name = ?2), 0)",
            )?;
            let moved = statement.query_map((event, run), |row| {
                let status = FindingStatus::from_stored(row.get(1)?);
                Ok(FindingId::from_integer(row.get(0)?).map(|id| (id, status)))
            })?;
            let moved: Vec<Option<(FindingId, FindingStatus)>> = moved.collect::<Result<_, _>>()?;
            Ok((newest, moved.into_iter().flatten().collect()))
        };
        read().map_err(self.failed())
    }

    /// How many findings within a scope no run raises any more.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn count_resolved(&self, scope: &Scope) -> Result<u64, StoreError> {
        let count = || -> rusqlite::Result<i64> {
            let (sql, values) = self.resolved_within(scope)?;
            let sql = format!("SELECT count(*) FROM findings f WHERE {sql}");
            self.db.prepare_cached(&sql)?.query_row(params_from_iter(values), |row| row.get(0))
        };
        count().map(|count| count.max(0) as u64).map_err(self.failed())
    }

    /// Findings within a scope that no run raises any more: how many by key of the commune and name of the unit.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn resolved_by_place(&self, scope: &Scope) -> Result<Vec<(String, String, u64)>, StoreError> {
        let read = || -> rusqlite::Result<Vec<(String, String, u64)>> {
            let (sql, values) = self.resolved_within(scope)?;
            let sql = format!(
                "SELECT c.code, c.name, u.name, f.n
                 FROM (SELECT commune, unit, count(*) AS n FROM findings f WHERE {sql} GROUP BY commune, unit) f
                 JOIN communes c ON c.id = f.commune JOIN units u ON u.id = f.unit ORDER BY c.id, u.id"
            );
            let line = |row: &Row<'_>| {
                let key = commune_key(&row.get::<_, String>(0)?, &row.get::<_, String>(1)?);
                Ok((key, row.get(2)?, row.get::<_, i64>(3)?.max(0) as u64))
            };
            let mut statement = self.db.prepare_cached(&sql)?;
            statement.query_map(params_from_iter(values), line)?.collect()
        };
        read().map_err(self.failed())
    }

    /// Findings within a scope that no run raises any more, the last ones first: so many, after so many.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn resolved(&self, scope: &Scope, most: u32, after: u64) -> Result<Vec<ResolvedFinding>, StoreError> {
        let read = || -> rusqlite::Result<Vec<ResolvedFinding>> {
            let (sql, values) = self.resolved_within(scope)?;
            let sql = format!(
                "SELECT c.finding_id, c.code, c.unit, c.commune, c.first_seen, c.closed_on,
                        (SELECT d.who FROM decisions d WHERE d.finding = f.id AND d.state = 'done'
                         ORDER BY d.id DESC LIMIT 1)
                 FROM (SELECT * FROM findings f WHERE {sql} ORDER BY f.closed_on DESC, f.id
                       LIMIT {most} OFFSET {after}) f
                 JOIN cases c ON c.id = f.id ORDER BY f.closed_on DESC, f.id"
            );
            let line = |row: &Row<'_>| {
                Ok(ResolvedFinding {
                    number: row.get(0)?,
                    code: row.get(1)?,
                    unit: row.get(2)?,
                    commune: row.get(3)?,
                    first_seen: Day(row.get(4)?),
                    closed_on: Day(row.get(5)?),
                    by: row.get(6)?,
                })
            };
            let mut statement = self.db.prepare_cached(&sql)?;
            statement.query_map(params_from_iter(values), line)?.collect()
        };
        read().map_err(self.failed())
    }

    /// The condition of resolved findings of the communes and units of a scope.
    fn resolved_within(&self, scope: &Scope) -> rusqlite::Result<(String, Vec<Value>)> {
        let (within, values) = self.findings_within(scope)?;
        let and = if within.is_empty() { "" } else { " AND " };
        Ok((format!("f.closed_on IS NOT NULL{and}{within}"), values))
    }

    /// The condition of findings `f` of the communes and units of a scope; empty for all.
    pub(in crate::store) fn findings_within(&self, scope: &Scope) -> rusqlite::Result<(String, Vec<Value>)> {
        let mut sql = String::new();
        let mut values: Vec<Value> = Vec::new();
        let mut one_of = |column: &str, numbers: Vec<i64>| {
            let marks = vec!["?"; numbers.len()].join(",");
            let and = if sql.is_empty() { "" } else { " AND " };
            sql.push_str(&format!("{and}{column} IN ({marks})"));
            values.extend(numbers.into_iter().map(Value::from));
        };
        if scope.communes.is_some() {
            one_of("f.commune", self.communes_within(scope)?);
        }
        if scope.units.is_some() {
            let words = StoreWords::read(&self.db)?;
            let offices = Office::all().filter(|office| scope.has_unit(office.name()));
            one_of("f.unit", offices.map(|office| words.office_number(office)).collect());
        }
        Ok((sql, values))
    }

    /// The communes of the store within a scope, by number.
    fn communes_within(&self, scope: &Scope) -> rusqlite::Result<Vec<i64>> {
        let mut statement = self.db.prepare_cached("SELECT id, code, name FROM communes ORDER BY id")?;
        let communes = statement.query_map([], |row| {
            Ok((row.get::<_, i64>(0)?, commune_key(&row.get::<_, String>(1)?, &row.get::<_, String>(2)?)))
        })?;
        let all: Vec<(i64, String)> = communes.collect::<Result<_, _>>()?;
        Ok(all.into_iter().filter(|(_, key)| scope.has_commune(key)).map(|(id, _)| id).collect())
    }
}
