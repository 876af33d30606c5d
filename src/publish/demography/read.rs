//! The register that figures are counted from: the rows of a finished run, and what its findings say of them.
//!
//! Read row group by row group, and of each only the columns that are counted.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use rustc_hash::FxHashMap;

use super::DemographyError;
use super::told::{Findings, Numbered, TellsOf, Told};
use crate::archive::Summary;
use crate::domain::{Day, Gender, Kind, Relation};
use crate::population::Birth;
use crate::publish::columnar::{FINDINGS, ROWS, RunTable, Texts};
use crate::vietnamese::text::fold;
use crate::vietnamese::words;

/// Where somebody lives: a hamlet, or the rest of a commune.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) commune_code: String,
    pub(crate) commune: String,
    pub(crate) hamlet: String,
}

/// In the registry as it is.
pub(super) const AS_IS: u8 = 1;
/// In the registry as the findings correct it.
pub(super) const CORRECTED: u8 = 2;

/// Somebody who is counted one way or the other.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) sex: Option<Gender>,
    pub(super) birth: Option<Birth>,
    /// By position in the places.
    pub(super) place: u32,
    /// By position in [`STATUSES`].
    pub(super) status: u8,
    /// By position in [`MARITAL`].
    pub(super) marital: u8,
    pub(super) relation: Relation,
    /// By position in the ethnic groups.
    pub(super) ethnicity: u32,
    /// The household's number; `None` where none is written.
    pub(super) household: Option<u32>,
    /// [`AS_IS`], [`CORRECTED`] or both.
    pub(super) counted: u8,
    /// Row group and row in `rows.parquet`.
    pub(super) at: (u32, u32),
}

/// Residence of those who live, as lists write it; the last is a child whose birth is registered and residence is not.
pub(super) const STATUSES: [&str; 5] = ["permanent", "temporary", "absent", "unknown", "birth_only"];

/// Residence of somebody who came for a time, and of one who is away, by position in [`STATUSES`].
pub(super) const TEMPORARY: u8 = 1;
/// See [`TEMPORARY`].
pub(super) const ABSENT: u8 = 2;

/// Residence of somebody who is no resident any more.
const MOVED_OUT: &str = "moved_out";

/// Marital status as lists write it; the last where nothing is written.
pub(super) const MARITAL: [&str; 5] = ["single", "married", "widowed", "divorced", "unknown"];

/// A birth or a death that was registered.
#[derive(Clone, Debug)]
pub(super) struct Act {
    /// By position in the communes.
    pub(super) commune: u32,
    /// When it happened.
    pub(super) on: Option<Day>,
    /// When it was registered.
    pub(super) registered: Option<Day>,
    pub(super) sex: Option<Gender>,
    /// When the mother (of a birth) or the dead was born.
    pub(super) birth: Option<Day>,
}

/// A marriage that was registered.
#[derive(Clone, Debug)]
pub(super) struct Marriage {
    pub(super) commune: u32,
    pub(super) registered: Option<Day>,
    /// When husband and wife were born.
    pub(super) births: [Option<Day>; 2],
}

/// What figures are counted from.
#[derive(Debug)]
pub(super) struct Register {
    pub(super) summary: Summary,
    pub(super) as_of: Day,
    pub(super) places: Vec<Place>,
    /// The commune of each place.
    pub(super) commune_of: Vec<u32>,
    /// Communes by code and name, in this order.
    pub(super) communes: Vec<(String, String)>,
    pub(super) ethnicities: Vec<String>,
    pub(super) people: Vec<Person>,
    /// Who moved out, as the registry has it: sex, and first day of birth.
    pub(super) left: Vec<(Option<Gender>, Option<Day>)>,
    pub(super) births: Vec<Act>,
    pub(super) deaths: Vec<Act>,
    pub(super) marriages: Vec<Marriage>,
    /// Values of the registry that are not valid, by the name of their field.
    pub(super) not_valid: BTreeMap<String, u64>,
}

