//! Findings in the index: lists by filter, one by number, the one after it.

use std::collections::BTreeMap;

use rusqlite::types::Value;
use rusqlite::{OptionalExtension as _, Row, params, params_from_iter};

use super::Index;
use crate::domain::Day;
use crate::review::filter::{Condition, Filter, PAGE, overdue, search_words};
use crate::store::Assignee;
use crate::store::accounts::Scope;

/// Findings are counted up to here; beyond it, "more than" says enough.
pub(crate) const COUNTED: u32 = 10_000;

/// The numbers of findings of a list, for the access log.
pub(crate) fn numbers_of(lines: &[FindingLine]) -> Vec<String> {
    lines.iter().map(|line| line.number.clone()).collect()
}

/// A finding as a list shows it.
#[derive(Clone, Debug)]
pub(crate) struct FindingLine {
    pub(crate) number: String,
    pub(crate) code: String,
    pub(crate) severity: usize,
    pub(crate) status: String,
    pub(crate) commune: String,
    pub(crate) hamlet: String,
    pub(crate) unit: String,
    pub(crate) source: String,
    pub(crate) first_seen: String,
    pub(crate) full_name: String,
    pub(crate) birth_date: String,
    pub(crate) personal_id: String,
    pub(crate) source_value: String,
    pub(crate) registry_value: String,
    pub(crate) proposed_value: String,
    pub(crate) field: String,
    /// The day on which it is overdue, from 01/01/1970; `None` where it never is.
    pub(crate) due_on: Option<i32>,
    /// The resident's record, where there is a resident.
    pub(crate) person: Option<i64>,
    /// Whom it is given to.
    pub(crate) assignee: Option<Assignee>,
}

const LINE: &str = "number, code, severity, status, commune_name, hamlet, unit, source, first_seen, full_name, \
                    birth_date, personal_id, source_value, registry_value, proposed_value, field, due_on, person, assignee";

impl FindingLine {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            number: row.get(0)?,
            code: row.get(1)?,
            severity: row.get::<_, i64>(2)?.clamp(0, 2) as usize,
            status: row.get(3)?,
            commune: row.get(4)?,
            hamlet: row.get(5)?,
            unit: row.get(6)?,
            source: row.get(7)?,
            first_seen: row.get(8)?,
            full_name: row.get(9)?,
            birth_date: row.get(10)?,
            personal_id: row.get(11)?,
            source_value: row.get(12)?,
            registry_value: row.get(13)?,
            proposed_value: row.get(14)?,
            field: row.get(15)?,
            due_on: row.get(16)?,
            person: row.get(17)?,
            assignee: Assignee::parse(&row.get::<_, String>(18)?),
        })
    }
}

/// A finding with all that its page shows.
#[derive(Clone, Debug)]
pub(crate) struct FindingText {
    pub(crate) line: FindingLine,
    pub(crate) source_file: String,
    pub(crate) source_row: u32,
    pub(crate) role: String,
    pub(crate) resident_file: String,
    pub(crate) resident_row: Option<u32>,
    pub(crate) confidence: f64,
    pub(crate) evidence: String,
    pub(crate) matched_on: String,
    /// The weights of the link it comes of, as the index keeps them; empty where there is none.
    pub(crate) weights: String,
    /// The lead of that link over the runner-up, in hundredths of a bit.
    pub(crate) margin: Option<i32>,
    /// The record of the row that is kept, of one person who stands twice.
    pub(crate) kept: Option<i64>,
}

/// Something to choose from: the value of the address, and the name to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) name: String,
}

/// What the filter offers beyond what the catalogue knows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choices {
    pub(crate) communes: Vec<Choice>,
    pub(crate) hamlets: Vec<String>,
}

/// What somebody was given.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) assignee: Assignee,
    pub(crate) todo: i64,
    pub(crate) overdue: i64,
}

impl Index {
    /// How many findings a filter has, up to [`COUNTED`] and one, and a page of them.
    pub(crate) fn page(
        &self,
        filter: &Filter,
        scope: &Scope,
        today: Day,
    ) -> rusqlite::Result<(u32, Vec<FindingLine>)> {
        let from = i64::from((filter.page_number() - 1) * PAGE);
        let condition = filter.condition(scope, today);
        // Searching is dear, and has to find all of them before it can sort: they are counted with it.
        let total = if search_words(&filter.q).is_some() { "count(*) OVER ()" } else { "NULL" };
        let (lines, total) =
            self.lines_and_total(&condition, (filter.order(), total), i64::from(PAGE), from)?;
        let total = total.map_or_else(|| self.count(&condition), |total| Ok(total.min(COUNTED + 1)))?;
        Ok((total, lines))
    }

    /// The first findings of a filter, for printing and export.
    pub(crate) fn first_cases(
        &self,
        filter: &Filter,
        scope: &Scope,
        today: Day,
        (order, most): (&str, u32),
    ) -> rusqlite::Result<Vec<FindingLine>> {
        self.lines(&filter.condition(scope, today), order, i64::from(most), 0)
    }

