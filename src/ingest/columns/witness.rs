//! What cells bear witness of where no header does: the one column of names of persons, a number whose digits are those
//! of the birth date beside it, the one column of "Nam" and "Nữ".
//!
//! A header of words that nobody foresaw is not read as something else: the cells speak only for columns that no header
//! claims, that are not told of another person, and that are the only ones of their sort in the table.

use super::claims::{ACCEPTED, Claims};
use super::compose::Composed;
use super::profile::{Fit, Profile};
use super::reading::Reading;
use super::resolve::Columns;
use super::synonyms::Reason;
use super::things::{Grammar, Person};
use crate::domain::{Field, Kind};
use crate::vietnamese::name::{Likeness, likeness};

/// Cells that have to be there before they bear witness.
const ENOUGH: usize = 5;

/// The one column whose cells are names of persons, and that is headed by nobody else's word; of several the one whose
/// header says that it is of whom rows are about.
pub(super) fn only_names(claims: &Claims<'_>, profiles: &[Profile]) -> Option<usize> {
    let is_names = |at: usize| {
        profiles.get(at).is_some_and(|profile| profile.names() == Fit::Yes && are_persons(profile))
    };
    let only = |is_such: &dyn Fn(usize) -> bool| {
        let mut columns = (0..claims.header().len()).filter(|at| is_such(*at) && is_names(*at));
        columns.next().filter(|_| columns.next().is_none())
    };
    only(&|at| claims.heads_subject(at)).or_else(|| only(&|at| claims.may_be_of_subject(at)))
}

/// Whether most cells are a surname with words of names behind it.
fn are_persons(profile: &Profile) -> bool {
    let cells = profile.sample();
    let persons = cells.iter().filter(|(_, cell)| likeness(cell) == Likeness::Name).count();
    cells.len() >= ENOUGH && persons * 3 >= cells.len() * 2
}

/// Whether most cells are a commune and nothing else: no address, no hamlet.
fn are_communes(profile: &Profile) -> bool {
    let words = ["xã ", "phường ", "thị trấn ", "đặc khu "];
    most(profile, |cell| words.iter().any(|word| cell.starts_with(word)) && !cell.contains([',', ';', '-']))
}

/// Whether half the cells, addresses, name a commune by its sort.
pub(super) fn hold_communes(profile: &Profile) -> bool {
    let sorts = ["xã ", "phường ", "thị trấn ", "đặc khu ", "p. ", "x. ", "tt. "];
    let names = |cell: &str| {
        let lower = cell.to_lowercase();
        lower
            .split([',', ';', '-', '–'])
            .any(|part| sorts.iter().any(|sort| part.trim_start().starts_with(sort)))
    };
    let cells = profile.sample();
    cells.len() >= ENOUGH && cells.iter().filter(|(_, cell)| names(cell)).count() * 2 >= cells.len()
}

/// Gives fields that no header claims to the columns whose cells leave no doubt.
pub(super) fn testify(columns: &mut Columns, claims: &Claims<'_>, kind: Kind, profiles: &[Profile]) {
    if profiles.len() < claims.header().len() {
        return;
    }
    deny_number(columns, claims, kind, profiles);
    number_and_birth(columns, claims, kind, profiles);
    for (field, is_such) in SUCH {
        let mut found = free(columns, claims)
            .into_iter()
            .filter(|at| claims.is_strange(*at, field) && profiles.get(*at).is_some_and(is_such));
        if let (Some(at), None, true) = (found.next(), found.next(), is_open(columns, kind, *field)) {
            give(columns, at, *field);
        }
    }
}

/// A field, and whether cells are like its own.
type Like = (Field, fn(&Profile) -> bool);

/// Fields whose cells are like those of no other: where one column alone holds such, it is that.
const SUCH: &[Like] = &[
    (Field::Gender, |profile| profile.genders() == Fit::Yes),
    (Field::CardNo, |profile| profile.cards() == Fit::Yes),
    (Field::OldId, |profile| profile.old_ids() == Fit::Yes && profile.ids() == Fit::No),
    (Field::Commune, are_communes),
    (Field::Hamlet, are_hamlets),
    (Field::Ethnicity, are_peoples),
];

/// What a column is told of that holds such cells too, and is another thing.
const OTHER_PLACES: [&str; 12] = [
    "birth",
    "origin",
    "previous",
    "regist",
    "kcb",
    "facility",
    "office",
    "issue",
    "job_place",
    "school",
    "orgunit",
    "account",
];

