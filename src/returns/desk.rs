//! The lines of the last run, looked up for a decision: which row and role a finding was raised on, which
//! resident it was linked to, and what both are known by.

use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Answer, ReturnError, Shown, is_double};
use crate::disk::Pointer;
use crate::domain::{Day, Role};
use crate::findings::FindingId;
use crate::publish::{FINDINGS, LINKS, ListCells, RunTable};
use crate::store::{
    Channel, Found, NewDecision, Pair, RunIndex, Side, Store, Subject, Verdict, text_digests,
};

/// A role of a row, as lists name it: file, row and role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line {
    /// The file.
    pub file: String,
    /// The row, as a spreadsheet shows it.
    pub row: u32,
    /// The role; where `None`, the one that the row writes.
    pub role: Option<Role>,
}

impl Line {
    /// Reads `FILE:ROW` or `FILE:ROW:ROLE`.
    pub fn parse(text: &str) -> Option<Self> {
        let (rest, last) = text.rsplit_once(':')?;
        if let Ok(row) = last.parse() {
            return Some(Self { file: rest.to_owned(), row, role: None });
        }
        let role = Role::from_name(last)?;
        let (file, row) = rest.rsplit_once(':')?;
        Some(Self { file: file.to_owned(), row: row.parse().ok()?, role: Some(role) })
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.row)?;
        self.role.map_or(Ok(()), |role| write!(f, ":{}", role.name()))
    }
}

/// What an officer says, when, and by which way.
#[derive(Clone, Debug)]
pub struct Said {
    /// The decision.
    pub verdict: Verdict,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The officer's day.
    pub day: Day,
    /// Until when.
    pub until: Option<Day>,
    /// A remark.
    pub note: String,
    /// By which way.
    pub via: Channel,
}

impl Said {
    fn of(&self, subject: Subject) -> NewDecision {
        let Self { verdict, by, at, day, until, note, via } = self.clone();
        NewDecision { verdict, subject, by, at, day, until, note, via, seen: None }
    }
}

/// The last run of an output folder, open for decisions.
#[derive(Debug)]
pub struct Desk {
    run: PathBuf,
    index: RunIndex,
}

/// Where a finding was raised.
#[derive(Clone, Debug)]
struct Raised {
    /// The row of an extract; `None` where it is about a resident alone.
    line: Option<Line>,
}

impl Desk {
    /// Opens the last run of an output folder, with its store.
    ///
    /// # Errors
    /// [`ReturnError::NoRun`] where the folder holds no run or no store, [`ReturnError::Unreadable`] where the index of
    /// the run cannot be read, [`ReturnError::Store`] where the store cannot be opened.
    pub fn open(out: &Path) -> Result<(Self, Store), ReturnError> {
        let no_run = || ReturnError::NoRun(out.to_path_buf());
        let run = Pointer::of(out).run_path();
        let store = Store::open_existing(out)?.ok_or_else(no_run)?;
        let index = RunIndex::open(&run).map_err(|error| unreadable(&run, &error))?.ok_or_else(no_run)?;
        Ok((Self { run, index }, store))
    }

    /// What is said of findings, as decisions; for each its own outcome, in order.
    ///
    /// # Errors
    /// [`ReturnError::Unreadable`] where the lists of the run cannot be read. What is wrong with one answer is its own
    /// outcome: that it makes no sense of the finding, or that the run has no such line.
    pub fn on_findings(
        &self,
        said: &[(FindingId, Said)],
    ) -> Result<Vec<Result<NewDecision, ReturnError>>, ReturnError> {
        let on_pairs = said.iter().filter(|(id, said)| said.verdict.is_on_pair() && !is_double(id.code));
        let wanted: FxHashSet<FindingId> = on_pairs.map(|(id, _)| *id).collect();
        let raised = self.raised(&wanted)?;
        let lines = raised.values().filter_map(|raised| raised.line.clone()).collect();
        let linked = self.linked(&lines)?;
        let decide = |(id, said): &(FindingId, Said)| -> Result<NewDecision, ReturnError> {
            // A double is two rows, neither of them a resident that the other is linked to.
            if !said.verdict.is_on_pair() || is_double(id.code) {
                return Ok(said.of(Subject::Finding(*id)));
            }
            let senseless = || ReturnError::Senseless { id: *id, verdict: said.verdict };
            let raised = raised.get(id).ok_or(ReturnError::NoLine(id.to_string()))?;
            let line = raised.line.as_ref().ok_or_else(senseless)?;
            let resident = linked.get(line).ok_or_else(senseless)?;
            let resident = self.resident_at(&resident.file, resident.row)?;
            Ok(said.of(Subject::Pair(Box::new(self.pair(line, resident)?), Some(*id))))
        };
        Ok(said.iter().map(decide).collect())
    }

