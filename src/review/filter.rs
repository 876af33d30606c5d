//! What a list shows: all of it stands in the address, so that every view can be kept, sent and come back to; but of
//! what was searched for a word alone, which says nothing without the session.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rusqlite::types::Value;
use serde::Deserialize;

use crate::domain::Day;
use crate::findings::FindingId;
use crate::store::FindingStatus;
use crate::store::accounts::Scope;
use crate::vietnamese::text::fold;

/// Lines on a page.
pub(crate) const PAGE: u32 = 50;

/// Pages that can be asked for; a list longer than that is to be filtered, not leafed through.
const LAST_PAGE: u32 = 40_000;

/// The filter as the address writes it. What means nothing filters nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    /// Key of a commune.
    pub(crate) commune: String,
    /// A hamlet as written.
    pub(crate) hamlet: String,
    /// A responsible unit.
    pub(crate) unit: String,
    /// A pillar.
    pub(crate) pillar: String,
    /// A code.
    pub(crate) code: String,
    /// A severity.
    pub(crate) severity: String,
    /// A status, or a group of them; what is to be done where nothing is said.
    pub(crate) status: String,
    /// A kind of file.
    pub(crate) source: String,
    /// Days since the finding was first seen, at least.
    pub(crate) age: String,
    /// Whether somebody should have done something by now.
    pub(crate) overdue: String,
    /// Whom it is given to, as the store writes it, or [`NOBODY`].
    pub(crate) assignee: String,
    /// The word by which the session's search is held.
    pub(crate) s: String,
    /// What that is: words of a name or of an address, a date of birth, digits, the number of a finding. No address has
    /// it.
    #[serde(skip)]
    pub(crate) q: String,
    /// The order.
    pub(crate) sort: String,
    /// The page, from 1.
    pub(crate) page: String,
}

/// The names of the parts in an address.
pub(crate) const PARTS: [&str; 14] = [
    "commune", "hamlet", "unit", "pillar", "code", "severity", "status", "source", "age", "overdue",
    "assignee", "s", "sort", "page",
];

/// A condition with its values.
#[derive(Debug, Default)]
pub(crate) struct Condition {
    /// The text between `WHERE` and `ORDER BY`.
    pub(crate) sql: String,
    /// Its values, in order.
    pub(crate) values: Vec<Value>,
}

impl Condition {
    /// Adds a clause that must hold too.
    pub(crate) fn and(&mut self, clause: &str, values: impl IntoIterator<Item = Value>) {
        if !self.sql.is_empty() {
            self.sql.push_str(" AND ");
        }
        self.sql.push_str(clause);
        self.values.extend(values);
    }

    fn one_of(&mut self, column: &str, values: &[String]) {
        let marks = vec!["?"; values.len()].join(",");
        self.and(&format!("{column} IN ({marks})"), values.iter().cloned().map(Value::from));
    }

    /// Restricts to what an account may see.
    pub(crate) fn within(&mut self, scope: &Scope) {
        if let Some(communes) = &scope.communes {
            self.one_of("commune", communes);
        }
        if let Some(units) = &scope.units {
            self.one_of("unit", units);
        }
    }
}

/// The condition of what is searched for: words of the finding, or of the address of its resident.
const SEARCHED: &str = "id IN (SELECT rowid FROM found WHERE found MATCH ? UNION \
                        SELECT c.id FROM homes h JOIN cases c ON c.person = h.rowid WHERE homes MATCH ?)";

/// Ranks of one severity; codes are fewer.
pub(crate) const RANKS: i64 = 1_000;

/// The orders of a list: name in the address, column.
pub(crate) const SORTS: [(&str, &str); 6] = [
    ("severity", "rank"),
    ("name", "name_key"),
    ("commune", "commune"),
    ("code", "code"),
    ("age", "first_seen"),
    ("due", "ifnull(due_on, 2147483647)"),
];

/// Groups of statuses: name in the address, statuses; the first is shown where nothing is said.
pub(crate) const STATUS_GROUPS: [(&str, &[&str]); 6] = [
    ("todo", &["new", "open", "reopened"]),
    ("in_progress", &["in_progress"]),
    ("deferred", &["deferred"]),
    ("rejected", &["rejected"]),
    ("reopened", &["reopened"]),
    ("all", &[]),
];

/// What the address says for findings that are overdue.
pub(crate) const OVERDUE: &str = "1";

/// What the address says for findings that are given to nobody.
pub(crate) const NOBODY: &str = "nobody";

/// Statuses in which somebody is expected to do something now.
const WAITING: [FindingStatus; 4] =
    [FindingStatus::New, FindingStatus::Open, FindingStatus::Reopened, FindingStatus::InProgress];

