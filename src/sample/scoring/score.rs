//! Scoring: how a run compares with the truth of the sample it was made on.

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::domain::{Code, Pillar};

/// Why a run could not be scored.
#[derive(Debug, thiserror::Error)]
pub enum ScoreError {
    /// A file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: csv::Error,
    },
    /// A file lacks a column that the contract gives it.
    #[error("{} has no column {column}", path.display())]
    Column {
        /// The file.
        path: PathBuf,
        /// The column.
        column: &'static str,
    },
}

/// Right and wrong, counted.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeScore {
    /// Found and true.
    pub tp: u64,
    /// Found and not true.
    pub fp: u64,
    /// True and not found.
    pub fn_: u64,
}

impl CodeScore {
    /// Share of what was found that is true; 1 where nothing was found.
    pub fn precision(self) -> f64 {
        ratio(self.tp, self.tp + self.fp)
    }

    /// Share of what is true that was found; 1 where nothing is true.
    pub fn recall(self) -> f64 {
        ratio(self.tp, self.tp + self.fn_)
    }

    /// Counts a role of a resident (0: of nobody), and whom it was linked to, where it was.
    fn add(&mut self, linked: Option<u32>, resident: u32) {
        let right = resident != 0 && linked == Some(resident);
        self.tp += u64::from(right);
        self.fp += u64::from(linked.is_some() && !right);
        self.fn_ += u64::from(resident != 0 && !right);
    }

    /// Harmonic mean of both.
    pub fn f1(self) -> f64 {
        ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn_)
    }
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// Links against the truth.
#[derive(Copy, Clone, Debug, Default, PartialEq)]
pub struct LinkScore {
    /// Roles of the truth.
    pub roles: u64,
    /// Links to the right resident, links to a wrong one or of nobody, and residents without a link.
    pub links: CodeScore,
    /// Links of probability 0.999 and more to a wrong person.
    pub sure_and_wrong: u64,
    /// Roles left to review.
    pub reviews: u64,
    /// Reviews of a resident whose row is among the candidates shown.
    pub reviews_shown: u64,
    /// Reviews of a resident.
    pub reviews_of_residents: u64,
    /// Roles of the truth that have no line, and lines that have no role in the truth.
    pub unaccounted: u64,
}

/// What [`score`] measures.
#[derive(Clone, Debug, Default)]
pub struct Score {
    /// Roles that can be decided.
    pub easy: LinkScore,
    /// Roles that nobody could decide.
    pub hard: LinkScore,
    /// Links of each list, in the order of the truth (roles that can be decided).
    pub lists: Vec<(String, CodeScore)>,
    /// Findings by code, in the order of the catalogue; those that hang on a hard row are left out.
    pub codes: Vec<(Code, CodeScore)>,
    /// Mean squared error of the probabilities of best pairs (over roles that can be decided).
    pub brier: f64,
    /// Expected calibration error in ten bins of equal width (same roles).
    pub calibration_error: f64,
}

impl Score {
    /// All findings together.
    pub fn all_codes(&self) -> CodeScore {
        self.codes.iter().fold(CodeScore::default(), |sum, (_, s)| CodeScore {
            tp: sum.tp + s.tp,
            fp: sum.fp + s.fp,
            fn_: sum.fn_ + s.fn_,
        })
    }
}

/// A role of a row.
type RoleKey = (String, u32, String);
/// What tells findings apart: code, source and row (or the resident), role, field.
type FindingKey = (Code, String, String, String, String);

/// Compares a run folder with the truth folder of its sample.
///
/// # Errors
/// [`ScoreError`] where a file cannot be read or lacks a column.
pub fn score(run_dir: &Path, truth_dir: &Path) -> Result<Score, ScoreError> {
    let mut out = Score::default();
    score_links(run_dir, truth_dir, &mut out)?;
    let truth = true_findings(truth_dir)?;
    let found = found_findings(run_dir, truth.by_file)?;
    let mut codes: FxHashMap<Code, CodeScore> = FxHashMap::default();
    for (key, hard) in &truth.keys {
        let score = codes.entry(key.0).or_default();
        match (hard, found.contains(key)) {
            (false, true) => score.tp += 1,
            (false, false) => score.fn_ += 1,
            (true, _) => {}
        }
    }
    for key in &found.keys {
        if !truth.contains(&key.0) {
            codes.entry(key.0.0).or_default().fp += 1;
        }
    }
    let mut codes: Vec<_> = codes.into_iter().collect();
    codes.sort_by_key(|(code, _)| *code);
    out.codes = codes;
    Ok(out)
}

