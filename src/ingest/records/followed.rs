//! Lists of which a later one was read: last year's beside this year's, a month's payments beside those of the next.

use crate::domain::{Capability, Day, Kind, PartialDate, Table};
use crate::ingest::columns::key::key;
use crate::vietnamese::date::of_titles;

/// Letters that a title must have to be the name of a list.
const LEAST_TITLE: usize = 8;

/// Says of each list of benefits or members by which later one it was followed: the same title but for its date, and the
/// same header. Who stands on the earlier one alone no longer has what the list is about.
pub(super) fn mark_followed(tables: &mut [Table], as_of: Day) {
    let dated: Vec<Option<Dated>> = tables.iter().map(|table| Dated::of(table, as_of)).collect();
    for at in 0..tables.len() {
        let Some(own) = &dated[at] else { continue };
        let later = dated.iter().zip(&*tables).filter_map(|(other, table)| Some((other.as_ref()?, table)));
        let latest = later
            .filter(|(other, _)| other.follows(own))
            .max_by_key(|(other, _)| other.date.last_day())
            .map(|(_, table)| table.name.clone());
        tables[at].followed_by = latest;
    }
}

/// A list whose title bears a date.
struct Dated {
    kind: Kind,
    /// The titles without digits.
    title: String,
    header: Vec<String>,
    date: PartialDate,
}

impl Dated {
    fn of(table: &Table, as_of: Day) -> Option<Self> {
        if !(table.kind == Kind::Welfare || table.kind.has(Capability::Membership)) {
            return None;
        }
        let mut title = key(&table.titles.join(" "));
        title.retain(|c| !c.is_ascii_digit());
        let date = of_titles(&table.titles, as_of).filter(|_| title.chars().count() >= LEAST_TITLE)?;
        let header = table.columns[..table.own_columns].iter().map(|column| key(&column.header)).collect();
        Some(Self { kind: table.kind, title, header, date })
    }

    fn follows(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.date.first_day() > other.date.last_day()
            && self.title == other.title
            && self.header == other.header
    }
}
