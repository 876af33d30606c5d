//! `summary.json`: what went in, what came out, and how the run went. One schema, written by the run and read by
//! whoever looks back at one.
//!
//! Everything that differs between two runs over the same inputs stands in `run`; the rest is byte-identical. A
//! summary of another version is read as far as it goes: what it lacks is empty.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::accounting::Accounting;
use crate::domain::Pillar;
use crate::linkage::LinkageReport;

/// The file in a run folder.
pub const SUMMARY: &str = "summary.json";

/// The whole summary.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Summary {
    /// The program that made the run.
    #[serde(default)]
    pub program: Program,
    /// What differs from run to run.
    pub run: RunInfo,
    /// The as-of date, dd/mm/yyyy.
    pub as_of: String,
    /// The settings as the run resolved them: an echo for people, which nothing reads back.
    #[serde(default)]
    pub parameters: Value,
    /// The input files, in order.
    #[serde(default)]
    pub inputs: Vec<InputFile>,
    /// Residents of the registry.
    #[serde(default)]
    pub residents: u64,
    /// Findings by the axes of the contract.
    pub findings: FindingCounts,
    /// Roles by decision, by kind of extract.
    #[serde(default)]
    pub links: BTreeMap<String, LinkCounts>,
    /// The same by kind and role (`births.child`).
    #[serde(default)]
    pub links_by_role: BTreeMap<String, LinkCounts>,
    /// Rules that were not run.
    #[serde(default)]
    pub not_run: Vec<NotRunRule>,
    /// What civil-status extracts cover.
    #[serde(default, deserialize_with = "as_far_as_known")]
    pub coverage: Vec<Covered>,
    /// What linkage says of itself.
    #[serde(default, deserialize_with = "as_far_as_known")]
    pub linkage: LinkageReport,
    /// The accounting identity.
    #[serde(default, deserialize_with = "as_far_as_known")]
    pub accounting: Accounting,
    /// Every file that was found, and what it was used as.
    #[serde(default)]
    pub files: Vec<FileLine>,
}

/// A file that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileLine {
    /// Its name.
    pub file: String,
    /// `data`, `units`, `settings` or `unused`.
    pub used_as: String,
    /// Rows used, by kind.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rows: BTreeMap<String, u64>,
    /// Why it is not used, as a stable code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Remembered answers by which it was read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<String>,
    /// The file that it is a copy of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<String>,
}

/// The program that made the run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What differs from run to run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RunInfo {
    /// The name of the run.
    pub run_id: String,
    /// When it started (ISO 8601, UTC).
    pub started_at: String,
    /// When the summary was written.
    #[serde(default)]
    pub finished_at: String,
    /// Threads used.
    #[serde(default)]
    pub threads: usize,
    /// Seconds by stage, and `total`.
    #[serde(default)]
    pub timings: BTreeMap<String, f64>,
    /// Largest memory held, in bytes, where the system tells.
    #[serde(default)]
    pub peak_memory_bytes: Option<u64>,
    /// The run that `latest` pointed to before.
    #[serde(default)]
    pub previous_run: Option<String>,
    /// Unpublished folders of dead runs that were removed.
    #[serde(default)]
    pub removed: Vec<String>,
    /// Kinds of extract whose links were taken from the run before.
    #[serde(default)]
    pub links_reused: Vec<String>,
    /// The end of the access log when the run was published; none where it had no line with a seal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_log: Option<LogEnd>,
    /// What the store remembered of findings and decisions, and what was done with it.
    #[serde(flatten)]
    pub recall: Recall,
}

/// The end of the access log: how many lines, sealed under the secret of the folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEnd {
    /// Lines.
    pub lines: i64,
    /// The seal.
    pub seal: String,
}

/// What a run found remembered, and did with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Recall {
    /// The last run's start, where the clock of the machine is behind it: the clock was set back.
    pub clock_behind: Option<String>,
    /// Decisions that contradict each other, by number; none of them is applied.
    pub contradictions: Vec<(i64, i64)>,
    /// Decisions in force that were applied.
    pub decisions_applied: usize,
    /// Decisions that lost their ground: what they concern is asked again.
    pub decisions_expired: Vec<i64>,
    /// Decisions whose row or resident is not in the data; they wait.
    pub decisions_waiting: usize,
    /// Findings by what became of them.
    pub findings: FindingsOverTime,
    /// The run that `latest` was moved to at the start, because the run before was cut short.
    pub latest_moved_to: Option<String>,
}

