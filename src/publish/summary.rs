//! `summary.json`: what went in, what came out, and how the run went.
//!
//! Everything that differs between two runs over the same inputs stands in `run`; the rest is
//! byte-identical.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::accounting::Accounting;
use super::completeness::{self, Filled};
use super::figures::{CommuneCount, Counts};
use crate::domain::{Code, Dataset, DateCell, Day, Decision, Detail, Field, Links, NotRun, Pillar, Table};
use crate::linkage::LinkageReport;

/// The program that made the run.
#[derive(Clone, Debug, Serialize)]
pub struct Program {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
}

/// What differs from run to run.
#[derive(Clone, Debug, Serialize)]
pub struct RunInfo {
    /// The name of the run.
    pub run_id: String,
    /// When it started (ISO 8601, UTC).
    pub started_at: String,
    /// When the summary was written.
    pub finished_at: String,
    /// Threads used.
    pub threads: usize,
    /// Seconds by stage, and `total`.
    pub timings: BTreeMap<&'static str, f64>,
    /// Largest memory held, in bytes, where the system tells.
    pub peak_memory_bytes: Option<u64>,
    /// The run that `latest` pointed to before.
    pub previous_run: Option<String>,
    /// Unpublished folders of dead runs that were removed.
    pub removed: Vec<String>,
    /// Kinds of extract whose links were taken from the run before.
    pub links_reused: Vec<&'static str>,
    /// What the store remembered of findings and decisions, and what was done with it.
    #[serde(flatten)]
    pub recall: Value,
}

/// One input file.
#[derive(Clone, Debug, Serialize)]
pub struct InputFile {
    pub(super) file: String,
    pub(super) kind: &'static str,
    sheet: Option<String>,
    digest: String,
    bytes: u64,
    pub(super) encoding: String,
    delimiter: Option<char>,
    header_row: u32,
    pub(super) read: u64,
    pub(super) used: u64,
    pub(super) rejected: u64,
    pub(super) skipped: u64,
    skipped_sheets: Vec<Sheet>,
    unrecognised_columns: Vec<String>,
    /// What columns show as a whole, by canonical field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    column_habits: BTreeMap<&'static str, Vec<&'static str>>,
    /// Ends of benefits and cards that are written and cannot be read, by canonical field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    unreadable_ends: BTreeMap<&'static str, u64>,
    reject_reasons: BTreeMap<&'static str, u64>,
    /// By canonical field, those that the file has.
    pub(super) fields: BTreeMap<&'static str, Filled>,
    pub(super) findings: u64,
}

/// A sheet that was not read.
#[derive(Clone, Debug, Serialize)]
struct Sheet {
    sheet: String,
    rows: u64,
    reason: &'static str,
}

/// Roles by decision.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LinkCounts {
    /// Linked to a resident.
    pub link: u64,
    /// To be decided by an officer.
    pub review: u64,
    /// No resident.
    pub none: u64,
}

impl LinkCounts {
    fn add(&mut self, decision: Decision) {
        match decision {
            Decision::Link => self.link += 1,
            Decision::Review => self.review += 1,
            Decision::None => self.none += 1,
        }
    }

    fn merge(&mut self, other: Self) {
        self.link += other.link;
        self.review += other.review;
        self.none += other.none;
    }
}

/// Findings by the axes of the contract.
#[derive(Clone, Debug, Serialize)]
struct FindingCounts {
    total: u64,
    by_pillar: BTreeMap<&'static str, u64>,
    by_code: BTreeMap<String, u64>,
    by_kind: BTreeMap<&'static str, u64>,
    by_file: Vec<FileCount>,
    by_commune: Vec<CommuneCount>,
    by_unit: BTreeMap<&'static str, u64>,
}

#[derive(Clone, Debug, Serialize)]
struct FileCount {
    file: String,
    count: u64,
}

