//! Fields that are put together from the cells of several columns, or read out of one.

use super::claims::Claims;
use super::header_cell::HeaderCell;
use super::lexicon::Lexicon;
use super::profile::{Fit, Profile};
use super::reading::Signs;
use super::resolve::Columns;
use super::synonyms::Reason;
use super::things::{Grammar, Person};
use super::witness;
use crate::domain::{Capability, Field, Kind, Role};
use crate::vietnamese::name::couple;

/// A field that is put together from the cells of several columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Composed {
    /// The parts of a name, family name first.
    Joined(Vec<usize>),
    /// Day, month and year.
    Date([usize; 3]),
    /// Day and month in one column, the year in another: "14/3" beside "1961".
    DayAndYear([usize; 2]),
    /// Whichever of two columns, for men and for women, holds something.
    EitherOf(usize, usize),
    /// "Nam" or "Nữ": the column, for men or for women, that holds something.
    WhichOf(usize, usize),
    /// "Nữ" where the one column there is for women holds a mark, else "Nam".
    Women(usize),
    /// "Nam" where the one column there is for men holds a mark, else "Nữ".
    Men(usize),
    /// The first of several columns that holds something; of IDs the first that holds twelve digits.
    FirstOf(Vec<usize>),
    /// That the person died, where the column holds a mark: "Đã chết" over "x".
    DiedWhereMarked(usize),
    /// A column that gives another field too: the end of a range beside its beginning.
    Same(usize),
    /// What a cell says of the first or of the second of two persons, where the cell of names beside it names two.
    OneOfTwo {
        /// The column.
        of: usize,
        /// The column of names.
        names: usize,
        /// Whether it is the second person's.
        second: bool,
        /// What the cells hold.
        holds: Halves,
    },
}

/// What is told of two persons in one cell.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Halves {
    Names,
    Numbers,
    Dates,
}

impl Halves {
    /// The halves of a cell.
    fn of(self, cell: &str) -> Option<[&str; 2]> {
        let has_digits = |text: &&str| text.contains(|c: char| c.is_ascii_digit());
        let runs = cell.split(|c: char| !c.is_ascii_digit()).filter(has_digits);
        let parts: Vec<&str> = match self {
            Self::Names => return couple(cell),
            Self::Numbers => runs.filter(|run| (8..=12).contains(&run.len())).collect(),
            Self::Dates if runs.clone().all(|run| run.len() == 4) => runs.collect(),
            Self::Dates => {
                let parts = cell.split([',', ';', '\n', '&', '+']).flat_map(|part| part.split(" và "));
                parts.filter(has_digits).map(str::trim).collect()
            }
        };
        <[&str; 2]>::try_from(parts).ok()
    }
}

impl Composed {
    /// The columns that it is made of.
    pub(in crate::ingest) fn parts(&self) -> Vec<usize> {
        match self {
            Self::Joined(parts) | Self::FirstOf(parts) => parts.clone(),
            Self::EitherOf(a, b) | Self::WhichOf(a, b) => vec![*a, *b],
            Self::Date(parts) => parts.to_vec(),
            Self::DayAndYear(parts) => parts.to_vec(),
            Self::Women(column) | Self::Men(column) | Self::Same(column) | Self::DiedWhereMarked(column) => {
                vec![*column]
            }
            Self::OneOfTwo { of, .. } => vec![*of],
        }
    }

