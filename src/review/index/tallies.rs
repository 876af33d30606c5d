//! Findings counted for those who read figures: by commune, unit and code, no person among them.

use rusqlite::params_from_iter;
use rusqlite::types::Value;

use super::Index;
use crate::domain::Day;
use crate::review::filter::{Condition, overdue};
use crate::store::FindingStatus;
use crate::store::accounts::Scope;

/// Findings of one commune, unit and code.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    /// Key of the commune.
    pub(crate) commune: String,
    /// The responsible unit.
    pub(crate) unit: String,
    /// The code.
    pub(crate) code: String,
    /// Those that are raised and not rejected.
    pub(crate) outstanding: u64,
    /// Those of them that somebody should have done something about by now.
    pub(crate) overdue: u64,
    /// What was paid after deaths, of those outstanding, in đồng.
    pub(crate) paid: u64,
}

impl Index {
    /// The findings of a scope, counted.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub(crate) fn tallies(&self, scope: &Scope, today: Day) -> rusqlite::Result<Vec<Tally>> {
        let mut condition = Condition::default();
        condition.and("status <> ?", [Value::from(FindingStatus::Rejected.name().to_string())]);
        condition.within(scope);
        let sql = format!(
            "SELECT commune, unit, code, count(*), count(*) FILTER (WHERE {}), total(paid) FROM cases WHERE {}
             GROUP BY commune, unit, code",
            overdue(),
            condition.sql
        );
        let values = std::iter::once(Value::from(i64::from(today.0))).chain(condition.values);
        let mut statement = self.db.prepare_cached(&sql)?;
        let tallies = statement.query_map(params_from_iter(values), |row| {
            let count = |at| row.get::<_, i64>(at).map(|n| n.max(0) as u64);
            Ok(Tally {
                commune: row.get(0)?,
                unit: row.get(1)?,
                code: row.get(2)?,
                outstanding: count(3)?,
                overdue: count(4)?,
                paid: row.get::<_, f64>(5)?.max(0.0) as u64,
            })
        })?;
        tallies.collect()
    }

    /// The names of communes by their keys.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub(crate) fn commune_names(&self) -> rusqlite::Result<Vec<(String, String)>> {
        let mut statement = self.db.prepare_cached("SELECT key, name FROM communes ORDER BY key")?;
        let names = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        names.collect()
    }
}
