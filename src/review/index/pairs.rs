//! Pairs to be decided: the queue, one by number, the one after it.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension as _, Row, params, params_from_iter};

use super::Index;
use crate::store::accounts::Scope;
use crate::review::filter::{Condition, PAGE};

/// A role in review as the queue shows it.
#[derive(Clone, Debug)]
pub(crate) struct PairLine {
    pub(crate) id: i64,
    pub(crate) number: String,
    pub(crate) source: String,
    pub(crate) source_file: String,
    pub(crate) source_row: u32,
    pub(crate) role: String,
    pub(crate) commune: String,
    pub(crate) hamlet: String,
    pub(crate) name: String,
    pub(crate) birth_date: String,
    pub(crate) probability: f64,
    pub(crate) urgent: bool,
    pub(crate) answer: String,
}

const LINE: &str = "id, number, source, source_file, source_row, role, commune_name, hamlet, name, birth_date, \
                    probability, urgent, answer";

impl PairLine {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            number: row.get(1)?,
            source: row.get(2)?,
            source_file: row.get(3)?,
            source_row: row.get(4)?,
            role: row.get(5)?,
            commune: row.get(6)?,
            hamlet: row.get(7)?,
            name: row.get(8)?,
            birth_date: row.get(9)?,
            probability: row.get(10)?,
            urgent: row.get(11)?,
            answer: row.get(12)?,
        })
    }
}

/// A role in review with the residents that it could be.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) line: PairLine,
    pub(crate) record: i64,
    pub(crate) gender: String,
    pub(crate) personal_id: String,
    pub(crate) margin: Option<f64>,
    pub(crate) candidates: Vec<Candidate>,
}

/// A resident that a role in review could be.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) rank: u32,
    pub(crate) record: i64,
    pub(crate) resident_file: String,
    pub(crate) resident_row: u32,
    pub(crate) name: String,
    pub(crate) birth_date: String,
    pub(crate) gender: String,
    pub(crate) personal_id: String,
    pub(crate) commune: String,
    pub(crate) probability: f64,
    pub(crate) matched_on: String,
    /// `prior=-18.20; name=12.31; …`, in bits.
    pub(crate) weights: String,
}

/// Which part of the queue is looked at.
fn queue(scope: &Scope, commune: &str) -> Condition {
    let mut condition = Condition::default();
    condition.and("answer = ''", []);
    condition.within(scope);
    if !commune.is_empty() {
        condition.and("commune = ?", [Value::from(commune.to_string())]);
    }
    condition
}

impl Index {
    /// A page of the queue: deaths first, then what the decision is worth.
    pub(crate) fn pairs(&self, commune: &str, scope: &Scope, page: u32) -> rusqlite::Result<Vec<PairLine>> {
        let condition = queue(scope, commune);
        let sql = format!(
            "SELECT {LINE} FROM pairs WHERE {} ORDER BY -urgent, -worth, id LIMIT {PAGE} OFFSET {}",
            condition.sql,
            u64::from(page - 1) * u64::from(PAGE)
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        statement.query_map(params_from_iter(condition.values), PairLine::read)?.collect()
    }

    /// Number of pairs that nobody has decided.
    pub(crate) fn count_pairs(&self, commune: &str, scope: &Scope) -> rusqlite::Result<u32> {
        let condition = queue(scope, commune);
        let sql = format!("SELECT count(*) FROM pairs WHERE {}", condition.sql);
        self.db.prepare_cached(&sql)?.query_row(params_from_iter(condition.values), |row| row.get(0))
    }

    /// The number of the pair after (or before) another in the queue.
    pub(crate) fn next_pair(
        &self,
        number: &str,
        commune: &str,
        scope: &Scope,
        after: bool,
    ) -> rusqlite::Result<Option<String>> {
        let mut condition = queue(scope, commune);
        // Greater worth comes first, the smaller id among equals: the sign of the order is that of the negative.
        let (sign, direction) = if after { (">", "") } else { ("<", "DESC") };
        condition.and(
            &format!("(-urgent, -worth, id) {sign} (SELECT -urgent, -worth, id FROM pairs WHERE number = ?)"),
            [Value::from(number.to_string())],
        );
        let sql = format!(
            "SELECT number FROM pairs WHERE {} ORDER BY -urgent {direction}, -worth {direction}, id {direction} LIMIT 1",
            condition.sql
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        statement.query_row(params_from_iter(condition.values), |row| row.get(0)).optional()
    }

    /// A pair, where there is one and the account may see it.
    pub(crate) fn pair(&self, number: &str, scope: &Scope) -> rusqlite::Result<Option<Pair>> {
        let mut condition = Condition::default();
        condition.and("number = ?", [Value::from(number.to_string())]);
        condition.within(scope);
        let sql = format!(
            "SELECT {LINE}, record, gender, personal_id, margin FROM pairs WHERE {}",
            condition.sql
        );
        let read = |row: &Row<'_>| {
            Ok(Pair {
                line: PairLine::read(row)?,
                record: row.get(13)?,
                gender: row.get(14)?,
                personal_id: row.get(15)?,
                margin: row.get(16)?,
                candidates: Vec::new(),
            })
        };
        let mut statement = self.db.prepare_cached(&sql)?;
        let pair = statement.query_row(params_from_iter(condition.values), read).optional()?;
        let Some(mut pair) = pair else { return Ok(None) };
        let mut statement = self.db.prepare_cached(
            "SELECT rank, record, resident_file, resident_row, name, birth_date, gender, personal_id, \
             commune_name, probability, matched_on, weights FROM candidates WHERE pair = ?1 ORDER BY rank",
        )?;
        let read = |row: &Row<'_>| {
            Ok(Candidate {
                rank: row.get(0)?,
                record: row.get(1)?,
                resident_file: row.get(2)?,
                resident_row: row.get(3)?,
                name: row.get(4)?,
                birth_date: row.get(5)?,
                gender: row.get(6)?,
                personal_id: row.get(7)?,
                commune: row.get(8)?,
                probability: row.get(9)?,
                matched_on: row.get(10)?,
                weights: row.get(11)?,
            })
        };
        pair.candidates = statement.query_map([pair.line.id], read)?.collect::<Result<_, _>>()?;
        Ok(Some(pair))
    }

    /// The pairs in which a row of the registry is a candidate or which a row of an extract gave rise to.
    pub(crate) fn pair_at(&self, file: &str, row: u32, role: &str) -> rusqlite::Result<Option<String>> {
        let mut statement = self.db.prepare_cached(
            "SELECT number FROM pairs WHERE record = (SELECT id << 32 | ?2 FROM files WHERE name = ?1) AND role = ?3",
        )?;
        statement.query_row(params![file, row, role], |row| row.get(0)).optional()
    }

    /// Writes down the answer to a pair; an empty one puts it back into the queue.
    pub(crate) fn set_answer(&self, number: &str, answer: &str) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare_cached("UPDATE pairs SET answer = ?2 WHERE number = ?1")?;
        statement.execute(params![number, answer]).map(drop)
    }
}