impl Register {
    /// Reads a finished run.
    ///
    /// # Errors
    /// Where the folder holds no whole run.
    pub(super) fn read(run: &Path) -> Result<Self, DemographyError> {
        let summary = Summary::read(run).map_err(DemographyError::of(run))?;
        let as_of = day(&summary.as_of).ok_or_else(|| DemographyError::NoDate(run.to_owned()))?;
        let told = Findings::read(&run.join(FINDINGS)).map_err(DemographyError::of(run))?;
        let mut reader = Reader::new(told);
        reader.rows(&run.join(ROWS)).map_err(DemographyError::of(run))?;
        Ok(reader.finish(summary, as_of))
    }
}

/// A date of the summary, dd/mm/yyyy.
pub(super) fn day(text: &str) -> Option<Day> {
    let mut parts = text.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    Day::from_civil(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// The columns of a row group that are counted.
struct Columns {
    kind: Option<Kind>,
    files: Texts,
    rows: Vec<Option<u32>>,
    commune_codes: Texts,
    communes: Texts,
    hamlets: Texts,
    /// Texts by kind, in the order in which they are asked for.
    texts: Vec<Texts>,
    days: Vec<Vec<Option<i32>>>,
    again: Vec<String>,
}

/// What is asked for of each kind: texts, days, and whether a record was registered again.
fn asked(kind: Kind) -> Option<(&'static [&'static str], &'static [&'static str], bool)> {
    match kind {
        Kind::Residents => Some((
            &[
                "gender_read",
                "status_read",
                "marital_status_read",
                "ethnicity",
                "household_id",
                "relation_to_head",
            ],
            &["birth_date_from", "birth_date_to"],
            false,
        )),
        Kind::Births => Some((
            &["gender_read", "ethnicity"],
            &["birth_date_from", "birth_date_to", "registered_on_from", "mother_birth_date_from"],
            true,
        )),
        Kind::Deaths => {
            Some((&["gender_read"], &["death_date_from", "registered_on_from", "birth_date_from"], true))
        }
        Kind::Marriages => {
            Some((&[], &["registered_on_from", "husband_birth_date_from", "wife_birth_date_from"], false))
        }
        _ => None,
    }
}

impl Columns {
    /// A row group; of a kind that is not counted nothing but its kind.
    fn read(table: &mut RunTable, group: usize) -> io::Result<Option<Self>> {
        // Row groups are cut within files, so that all their rows are of one kind.
        let kind = Kind::from_name(table.words(group, "source")?.get(0));
        let Some((texts, days, again)) = kind.and_then(asked) else { return Ok(None) };
        Ok(Some(Self {
            kind,
            files: table.words(group, "source_file")?,
            rows: table.values(group, "source_row")?,
            commune_codes: table.words(group, "commune_code_read")?,
            communes: table.words(group, "commune_read")?,
            hamlets: table.words(group, "hamlet_read")?,
            texts: texts.iter().map(|name| table.words(group, name)).collect::<io::Result<_>>()?,
            days: days.iter().map(|name| table.values(group, name)).collect::<io::Result<_>>()?,
            again: if again { table.texts(group, "registered_again")? } else { Vec::new() },
        }))
    }

    fn day(&self, column: usize, row: usize) -> Option<Day> {
        self.days.get(column)?.get(row).copied().flatten().map(Day)
    }

    fn text(&self, column: usize, row: usize) -> &str {
        self.texts.get(column).map_or("", |texts| texts.get(row))
    }

    fn sex(&self, row: usize) -> Option<Gender> {
        match self.text(0, row) {
            "male" => Some(Gender::Male),
            "female" => Some(Gender::Female),
            _ => None,
        }
    }

    fn birth(&self, row: usize) -> Option<Birth> {
        let first = self.day(0, row)?;
        Some(Birth { first, last: self.day(1, row).unwrap_or(first) })
    }
}

struct Reader {
    told: TellsOf,
    not_valid: BTreeMap<String, u64>,
    places: Vec<Place>,
    place_numbers: Numbered,
    ethnicities: Vec<String>,
    ethnicity_numbers: Numbered,
    ethnicity_cells: FxHashMap<String, u32>,
    /// By a digest of commune and number: their texts would be as many as households.
    households: FxHashMap<[u8; 16], u32>,
    relations: FxHashMap<String, Relation>,
    people: Vec<Person>,
    left: Vec<(Option<Gender>, Option<Day>)>,
    /// With the position of a place instead of a commune, until all places are known.
    births: Vec<Act>,
    deaths: Vec<Act>,
    marriages: Vec<Marriage>,
    key: String,
}