    /// Writes the composed cell of a row.
    pub(in crate::ingest) fn write<'a>(&self, cell: impl Fn(usize) -> &'a str, out: &mut String) {
        let cell = |column: usize| cell(column).trim();
        let is_marked = |column: usize| !matches!(cell(column), "" | "0" | "-");
        match self {
            Self::Joined(parts) => {
                let mut separator = "";
                for part in parts.iter().map(|part| cell(*part)).filter(|part| !part.is_empty()) {
                    out.push_str(separator);
                    out.push_str(part);
                    separator = " ";
                }
            }
            Self::Date([day, month, year]) => {
                // A month that is not there makes the day worthless: the date is less precise, it has no gap.
                let there = |column: usize| cell(column).bytes().any(|b| b != b'0');
                if there(*month) {
                    if there(*day) {
                        out.push_str(cell(*day));
                        out.push('/');
                    }
                    out.push_str(cell(*month));
                    out.push('/');
                }
                out.push_str(cell(*year));
            }
            Self::DayAndYear([day, year]) => {
                let is_there = cell(*day).bytes().any(|b| b.is_ascii_digit() && b != b'0');
                if is_there && !cell(*year).is_empty() {
                    out.extend(cell(*day).chars().map(|c| if matches!(c, '-' | '.') { '/' } else { c }));
                    out.push('/');
                }
                out.push_str(cell(*year));
            }
            Self::EitherOf(men, women) => {
                out.push_str(if cell(*men).is_empty() { cell(*women) } else { cell(*men) })
            }
            Self::WhichOf(men, women) => {
                out.push_str(match (cell(*men).is_empty(), cell(*women).is_empty()) {
                    (false, true) => "Nam",
                    (true, false) => "Nữ",
                    _ => "",
                })
            }
            Self::Women(column) => out.push_str(if is_marked(*column) { "Nữ" } else { "Nam" }),
            Self::Men(column) => out.push_str(if is_marked(*column) { "Nam" } else { "Nữ" }),
            Self::FirstOf(parts) => {
                let filled = || parts.iter().map(|part| cell(*part)).filter(|text| !text.is_empty());
                let is_whole = |text: &&str| text.bytes().filter(u8::is_ascii_digit).count() == 12;
                out.push_str(filled().find(is_whole).or_else(|| filled().next()).unwrap_or_default());
            }
            Self::DiedWhereMarked(column) => out.push_str(if is_marked(*column) { "Chết" } else { "" }),
            Self::Same(column) => out.push_str(cell(*column)),
            Self::OneOfTwo { of, names, second, holds } => {
                let halves = couple(cell(*names)).and_then(|_| holds.of(cell(*of)));
                out.push_str(match (halves, second) {
                    (Some([_, half]), true) | (Some([half, _]), false) => half,
                    (None, true) => "",
                    (None, false) => cell(*of),
                });
            }
        }
    }
}

/// Puts fields together for the columns of one header.
pub(super) struct Composer<'a> {
    pub(super) kind: Kind,
    pub(super) header: &'a [HeaderCell],
    pub(super) profiles: &'a [Profile],
    pub(super) claims: &'a Claims<'a>,
}