/// The first `limit` findings of a code that are not true and that were missed, by source and row: two
/// lists for whoever looks into a rule.
///
/// # Errors
/// As [`score`].
pub fn wrong_findings(
    run_dir: &Path,
    truth_dir: &Path,
    code: Code,
    limit: usize,
) -> Result<(Vec<String>, Vec<String>), ScoreError> {
    let truth = true_findings(truth_dir)?;
    let found = found_findings(run_dir, truth.by_file)?;
    let show = |key: &FindingKey| {
        let (_, source, row, role, field) = key;
        [source.as_str(), row, role, field]
            .into_iter()
            .filter(|s| !s.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let of_code = |key: &&(FindingKey, bool)| key.0.0 == code;
    let extra = found.keys.iter().filter(of_code).filter(|k| !truth.contains(&k.0));
    let missed = truth.keys.iter().filter(of_code).filter(|k| !k.1 && !found.contains(&k.0));
    Ok((extra.take(limit).map(|k| show(&k.0)).collect(), missed.take(limit).map(|k| show(&k.0)).collect()))
}

/// A set of findings in the order of their file, with the flag `hard` of the truth.
#[derive(Default)]
struct FindingSet {
    keys: Vec<(FindingKey, bool)>,
    index: FxHashSet<FindingKey>,
    /// Whether rows are told by the name of their file.
    by_file: bool,
}

impl FindingSet {
    fn add(&mut self, key: FindingKey, hard: bool) {
        if self.index.insert(key.clone()) {
            self.keys.push((key, hard));
        }
    }

    fn contains(&self, key: &FindingKey) -> bool {
        self.index.contains(key)
    }
}

/// Codes that are raised once for a resident, whatever row gave rise to them.
fn is_about_resident(code: Code) -> bool {
    match code.pillar {
        Pillar::Dung => false,
        // A sample holds one list on which somebody is expected (DU-14).
        Pillar::Du => matches!(code.number, 2 | 5 | 8 | 9 | 11 | 13 | 14 | 15),
        Pillar::Sach => code.number == 2,
        Pillar::Song => matches!(code.number, 1 | 2 | 5 | 6 | 12),
    }
}

/// Codes of which a field (and a role) say nothing more than the row does.
fn is_about_row(code: Code) -> bool {
    let sach = code.pillar == Pillar::Sach && code.number == 1;
    let song = code.pillar == Pillar::Song && !matches!(code.number, 7 | 8);
    sach || song
}

/// The list that a row is of: the kind of its file, and the file's name where the truth tells files apart.
fn list(source: &str, file: &str) -> String {
    if file.is_empty() { source.to_owned() } else { format!("{source} {file}") }
}

fn finding_key(code: Code, at: (&str, &str, &str), role: &str, resident: &str, field: &str) -> FindingKey {
    let (source, file, row) = at;
    let key = |source: &str, row: &str, role: &str, field: &str| {
        (code, source.to_owned(), row.to_owned(), role.to_owned(), field.to_owned())
    };
    if is_about_resident(code) {
        return key("residents", resident, "", "");
    }
    if source == "residents" {
        return key(source, if resident.is_empty() { row } else { resident }, "", field);
    }
    let source = &list(source, file);
    if is_about_row(code) {
        return key(source, row, "", "");
    }
    // The field tells the role, save where the finding is about a person as a whole or a marriage.
    let marriage = matches!((code.pillar, code.number), (Pillar::Dung, 10) | (Pillar::Song, 7 | 8));
    let whole = code.pillar == Pillar::Du && matches!(code.number, 6 | 7);
    if marriage || whole { key(source, row, role, "") } else { key(source, row, "", field) }
}

/// The column of files in a truth whose kinds may have several; the same rows of a run are then looked for
/// in the files of these names.
const FILE: &str = "source_file";

fn true_findings(truth_dir: &Path) -> Result<FindingSet, ScoreError> {
    let mut set = FindingSet::default();
    let columns = ["code", "source", "source_row", "role", "resident_row", "field", "hard"];
    set.by_file = read(&truth_dir.join("findings.csv"), &columns, Some(FILE), |c| {
        if let Some(code) = Code::parse(c[0]) {
            set.add(finding_key(code, (c[1], c[7], c[2]), c[3], c[4], c[5]), c[6] == "1");
        }
    })?;
    Ok(set)
}

fn found_findings(run_dir: &Path, by_file: bool) -> Result<FindingSet, ScoreError> {
    let mut set = FindingSet::default();
    let columns = ["code", "source", "source_row", "role", "resident_row", "field"];
    for pillar in Pillar::ALL {
        let path = run_dir.join("worklists").join(format!("{}.csv", pillar.name()));
        read(&path, &columns, by_file.then_some(FILE), |c| {
            if let Some(code) = Code::parse(c[0]) {
                set.add(finding_key(code, (c[1], c[6], c[2]), c[3], c[4], c[5]), false);
            }
        })?;
    }
    Ok(set)
}

/// A line of `links.csv`.
struct Line {
    decision: String,
    probability: f64,
    resident: u32,
}

fn score_links(run_dir: &Path, truth_dir: &Path, out: &mut Score) -> Result<(), ScoreError> {
    let by_file = read(&truth_dir.join("links.csv"), &[], Some(FILE), |_| {})?;
    let file_column = by_file.then_some(FILE);
    let key =
        |source: &str, file: &str, row: &str, role: &str| (list(source, file), number(row), role.to_owned());
    let mut lines: FxHashMap<RoleKey, Line> = FxHashMap::default();
    let columns = ["source", "source_row", "role", "decision", "probability", "resident_row"];
    read(&run_dir.join("links.csv"), &columns, file_column, |c| {
        let probability = c[4].replace(',', ".").parse().unwrap_or(0.0);
        let line = Line { decision: c[3].to_owned(), probability, resident: number(c[5]) };
        lines.insert(key(c[0], c[6], c[1], c[2]), line);
    })?;
    let mut shown: FxHashSet<(RoleKey, u32)> = FxHashSet::default();
    let columns = ["source", "source_row", "role", "resident_row"];
    let reviews = run_dir.join("review.csv");
    if reviews.exists() {
        read(&reviews, &columns, file_column, |c| {
            shown.insert((key(c[0], c[4], c[1], c[2]), number(c[3])));
        })?;
    }
    let (mut pairs, mut squares) = (Vec::new(), 0.0);
    let mut matched = 0_u64;
    let columns = ["source", "source_row", "role", "resident_row", "hard"];
    read(&truth_dir.join("links.csv"), &columns, file_column, |c| {
        let hard = c[4] == "1";
        let of = if hard { &mut out.hard } else { &mut out.easy };
        of.roles += 1;
        let resident = number(c[3]);
        let key = key(c[0], c[5], c[1], c[2]);
        let line = lines.get(&key);
        if !hard {
            let linked = line.filter(|line| line.decision == "link").map(|line| line.resident);
            of_list(&mut out.lists, c[0]).add(linked, resident);
        }
        let Some(line) = line else {
            of.unaccounted += 1;
            of.links.fn_ += u64::from(resident != 0);
            return;
        };
        matched += 1;
        let right = resident != 0 && line.resident == resident;
        match line.decision.as_str() {
            "link" if right => of.links.tp += 1,
            "link" => {
                of.links.fp += 1;
                of.links.fn_ += u64::from(resident != 0);
                of.sure_and_wrong += u64::from(line.probability >= 0.999);
            }
            decision => {
                of.links.fn_ += u64::from(resident != 0);
                if decision == "review" {
                    of.reviews += 1;
                    of.reviews_of_residents += u64::from(resident != 0);
                    of.reviews_shown +=
                        u64::from(resident != 0 && (right || shown.contains(&(key, resident))));
                }
            }
        }
        // Of a `none` no resident is named, so that its probability cannot be checked.
        if !hard && line.resident != 0 {
            let outcome = f64::from(u8::from(right));
            squares += (line.probability - outcome).powi(2);
            pairs.push((line.probability, outcome));
        }
    })?;
    out.easy.unaccounted += lines.len() as u64 - matched;
    if !pairs.is_empty() {
        out.brier = squares / pairs.len() as f64;
        out.calibration_error = calibration_error(&pairs);
    }
    Ok(())
}

/// The links of a list, which is added where it is new; the truth has list after list.
fn of_list<'s>(lists: &'s mut Vec<(String, CodeScore)>, source: &str) -> &'s mut CodeScore {
    let at = lists.iter().position(|(known, _)| known == source).unwrap_or_else(|| {
        lists.push((source.to_owned(), CodeScore::default()));
        lists.len() - 1
    });
    &mut lists[at].1
}

