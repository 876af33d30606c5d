//! Pairs to be decided: the queue, one by number, the one after it.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension as _, Row, params, params_from_iter};

use super::Index;
use crate::review::filter::{Condition, PAGE};
use crate::store::accounts::Scope;

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
    /// What tells the commune from others.
    pub(crate) commune_key: String,
    pub(crate) hamlet: String,
    pub(crate) name: String,
    pub(crate) birth_date: String,
    pub(crate) probability: f64,
    pub(crate) urgent: bool,
    pub(crate) answer: String,
    pub(crate) answered_by: String,
    /// What the store knows the role by.
    pub(crate) key: i64,
}

const LINE: &str = "id, number, source, source_file, source_row, role, commune_name, hamlet, name, birth_date, \
                    probability, urgent, answer, answered_by, key, commune";

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
            answered_by: row.get(13)?,
            key: row.get(14)?,
            commune_key: row.get(15)?,
        })
    }
}

/// A role in review with the residents that it could be.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) line: PairLine,
    pub(crate) record: i64,
    /// Whether it is read a second time once it is decided.
    pub(crate) sampled: bool,
    /// Whether it was decided before this run: what the run found rests on the answer.
    pub(crate) again: bool,
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
    pub(crate) probability: f64,
    /// `prior=-18.20; name=12.31; …`, in bits.
    pub(crate) weights: String,
}

/// Which part of the queue is looked at.
fn queue(scope: &Scope) -> Condition {
    let mut condition = Condition::default();
    condition.and("answer = '' AND NOT again", []);
    condition.within(scope);
    condition
}

impl Index {
    /// A page of the queue: deaths first, then what the decision is worth.
    pub(crate) fn pairs(&self, scope: &Scope, page: u32) -> rusqlite::Result<Vec<PairLine>> {
        let condition = queue(scope);
        let sql = format!(
            "SELECT {LINE} FROM pairs WHERE {} ORDER BY -urgent, -worth, id LIMIT {PAGE} OFFSET {}",
            condition.sql,
            u64::from(page - 1) * u64::from(PAGE)
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        statement.query_map(params_from_iter(condition.values), PairLine::read)?.collect()
    }

    /// Number of pairs that nobody has decided.
    pub(crate) fn count_pairs(&self, scope: &Scope) -> rusqlite::Result<u32> {
        let condition = queue(scope);
        let sql = format!("SELECT count(*) FROM pairs WHERE {}", condition.sql);
        self.db.prepare_cached(&sql)?.query_row(params_from_iter(condition.values), |row| row.get(0))
    }

    /// The number of the pair after (or before) another in the queue.
    pub(crate) fn next_pair(
        &self,
        number: &str,
        scope: &Scope,
        after: bool,
    ) -> rusqlite::Result<Option<String>> {
        let mut condition = queue(scope);
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
        let sql = format!("SELECT {LINE}, record, sampled, again FROM pairs WHERE {}", condition.sql);
        let read = |row: &Row<'_>| {
            Ok(Pair {
                line: PairLine::read(row)?,
                record: row.get(16)?,
                sampled: row.get(17)?,
                again: row.get(18)?,
                candidates: Vec::new(),
            })
        };
        let mut statement = self.db.prepare_cached(&sql)?;
        let pair = statement.query_row(params_from_iter(condition.values), read).optional()?;
        let Some(mut pair) = pair else { return Ok(None) };
        let mut statement = self.db.prepare_cached(
            "SELECT rank, record, resident_file, resident_row, name, probability, weights \
             FROM candidates WHERE pair = ?1 ORDER BY rank",
        )?;
        let read = |row: &Row<'_>| {
            Ok(Candidate {
                rank: row.get(0)?,
                record: row.get(1)?,
                resident_file: row.get(2)?,
                resident_row: row.get(3)?,
                name: row.get(4)?,
                probability: row.get(5)?,
                weights: row.get(6)?,
            })
        };
        pair.candidates = statement.query_map([pair.line.id], read)?.collect::<Result<_, _>>()?;
        Ok(Some(pair))
    }

    /// Decided pairs of the sample that somebody else decided: to be read again, without the answer.
    pub(crate) fn sampled_pairs(&self, reader: &str, scope: &Scope) -> rusqlite::Result<Vec<PairLine>> {
        let mut condition = Condition::default();
        condition.and("sampled AND answer <> '' AND answered_by <> ?", [Value::from(reader.to_string())]);
        condition.within(scope);
        let sql = format!("SELECT {LINE} FROM pairs WHERE {} ORDER BY number", condition.sql);
        let mut statement = self.db.prepare_cached(&sql)?;
        statement.query_map(params_from_iter(condition.values), PairLine::read)?.collect()
    }

    /// Forgets what was said of all pairs, to read it anew.
    pub(crate) fn forget_answers(&self) -> rusqlite::Result<()> {
        self.db.execute_batch(
            "UPDATE candidates SET verdict = NULL WHERE verdict IS NOT NULL;
             UPDATE pairs SET answer = '', answered_by = '' WHERE answer <> '';",
        )
    }

    /// Writes down what was said of a role and a resident, by what the store knows them by.
    pub(crate) fn set_verdict(
        &self,
        record: i64,
        resident: i64,
        same: bool,
        by: &str,
    ) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare_cached(
            "UPDATE candidates SET verdict = ?3 WHERE key = ?2 AND pair IN (SELECT id FROM pairs WHERE key = ?1)",
        )?;
        if statement.execute(params![record, resident, same])? > 0 {
            let mut statement = self.db.prepare_cached("UPDATE pairs SET answered_by = ?2 WHERE key = ?1")?;
            statement.execute(params![record, by])?;
        }
        Ok(())
    }

    /// Takes back what was said of a role.
    pub(crate) fn forget_answer(&self, record: i64) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare_cached(
            "UPDATE candidates SET verdict = NULL WHERE pair IN (SELECT id FROM pairs WHERE key = ?1)",
        )?;
        statement.execute([record])?;
        self.settle_answers(Some(record))
    }

    /// Makes answers of verdicts: a pair is answered when one resident is the person, or none of them is.
    pub(crate) fn settle_answers(&self, record: Option<i64>) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare_cached(
            "UPDATE pairs SET answer = coalesce(
                 (SELECT CAST(rank AS TEXT) FROM candidates WHERE pair = pairs.id AND verdict ORDER BY rank),
                 iif(EXISTS (SELECT 1 FROM candidates WHERE pair = pairs.id AND verdict IS NULL), '', '0'))
             WHERE key = coalesce(?1, key) AND (answered_by <> '' OR answer <> '')",
        )?;
        statement.execute([record]).map(drop)
    }
}