/// The condition of what is overdue; its value is today.
pub(crate) fn overdue() -> String {
    let waiting = WAITING.map(|status| format!("'{}'", status.name())).join(",");
    format!("due_on < ? AND status IN ({waiting})")
}

impl Filter {
    /// The parts as the address names them.
    pub(crate) fn parts(&self) -> [(&'static str, &str); 14] {
        let values = [
            &self.commune,
            &self.hamlet,
            &self.unit,
            &self.pillar,
            &self.code,
            &self.severity,
            &self.status,
            &self.source,
            &self.age,
            &self.overdue,
            &self.assignee,
            &self.s,
            &self.sort,
            &self.page,
        ];
        let mut parts = [("", ""); 14];
        for ((part, name), value) in parts.iter_mut().zip(PARTS).zip(values) {
            *part = (name, value.as_str());
        }
        parts
    }

    /// The query of the address: only what is set, in one order; empty where nothing is.
    pub(crate) fn query(&self) -> String {
        let mut query = String::new();
        for (name, value) in self.parts().into_iter().filter(|(_, value)| !value.is_empty()) {
            query.push(if query.is_empty() { '?' } else { '&' });
            query.push_str(name);
            query.push('=');
            percent_encode(value, &mut query);
        }
        query
    }

    /// The query as the access log takes it: that somebody searched, and not for whom.
    pub(crate) fn logged(&self) -> String {
        let mut query = Self { s: String::new(), ..self.clone() }.query();
        if !(self.s.is_empty() && self.q.is_empty()) {
            query.push_str(if query.is_empty() { "?q" } else { "&q" });
        }
        // Whatever else is typed into an address stands there as typed.
        crate::store::mask_numbers(&query).unwrap_or(query)
    }

    /// Whether the address names a search that is held no more: who would be shown without it is anybody's guess.
    pub(crate) fn is_forgotten(&self) -> bool {
        self.q.is_empty() && !self.s.is_empty()
    }

    /// The filter of a form, whose search is held under a word.
    pub(crate) fn of_form<'f>(field: impl Fn(&str) -> &'f str, s: String) -> Self {
        let field = |name: &str| field(name).to_owned();
        Self {
            commune: field("commune"),
            hamlet: field("hamlet"),
            unit: field("unit"),
            pillar: field("pillar"),
            code: field("code"),
            severity: field("severity"),
            status: field("status"),
            source: field("source"),
            age: field("age"),
            overdue: field("overdue"),
            assignee: field("assignee"),
            s,
            q: String::new(),
            sort: field("sort"),
            page: String::new(),
        }
    }

    /// The same with another page.
    pub(crate) fn on_page(&self, page: u32) -> Self {
        Self { page: if page <= 1 { String::new() } else { page.to_string() }, ..self.clone() }
    }

    /// The number of the page, from 1.
    pub(crate) fn page_number(&self) -> u32 {
        self.page.parse().unwrap_or(1).clamp(1, LAST_PAGE)
    }

    /// The column of the order.
    pub(crate) fn order(&self) -> &'static str {
        SORTS.iter().find(|(name, _)| *name == self.sort).map_or(SORTS[0].1, |(_, column)| column)
    }

    /// The condition on the table of cases, within what an account may see.
    pub(crate) fn condition(&self, scope: &Scope, today: Day) -> Condition {
        let mut condition = Condition::default();
        condition.within(scope);
        let plain = [
            ("commune", &self.commune),
            ("hamlet", &self.hamlet),
            ("unit", &self.unit),
            ("pillar", &self.pillar),
            ("code", &self.code),
            ("source", &self.source),
        ];
        for (column, value) in plain.into_iter().filter(|(_, value)| !value.is_empty()) {
            condition.and(&format!("{column} = ?"), [Value::from(value.clone())]);
        }
        if let Some(severity) = ["high", "medium", "low"].iter().position(|name| *name == self.severity) {
            // By the order of lists, so that one way through the index finds and sorts.
            let from = severity as i64 * RANKS;
            condition.and("rank BETWEEN ? AND ?", [Value::from(from), Value::from(from + RANKS - 1)]);
        }
        let group = STATUS_GROUPS.iter().find(|(name, _)| *name == self.status).unwrap_or(&STATUS_GROUPS[0]);
        if !group.1.is_empty() {
            let statuses: Vec<String> = group.1.iter().map(|status| (*status).to_string()).collect();
            condition.one_of("status", &statuses);
        }
        if let Ok(days) = self.age.parse::<u16>() {
            condition.and("first_seen <= ?", [Value::from(iso(Day(today.0 - i32::from(days))))]);
        }
        if self.overdue == OVERDUE {
            condition.and(&overdue(), [Value::from(i64::from(today.0))]);
        }
        match self.assignee.as_str() {
            "" => {}
            NOBODY => condition.and("assignee = ''", []),
            // The first part leads to the index of those that are given at all.
            word => condition.and("assignee <> '' AND assignee = ?", [Value::from(word.to_owned())]),
        }
        if self.is_forgotten() {
            condition.and("FALSE", []);
        } else if let Some(number) = FindingId::parse(self.q.trim()) {
            condition.and("number = ?", [Value::from(number.to_string())]);
        } else if let Some(words) = search_words(&self.q) {
            condition.and(SEARCHED, [Value::from(words.clone()), Value::from(words)]);
        }
        if condition.sql.is_empty() {
            condition.sql.push_str("TRUE");
        }
        condition
    }
}