/// Expected calibration error of (probability, outcome) pairs in ten bins.
fn calibration_error(pairs: &[(f64, f64)]) -> f64 {
    let mut bins = [(0.0, 0.0, 0.0); 10];
    for &(p, outcome) in pairs {
        let bin = &mut bins[((p * 10.0) as usize).min(9)];
        bin.0 += p;
        bin.1 += outcome;
        bin.2 += 1.0;
    }
    let off: f64 = bins.iter().filter(|b| b.2 > 0.0).map(|b| (b.0 - b.1).abs()).sum();
    off / pairs.len() as f64
}

/// A row number; 0 where there is none.
fn number(text: &str) -> u32 {
    text.trim().parse().unwrap_or(0)
}

/// Reads the named columns of a CSV file, row by row, and after them the optional one (empty where the file
/// has none). Gives whether the file has it.
fn read(
    path: &Path,
    columns: &[&'static str],
    optional: Option<&str>,
    mut row: impl FnMut(&[&str]),
) -> Result<bool, ScoreError> {
    let fail = |source: csv::Error| ScoreError::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(|e| fail(e.into()))?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let header = reader.headers().map_err(fail)?.clone();
    let position = |column: &str| header.iter().position(|h| h.trim_start_matches('\u{feff}') == column);
    let mut at = Vec::with_capacity(columns.len() + 1);
    for column in columns {
        at.push(position(column).ok_or(ScoreError::Column { path: path.to_owned(), column })?);
    }
    let optional = optional.and_then(position);
    at.push(optional.unwrap_or(usize::MAX));
    let mut record = csv::StringRecord::new();
    let mut cells: Vec<&str> = Vec::with_capacity(columns.len());
    while reader.read_record(&mut record).map_err(fail)? {
        cells.clear();
        cells.extend(at.iter().map(|&ix| record.get(ix).unwrap_or_default()));
        // The cells borrow from the record, which the next turn overwrites.
        row(&cells);
        cells = Vec::with_capacity(at.len());
    }
    Ok(optional.is_some())
}

/// A table: links first, then a line for the links of each list and for each code.
impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, s) in [("links", &self.easy), ("hard links", &self.hard)] {
            writeln!(
                f,
                "{name:<11} roles {:>8}  precision {:.4}  recall {:.4}  wrong {:>5}  wrong at p>=0.999 {:>4}  \
                 review {:.4} (true one shown {:.4})  unaccounted {}",
                s.roles,
                s.links.precision(),
                s.links.recall(),
                s.links.fp,
                s.sure_and_wrong,
                if s.roles == 0 { 0.0 } else { s.reviews as f64 / s.roles as f64 },
                ratio(s.reviews_shown, s.reviews_of_residents),
                s.unaccounted,
            )?;
        }
        writeln!(
            f,
            "probabilities: Brier {:.5}, calibration error {:.5}",
            self.brier, self.calibration_error
        )?;
        writeln!(
            f,
            "{:<12} {:>8} {:>8} {:>8}  {:>9} {:>7} {:>7}",
            "code", "tp", "fp", "fn", "precision", "recall", "F1"
        )?;
        let mut line = |name: &str, s: CodeScore| {
            writeln!(
                f,
                "{name:<12} {:>8} {:>8} {:>8}  {:>9.4} {:>7.4} {:>7.4}",
                s.tp,
                s.fp,
                s.fn_,
                s.precision(),
                s.recall(),
                s.f1()
            )
        };
        for (list, s) in &self.lists {
            line(list, *s)?;
        }
        for (code, s) in &self.codes {
            line(&code.to_string(), *s)?;
        }
        line("all", self.all_codes())
    }
}

#[cfg(test)]
#[path = "score_tests.rs"]
mod tests;
