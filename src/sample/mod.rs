//! Made-up populations with everything that real lists suffer from, and the truth about them.
//!
//! A sample is a folder with a registry, five extracts, on demand lists of other sectors, a mapping of merged communes and, beside them,
//! `truth/`: who every role of every row is, and what a faultless run would find. Nobody in it exists.
//!
//! How it is made: [`people`](population::people) lets families live; [`registry`](population::registry) writes what the registry says of them;
//! [`civil`](extracts::civil), [`benefits`](extracts::benefits) and [`lists`] write the extracts with a [`clerk`](extracts::clerk) who errs at realistic rates. Each cell
//! is kept with what it means, so that the [`oracle`](scoring::oracle) can say what the contract makes of the final rows:
//! the truth is computed from what is written, not from what was meant to be damaged. [`score`](scoring::score) measures
//! a run against it.

mod damage;
mod draw;
mod extracts;
mod files;
mod population;
mod scoring;

use std::path::{Path, PathBuf};

use damage::Harm;
use draw::Luck;
use extracts::clerk::{Clerk, DateStyle, Letters, Style};
use extracts::lists::{self, Sector};
use extracts::{benefits, civil, insurance};
use files::layout::Layouts;
use files::legacy::Legacy;
use files::write::{self, Sheet};
use files::{Folder, Placement};
use population::people::{self, World};
use population::registry::{self, Book};
use population::registry_cells;
use population::strangers;
use population::tables::Tables;
use scoring::life;
use scoring::oracle::Oracle;

use crate::domain::{Day, Kind};

pub use damage::{Damage, Damages};
pub use scoring::score::{CodeScore, LinkScore, Score, ScoreError, score, wrong_findings};

/// How damaged the files of a sample are.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Default)]
pub enum Noise {
    /// Nothing is misspelt, lost or typed wrongly; only life has run ahead of the records.
    Clean,
    /// About three in ten rows of the extracts bear no usable personal ID; other errors as in real lists.
    #[default]
    Normal,
    /// Rather more than twice as much of everything.
    Dirty,
}

impl Noise {
    /// Multiplier of all rates of damage.
    fn factor(self) -> f64 {
        match self {
            Self::Clean => 0.0,
            Self::Normal => 1.0,
            Self::Dirty => 2.3,
        }
    }
}

/// In what files the lists of a sample are written. The persons and rows are the same.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Default)]
pub enum Format {
    /// A plain CSV file for each kind.
    #[default]
    Csv,
    /// What offices really send: workbooks with titles, merged headers, groups and signatures; text in
    /// UTF-16, TCVN3 and Windows-1258; a name column typed in a VNI font. Rows that the encoding of a file
    /// cannot hold stand in a second file of the kind.
    Mixed,
}