    fn lines(
        &self,
        condition: &Condition,
        order: &str,
        most: i64,
        from: i64,
    ) -> rusqlite::Result<Vec<FindingLine>> {
        self.lines_and_total(condition, (order, "NULL"), most, from).map(|(lines, _)| lines)
    }

    /// Findings, and of how many they are where `total` counts them and any is among them. `order` and `total` are
    /// of the program's making.
    fn lines_and_total(
        &self,
        condition: &Condition,
        (order, total): (&str, &str),
        most: i64,
        from: i64,
    ) -> rusqlite::Result<(Vec<FindingLine>, Option<u32>)> {
        // The narrow table alone is sorted and leafed through; texts are fetched for the page.
        let sql = format!(
            "SELECT {LINE}, total FROM (SELECT id AS chosen, total, row_number() OVER () AS place FROM \
             (SELECT id, {total} AS total FROM cases WHERE {} ORDER BY {order}, id LIMIT ? OFFSET ?)) \
             JOIN cases ON cases.id = chosen JOIN texts ON texts.id = chosen ORDER BY place",
            condition.sql
        );
        let values = condition.values.iter().cloned().chain([Value::from(most), Value::from(from)]);
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut counted = None;
        let read = |row: &Row<'_>| {
            counted = row.get("total")?;
            FindingLine::read(row)
        };
        let lines = statement.query_map(params_from_iter(values), read)?.collect::<Result<_, _>>()?;
        Ok((lines, counted))
    }

    /// How many findings there are, up to [`COUNTED`] and one.
    fn count(&self, condition: &Condition) -> rusqlite::Result<u32> {
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM cases WHERE {} LIMIT {})",
            condition.sql,
            COUNTED + 1
        );
        self.db.prepare_cached(&sql)?.query_row(params_from_iter(&condition.values), |row| row.get(0))
    }

    /// The number of the finding after (or before) another in the order of a filter.
    pub(crate) fn neighbour(
        &self,
        number: &str,
        filter: &Filter,
        scope: &Scope,
        today: Day,
        after: bool,
    ) -> rusqlite::Result<Option<String>> {
        let mut condition = filter.condition(scope, today);
        let column = filter.order();
        let (sign, direction) = if after { (">", "") } else { ("<", "DESC") };
        condition.and(
            &format!("({column}, id) {sign} (SELECT {column}, id FROM cases WHERE number = ?)"),
            [Value::from(number.to_string())],
        );
        let sql = format!(
            "SELECT number FROM cases WHERE {} ORDER BY {column} {direction}, id {direction} LIMIT 1",
            condition.sql
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        statement.query_row(params_from_iter(condition.values), |row| row.get(0)).optional()
    }

    /// A finding, where there is one and the account may see it.
    pub(crate) fn case(&self, number: &str, scope: &Scope) -> rusqlite::Result<Option<FindingText>> {
        let mut condition = Condition::default();
        condition.and("number = ?", [Value::from(number.to_string())]);
        condition.within(scope);
        let sql = format!(
            "SELECT {LINE}, source_file, source_row, role, resident_file, resident_row, confidence, evidence, \
             matched_on, weights, margin, kept FROM cases JOIN texts USING (id) WHERE {}",
            condition.sql
        );
        let read = |row: &Row<'_>| {
            Ok(FindingText {
                line: FindingLine::read(row)?,
                source_file: row.get(19)?,
                source_row: row.get(20)?,
                role: row.get(21)?,
                resident_file: row.get(22)?,
                resident_row: row.get(23)?,
                confidence: row.get(24)?,
                evidence: row.get(25)?,
                matched_on: row.get(26)?,
                weights: row.get(27)?,
                margin: row.get(28)?,
                kept: row.get(29)?,
            })
        };
        self.db.prepare_cached(&sql)?.query_row(params_from_iter(condition.values), read).optional()
    }

    /// Findings of the run by status: how many, and how many of them are overdue.
    pub(crate) fn by_status(
        &self,
        scope: &Scope,
        today: Day,
    ) -> rusqlite::Result<BTreeMap<String, (i64, i64)>> {
        let mut condition = Condition::default();
        condition.within(scope);
        if condition.sql.is_empty() {
            condition.sql.push_str("TRUE");
        }
        let sql = format!(
            "SELECT status, count(*), count(*) FILTER (WHERE {}) FROM cases WHERE {} GROUP BY status",
            overdue(),
            condition.sql
        );
        let values = [Value::from(i64::from(today.0))].into_iter().chain(condition.values);
        let mut statement = self.db.prepare_cached(&sql)?;
        let read = |row: &Row<'_>| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)));
        statement.query_map(params_from_iter(values), read)?.collect()
    }

    /// What is to be done, by pillar and severity.
    pub(crate) fn by_pillar(&self, scope: &Scope) -> rusqlite::Result<BTreeMap<(String, i64), i64>> {
        let mut condition = Condition::default();
        condition.and("status IN ('new', 'open', 'reopened')", []);
        condition.within(scope);
        let sql = format!(
            "SELECT pillar, severity, count(*) FROM cases WHERE {} GROUP BY pillar, severity",
            condition.sql
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let read = |row: &Row<'_>| Ok(((row.get(0)?, row.get(1)?), row.get(2)?));
        statement.query_map(params_from_iter(condition.values), read)?.collect()
    }

    /// The findings about a person, but for one.
    pub(crate) fn of_person(
        &self,
        person: i64,
        but: &str,
        scope: &Scope,
    ) -> rusqlite::Result<Vec<FindingLine>> {
        const MOST: i64 = 30;
        let mut condition = Condition::default();
        condition.and("person = ? AND number <> ?", [Value::from(person), Value::from(but.to_string())]);
        condition.within(scope);
        self.lines(&condition, "rank", MOST, 0)
    }

    /// Communes with findings, and hamlets of the one chosen.
    pub(crate) fn choices(&self, commune: &str, scope: &Scope) -> rusqlite::Result<Choices> {
        const MOST_HAMLETS: u32 = 500;
        let mut statement = self.db.prepare_cached("SELECT key, name FROM communes ORDER BY key")?;
        let read = |row: &Row<'_>| Ok(Choice { value: row.get(0)?, name: row.get(1)? });
        let communes: Vec<Choice> = statement.query_map([], read)?.collect::<Result<_, _>>()?;
        let communes: Vec<Choice> = communes.into_iter().filter(|c| scope.has_commune(&c.value)).collect();
        let chosen = match communes.as_slice() {
            [only] => Some(only.value.clone()),
            _ => communes.iter().find(|c| c.value == commune).map(|c| c.value.clone()),
        };
        let Some(chosen) = chosen else { return Ok(Choices { communes, hamlets: Vec::new() }) };
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT DISTINCT hamlet FROM cases WHERE commune = ? AND hamlet <> '' ORDER BY hamlet LIMIT {MOST_HAMLETS}"
        ))?;
        let hamlets = statement.query_map([chosen], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(Choices { communes, hamlets })
    }

    /// Whom findings within a scope are given to, with how many of them are to be done and how many of those are overdue.
    pub(crate) fn given(&self, scope: &Scope, today: Day) -> rusqlite::Result<Vec<Given>> {
        let mut condition = Condition::default();
        condition.and("assignee <> ''", []);
        condition.within(scope);
        let todo = "status IN ('new', 'open', 'reopened')";
        let sql = format!(
            "SELECT assignee, count(*) FILTER (WHERE {todo}), count(*) FILTER (WHERE {todo} AND due_on < ?) \
             FROM cases WHERE {} GROUP BY assignee ORDER BY assignee",
            condition.sql
        );
        let values = [Value::from(i64::from(today.0))].into_iter().chain(condition.values);
        let mut statement = self.db.prepare_cached(&sql)?;
        let read = |row: &Row<'_>| {
            let assignee = Assignee::parse(&row.get::<_, String>(0)?);
            Ok(assignee.map(|assignee| (assignee, row.get(1), row.get(2))))
        };
        let mut given = Vec::new();
        for line in statement.query_map(params_from_iter(values), read)? {
            if let Some((assignee, todo, overdue)) = line? {
                given.push(Given { assignee, todo: todo?, overdue: overdue? });
            }
        }
        Ok(given)
    }

    /// Whom any finding within a scope is given to, by name.
    pub(crate) fn assignees(&self, scope: &Scope) -> rusqlite::Result<Vec<Assignee>> {
        // From each to the next one, without passing over all that either has.
        let sql = "WITH RECURSIVE known (word) AS (
                       SELECT min(assignee) FROM cases WHERE assignee <> ''
                       UNION ALL
                       SELECT (SELECT min(assignee) FROM cases WHERE assignee <> '' AND assignee > known.word)
                       FROM known WHERE known.word IS NOT NULL
                   )
                   SELECT word FROM known WHERE word IS NOT NULL";
        let mut statement = self.db.prepare_cached(sql)?;
        let words: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let mut assignees = Vec::with_capacity(words.len());
        for word in words {
            let mut condition = Condition::default();
            condition.and("assignee <> '' AND assignee = ?", [Value::from(word.clone())]);
            condition.within(scope);
            let sql = format!("SELECT 1 FROM cases WHERE {} LIMIT 1", condition.sql);
            if self.db.prepare_cached(&sql)?.exists(params_from_iter(condition.values))? {
                assignees.extend(Assignee::parse(&word));
            }
        }
        Ok(assignees)
    }

    /// Writes down whom a finding is given to, so that lists show it at once.
    pub(crate) fn set_assignee(&self, number: &str, assignee: Option<&Assignee>) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare_cached("UPDATE cases SET assignee = ?2 WHERE number = ?1")?;
        let word = assignee.map(ToString::to_string).unwrap_or_default();
        statement.execute(params![number, word]).map(drop)
    }

    /// Writes down what became of a finding, so that lists show it at once.
    pub(crate) fn set_status(&self, number: &str, status: &str) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare_cached("UPDATE cases SET status = ?2 WHERE number = ?1")?;
        statement.execute(params![number, status]).map(drop)
    }
}