impl Reader {
    fn new(told: Findings) -> Self {
        Self {
            told: told.of_rows,
            not_valid: told.not_valid,
            places: Vec::new(),
            place_numbers: Numbered::default(),
            ethnicities: Vec::new(),
            ethnicity_numbers: Numbered::default(),
            ethnicity_cells: FxHashMap::default(),
            households: FxHashMap::default(),
            relations: FxHashMap::default(),
            people: Vec::new(),
            left: Vec::new(),
            births: Vec::new(),
            deaths: Vec::new(),
            marriages: Vec::new(),
            key: String::new(),
        }
    }

    fn rows(&mut self, path: &Path) -> io::Result<()> {
        let table = RunTable::open(path)?;
        let groups: Vec<usize> = (0..table.groups()).collect();
        let mut read: Vec<(u32, Columns)> = Vec::new();
        for wave in groups.chunks(rayon::current_num_threads()) {
            // While these are read, what was read before is counted.
            let (next, ()) = rayon::join(
                || table.each_group(wave, Columns::read),
                || read.iter().for_each(|(group, columns)| self.group(*group, columns)),
            );
            let numbers = wave.iter().map(|group| *group as u32);
            read = numbers.zip(next?).filter_map(|(group, columns)| Some((group, columns?))).collect();
        }
        read.iter().for_each(|(group, columns)| self.group(*group, columns));
        Ok(())
    }

    fn group(&mut self, group: u32, columns: &Columns) {
        let of_file = self.told.remove(columns.files.get(0)).unwrap_or_default();
        for row in 0..columns.rows.len() {
            let told = columns.rows[row].and_then(|row| of_file.get(&row)).copied();
            match columns.kind {
                Some(Kind::Residents) => self.resident(columns, row, (group, row as u32), told),
                Some(kind) => self.act(kind, columns, row, (group, row as u32), told),
                None => {}
            }
        }
        // Other row groups may be of the same file.
        self.told.insert(columns.files.get(0).to_owned(), of_file);
    }

    fn resident(&mut self, columns: &Columns, row: usize, at: (u32, u32), told: Option<Told>) {
        let Some(status) = STATUSES.iter().position(|status| *status == columns.text(1, row)) else {
            if columns.text(1, row) == MOVED_OUT && told.is_none() {
                self.left.push((columns.sex(row), columns.day(0, row)));
            }
            return;
        };
        let counted = if told.is_none() { AS_IS | CORRECTED } else { AS_IS };
        let place = self.place(columns, row);
        let marital = MARITAL.iter().position(|known| *known == columns.text(2, row));
        let (ethnicity, household) =
            (self.ethnicity(columns.text(3, row)), self.household(columns, columns.text(4, row), row));
        let relation = columns.text(5, row);
        let relation = match self.relations.get(relation) {
            Some(known) => *known,
            None => *self.relations.entry(relation.to_owned()).or_insert_with(|| words::relation(relation)),
        };
        self.people.push(Person {
            sex: columns.sex(row),
            birth: columns.birth(row),
            place,
            status: status as u8,
            marital: marital.unwrap_or(MARITAL.len() - 1) as u8,
            relation,
            ethnicity,
            household,
            counted,
            at,
        });
    }