/// What a civil-status extract covers.
#[derive(Clone, Debug, Serialize)]
pub struct Covered {
    /// The kind of extract.
    pub kind: &'static str,
    /// First day of registration, where it is known.
    pub from: Option<String>,
    /// Last day of registration, where it is known.
    pub to: Option<String>,
    /// Whether the period was configured.
    pub configured: bool,
    /// The communes in force that it registers.
    pub communes: Vec<CoveredCommune>,
}

/// A commune that a civil-status extract registers.
#[derive(Clone, Debug, Serialize)]
pub struct CoveredCommune {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A rule that was not run.
#[derive(Clone, Debug, Serialize)]
pub(super) struct NotRunRule {
    pub(super) code: String,
    pub(super) missing: Vec<String>,
    /// Whether the configuration switched it off.
    pub(super) off: bool,
}

/// The whole summary.
#[derive(Debug, Serialize)]
pub struct Summary {
    pub(super) program: Program,
    /// What differs from run to run.
    pub run: RunInfo,
    pub(super) as_of: String,
    parameters: Value,
    pub(super) inputs: Vec<InputFile>,
    pub(super) residents: u64,
    findings: FindingCounts,
    pub(super) links: BTreeMap<&'static str, LinkCounts>,
    links_by_role: BTreeMap<String, LinkCounts>,
    pub(super) not_run: Vec<NotRunRule>,
    pub(super) coverage: Vec<Covered>,
    pub(super) linkage: LinkageReport,
    accounting: Accounting,
}

/// What a summary is made from, beside the data and the links.
pub struct Account<'a> {
    /// What differs from run to run.
    pub run: RunInfo,
    /// The as-of date.
    pub as_of: Day,
    /// The resolved settings.
    pub parameters: Value,
    /// All codes of the catalogue.
    pub codes: &'a [Code],
    /// The findings, counted.
    pub counts: &'a Counts,
    /// Rules that were not run.
    pub not_run: &'a [NotRun],
    /// Where civil-status extracts cover births and deaths.
    pub coverage: Vec<Covered>,
    /// What linkage says of itself.
    pub linkage: LinkageReport,
    /// The accounting identity.
    pub accounting: Accounting,
}

impl Summary {
    /// Puts the summary together.
    pub fn new(data: &Dataset, links: &Links, account: Account<'_>) -> Self {
        let Account { run, as_of, parameters, codes, counts, not_run, coverage, linkage, accounting } =
            account;
        let (by_kind, by_role) = count_links(data, links);
        Self {
            program: Program { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
            run,
            as_of: as_of.to_string(),
            parameters,
            inputs: data
                .tables
                .iter()
                .zip(&counts.by_file)
                .zip(unreadable_ends(data))
                .enumerate()
                .map(|(position, ((table, (_, findings)), unreadable))| {
                    let placeholders =
                        |field| counts.placeholders.get(&(position as u16, field)).copied().unwrap_or(0);
                    input_file(table, completeness::by_field(table, placeholders), *findings, unreadable)
                })
                .collect(),
            residents: data.registry.residents.len() as u64,
            findings: finding_counts(counts, codes, not_run),
            links: by_kind,
            links_by_role: by_role,
            not_run: not_run
                .iter()
                .map(|rule| NotRunRule {
                    code: rule.code.to_string(),
                    missing: rule.missing.clone(),
                    off: rule.off,
                })
                .collect(),
            coverage,
            linkage,
            accounting,
        }
    }

    /// Roles of all extracts by decision.
    pub fn link_total(&self) -> LinkCounts {
        let mut total = LinkCounts::default();
        self.links.values().for_each(|counts| total.merge(*counts));
        total
    }

    /// The summary as JSON text.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        Ok(text)
    }
}

