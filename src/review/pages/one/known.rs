//! All that is known of a person, and of a household, on one page: rows of all files, findings, decisions, pairs.

use askama::Template;

use super::case;
use super::shown::{self, ShownLine};
use crate::domain::{Field, Kind, Lang};
use crate::findings::FindingId;
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit};
use crate::review::http::watch::Look;
use crate::review::index::{FindingText, Linked, PairOf, Record};
use crate::review::pages::lists::history::{self, ShownEvent};
use crate::review::pages::reason;
use crate::store::accounts::{Scope, commune_key};
use crate::vietnamese::text::fold;

#[derive(Template)]
#[template(path = "review/known.html")]
struct Known {
    shell: Shell,
    title: &'static str,
    number: String,
    /// The other of the two pages, where there is one.
    other: Option<&'static str>,
    other_title: &'static str,
    persons: Vec<Person>,
}

/// Somebody, with all that is known.
struct Person {
    name: String,
    birth_date: String,
    relation: String,
    cases: Vec<ShownLine>,
    decisions: Vec<ShownEvent>,
    pairs: Vec<ShownPair>,
    rows: Vec<ShownRow>,
    /// The kinds of rows that lie beyond what the account may see.
    hidden: Vec<&'static str>,
}

struct ShownPair {
    number: String,
    name: String,
    role: String,
    likely: String,
}

struct ShownRow {
    kind: &'static str,
    role: String,
    place: String,
    likely: String,
    matched_on: String,
    cells: Vec<Cell>,
    open: bool,
}

struct Cell {
    field: String,
    text: String,
}

/// All that is known of the person of a finding.
pub(crate) fn person(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let found = case::find(visit)?;
    let number = found.line.number.clone();
    if let Some(asked) = reason::asked(visit, Look::Cases, &number)? {
        return Ok(asked);
    }
    let numbers = visit.app.is_revealed(&visit.token, &number);
    visit.log(if numbers { "view_person_numbers" } else { "view_person" }, &number, &found.line.code)?;
    let index = &visit.worker.index;
    let resident = found.line.person.map_or(Ok(None), |id| index.record(id))?;
    let source = index.record_at(&found.source_file, found.source_row)?;
    let is_resident = resident.is_some();
    let person = match resident {
        Some(resident) => of_resident(visit, &resident, source.as_ref(), numbers)?,
        None => of_row(visit, &found, source.as_ref(), numbers)?,
    };
    Reply::page(&Known {
        shell: visit.shell(),
        title: "known_person",
        number,
        other: is_resident.then_some("household"),
        other_title: "known_household",
        persons: vec![person],
    })
}

/// All that is known of the household of the resident of a finding.
pub(crate) fn household(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let found = case::find(visit)?;
    let number = found.line.number.clone();
    if let Some(asked) = reason::asked(visit, Look::Cases, &number)? {
        return Ok(asked);
    }
    let numbers = visit.app.is_revealed(&visit.token, &number);
    let index = &visit.worker.index;
    let resident = found.line.person.map_or(Ok(None), |id| index.record(id))?;
    let resident = resident.ok_or(Failure::NotFound)?;
    let others = index.household(&resident)?;
    let action = if numbers { "view_household_numbers" } else { "view_household" };
    let held: Vec<String> =
        std::iter::once(&resident).chain(&others).map(|of| format!("{}:{}", of.file, of.row)).collect();
    visit.log_holding(action, &number, &format!("{} persons", held.len()), &held)?;
    let mut persons = Vec::with_capacity(others.len() + 1);
    for member in std::iter::once(&resident).chain(&others) {
        persons.push(of_resident(visit, member, None, numbers)?);
    }
    Reply::page(&Known {
        shell: visit.shell(),
        title: "known_household",
        number,
        other: Some("person"),
        other_title: "known_person",
        persons,
    })
}

/// A resident with the rows that are linked, and a row that a finding sets beside although it is not.
fn of_resident(
    visit: &Visit<'_>,
    resident: &Record,
    beside: Option<&Record>,
    numbers: bool,
) -> Result<Person, Failure> {
    let (scope, lang) = (&visit.who()?.scope, visit.lang);
    let (index, store) = (&visit.worker.index, &visit.worker.store);
    let names = index.commune_names()?;
    let found = index.of_person(resident.id, "", scope)?;
    let mut decisions = Vec::new();
    let mut cases = Vec::with_capacity(found.len());
    for line in found {
        if let Some(id) = FindingId::parse(&line.number) {
            decisions.extend(store.decisions_on(id)?);
        }
        cases.push(ShownLine::new(store, line, lang)?);
    }
    decisions.sort_by_key(|decision| decision.id);
    let mut rows = vec![ShownRow::of(resident, numbers, lang)];
    let mut hidden = Vec::new();
    let linked = index.linked(resident.id)?;
    let is_linked = |record: &Record| linked.iter().any(|linked| linked.record.id == record.id);
    let beside = beside.filter(|record| record.id != resident.id && !is_linked(record));
    if let Some(record) = beside {
        rows.push(ShownRow::of(record, numbers, lang));
    }
    for linked in &linked {
        if may_see(scope, &linked.record, &names) {
            rows.push(ShownRow::of_link(linked, numbers, lang));
        } else {
            hidden.push(linked.record.kind.title(lang));
        }
    }
    let pairs = index.pairs_of(resident.id, scope)?;
    Ok(Person {
        name: shown::short(resident.cell(Field::FullName)),
        birth_date: shown::short(resident.cell(Field::BirthDate)),
        relation: shown::short(resident.cell(Field::RelationToHead)),
        cases,
        decisions: history::of_pair(&decisions, lang),
        pairs: pairs.iter().map(|pair| ShownPair::of(pair, lang)).collect(),
        rows,
        hidden,
    })
}