/// Whether most cells begin with the word of a hamlet, and are no address.
fn are_hamlets(profile: &Profile) -> bool {
    let words =
        ["thôn ", "xóm ", "ấp ", "bản ", "buôn ", "làng ", "khóm ", "khu phố ", "tổ dân phố ", "tdp ", "tổ "];
    most(profile, |cell| words.iter().any(|word| cell.starts_with(word)) && !cell.contains([',', ';']))
}

/// Whether most cells name one of the larger peoples (list of ethnic groups, Decision 121-TCTK/PPCĐ of 1979).
fn are_peoples(profile: &Profile) -> bool {
    let peoples = [
        "kinh",
        "tày",
        "thái",
        "mường",
        "khmer",
        "khơ me",
        "hoa",
        "nùng",
        "mông",
        "h'mông",
        "dao",
        "gia rai",
        "ê đê",
        "ba na",
        "sán chay",
        "chăm",
        "cơ ho",
        "xơ đăng",
        "sán dìu",
        "hrê",
        "ra glai",
        "mnông",
        "thổ",
        "stiêng",
        "khơ mú",
        "bru - vân kiều",
        "cơ tu",
        "giáy",
        "tà ôi",
        "mạ",
    ];
    most(profile, |cell| peoples.contains(&cell))
}

fn most(profile: &Profile, is_such: impl Fn(&str) -> bool) -> bool {
    let cells = profile.sample();
    let such = cells.iter().filter(|(_, cell)| is_such(&cell.to_lowercase())).count();
    cells.len() >= ENOUGH && such * 5 >= cells.len() * 4
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
        // Put together of day, month and year: the year is one of the parts.
        Some(at) => at.checked_sub(claims.header().len()).map_or_else(
            || vec![at],
            |composed| columns.composed.get(composed).map(Composed::parts).unwrap_or_default(),
        ),
        None if is_wanted(Field::BirthDate) => free,
        None => return,
    };
    let pairs = numbers.iter().flat_map(|number| births.iter().map(move |birth| (*number, *birth)));
    let agreeing: Vec<(usize, usize)> = pairs
        .filter(|(number, birth)| {
            number != birth
                && profiles
                    .get(*number)
                    .zip(profiles.get(*birth))
                    .is_some_and(|(number, birth)| agree(number, birth))
        })
        .collect();
    let is_one = birth.is_some() || agreeing.len() == 1;
    if let Some(&(at_number, at_birth)) = agreeing.first()
        && is_one
        && agreeing.iter().all(|(number, _)| *number == at_number)
    {
        if number.is_none() {
            give(columns, at_number, Field::PersonalId);
        }
        if birth.is_none() {
            give(columns, at_birth, Field::BirthDate);
        }
    }
}

/// So many columns left of a number may name whose it is.
const BESIDE_PERSON: usize = 4;

/// Whether a header says no more than a number of a person does: "ntnSoGiayTo" does.
pub(super) fn says_number_alone(reading: &Reading) -> bool {
    let grammar = Grammar::built_in();
    reading.all.iter().all(|sign| NUMBER.iter().any(|name| grammar.means(sign, name)))
}

/// What the header of a number says that is the person's own.
const NUMBER: [&str; 12] = [
    "pid", "oldid", "idpaper", "amb_pid", "number", "code", "card", "passport", "new", "issue", "bhxh",
    "birthreg",
];

/// Takes the number from the person that rows are about where another is named left of it and no cell agrees with the
/// birth date: "Người đi khai | Quan hệ | Số CCCD" is the declarant's.
fn deny_number(columns: &mut Columns, claims: &Claims<'_>, kind: Kind, profiles: &[Profile]) {
    let of = |field| columns.column_of(field).filter(|at| *at < claims.header().len());
    let (Some(number), Some(birth)) = (of(Field::PersonalId), of(Field::BirthDate)) else { return };
    let is_told = columns.reasons[number].is_some_and(|reason| reason >= Reason::User);
    let (same, all) = agreement(&profiles[number], &profiles[birth]);
    let reading = &claims.header()[number].reading;
    if is_told || !reading.persons.is_empty() || same > 0 || all < 2 {
        return;
    }
    if all >= ENOUGH && !says_number_alone(reading) {
        columns.columns[number].field = None;
        columns.reasons[number] = None;
        columns.claims[number].clear();
        return;
    }
    let is_other = |at: &usize| {
        let reading = &claims.header()[*at].reading;
        matches!(claims.person(reading, &reading.signs).0, Person::Other(_))
    };
    let Some(other) = (number.saturating_sub(BESIDE_PERSON)..number).rev().find(is_other) else { return };
    columns.columns[number].field = None;
    columns.reasons[number] = None;
    columns.claims[number].clear();
    let is_informant = columns.columns[other].field == Some(Field::InformantName);
    if is_informant && is_open(columns, kind, Field::InformantId) {
        give(columns, number, Field::InformantId);
    }
}