/// Counts by code hold a zero for a rule that ran and found nothing, and no entry for one that did not run.
fn finding_counts(counts: &Counts, codes: &[Code], not_run: &[NotRun]) -> FindingCounts {
    let ran = codes.iter().filter(|code| !not_run.iter().any(|rule| rule.code == **code));
    let mut by_code: BTreeMap<String, u64> = ran.map(|code| (code.to_string(), 0)).collect();
    by_code.extend(counts.by_code.iter().map(|c| (c.code.clone(), c.count)));
    FindingCounts {
        total: counts.total,
        by_pillar: Pillar::ALL.iter().map(|p| p.name()).zip(counts.by_pillar).collect(),
        by_code,
        by_kind: counts.by_kind.iter().copied().collect(),
        by_file: counts
            .by_file
            .iter()
            .map(|(file, count)| FileCount { file: file.clone(), count: *count })
            .collect(),
        by_commune: counts.by_commune.clone(),
        by_unit: counts.by_unit.iter().copied().collect(),
    }
}

fn count_links(
    data: &Dataset,
    links: &Links,
) -> (BTreeMap<&'static str, LinkCounts>, BTreeMap<String, LinkCounts>) {
    let mut by_kind: BTreeMap<&'static str, LinkCounts> = BTreeMap::new();
    let mut by_role: BTreeMap<String, LinkCounts> = BTreeMap::new();
    for (position, extract) in data.extracts.iter().enumerate() {
        let roles = extract.kind.roles();
        let mut counts = vec![LinkCounts::default(); roles.len()];
        for (_, role, link) in links.iter(position, extract) {
            counts[role].add(link.decision);
        }
        let all = by_kind.entry(extract.kind.name()).or_default();
        for (role, counts) in roles.iter().zip(counts) {
            all.merge(counts);
            by_role.insert(format!("{}.{}", extract.kind.name(), role.name()), counts);
        }
    }
    (by_kind, by_role)
}

fn input_file(
    table: &Table,
    fields: BTreeMap<&'static str, Filled>,
    findings: u64,
    unreadable_ends: BTreeMap<&'static str, u64>,
) -> InputFile {
    let mut reject_reasons = BTreeMap::new();
    for reject in &table.rejects {
        *reject_reasons.entry(reject.reason).or_insert(0) += 1;
    }
    InputFile {
        file: table.name.clone(),
        kind: table.kind.name(),
        sheet: table.sheet.clone(),
        digest: table.digest.clone(),
        bytes: table.bytes,
        encoding: table.encoding.clone(),
        delimiter: table.delimiter,
        header_row: table.header_row,
        read: table.counts.read,
        used: table.counts.used,
        rejected: table.counts.rejected,
        skipped: table.counts.skipped,
        skipped_sheets: table
            .skipped_sheets
            .iter()
            .map(|skipped| Sheet { sheet: skipped.name.clone(), rows: skipped.rows, reason: skipped.reason })
            .collect(),
        unrecognised_columns: table
            .columns
            .iter()
            .filter(|column| column.field.is_none())
            .map(|column| column.header.clone())
            .collect(),
        column_habits: column_habits(table),
        unreadable_ends,
        reject_reasons,
        fields,
        findings,
    }
}

fn column_habits(table: &Table) -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut habits: BTreeMap<&'static str, Vec<&'static str>> = BTreeMap::new();
    for (field, habit) in &table.habits {
        habits.entry(field.name()).or_default().push(habit.name());
    }
    habits
}

/// For each table the ends of benefits and cards that cannot be read, by field.
fn unreadable_ends(data: &Dataset) -> Vec<BTreeMap<&'static str, u64>> {
    let mut ends = vec![BTreeMap::new(); data.tables.len()];
    for row in data.extracts.iter().flat_map(|extract| &extract.rows) {
        let cells = match &row.detail {
            Detail::Welfare(benefit) => [
                (benefit.start, Field::StartDate),
                (benefit.valid_to, Field::StopDate),
                (benefit.stop, Field::StopDate),
            ],
            Detail::Insurance(card) => [
                (card.valid_from, Field::ValidFrom),
                (card.valid_to, Field::ValidTo),
                (card.stop, Field::StopDate),
            ],
            _ => continue,
        };
        for (_, field) in cells.into_iter().filter(|(cell, _)| *cell == DateCell::Impossible) {
            if let Some(ends) = ends.get_mut(usize::from(row.row.table)) {
                *ends.entry(field.name()).or_insert(0) += 1;
            }
        }
    }
    ends
}