/// Findings of a run by what became of them.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FindingsOverTime {
    /// Never seen before.
    pub fresh: u64,
    /// Raised and not rejected: what somebody has to do.
    pub outstanding: u64,
    /// Raised by the run.
    pub raised: u64,
    /// Raised again.
    pub reopened: u64,
    /// No longer raised.
    pub resolved: u64,
}

/// One input file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct InputFile {
    /// Its name.
    pub file: String,
    /// Its kind.
    pub kind: String,
    /// The sheet that was read, of a workbook.
    pub sheet: Option<String>,
    /// Digest of its bytes.
    pub digest: String,
    /// Its size.
    pub bytes: u64,
    /// The encoding that it was read in.
    pub encoding: String,
    /// What stands between its cells, of a text file.
    pub delimiter: Option<char>,
    /// The row of its header.
    pub header_row: u32,
    /// Rows of the file.
    pub read: u64,
    /// Rows that became records.
    pub used: u64,
    /// Rows that could not be read.
    pub rejected: u64,
    /// Titles, headers, totals and blank rows.
    pub skipped: u64,
    /// The same by class.
    pub skipped_rows: BTreeMap<String, u64>,
    /// Sheets that were not read.
    pub skipped_sheets: Vec<UnreadSheet>,
    /// Headers of columns that no field is read from.
    pub unrecognised_columns: Vec<String>,
    /// Formulas that were never computed, by header of the column: the file has no value for them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub uncomputed_formulas: BTreeMap<String, u64>,
    /// The later list of the same title, where one was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub followed_by: Option<String>,
    /// What columns show as a whole, by canonical field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub column_habits: BTreeMap<String, Vec<String>>,
    /// `1904` where the dates of the workbook are counted from that year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_system: Option<String>,
    /// Blocks of rows whose IDs are those of the persons on other rows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moved_ids: Vec<MovedBlock>,
    /// What shows of the file only beside the registry (a block that moved, values filled down, the habits of a clerk), in
    /// sentences of both languages.
    #[serde(skip_serializing_if = "is_untold")]
    pub shown_by_linking: [Vec<String>; 2],
    /// What the columns show as a whole, in sentences of both languages: for the report of the run alone.
    #[serde(skip)]
    pub told: [Vec<String>; 2],
    /// Ends of benefits and cards that are written and cannot be read, by canonical field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub unreadable_ends: BTreeMap<String, u64>,
    /// Rejected rows by reason.
    pub reject_reasons: BTreeMap<String, u64>,
    /// By canonical field, those that the file has.
    pub fields: BTreeMap<String, Filled>,
    /// Findings made in it.
    pub findings: u64,
}

/// A block of rows whose IDs are those of the persons on other rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MovedBlock {
    /// The first row, as a spreadsheet shows it.
    pub from_row: u32,
    /// The last row.
    pub to_row: u32,
    /// On which row below (above, where negative) the person of a number stands.
    pub by: i64,
    /// Numbers that show it.
    pub shown: u64,
}

/// A sheet that was not read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UnreadSheet {
    /// Its name.
    pub sheet: String,
    /// Its rows.
    pub rows: u64,
    /// Why it was not read.
    pub reason: String,
}

/// How many cells of a column hold something.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filled {
    /// Cells with a value.
    pub filled: u64,
    /// Cells with a placeholder instead ("không rõ", 01/01/1900), as SACH-09 found them; none where it was not run.
    pub placeholders: u64,
}

/// Roles by decision.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkCounts {
    /// Linked to a resident.
    pub link: u64,
    /// To be decided by an officer.
    pub review: u64,
    /// No resident.
    pub none: u64,
}

impl LinkCounts {
    /// Adds others.
    pub fn merge(&mut self, other: Self) {
        self.link += other.link;
        self.review += other.review;
        self.none += other.none;
    }
}