/// A day as `yyyy-mm-dd`.
pub(crate) fn iso(day: Day) -> String {
    let (year, month, day) = day.civil();
    format!("{year:04}-{month:02}-{day:02}")
}

/// The words to be found, each as the beginning of a word of the person: `nguyễn 0791` gives
/// `"nguyen"* AND "0791"*`. `None` where there is nothing to look for.
pub(crate) fn search_words(text: &str) -> Option<String> {
    const MOST_WORDS: usize = 8;
    let folded = fold(text);
    let words: Vec<String> =
        folded.split(' ').filter(|w| !w.is_empty()).take(MOST_WORDS).map(|w| format!("\"{w}\"*")).collect();
    (!words.is_empty()).then(|| words.join(" AND "))
}

/// All but the characters that RFC 3986 calls unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Writes a value as part of an address.
pub(crate) fn percent_encode(value: &str, into: &mut String) {
    into.extend(utf8_percent_encode(value, RESERVED));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_what_is_set_and_nothing_else() {
        let filter = Filter { hamlet: "Thôn 1&2".into(), page: "3".into(), ..Filter::default() };
        assert_eq!(filter.query(), "?hamlet=Th%C3%B4n%201%262&page=3");
        assert_eq!(filter.on_page(1).query(), "?hamlet=Th%C3%B4n%201%262");
        assert_eq!(Filter::default().query(), "");
    }

    #[test]
    fn no_address_and_no_line_of_the_log_says_who_was_searched_for() {
        let filter =
            Filter { q: "Nguyễn 079".into(), s: "a1".into(), commune: "00001".into(), ..Filter::default() };
        assert_eq!(
            (filter.query(), filter.logged()),
            ("?commune=00001&s=a1".into(), "?commune=00001&q".into())
        );
        let uri = axum::http::Uri::from_static("/cases?q=an&s=a1");
        let read = axum::extract::Query::<Filter>::try_from_uri(&uri).unwrap().0;
        assert_eq!((read.q.as_str(), read.s.as_str()), ("", "a1"));
        // A search that is held no more shows nobody.
        assert!(
            read.is_forgotten() && read.condition(&Scope::all(), Day(20_000)).sql.ends_with(" AND FALSE")
        );
    }

    #[test]
    fn nothing_from_an_address_becomes_sql() {
        let filter = Filter {
            commune: "' OR 1=1 --".into(),
            sort: "severity; DROP TABLE cases".into(),
            status: "x".into(),
            q: "\" OR *".into(),
            age: "1e9".into(),
            page: "-1".into(),
            ..Filter::default()
        };
        let condition = filter.condition(&Scope::all(), Day(20_000));
        assert_eq!(condition.sql, format!("commune = ? AND status IN (?,?,?) AND {SEARCHED}"));
        assert_eq!(condition.values[4], Value::from("\"or\"*".to_string()));
        assert_eq!((filter.order(), filter.page_number()), ("rank", 1));
    }

    #[test]
    fn what_is_overdue_is_what_somebody_should_have_done() {
        let filter = Filter { overdue: "1".into(), status: "all".into(), ..Filter::default() };
        let condition = filter.condition(&Scope::all(), Day(20_000));
        assert_eq!(condition.sql, "due_on < ? AND status IN ('new','open','reopened','in_progress')");
        assert_eq!(condition.values, [Value::from(20_000i64)]);
        assert_eq!(filter.query(), "?status=all&overdue=1");
        assert!(FindingStatus::ALL.iter().all(|status| WAITING.contains(status) == status.is_awaited()));
    }

    #[test]
    fn a_number_of_a_finding_is_looked_up_as_one() {
        let filter = Filter { q: " SONG-01-0123456789AB ".into(), status: "all".into(), ..Filter::default() };
        let condition = filter.condition(&Scope::all(), Day(20_000));
        assert_eq!(condition.sql, "number = ?");
        assert_eq!(condition.values, [Value::from("SONG-01-0123456789ab".to_string())]);
    }

    #[test]
    fn words_are_looked_for_without_diacritics() {
        assert_eq!(search_words("Nguyễn  0791").as_deref(), Some("\"nguyen\"* AND \"0791\"*"));
        assert_eq!(search_words(" ,; "), None);
    }
}