/// Whether a kind has a field that no column is taken for.
pub(super) fn is_open(columns: &Columns, kind: Kind, field: Field) -> bool {
    kind.fields().contains(&field) && !columns.has(field)
}

/// Columns that are no field, nor a part of one, and that no header claims.
fn free(columns: &Columns, claims: &Claims<'_>) -> Vec<usize> {
    let is_claimed = |at: &usize| columns.claims[*at].iter().any(|claim| claim.points >= ACCEPTED);
    unused(columns, claims).into_iter().filter(|at| !is_claimed(at)).collect()
}

/// Columns that are no field, nor a part of one.
pub(super) fn unused(columns: &Columns, claims: &Claims<'_>) -> Vec<usize> {
    let parts: Vec<usize> = columns.composed.iter().flat_map(|composed| composed.parts()).collect();
    let is_unused = |at: &usize| columns.columns[*at].field.is_none() && !parts.contains(at);
    (0..claims.header().len()).filter(is_unused).collect()
}

/// Whether a header has one of these signs.
pub(super) fn says(reading: &Reading, signs: &[&str]) -> bool {
    let grammar = Grammar::built_in();
    reading.all.iter().any(|sign| signs.iter().any(|name| grammar.means(sign, name)))
}

/// Takes a column for a field.
pub(super) fn give(columns: &mut Columns, at: usize, field: Field) {
    columns.columns[at].field = Some(field);
    columns.reasons[at] = Some(Reason::Part);
}

/// Whether the numbers of one column hold the birth years of the other, row by row (Decree 70/2024/NĐ-CP: the fourth
/// digit tells century and gender, the next two the year).
fn agree(numbers: &Profile, births: &Profile) -> bool {
    let (same, all) = agreement(numbers, births);
    all >= ENOUGH && same * 5 >= all * 4
}

/// In how many rows the number holds the birth year, and in how many both are there to tell.
fn agreement(numbers: &Profile, births: &Profile) -> (usize, usize) {
    let years = births.sample().iter().filter_map(|(row, cell)| Some((*row, year_of_date(cell)?)));
    let (mut same, mut all) = (0, 0);
    for (row, year) in years {
        let number = numbers.sample().iter().find(|(at, _)| *at == row).map(|(_, cell)| cell);
        if let Some(told) = number.and_then(|cell| year_of_number(cell)) {
            all += 1;
            same += usize::from(told == year);
        }
    }
    (same, all)
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
    pub(super) fn is_of_subject(&self, reading: &Reading) -> bool {
        self.person(reading, &reading.signs).0 == Person::Subject
    }

    /// Whether a column may tell of whom rows are about: its header names nobody else and means no other thing.
    fn may_be_of_subject(&self, at: usize) -> bool {
        let cell = &self.header()[at];
        let reading = &cell.reading;
        let grammar = Grammar::built_in();
        !reading.is_blank
            && !self.is_told(cell)
            && self.is_of_subject(reading)
            && !says(reading, &["staff", "signature"])
            && (!reading.unknown.is_empty()
                || reading.thing.is_none()
                || grammar.is_thing(reading.thing, "name"))
    }

    /// Whether a header says that the column tells of whom rows are about, and nothing of another person.
    pub(super) fn heads_subject(&self, at: usize) -> bool {
        let cell = &self.header()[at];
        let reading = &cell.reading;
        !self.is_told(cell)
            && self.names_subject(reading)
            && self.is_of_subject(reading)
            && !says(reading, &["staff", "signature", "account"])
    }

    /// Whether a column may be a field though its header does not say so: it has words that are not known, or adds up to no
    /// thing, and says nothing of another place than the one that is asked for.
    fn is_strange(&self, at: usize, field: &Field) -> bool {
        let reading = &self.header()[at].reading;
        let is_other = match field {
            // Nine digits are many things: only what is headed as a paper is an old number.
            Field::OldId => !says(reading, &["oldid", "idpaper", "pid"]),
            Field::Commune | Field::Hamlet => says(reading, &OTHER_PLACES),
            _ => false,
        };
        self.may_be_of_subject(at) && (!reading.unknown.is_empty() || reading.thing.is_none()) && !is_other
    }
}
