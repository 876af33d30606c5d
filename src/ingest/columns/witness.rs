//! What cells bear witness of where no header does: the one column of names of persons, a number whose digits are those
//! of the birth date beside it, the one column of "Nam" and "Nữ".
//!
//! A header of words that nobody foresaw is not read as something else: the cells speak only for columns that no header
//! claims, that are not told of another person, and that are the only ones of their sort in the table.

use super::claims::{ACCEPTED, Claims};
use super::header_cell::HeaderCell;
use super::profile::{Fit, Profile};
use super::reading::Reading;
use super::resolve::Columns;
use super::synonyms::Reason;
use super::things::{Grammar, Person};
use crate::domain::{Field, Kind};
use crate::vietnamese::name::{Likeness, likeness};

/// Cells that have to be there before they bear witness.
const ENOUGH: usize = 5;

/// The one column whose cells are names of persons, and that is headed by nobody else's word.
pub(super) fn only_names(claims: &Claims<'_>, header: &[HeaderCell], profiles: &[Profile]) -> Option<usize> {
    let is_names = |at: &usize| {
        claims.may_be_of_subject(*at)
            && profiles.get(*at).is_some_and(|profile| profile.names() == Fit::Yes && are_persons(profile))
    };
    let mut columns = (0..header.len()).filter(is_names);
    columns.next().filter(|_| columns.next().is_none())
}

/// Whether most cells are a surname with words of names behind it.
fn are_persons(profile: &Profile) -> bool {
    let cells = profile.sample();
    let persons = cells.iter().filter(|(_, cell)| likeness(cell) == Likeness::Name).count();
    cells.len() >= ENOUGH && persons * 3 >= cells.len() * 2
}

/// Whether most cells are a commune and nothing else: no address, no hamlet.
fn are_communes(profile: &Profile) -> bool {
    let is_commune = |cell: &str| {
        let cell = cell.to_lowercase();
        ["xã ", "phường ", "thị trấn ", "đặc khu "].iter().any(|word| cell.starts_with(word))
            && !cell.contains([',', ';', '-'])
    };
    let cells = profile.sample();
    let communes = cells.iter().filter(|(_, cell)| is_commune(cell)).count();
    profile.places() == Fit::Yes && cells.len() >= ENOUGH && communes * 5 >= cells.len() * 4
}

/// Gives fields that no header claims to the columns whose cells leave no doubt.
pub(super) fn testify(
    columns: &mut Columns,
    claims: &Claims<'_>,
    kind: Kind,
    header: &[HeaderCell],
    profiles: &[Profile],
) {
    if profiles.len() < header.len() {
        return;
    }
    number_and_birth(columns, claims, kind, profiles);
    for (field, is_such) in [
        (Field::Gender, (|profile| profile.genders() == Fit::Yes) as fn(&Profile) -> bool),
        (Field::CardNo, |profile| profile.cards() == Fit::Yes),
        (Field::Commune, are_communes),
    ] {
        let mut found = free(columns, claims)
            .into_iter()
            .filter(|at| claims.may_be_of_subject(*at) && is_such(&profiles[*at]));
        if let (Some(at), None, true) = (found.next(), found.next(), is_open(columns, kind, field)) {
            give(columns, at, field);
        }
    }
}