/// Findings by the axes of the contract.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingCounts {
    /// All of them.
    #[serde(default)]
    pub total: u64,
    /// By pillar.
    #[serde(default)]
    pub by_pillar: BTreeMap<String, u64>,
    /// By code: zero for a rule that ran and found nothing, no entry for one that did not run.
    pub by_code: BTreeMap<String, u64>,
    /// By kind of the file in which they were made.
    #[serde(default)]
    pub by_kind: BTreeMap<String, u64>,
    /// By file, in the order of the inputs.
    #[serde(default)]
    pub by_file: Vec<FileCount>,
    /// By commune, in the order of codes and names.
    #[serde(default)]
    pub by_commune: Vec<CommuneCount>,
    /// By responsible office.
    #[serde(default)]
    pub by_unit: BTreeMap<String, u64>,
}

/// How many findings were made in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileCount {
    /// The file.
    pub file: String,
    /// How many.
    pub count: u64,
}

/// How many findings a commune has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommuneCount {
    /// The code of the commune; empty where none is known.
    pub commune_code: String,
    /// Its name.
    pub commune: String,
    /// Rows of the registry.
    pub residents: u64,
    /// How many, in all.
    pub count: u64,
    /// By pillar, in the order đúng, đủ, sạch, sống.
    #[serde(serialize_with = "by_pillar_name", deserialize_with = "in_pillar_order")]
    pub by_pillar: [u64; 4],
}

/// What a civil-status extract covers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Covered {
    /// The kind of extract.
    pub kind: String,
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CoveredCommune {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A rule that was not run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NotRunRule {
    /// Its code.
    pub code: String,
    /// What it wants that is not there: kinds (`deaths`) and columns (`deaths.death_date`).
    pub missing: Vec<String>,
    /// Whether the configuration switched it off.
    pub off: bool,
}

/// Whether nothing is said in any language.
fn is_untold(told: &[Vec<String>; 2]) -> bool {
    told.iter().all(Vec::is_empty)
}

impl Summary {
    /// Reads the summary of a run folder.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read or is no summary.
    pub fn read(run: &Path) -> io::Result<Self> {
        Ok(serde_json::from_slice(&fs::read(run.join(SUMMARY))?)?)
    }

    /// Roles of all extracts by decision.
    pub fn link_total(&self) -> LinkCounts {
        let mut total = LinkCounts::default();
        self.links.values().for_each(|counts| total.merge(*counts));
        total
    }

    /// The summary as JSON text.
    ///
    /// # Errors
    ///
    /// Never for a summary that a run makes: all of it can be written as JSON.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        Ok(text)
    }
}

fn by_pillar_name<S: Serializer>(counts: &[u64; 4], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(counts.len()))?;
    for (pillar, count) in Pillar::ALL.iter().zip(counts) {
        map.serialize_entry(pillar.name(), count)?;
    }
    map.end()
}

fn in_pillar_order<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u64; 4], D::Error> {
    let by_name = BTreeMap::<String, u64>::deserialize(deserializer)?;
    Ok(Pillar::ALL.map(|pillar| by_name.get(pillar.name()).copied().unwrap_or(0)))
}

/// A part that another version may have written otherwise, and that no reader of old runs depends on.
fn as_far_as_known<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_of_an_older_version_is_read_as_far_as_it_goes() {
        let older = r#"{"run":{"run_id":"r","started_at":"2026-11-01T01:00:00Z","unknown":1},"as_of":"01/11/2026",
            "findings":{"by_code":{"DU-01":5}},"linkage":{"syllables":"many"}}"#;
        let summary: Summary = serde_json::from_str(older).unwrap();
        assert_eq!((summary.run.run_id.as_str(), summary.findings.by_code["DU-01"]), ("r", 5));
        assert_eq!((summary.linkage.syllables, summary.inputs.len()), (0, 0));
        for lacking in ["{}", r#"{"run":{"run_id":"r"},"as_of":"","findings":{"by_code":{}}}"#] {
            assert!(serde_json::from_str::<Summary>(lacking).is_err(), "{lacking}");
        }
    }

    #[test]
    fn communes_come_back_as_they_were_written() {
        let commune =
            CommuneCount { commune: "Xã Đông".into(), by_pillar: [1, 2, 3, 4], ..Default::default() };
        let text = serde_json::to_string(&commune).unwrap();
        assert!(text.ends_with(r#""by_pillar":{"dung":1,"du":2,"sach":3,"song":4}}"#), "{text}");
        assert_eq!(serde_json::from_str::<CommuneCount>(&text).unwrap(), commune);
    }
}