/// Somebody who is no resident: the row of the finding alone.
fn of_row(
    visit: &Visit<'_>,
    found: &FindingText,
    source: Option<&Record>,
    numbers: bool,
) -> Result<Person, Failure> {
    let (store, lang) = (&visit.worker.store, visit.lang);
    let id = case::id_of(&found.line.number)?;
    Ok(Person {
        name: shown::short(&found.line.full_name),
        birth_date: shown::short(&found.line.birth_date),
        relation: String::new(),
        decisions: history::of_pair(&store.decisions_on(id)?, lang),
        cases: vec![ShownLine::new(store, found.line.clone(), lang)?],
        pairs: Vec::new(),
        rows: source.map(|record| ShownRow::of(record, numbers, lang)).into_iter().collect(),
        hidden: Vec::new(),
    })
}

/// Whether a row lies within what an account may see: it says no commune, one of the account's, or one of its name.
fn may_see(scope: &Scope, record: &Record, names: &[(String, String)]) -> bool {
    let (code, name) = (record.cell(Field::CommuneCode).trim(), record.cell(Field::Commune).trim());
    if scope.communes.is_none() || (code.is_empty() && name.is_empty()) {
        return true;
    }
    let named = || names.iter().any(|(key, of)| scope.has_commune(key) && fold(of) == fold(name));
    scope.has_commune(&commune_key(code, name)) || (code.is_empty() && named())
}

impl ShownRow {
    fn of(record: &Record, numbers: bool, lang: Lang) -> Self {
        let cell = |(field, text): &(Field, String)| Cell {
            field: shown::field(field.name(), lang).to_owned(),
            text: shown::value(text, field.name(), numbers),
        };
        let other = |(header, text): &(String, String)| Cell {
            field: shown::visible(header),
            text: shown::value(text, "", numbers),
        };
        Self {
            kind: record.kind.title(lang),
            role: String::new(),
            place: format!("{}:{}", shown::visible(&record.file), record.row),
            likely: String::new(),
            matched_on: String::new(),
            cells: record.cells.iter().map(cell).chain(record.others.iter().map(other)).collect(),
            open: record.kind == Kind::Residents,
        }
    }

    fn of_link(linked: &Linked, numbers: bool, lang: Lang) -> Self {
        Self {
            role: shown::role_of(linked.record.kind.name(), &linked.role, lang),
            likely: shown::percent(linked.probability, lang),
            matched_on: shown::fields(&linked.matched_on, lang),
            open: true,
            ..Self::of(&linked.record, numbers, lang)
        }
    }
}

impl ShownPair {
    fn of(pair: &PairOf, lang: Lang) -> Self {
        Self {
            number: pair.number.clone(),
            name: shown::short(&pair.name),
            role: shown::role_of(&pair.source, &pair.role, lang),
            likely: shown::percent(pair.probability, lang),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_another_commune_is_not_shown() {
        let scope = Scope { communes: Some(vec!["00001".to_owned()]), units: None };
        let names =
            [("00001".to_owned(), "Xã An Phú".to_owned()), ("00002".to_owned(), "Xã Bình Hoà".to_owned())];
        let of = |code: &str, name: &str| Record {
            id: 1,
            kind: Kind::Residents,
            file: String::new(),
            row: 1,
            cells: vec![(Field::CommuneCode, code.to_owned()), (Field::Commune, name.to_owned())],
            others: Vec::new(),
        };
        assert!(may_see(&scope, &of("00001", "x"), &names) && may_see(&scope, &of("", "XÃ AN PHÚ"), &names));
        assert!(may_see(&scope, &of("", ""), &names) && may_see(&Scope::all(), &of("00002", ""), &names));
        assert!(
            !may_see(&scope, &of("00002", "Xã An Phú"), &names)
                && !may_see(&scope, &of("", "Xã Bình Hoà"), &names)
        );
    }
}