/// The number and the birth date of the person that rows are about, where only one is known or neither: two columns that
/// agree row by row are one person's.
fn number_and_birth(columns: &mut Columns, claims: &Claims<'_>, kind: Kind, profiles: &[Profile]) {
    let (number, birth) = (columns.column_of(Field::PersonalId), columns.column_of(Field::BirthDate));
    let is_wanted = |field| is_open(columns, kind, field);
    let may_be = |at: &usize| {
        let reading = &claims.header()[*at].reading;
        claims.may_be_of_subject(*at) || columns.claims[*at].is_empty() && claims.is_of_subject(reading)
    };
    let free: Vec<usize> = free(columns, claims).into_iter().filter(may_be).collect();
    let numbers = match number {
        Some(at) => vec![at],
        None if is_wanted(Field::PersonalId) => free.clone(),
        None => return,
    };
    let births = match birth {
        Some(at) => vec![at],
        None if is_wanted(Field::BirthDate) => free,
        None => return,
    };
    let pairs = numbers.iter().flat_map(|number| births.iter().map(move |birth| (*number, *birth)));
    let mut agreeing = pairs.filter(|(number, birth)| {
        number != birth
            && profiles
                .get(*number)
                .zip(profiles.get(*birth))
                .is_some_and(|(number, birth)| agree(number, birth))
    });
    if let (Some((at_number, at_birth)), None) = (agreeing.next(), agreeing.next()) {
        if number.is_none() {
            give(columns, at_number, Field::PersonalId);
        }
        if birth.is_none() {
            give(columns, at_birth, Field::BirthDate);
        }
    }
}

/// Whether a kind has a field that no column is yet.
fn is_open(columns: &Columns, kind: Kind, field: Field) -> bool {
    kind.fields().contains(&field) && !columns.has(field)
}

/// Columns that are no field, nor a part of one, and that no header claims.
fn free(columns: &Columns, claims: &Claims<'_>) -> Vec<usize> {
    let parts: Vec<usize> = columns.composed.iter().flat_map(|composed| composed.parts()).collect();
    let is_free = |at: &usize| {
        let is_claimed = columns.claims[*at].iter().any(|claim| claim.points >= ACCEPTED);
        columns.columns[*at].field.is_none() && !is_claimed && !parts.contains(at)
    };
    (0..claims.header().len()).filter(is_free).collect()
}

fn give(columns: &mut Columns, at: usize, field: Field) {
    columns.columns[at].field = Some(field);
    columns.reasons[at] = Some(Reason::Part);
}

/// Whether the numbers of one column hold the birth years of the other, row by row (Decree 70/2024/NĐ-CP: the fourth
/// digit tells century and gender, the next two the year).
fn agree(numbers: &Profile, births: &Profile) -> bool {
    let years = births.sample().iter().filter_map(|(row, cell)| Some((*row, year_of_date(cell)?)));
    let (mut same, mut all) = (0, 0);
    for (row, year) in years {
        let number = numbers.sample().iter().find(|(at, _)| *at == row).map(|(_, cell)| cell);
        if let Some(told) = number.and_then(|cell| year_of_number(cell)) {
            all += 1;
            same += usize::from(told == year);
        }
    }
    all >= ENOUGH && same * 5 >= all * 4
}

fn year_of_number(cell: &str) -> Option<u32> {
    let digits: Vec<u32> = cell.chars().filter_map(|c| c.to_digit(10)).collect();
    let [_, _, _, century, tens, ones, ..] = digits[..] else { return None };
    (digits.len() == 12).then_some(1900 + 100 * (century / 2) + 10 * tens + ones)
}

fn year_of_date(cell: &str) -> Option<u32> {
    let groups = cell.split(|c: char| !c.is_ascii_digit()).filter(|group| group.len() == 4);
    groups.filter_map(|group| group.parse().ok()).find(|year| (1880..=2040).contains(year))
}

impl Claims<'_> {
    /// Whether a header names nobody but whom rows are about.
    fn is_of_subject(&self, reading: &Reading) -> bool {
        self.person(reading, &reading.signs).0 == Person::Subject
    }

    /// Whether a column may tell of whom rows are about: its header names nobody else and means no other thing.
    fn may_be_of_subject(&self, at: usize) -> bool {
        let cell = &self.header()[at];
        let reading = &cell.reading;
        let grammar = Grammar::built_in();
        let is_office = |sign| ["staff", "signature"].iter().any(|name| grammar.means(sign, name));
        !reading.is_blank
            && !self.is_told(cell)
            && self.is_of_subject(reading)
            && !reading.all.iter().any(is_office)
            && (!reading.unknown.is_empty()
                || reading.thing.is_none()
                || grammar.is_thing(reading.thing, "name"))
    }
}