impl Composer<'_> {
    /// Adds all that can be put together.
    pub(super) fn compose(&self, columns: &mut Columns) {
        for at in 0..self.header.len() {
            if columns.reasons[at] == Some(Reason::Mapped) {
                continue;
            }
            self.date(columns, at);
            self.by_sex(columns, at);
        }
        for (field, person) in [
            (Field::FullName, None),
            (Field::HusbandName, Some("p.husband")),
            (Field::WifeName, Some("p.wife")),
        ] {
            if self.kind.fields().contains(&field) {
                self.name(columns, field, person);
            }
        }
        self.tick(columns);
        self.ranges(columns);
        self.couples(columns);
        self.commune_of_address(columns);
        self.died(columns);
    }

    /// A review of a list with a column of marks for the dead stops what those receive.
    fn died(&self, columns: &mut Columns) {
        if !self.kind.fields().contains(&Field::StopReason) || columns.has(Field::StopReason) {
            return;
        }
        let is_marks = |at: &usize| {
            self.thing(*at) == "death_tick"
                && self.is_of_subject(*at)
                && columns.columns[*at].field.is_none()
                && self.profile(*at).is_some_and(|profile| profile.ticks() != Fit::No)
        };
        let mut found = (0..self.header.len()).filter(is_marks);
        if let (Some(at), None) = (found.next(), found.next()) {
            columns.add(Field::StopReason, Composed::DiedWhereMarked(at), &[at]);
        }
    }

    /// A list whose one column of places is the address has its commune there: the reader of communes finds it among
    /// hamlet, district and province.
    fn commune_of_address(&self, columns: &mut Columns) {
        let has_other = columns.has(Field::Commune) || columns.has(Field::CommuneCode);
        // The commune of a register is the one that keeps it.
        let is_residence = !self.kind.has(Capability::Registration);
        let is_wanted = is_residence && self.kind.fields().contains(&Field::Commune) && !has_other;
        let Some(at) = columns.column_of(Field::Address).filter(|at| is_wanted && *at < self.header.len())
        else {
            return;
        };
        let grammar = Grammar::built_in();
        let says_commune = self.header[at].reading.all.iter().any(|sign| grammar.means(sign, "commune"));
        if self.profile(at).is_some_and(|profile| says_commune || witness::hold_communes(profile)) {
            columns.repeat(at, Field::Commune);
        }
    }

    /// What a column holds, whoever it is told of: "Tên (nam)" is a given name where the kind takes men for husbands.
    fn thing(&self, at: usize) -> &'static str {
        let reading = self.header.get(at).map(|cell| &cell.reading);
        let Some(reading) = reading.filter(|reading| reading.unknown.is_empty()) else { return "" };
        let grammar = Grammar::built_in();
        let (_, things, _) = self.claims.person(reading, &reading.signs);
        let thing = if things == reading.signs { reading.thing } else { grammar.thing(&things) };
        thing.map_or("", |thing| grammar.thing_name(thing))
    }

    fn is_of_subject(&self, at: usize) -> bool {
        let reading = &self.header[at].reading;
        self.claims.person(reading, &reading.signs).0 == Person::Subject
    }

    fn profile(&self, at: usize) -> Option<&Profile> {
        self.profiles.get(at)
    }

    /// A date in three columns, or in two.
    fn date(&self, columns: &mut Columns, at: usize) {
        let grammar = Grammar::built_in();
        let is = |at: usize, part: &str| {
            self.header.get(at).is_some_and(|cell| grammar.is_part_of_date(&cell.reading.own, part))
        };
        let composed = if is(at, "date") && is(at + 1, "month") && is(at + 2, "year") {
            Composed::Date([at, at + 1, at + 2])
        } else if is(at, "year") && is(at + 1, "month") && is(at + 2, "date") {
            Composed::Date([at + 2, at + 1, at])
        } else if is(at, "date") && is(at + 1, "year") && self.profile(at).is_some_and(are_days_of_months) {
            Composed::DayAndYear([at, at + 1])
        } else {
            return;
        };
        let parts: Vec<usize> = (at..at + composed.parts().len()).collect();
        let cells = &self.header[at..at + parts.len()];
        let mut all = cells.iter().fold(Signs::default(), |all, cell| all.union(&cell.reading.all));
        let persons = cells.iter().fold(Signs::default(), |all, cell| all.union(&cell.reading.persons));
        if cells.iter().any(|cell| !cell.reading.unknown.is_empty()) {
            return;
        }
        // Day, month and year below "Con" or behind his name are those of the birth; below "Người chết" they may be of
        // either end.
        let is_bare = all.iter().all(|sign| ["date", "month", "year"].iter().any(|n| grammar.means(sign, n)));
        let follows_name = || at > 0 && self.thing(at - 1) == "name" && self.is_of_subject(at - 1);
        if is_bare && self.kind != Kind::Deaths && (!persons.is_empty() || follows_name()) {
            Lexicon::built_in().sign("birth").into_iter().for_each(|sign| all.add(sign));
        }
        let reading = super::reading::Reading {
            thing: grammar.thing(&all),
            signs: all,
            persons,
            ..super::reading::Reading::default()
        };
        let claims = self.claims.by_header(&reading);
        let field = claims.iter().map(|claim| claim.field).find(|field| is_date(*field));
        if let Some(field) = field {
            columns.add(field, composed, &parts);
        }
    }

    /// Columns for men and for women: of their years of birth, of their names, or of marks.
    fn by_sex(&self, columns: &mut Columns, at: usize) {
        if at + 1 >= self.header.len() || !self.kind.fields().contains(&Field::Gender) {
            return;
        }
        let things = (self.thing(at), self.thing(at + 1));
        let (men, women) = match things {
            ("birth_year_male" | "male", "birth_year_female" | "female" | "") => (at, at + 1),
            ("birth_year_female" | "female", "birth_year_male" | "male" | "") => (at + 1, at),
            ("male_gender", "female") => (at, at + 1),
            ("female", "male_gender") => (at + 1, at),
            _ => return,
        };
        let said = |wanted: &str| things.0 == wanted || things.1 == wanted;
        // A heading that spans both is read with the first of them alone where nobody merged it.
        let one_says = things.0.is_empty() || things.1.is_empty();
        if one_says || !self.is_of_subject(at) || !self.is_of_subject(at + 1) {
            return;
        }
        let parts = [at, at + 1];
        let years = said("birth_year_male")
            || said("birth_year_female")
            || self.profile(at).zip(self.profile(at + 1)).is_some_and(|(one, other)| {
                let both = one.beside(other);
                !both.is_empty() && both.dates() == Fit::Yes && both.ticks() != Fit::Yes
            });
        if years && self.kind.fields().contains(&Field::BirthDate) {
            columns.add(Field::BirthDate, Composed::EitherOf(men, women), &parts);
        } else if !years
            && self.kind.fields().contains(&Field::FullName)
            && !columns.has(Field::FullName)
            && parts.iter().any(|part| self.profile(*part).is_some_and(|p| p.names() == Fit::Yes))
        {
            columns.add(Field::FullName, Composed::EitherOf(men, women), &parts);
        }
        if !columns.has(Field::Gender) {
            columns.add(Field::Gender, Composed::WhichOf(men, women), &parts);
        }
    }

    /// A lone column of marks for women, or for men.
    fn tick(&self, columns: &mut Columns) {
        if !self.kind.fields().contains(&Field::Gender) || columns.has(Field::Gender) {
            return;
        }
        let is_marks = |at: usize| {
            self.profile(at)
                .is_none_or(|p| p.ticks() != Fit::No && p.dates() != Fit::Yes || p.genders() == Fit::Yes)
        };
        let lone = |thing: &str| {
            (0..self.header.len())
                .find(|&at| self.thing(at) == thing && self.is_of_subject(at) && is_marks(at))
                .filter(|&at| columns.columns[at].field.is_none())
        };
        if let Some(women) = lone("female") {
            columns.add(Field::Gender, Composed::Women(women), &[women]);
        } else if let Some(men) = lone("male").or_else(|| lone("male_gender")) {
            columns.add(Field::Gender, Composed::Men(men), &[men]);
        }
    }

    /// Whether a column is told of a person; of the one that rows are about where none is named.
    fn is_of(&self, at: usize, person: Option<&str>) -> bool {
        let Some(name) = person else { return self.is_of_subject(at) };
        let reading = &self.header[at].reading;
        match self.claims.person(reading, &reading.signs).0 {
            Person::Other(sign) => Grammar::built_in().means(sign, name),
            Person::Subject | Person::Unclear => false,
        }
    }

    /// A name in two or three columns beside each other, in any order.
    fn name(&self, columns: &mut Columns, field: Field, person: Option<&str>) {
        let rank = |at: usize| -> Option<u8> {
            if at >= self.header.len() || !self.is_of(at, person) {
                return None;
            }
            match self.thing(at) {
                "surname" | "surname_middle" => Some(0),
                "middle" => Some(1),
                "given" => Some(2),
                "name" if self.header[at].reading.is_given_name() => Some(2),
                _ => None,
            }
        };
        for at in 0..self.header.len() {
            let Some(first) = rank(at) else { continue };
            let mut parts = vec![(first, at)];
            for next in at + 1..(at + 3).min(self.header.len()) {
                match rank(next) {
                    Some(rank) if !parts.iter().any(|(known, _)| *known == rank) => parts.push((rank, next)),
                    _ => break,
                }
            }
            let has = |rank: u8| parts.iter().any(|(known, _)| *known == rank);
            if !(has(0) && has(2)) {
                continue;
            }
            parts.sort_unstable();
            let order: Vec<usize> = parts.iter().map(|(_, at)| *at).collect();
            let mut shown = order.clone();
            shown.sort_unstable();
            columns.add(field, Composed::Joined(order), &shown);
            return;
        }
    }

    /// Where a list has room for a spouse and cells name two persons, the second is the spouse.
    fn couples(&self, columns: &mut Columns) {
        let is_own = |at: &usize| *at < self.header.len();
        let Some(names) = columns.column_of(Field::FullName).filter(is_own) else { return };
        let names_two = self.profile(names).is_some_and(Profile::names_two);
        if !self.kind.roles().contains(&Role::Spouse) || columns.has(Field::SpouseName) || !names_two {
            return;
        }
        for (first, second, holds) in [
            (Field::FullName, Field::SpouseName, Halves::Names),
            (Field::PersonalId, Field::SpouseId, Halves::Numbers),
            (Field::OldId, Field::SpouseId, Halves::Numbers),
            (Field::BirthDate, Field::SpouseBirthDate, Halves::Dates),
        ] {
            let Some(of) = columns.column_of(first).filter(is_own) else { continue };
            if columns.has(second) {
                continue;
            }
            columns.columns[of].field = None;
            columns.reasons[of] = None;
            let header = columns.columns[of].header.clone();
            for (field, second) in [(first, false), (second, true)] {
                columns.columns.push(crate::domain::Column { header: header.clone(), field: Some(field) });
                columns.composed.push(Composed::OneOfTwo { of, names, second, holds });
            }
        }
    }

    /// A cell with a beginning and an end gives both.
    fn ranges(&self, columns: &mut Columns) {
        for (from, to) in [(Field::ValidFrom, Field::ValidTo), (Field::StartDate, Field::StopDate)] {
            if !self.kind.fields().contains(&from) || columns.has(to) {
                continue;
            }
            // A heading over two columns that nobody headed on their own: the beginning and the end.
            if let Some(at) = columns.column_of(from).filter(|at| at + 1 < self.header.len())
                && self.header[at + 1].reading.is_blank
                && self.profile(at + 1).is_some_and(|p| p.dates() == Fit::Yes && p.ranges() == Fit::No)
            {
                columns.columns[at + 1].field = Some(to);
                columns.reasons[at + 1] = Some(Reason::Part);
                continue;
            }
            let is_range = |at: &usize| self.profile(*at).is_some_and(|p| p.ranges() == Fit::Yes);
            if let Some(at) = columns.column_of(from).filter(is_range) {
                columns.repeat(at, to);
            }
        }
    }
}

/// Whether a field is a date, which lists may hold as day, month and year in three columns.
fn is_date(field: Field) -> bool {
    use Field as F;
    matches!(
        field,
        F::BirthDate
            | F::DeathDate
            | F::RegisteredOn
            | F::CardIssued
            | F::FatherBirthDate
            | F::MotherBirthDate
            | F::HusbandBirthDate
            | F::WifeBirthDate
            | F::SpouseBirthDate
            | F::GuardianBirthDate
            | F::StartDate
            | F::StopDate
            | F::ValidFrom
            | F::ValidTo
    )
}

/// Whether most cells are a day and a month without a year: "14/3", "02-11".
fn are_days_of_months(profile: &Profile) -> bool {
    let is_day_of_month = |cell: &str| {
        let parts: Vec<&str> = cell.split(['/', '-', '.']).map(str::trim).collect();
        let most = [31, 12];
        parts.len() == 2
            && parts
                .iter()
                .zip(most)
                .all(|(part, most)| part.parse::<u8>().is_ok_and(|n| (1..=most).contains(&n)))
    };
    let cells = profile.sample();
    let days = cells.iter().filter(|(_, cell)| is_day_of_month(cell)).count();
    days > 0 && days * 5 >= cells.len() * 4
}
