//! The population in figures, from a finished run: lists as CSV, for people and for machines.
//!
//! ```text
//! rows.parquet, findings.parquet, summary.json ──read──▶ register ──count, acts, profile, forecast──▶ tables ──▶ files
//! ```
//!
//! What is counted and how is [`Topic`]; every figure of persons stands twice, of the registry as it is and as the findings
//! correct it.

mod acts;
mod count;
mod files;
mod forecast;
pub(crate) mod in_run;
mod page;
mod profile;
mod read;
mod share;
mod table;
mod told;
mod turning;
mod workbook;

use std::io;
use std::path::{Path, PathBuf};

pub use forecast::ForecastAsked;
pub(crate) use page::{CommuneRow, communes, headings, pyramid};
pub(crate) use table::{Places, Table, Topic, Where};
pub(crate) use turning::{AGES as TURNING_AGES, Turning};

use self::acts::Exposures;
use self::count::Counted;
use self::forecast::Assumptions;
use self::read::Register;
use super::PublishError;
use crate::archive::ArchiveError;
use crate::domain::Lang;
use crate::words::text;

/// Why figures could not be made of a run.
#[derive(Debug, thiserror::Error)]
pub enum DemographyError {
    /// A file of the run cannot be read.
    #[error("{run}: {source}", run = .run.display())]
    Read {
        /// The run.
        run: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The summary of the run names no day.
    #[error("{run}: no as-of date", run = .0.display())]
    NoDate(PathBuf),
    /// Persons could not be grouped, which is a defect of the program.
    #[error("cannot count: {0}")]
    Count(String),
    /// A file could not be written.
    #[error(transparent)]
    Write(#[from] ArchiveError),
    /// A page, chart or workbook could not be made.
    #[error(transparent)]
    Publish(#[from] PublishError),
}

/// The list that names persons, in the folder of the figures.
pub const PERSONS: &str = "turning.csv";

/// The folder of the figures in the output folder.
pub const FOLDER: &str = "stats";

impl DemographyError {
    fn of(run: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        |source| Self::Read { run: run.to_owned(), source }
    }

    fn count(error: polars::error::PolarsError) -> Self {
        Self::Count(error.to_string())
    }

    /// The exit code of the contract.
    pub fn code(&self) -> u8 {
        match self {
            Self::Read { .. } | Self::NoDate(_) => 3,
            Self::Count(_) => 1,
            Self::Write(error) => error.code(),
            Self::Publish(error) => error.code(),
        }
    }

    /// What is said to the user.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Read { run, source } => {
                text!(lang, "population.error.unreadable", run = run.display(), source)
            }
            Self::NoDate(run) => text!(lang, "population.error.no_date", run = run.display()),
            Self::Count(detail) => text!(lang, "common.error.internal", detail),
            Self::Write(error) => error.message(lang),
            Self::Publish(error) => error.message(lang),
        }
    }
}

/// All tables of a register but those of who reaches an age, and what the forecast assumes.
fn counted(
    register: &Register,
    forecast: &ForecastAsked,
) -> Result<(Vec<Table>, Option<Assumptions>), DemographyError> {
    let counted = Counted::of(register)?;
    let mut exposures = Exposures::of(register);
    let mut tables = counted.tables(register)?;
    tables.push(count::school_entry(register));
    tables.extend(count::households(register));
    tables.extend(acts::tables(register)?);
    tables.push(acts::rates(register, &mut exposures));
    tables.push(acts::life_tables(register, &mut exposures));
    tables.extend(profile::tables(register, &counted)?);
    let mut assumptions = None;
    if forecast.years > 0 {
        let (more, assumed) = forecast::forecast(register, &counted, &mut exposures, forecast);
        tables.extend(more);
        assumptions = Some(assumed);
    }
    Ok((tables, assumptions))
}

/// The population of a run in figures.
#[derive(Debug)]
pub struct Demography {
    register: Register,
    pub(crate) places: Places,
    pub(crate) tables: Vec<Table>,
    /// Who reaches an age in the months that were asked for.
    pub(crate) turning: Vec<Turning>,
    /// What the forecast assumes; none where there is no forecast.
    pub(crate) assumptions: Option<Assumptions>,
    /// Everybody in the registry as it is, and as corrected.
    persons: [u64; 2],
}

impl Demography {
    /// Counts the population of a finished run: who reaches an age in so many `months`, and a forecast.
    ///
    /// # Errors
    /// [`DemographyError::Read`] where the run is not whole.
    pub fn of_run(run: &Path, months: u32, forecast: &ForecastAsked) -> Result<Self, DemographyError> {
        let register = Register::read(run)?;
        // Who reaches an age is looked up on the disk while figures are counted.
        let (turning, counted) =
            rayon::join(|| turning::read(&register, run, months), || counted(&register, forecast));
        let turning = turning?;
        let (mut tables, assumptions) = counted?;
        tables.push(turning::counts(&turning));
        tables.sort_by_key(|table| Topic::ALL.iter().position(|topic| *topic == table.topic));
        let of = |basis| register.people.iter().filter(|of| of.counted & basis != 0).count() as u64;
        let persons = [of(read::AS_IS), of(read::CORRECTED)];
        Ok(Self { places: Places::of(&register), register, tables, turning, assumptions, persons })
    }

    /// Writes all tables and lists into a folder; gives the files.
    ///
    /// # Errors
    /// [`DemographyError::Write`] where a file cannot be written.
    pub fn write(&self, to: &Path, lang: Lang) -> Result<Vec<PathBuf>, DemographyError> {
        files::write(self, to, lang)
    }

    /// Writes what may leave the office: counts under `threshold` are left out, and others with them so that they cannot be
    /// reckoned back. No list of persons.
    ///
    /// # Errors
    /// [`DemographyError::Write`] where a file cannot be written.
    pub fn write_shared(
        &self,
        to: &Path,
        threshold: u64,
        lang: Lang,
    ) -> Result<Vec<PathBuf>, DemographyError> {
        files::write_shared(self, &share::shared(self, threshold), to, lang)
    }

    /// The table of a topic, where there is one.
    pub(crate) fn table(&self, topic: Topic) -> Option<&Table> {
        self.tables.iter().find(|table| table.topic == topic)
    }

    /// Everybody in the registry as it is, and as corrected.
    pub fn persons(&self) -> [u64; 2] {
        self.persons
    }

    /// The figures without the rows that they were counted from, for who keeps them and writes no lists.
    pub(crate) fn without_rows(mut self) -> Self {
        self.register.people = Vec::new();
        self.register.left = Vec::new();
        self.register.births = Vec::new();
        self.register.deaths = Vec::new();
        self.register.marriages = Vec::new();
        self
    }

    /// The day of the run.
    pub fn as_of(&self) -> &str {
        &self.register.summary.as_of
    }

    /// The name of the run.
    pub fn run_id(&self) -> &str {
        &self.register.summary.run.run_id
    }
}