    /// For each answer, the fields that are no longer what its workbook showed, in order; none where it may be
    /// taken. A finding that the last run does not raise is held against what the store last knew of it.
    ///
    /// # Errors
    /// [`ReturnError::Unreadable`] where the findings of the run cannot be read, [`ReturnError::Store`] where the store
    /// cannot.
    pub fn outdated(
        &self,
        store: &Store,
        answers: &[&Answer],
    ) -> Result<Vec<Vec<&'static str>>, ReturnError> {
        let listed = self.listed(&answers.iter().map(|answer| answer.finding).collect())?;
        let changed = |answer: &&Answer| -> Result<Vec<&'static str>, ReturnError> {
            if let Some(now) = listed.get(&answer.finding) {
                // Who the two records are about matters where the answer is about them, or on nothing else.
                let of = match answer.verdict().is_on_pair() {
                    true => now.len(),
                    false if answer.shown.is_valueless() => Shown::PERSON,
                    false => Shown::VALUES,
                };
                return Ok(answer.shown.changed(now, of));
            }
            // One that nobody ever heard of is refused for that.
            let Some(known) = store.finding_values(answer.finding)? else { return Ok(Vec::new()) };
            if answer.shown.is_valueless() {
                return Ok(Vec::new());
            }
            let shown = text_digests(answer.shown.values());
            let pairs = shown.iter().zip(&known).zip(Shown::FIELDS);
            Ok(pairs.filter(|((shown, known), _)| shown != known).map(|(_, field)| field).collect())
        };
        answers.iter().map(changed).collect()
    }

    /// What the run says of findings, by [`Shown::FIELDS`].
    fn listed(
        &self,
        wanted: &FxHashSet<FindingId>,
    ) -> Result<FxHashMap<FindingId, [String; Shown::FIELDS.len()]>, ReturnError> {
        let mut found = FxHashMap::default();
        if wanted.is_empty() {
            return Ok(found);
        }
        let columns: Vec<&str> = std::iter::once("finding_id").chain(Shown::FIELDS).collect();
        self.read(FINDINGS, &columns, |cells| {
            let [id, fields @ ..] = cells else { return };
            let Some(id) = FindingId::parse(id).filter(|id| wanted.contains(id)) else { return };
            let text = |at: usize| fields.get(at).map_or_else(String::new, |text| (*text).to_owned());
            found.insert(id, std::array::from_fn(text));
        })?;
        Ok(found)
    }

    /// What is said of the row of a finding and a resident named beside it.
    ///
    /// # Errors
    /// [`ReturnError::NoLine`] where the run raises no such finding, [`ReturnError::Senseless`] where it is about no
    /// row of an extract, and what [`Self::on_line`] fails of.
    pub fn on_finding_with(
        &self,
        id: FindingId,
        with: Option<&str>,
        said: &Said,
    ) -> Result<NewDecision, ReturnError> {
        let raised = self.raised(&std::iter::once(id).collect())?;
        let raised = raised.get(&id).ok_or(ReturnError::NoLine(id.to_string()))?;
        let senseless = || ReturnError::Senseless { id, verdict: said.verdict };
        let line = raised.line.as_ref().ok_or_else(senseless)?;
        let mut decision = self.on_line(line, with, said)?;
        if let Subject::Pair(_, finding) = &mut decision.subject {
            *finding = Some(id);
        }
        Ok(decision)
    }

    /// What is said of a line and a resident (the one it is linked to, where none is named), as a decision.
    ///
    /// # Errors
    /// [`ReturnError::OfFindings`] where what is said is no answer on a pair; [`ReturnError::NoLine`],
    /// [`ReturnError::WhichRole`], [`ReturnError::WhichFile`] or [`ReturnError::WhichResident`] where it is not clear
    /// which two are meant; [`ReturnError::Unreadable`] where the run cannot be read.
    pub fn on_line(&self, line: &Line, with: Option<&str>, said: &Said) -> Result<NewDecision, ReturnError> {
        if !said.verdict.is_on_pair() {
            return Err(ReturnError::OfFindings(said.verdict));
        }
        let line = self.with_role(line)?;
        let resident = match with {
            Some(with) => self.resident_named(with)?,
            None => {
                let linked = self.linked(&std::iter::once(line.clone()).collect())?;
                let at = linked.get(&line).ok_or_else(|| ReturnError::WhichResident(line.to_string()))?;
                self.resident_at(&at.file, at.row)?
            }
        };
        Ok(said.of(Subject::Pair(Box::new(self.pair(&line, resident)?), None)))
    }

    fn pair(&self, line: &Line, resident: Side) -> Result<Pair, ReturnError> {
        let Found { kind, role, side } = self.role(line)?;
        let role = role.ok_or_else(|| ReturnError::NoLine(line.to_string()))?;
        Ok(Pair { source: kind, role, record: side, resident })
    }

    /// The line with the role that is meant.
    fn with_role(&self, line: &Line) -> Result<Line, ReturnError> {
        let role = self.role(line)?.role;
        Ok(Line { role, ..line.clone() })
    }

    fn role(&self, line: &Line) -> Result<Found, ReturnError> {
        let mut found =
            self.index.roles(&line.file, line.row).map_err(|error| unreadable(&self.run, &error))?;
        if let Some(role) = line.role {
            found.retain(|found| found.role == Some(role));
        }
        match found.len() {
            0 => Err(ReturnError::NoLine(line.to_string())),
            1 => Ok(found.swap_remove(0)),
            _ => Err(ReturnError::WhichRole {
                line: line.to_string(),
                roles: found.iter().filter_map(|found| found.role).map(Role::name).collect(),
            }),
        }
    }

    /// A resident named `ROW` or `FILE:ROW`.
    fn resident_named(&self, text: &str) -> Result<Side, ReturnError> {
        if let Ok(row) = text.parse() {
            let files: Vec<&str> = self.index.files(true).collect();
            return match files[..] {
                [file] => self.resident_at(file, row),
                _ => Err(ReturnError::WhichFile(files.iter().map(|file| (*file).to_owned()).collect())),
            };
        }
        let named = text.rsplit_once(':').and_then(|(file, row)| Some((file, row.parse().ok()?)));
        let (file, row) = named.ok_or_else(|| ReturnError::NoLine(text.to_owned()))?;
        self.resident_at(file, row)
    }

    fn resident_at(&self, file: &str, row: u32) -> Result<Side, ReturnError> {
        let found = self.index.resident(file, row).map_err(|error| unreadable(&self.run, &error))?;
        found.map(|found| found.side).ok_or_else(|| ReturnError::NoLine(format!("{file}:{row}")))
    }

    /// Where findings were raised.
    fn raised(&self, wanted: &FxHashSet<FindingId>) -> Result<FxHashMap<FindingId, Raised>, ReturnError> {
        let mut found = FxHashMap::default();
        if wanted.is_empty() {
            return Ok(found);
        }
        let columns = ["finding_id", "source", "source_file", "source_row", "role"];
        self.read(FINDINGS, &columns, |cells| {
            let [id, source, file, row, role] = cells else { return };
            let Some(id) = FindingId::parse(id).filter(|id| wanted.contains(id)) else { return };
            let line = (*source != "residents")
                .then(|| {
                    Some(Line {
                        file: (*file).to_owned(),
                        row: row.parse().ok()?,
                        role: Role::from_name(role),
                    })
                })
                .flatten();
            found.insert(id, Raised { line });
        })?;
        Ok(found)
    }

    /// The residents that lines are linked to, or that are their best candidates.
    fn linked(&self, wanted: &FxHashSet<Line>) -> Result<FxHashMap<Line, Line>, ReturnError> {
        let mut found = FxHashMap::default();
        if wanted.is_empty() {
            return Ok(found);
        }
        let rows: FxHashSet<u32> = wanted.iter().map(|line| line.row).collect();
        let columns = ["rank", "source_file", "source_row", "role", "resident_file", "resident_row"];
        self.read(LINKS, &columns, |cells| {
            // Lines with a rank are those of candidates.
            let ["", file, row, role, resident_file, resident_row] = cells else { return };
            let Some(row) = row.parse().ok().filter(|row| rows.contains(row)) else { return };
            let line = Line { file: (*file).to_owned(), row, role: Role::from_name(role) };
            if let (true, Ok(row)) = (wanted.contains(&line), resident_row.parse()) {
                found.insert(line, Line { file: (*resident_file).to_owned(), row, role: None });
            }
        })?;
        Ok(found)
    }

    /// Reads columns of a table of the run, line by line.
    fn read(&self, name: &str, columns: &[&str], mut take: impl FnMut(&[&str])) -> Result<(), ReturnError> {
        let path = self.run.join(name);
        let mut read = || -> io::Result<()> {
            let mut table = RunTable::open(&path)?;
            for group in 0..table.groups() {
                let of = columns.iter().map(|column| table.cells(group, column));
                let of: Vec<ListCells> = of.collect::<Result<_, _>>()?;
                for row in 0..table.rows(group) {
                    let cells: Vec<&str> = of.iter().map(|cells| cells.get(row)).collect();
                    take(&cells);
                }
            }
            Ok(())
        };
        read().map_err(|error| unreadable(&path, &error))
    }
}

fn unreadable(file: &Path, error: &dyn std::fmt::Display) -> ReturnError {
    ReturnError::Unreadable { file: file.to_path_buf(), detail: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_lists_name_them() {
        let line = |text: &str| Line::parse(text).map(|line| (line.file, line.row, line.role));
        assert_eq!(line("khai_tu.csv:12"), Some(("khai_tu.csv".into(), 12, None)));
        assert_eq!(line("k.xlsx#Tờ 1:7:mother"), Some(("k.xlsx#Tờ 1".into(), 7, Some(Role::Mother))));
        for wrong in ["khai_tu.csv", "khai_tu.csv:x", "khai_tu.csv:7:uncle"] {
            assert_eq!(line(wrong), None, "{wrong}");
        }
    }
}