/// What sample to make.
#[derive(Clone, Debug)]
pub struct SampleSpec {
    /// Persons in the registry (surplus rows come on top).
    pub residents: u32,
    /// The same seed gives the same bytes.
    pub seed: u64,
    /// How damaged the files are.
    pub noise: Noise,
    /// In what files the lists are written.
    pub format: Format,
    /// The date on which the extracts were drawn.
    pub as_of: Day,
    /// What is damaged beyond single cells.
    pub damage: Damages,
    /// Whether lists of other sectors stand beside the extracts: pupils, members, land users, taxpayers and
    /// vaccinations. All other files are the same with and without them.
    pub lists: bool,
    /// Communes; `None` makes one for about nine thousand residents, at least three.
    pub communes: Option<u16>,
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleSummary {
    /// Rows of each kind of file, the registry first.
    pub rows: Vec<(Kind, u32)>,
    /// Roles in `truth/links.csv`.
    pub links: u64,
    /// Findings in `truth/findings.csv`.
    pub findings: u64,
    /// Files written, in order.
    pub files: Vec<PathBuf>,
}

/// Why a sample could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// The folder holds a list of another sample, which would be read beside the new ones.
    #[error("{} is of another sample", path.display())]
    OtherLists {
        /// The list.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Share of the noise that reaches the registry: it is kept better than any extract.
const REGISTRY_SHARE: f64 = 0.3;

/// Makes a sample in a folder, which is created where it is not there; files of the same names are
/// overwritten. Files can be read by their owner only.
///
/// # Errors
/// [`SampleError::Write`] where a file cannot be written; [`SampleError::OtherLists`] where the folder holds
/// lists of the other format.
pub fn generate(spec: &SampleSpec, out: &Path) -> Result<SampleSummary, SampleError> {
    let tables = Tables::load();
    let legacy = Legacy::load();
    let layouts = Layouts::load();
    write::private_dir(out)?;
    let folder = Folder {
        path: out,
        format: spec.format,
        tables: &tables,
        legacy: &legacy,
        layouts: &layouts,
        as_of: spec.as_of,
        damages: &spec.damage,
        seed: spec.seed,
    };
    folder.prepare(spec.residents as usize, spec.lists)?;
    let truth_dir = out.join("truth");
    write::private_dir(&truth_dir)?;
    let mut world = World::new(&tables, spec.seed, spec.residents, spec.communes, spec.as_of);
    strangers::add(&mut world, &tables, &mut Luck::new(spec.seed, 2, 0.0));
    let world = world;
    let noise = spec.noise.factor();
    let clerk = |stage: u64, share: f64, letters: Letters, dates: DateStyle| Clerk {
        tables: &tables,
        legacy: &legacy,
        luck: Luck::new(spec.seed, stage, noise * share),
        style: Style { letters, dates },
        as_of: spec.as_of,
        acted_on: spec.as_of,
        bare_session: false,
    };
    let mut harm = Harm::of(&spec.damage, &world, spec.seed, Kind::Residents);
    let registrar = &mut clerk(3, REGISTRY_SHARE, Letters::Upper, DateStyle::Slashes);
    let book = Book::keep(&world, registrar, &mut harm);
    let registry = write_registry(&book, &world, &folder)?;
    write_units(&world, &tables, out)?;

    let mut oracle = Oracle::new(&world, &tables, &book);
    // Deaths first: what else is true often hangs on who is known to be dead.
    let civil = |stage| clerk(stage, 1.0, Letters::Title, DateStyle::Dots);
    let deaths = civil::deaths(&mut oracle, civil(4), &folder)?;
    let births = civil::births(&mut oracle, civil(5), &folder)?;
    let marriages = civil::marriages(&mut oracle, civil(6), &folder)?;
    let office = |stage, letters| clerk(stage, 1.0, letters, DateStyle::Slashes);
    let welfare = benefits::welfare(&mut oracle, office(7, Letters::Title), &folder)?;
    let insurance = insurance::insurance(&mut oracle, office(8, Letters::Upper), &folder)?;
    let mut sectors = Vec::new();
    for (stage, sector) in (9..).zip(Sector::ALL).filter(|_| spec.lists) {
        sectors.extend(lists::list(&mut oracle, office(stage, Letters::Title), &folder, sector)?);
    }
    oracle.look_at_registry();
    life::judge(&mut oracle, &births.covered, &deaths.covered);
    sectors.iter().for_each(|list| life::absent(&mut oracle, list));
    let mut rows = vec![(Kind::Residents, book.rows.len() as u32)];
    let mut placements = vec![(Kind::Residents, registry)];
    let extracts = Kind::extracts().zip([births, deaths, marriages, welfare, insurance]);
    for (kind, written) in extracts.chain(sectors.into_iter().map(|list| (list.kind, list.written))) {
        rows.push((kind, written.rows));
        placements.push((kind, written.placement));
    }
    let (links, findings) = write_truth(oracle, &placements, spec.format, &truth_dir)?;

    let mut files: Vec<PathBuf> = placements.iter().flat_map(|(_, p)| p.paths(out)).collect();
    files.push(out.join("units.csv"));
    files.extend(["links.csv", "findings.csv"].map(|f| truth_dir.join(f)));
    Ok(SampleSummary { rows, links, findings, files })
}

fn write_registry(book: &Book, world: &World, folder: &Folder<'_>) -> Result<Placement, SampleError> {
    let mut list = folder.list(Kind::Residents, book.rows.len())?;
    let mut cells = Vec::new();
    for row in &book.rows {
        registry_cells::registry_cells(row, world, folder.tables, &mut cells);
        // Names of the registry are never typed in another font.
        list.row(&cells, false)?;
    }
    list.finish()
}

/// The mapping of old communes to the ones in force.
fn write_units(world: &World, tables: &Tables, out: &Path) -> Result<(), SampleError> {
    let header =
        ["old_code", "old_name", "old_district", "old_province", "new_code", "new_name", "new_province"];
    let mut sheet = Sheet::create(out, "units.csv", header)?;
    let province = tables.places.province.as_str();
    for (n, unit) in world.communes.iter().enumerate() {
        let row = |sheet: &mut Sheet, old: &(u32, String), new: &people::Commune| {
            let (old_code, new_code) = (old.0.to_string(), new.code.to_string());
            sheet.row([&old_code, &old.1, &unit.district, province, &new_code, &new.name, province])
        };
        for old in &unit.old {
            row(&mut sheet, old, unit)?;
        }
        if let Some(split) = &unit.shares {
            row(&mut sheet, split, unit)?;
            row(&mut sheet, split, &world.communes[n.saturating_sub(1)])?;
        }
    }
    sheet.finish()
}

/// Writes the truth. Of a sample of several files a kind the last column says which one; a plain sample
/// has none, so that its files may be renamed and converted.
fn write_truth(
    oracle: Oracle<'_>,
    placements: &[(Kind, Placement)],
    format: Format,
    dir: &Path,
) -> Result<(u64, u64), SampleError> {
    let (mut links, mut findings) = (oracle.links, oracle.findings);
    let mixed = format == Format::Mixed;
    let placement = |kind: Kind| placements.iter().find(|(of, _)| *of == kind).map(|(_, placed)| placed);
    let file = |kind: Kind, row: u32| mixed.then(|| placement(kind).map_or("", |placed| placed.file(row)));
    let row_text =
        |kind: Kind, row: u32| placement(kind).map_or(row, |placed| placed.source_row(row)).to_string();
    let shown = |ix: Option<u32>| {
        ix.map(|ix| row_text(Kind::Residents, registry::source_row(ix))).unwrap_or_default()
    };
    let flag = |hard: bool| if hard { "1" } else { "0" };
    let file_column = mixed.then_some("source_file");

    links.sort_by_key(|l| (l.kind, l.row, l.role));
    let header = ["source", "source_row", "role", "resident_row", "hard"];
    let mut sheet = Sheet::create(dir, "links.csv", header.into_iter().chain(file_column))?;
    for l in &links {
        let (row, resident) = (row_text(l.kind, l.row), shown(l.resident));
        let cells = [l.kind.name(), &row, l.role.name(), &resident, flag(l.hard)];
        sheet.row(cells.into_iter().chain(file(l.kind, l.row)))?;
    }
    sheet.finish()?;
    findings.sort_by_key(|f| (f.code, f.kind, f.row, f.role, f.resident, f.field, f.hard));
    findings.dedup_by_key(|f| (f.code, f.kind, f.row, f.role, f.resident, f.field));
    let header = ["code", "source", "source_row", "role", "resident_row", "field", "hard"];
    let mut sheet = Sheet::create(dir, "findings.csv", header.into_iter().chain(file_column))?;
    for f in &findings {
        let (code, row, resident) = (f.code.to_string(), row_text(f.kind, f.row), shown(f.resident));
        let role = f.role.map_or("", crate::domain::Role::name);
        let field = f.field.map_or("", crate::domain::Field::name);
        let cells = [&code, f.kind.name(), &row, role, &resident, field, flag(f.hard)];
        sheet.row(cells.into_iter().chain(file(f.kind, f.row)))?;
    }
    sheet.finish()?;
    Ok((links.len() as u64, findings.len() as u64))
}

#[cfg(test)]
mod mixed_tests;
#[cfg(test)]
mod tests;