    fn act(&mut self, kind: Kind, columns: &Columns, row: usize, at: (u32, u32), told: Option<Told>) {
        // Who was registered again was born once.
        if told == Some(Told::Surplus) || columns.again.get(row).is_some_and(|again| again == "TRUE") {
            return;
        }
        // Acts are of a commune, without a hamlet.
        let commune = self.place_of(columns.commune_codes.get(row), columns.communes.get(row), "");
        let day = |column| columns.day(column, row);
        match kind {
            Kind::Births => {
                let (sex, birth) = (columns.sex(row), columns.birth(row));
                if told == Some(Told::Missing) {
                    let ethnicity = self.ethnicity(columns.text(1, row));
                    self.people.push(Person {
                        sex,
                        birth,
                        place: commune,
                        status: (STATUSES.len() - 1) as u8,
                        marital: 0,
                        relation: Relation::Unknown,
                        ethnicity,
                        household: None,
                        counted: CORRECTED,
                        at,
                    });
                }
                self.births.push(Act { commune, on: day(0), registered: day(2), sex, birth: day(3) });
            }
            Kind::Deaths => self.deaths.push(Act {
                commune,
                on: day(0),
                registered: day(1),
                sex: columns.sex(row),
                birth: day(2),
            }),
            _ => self.marriages.push(Marriage { commune, registered: day(0), births: [day(1), day(2)] }),
        }
    }

    fn place(&mut self, columns: &Columns, row: usize) -> u32 {
        self.place_of(columns.commune_codes.get(row), columns.communes.get(row), columns.hamlets.get(row))
    }

    fn place_of(&mut self, commune_code: &str, commune: &str, hamlet: &str) -> u32 {
        let mut key = std::mem::take(&mut self.key);
        key.clear();
        key.extend([commune_code, "\u{1f}", commune, "\u{1f}", hamlet.trim()]);
        let (number, new) = self.place_numbers.of(&key);
        if new {
            self.places.push(Place {
                commune_code: commune_code.to_owned(),
                commune: commune.to_owned(),
                hamlet: hamlet.trim().to_owned(),
            });
        }
        self.key = key;
        number
    }

    fn ethnicity(&mut self, cell: &str) -> u32 {
        if let Some(number) = self.ethnicity_cells.get(cell) {
            return *number;
        }
        // However it is spaced and capitalised; shown as it was first written.
        let (number, new) = self.ethnicity_numbers.of(&fold(cell).replace([' ', '-'], ""));
        if new {
            self.ethnicities.push(cell.trim().to_owned());
        }
        self.ethnicity_cells.insert(cell.to_owned(), number);
        number
    }

    fn household(&mut self, columns: &Columns, id: &str, row: usize) -> Option<u32> {
        if id.trim().is_empty() {
            return None;
        }
        let mut digest = blake3::Hasher::new();
        for part in [columns.commune_codes.get(row), columns.communes.get(row), id.trim()] {
            digest.update(part.as_bytes()).update(b"\x1f");
        }
        let mut key = [0; 16];
        digest.finalize_xof().fill(&mut key);
        let next = self.households.len() as u32;
        let number = *self.households.entry(key).or_insert(next);
        Some(number)
    }

    /// Puts places and communes in the order of codes and names.
    fn finish(mut self, summary: Summary, as_of: Day) -> Register {
        let mut order: Vec<u32> = (0..self.places.len() as u32).collect();
        order.sort_by(|a, b| self.places[*a as usize].cmp(&self.places[*b as usize]));
        let mut new_place = vec![0; order.len()];
        let mut communes: Vec<(String, String)> = Vec::new();
        let mut commune_of = Vec::with_capacity(order.len());
        let mut places = Vec::with_capacity(order.len());
        for (new, old) in order.iter().enumerate() {
            new_place[*old as usize] = new as u32;
            let place = self.places[*old as usize].clone();
            let commune = (place.commune_code.clone(), place.commune.clone());
            if communes.last() != Some(&commune) {
                communes.push(commune);
            }
            commune_of.push(communes.len() as u32 - 1);
            places.push(place);
        }
        for person in &mut self.people {
            person.place = new_place[person.place as usize];
        }
        let commune = |place: u32| commune_of[new_place[place as usize] as usize];
        for act in self.births.iter_mut().chain(&mut self.deaths) {
            act.commune = commune(act.commune);
        }
        for marriage in &mut self.marriages {
            marriage.commune = commune(marriage.commune);
        }
        Register {
            summary,
            as_of,
            places,
            commune_of,
            communes,
            ethnicities: self.ethnicities,
            people: self.people,
            left: self.left,
            births: self.births,
            deaths: self.deaths,
            marriages: self.marriages,
            not_valid: self.not_valid,
        }
    }
}
