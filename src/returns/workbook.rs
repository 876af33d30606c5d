//! The result column of a workbook, read back.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek};
use std::path::Path;

use calamine::{Data, Reader as _, Sheets, Xlsx, XlsxError, open_workbook_auto};

use super::words::day_in;
use super::words::headings;
use super::{Meaning, ReturnError, Unopened, Unreadable, meaning};
use crate::domain::{Day, Lang};
use crate::findings::FindingId;
use crate::publish::{
    OldLine, WORKBOOK_COLUMNS, WorkbookCells, WorkbookPasswords, cell_text, workbook_column as at,
};
use crate::store::Verdict;
use crate::vietnamese::text::fold;
use crate::words::{Said, said, text};

/// A line that an officer answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The finding.
    pub finding: FindingId,
    /// What the officer wrote.
    pub word: String,
    /// What it means.
    pub meaning: Meaning,
    /// The note beside it.
    pub note: String,
    /// Until when, for what is put off: the day in the word, else in the note.
    pub until: Option<Day>,
    /// What stood before the officer's eyes.
    pub shown: Shown,
    /// The sheet.
    pub sheet: String,
    /// The row, as a spreadsheet shows it.
    pub row: u32,
}

impl Answer {
    /// The decision that it is, as far as the word alone tells: a bare "not" may be one on the two persons.
    pub fn verdict(&self) -> Verdict {
        match self.meaning {
            Meaning::Is(verdict, _) => verdict,
            Meaning::NotWhich => Verdict::NotSame,
        }
    }
}

/// What a line of a workbook showed when it was answered, by [`Shown::FIELDS`]. The answer is one to these values
/// and to no others: a workbook may lie on a desk for weeks while the extracts change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown([Option<Cell>; Shown::FIELDS.len()]);

/// A cell as the workbook holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cell {
    text: String,
    /// Whether a spreadsheet made a number of it, and so took its leading zeros.
    number: bool,
}

impl Shown {
    /// The columns of a list that tell what was shown: the values of the finding, then who it is about.
    pub const FIELDS: [&'static str; 6] =
        ["source_value", "registry_value", "proposed_value", "full_name", "birth_date", "personal_id"];
    /// The first of them are what a decision on a finding rests on; a workbook must have them.
    pub const VALUES: usize = 3;
    /// So many of them are what a decision rests on where a finding has no values: name and birth date as well.
    pub const PERSON: usize = 5;

    fn new(cells: [Option<&Data>; Shown::FIELDS.len()]) -> Self {
        Self(cells.map(|cell| {
            let cell = cell?;
            let number = matches!(cell, Data::Int(_) | Data::Float(_));
            Some(Cell { text: text(cell), number })
        }))
    }

    /// The texts of the three values, as far as the workbook has them.
    pub(super) fn values(&self) -> [&str; Self::VALUES] {
        std::array::from_fn(|at| self.0[at].as_ref().map_or("", |cell| cell.text.as_str()))
    }

    /// Whether it has none of the three values.
    pub(super) fn is_valueless(&self) -> bool {
        self.values().iter().all(|value| value.is_empty())
    }

    /// Which of the first fields differ from what a list says now.
    pub(super) fn changed(&self, now: &[String], of: usize) -> Vec<&'static str> {
        let differs = |(cell, now): (&Option<Cell>, &String)| {
            let Some(cell) = cell else { return false };
            let (was, is) = (comparable(&cell.text), comparable(now));
            let zeros = |text: &str| text.trim_start_matches('0').to_owned();
            was != is && !(cell.number && zeros(&was) == zeros(&is))
        };
        let pairs = self.0.iter().zip(now).take(of).zip(Self::FIELDS);
        pairs.filter(|(pair, _)| differs(*pair)).map(|(_, field)| field).collect()
    }
}

/// A value as it is after it was cut to a cell, and after programs made of its blanks what they will.
fn comparable(text: &str) -> String {
    cell_text(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a workbook holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Returned {
    /// Lines that were answered.
    pub answers: Vec<Answer>,
    /// Lines whose answer is not understood.
    pub unreadable: Vec<Unreadable>,
    /// The lines that somebody wrote on, now or before.
    pub(super) lines: Vec<OldLine>,
}

/// The columns of what was shown, as [`Shown::FIELDS`].
const SHOWN: [usize; Shown::FIELDS.len()] =
    [at::SOURCE_VALUE, at::REGISTRY_VALUE, at::PROPOSED, at::NAME, at::BORN, at::NUMBER];

/// Rows among which the header is looked for: titles may stand above it where an officer put them.
const HEADER_ROWS: usize = 20;

/// Reads the answers of a workbook, one under a password with any of those that are known. `today` is the latest day
/// that a date in a note is measured against.
///
/// # Errors
/// [`ReturnError::Unopened`] where the file cannot be opened or is no workbook, [`ReturnError::NotOurs`] where none of
/// its sheets holds answers, [`ReturnError::NoColumn`] where one does and lacks a column without which they cannot be
/// taken.
pub fn read_workbook(
    path: &Path,
    today: Day,
    passwords: &WorkbookPasswords,
) -> Result<Returned, ReturnError> {
    let unopened = |why: Unopened| ReturnError::Unopened { file: path.to_path_buf(), why };
    let readable = || -> io::Result<bool> { Ok(File::open(path)?.metadata()?.is_file()) };
    if !readable().map_err(|error| unopened(Unopened::of(&error)))? {
        return Err(unopened(Unopened::NoWorkbook));
    }
    match open_workbook_auto(path) {
        Ok(book) => answers::<BufReader<File>>(book, path, today),
        Err(calamine::Error::Xlsx(XlsxError::Password)) => {
            let locked = std::fs::read(path).map_err(|error| unopened(Unopened::of(&error)))?;
            let (plain, _) = passwords.unlock(&locked).ok_or_else(|| {
                unopened(if passwords.is_empty() { Unopened::Password } else { Unopened::OtherPassword })
            })?;
            let book = Xlsx::new(Cursor::new(plain)).map_err(|_| unopened(Unopened::NoWorkbook))?;
            answers(Sheets::Xlsx(book), path, today)
        }
        Err(_) => Err(unopened(Unopened::NoWorkbook)),
    }
}

/// The answers of a workbook that is open.
fn answers<R: Read + Seek>(mut book: Sheets<R>, path: &Path, today: Day) -> Result<Returned, ReturnError> {
    let damaged = |_| ReturnError::Unopened { file: path.to_path_buf(), why: Unopened::NoWorkbook };
    let mut returned = Returned::default();
    let mut ours = false;
    for sheet in book.sheet_names() {
        let range = book.worksheet_range(&sheet).map_err(damaged)?;
        let first = range.start().map_or(0, |(row, _)| row);
        let mut rows = (first + 1..).zip(range.rows());
        let Some(columns) = rows.by_ref().take(HEADER_ROWS).find_map(|(_, row)| Columns::find(row)) else {
            continue;
        };
        let mut answered = rows.filter(|(_, cells)| columns.is_written_on(cells));
        let Some(number) = columns.number else {
            // Whose answers these are cannot be told; that they are passed over must be.
            match answered.any(|(_, cells)| !columns.word(cells).is_empty()) {
                true => return Err(no_column(path, sheet, at::CASE)),
                false => continue,
            }
        };
        ours = true;
        let missing = columns.shown[..Shown::VALUES].iter().position(Option::is_none);
        let answered: Vec<(u32, &[Data])> = answered.collect();
        if let Some(missing) = missing
            && answered.iter().any(|(_, cells)| !columns.word(cells).is_empty())
        {
            return Err(no_column(path, sheet, SHOWN[missing]));
        }
        for (row, cells) in answered {
            let cell = |at: usize| cells.get(at).map(text).unwrap_or_default();
            let (word, case) = (columns.word(cells), FindingId::parse(&cell(number)));
            let note = columns.note.map(cell).unwrap_or_default();
            if let Some(finding) = case {
                returned.lines.extend(columns.old_line(finding, cells));
            }
            if word.is_empty() {
                continue;
            }
            let refuse = |why: Said| Unreadable {
                file: path.to_path_buf(),
                sheet: sheet.clone(),
                row,
                word: word.clone(),
                finding: case,
                why,
            };
            match (case, meaning(&word, today)) {
                (Some(finding), Some(meaning)) => {
                    let until = match meaning {
                        Meaning::Is(Verdict::Deferred, until) => until.or_else(|| day_in(&note, today)),
                        _ => None,
                    };
                    // A row ends with its last filled cell: what lies beyond is empty, not missing.
                    let shown = columns.shown.map(|at| Some(cells.get(at?).unwrap_or(&Data::Empty)));
                    let (shown, sheet) = (Shown::new(shown), sheet.clone());
                    returned.answers.push(Answer { finding, word, meaning, note, until, shown, sheet, row });
                }
                (None, _) => returned.unreadable.push(refuse(said!("returns.no_case"))),
                (_, None) => returned.unreadable.push(refuse(Said::of(|lang| not_understood(&word, lang)))),
            }
        }
    }
    if ours { Ok(returned) } else { Err(ReturnError::NotOurs(path.to_path_buf())) }
}

fn no_column(file: &Path, sheet: String, column: usize) -> ReturnError {
    let column = Said::of(|lang| WORKBOOK_COLUMNS[column].title(lang).to_owned());
    ReturnError::NoColumn { file: file.to_path_buf(), sheet, column }
}

/// That a word is not understood, and what it may mean.
fn not_understood(word: &str, lang: Lang) -> String {
    match super::suggestions(word, lang).join("\" / \"").as_str() {
        "" => text!(lang, "returns.not_understood", word),
        likely => text!(lang, "returns.not_understood_but", word, likely),
    }
}

/// Where the columns of a sheet of answers are.
struct Columns {
    result: usize,
    note: Option<usize>,
    number: Option<usize>,
    shown: [Option<usize>; Shown::FIELDS.len()],
    /// Where each column of a workbook of today stands.
    own: WorkbookCells<Option<usize>>,
}

impl Columns {
    /// Those of a row that heads answers.
    fn find(row: &[Data]) -> Option<Self> {
        let cells: Vec<String> = row.iter().map(|cell| fold(&text(cell))).collect();
        let own: WorkbookCells<Option<usize>> = std::array::from_fn(|column| {
            let names: Vec<String> = headings(column).map(fold).collect();
            cells.iter().position(|cell| names.contains(cell))
        });
        let (result, note, number) = (own[at::RESULT]?, own[at::NOTE], own[at::CASE]);
        let shown = SHOWN.map(|column| own[column]);
        // A word in a text is no header: others of ours stand beside it.
        let known = shown.iter().flatten().count() + usize::from(number.is_some());
        (known > 0).then_some(Self { result, note, number, shown, own })
    }

    /// Whether somebody wrote on a row, now or before.
    fn is_written_on(&self, cells: &[Data]) -> bool {
        let columns = [at::RESULT, at::NOTE, at::KEPT_NOTE, at::ANSWERED];
        columns.iter().filter_map(|&column| cells.get(self.own[column]?)).any(|cell| *cell != Data::Empty)
    }

    /// A row as it stands, for the workbooks to come.
    fn old_line(&self, finding: FindingId, cells: &[Data]) -> Option<OldLine> {
        let cell = |at: &Option<usize>| at.and_then(|at| cells.get(at)).map(text).unwrap_or_default();
        let cells = self.own.each_ref().map(cell);
        let written = [at::NOTE, at::KEPT_NOTE, at::ANSWERED, at::RESULT];
        written.iter().any(|&column| !cells[column].is_empty()).then_some(OldLine { finding, cells })
    }

    /// What the officer wrote on a row.
    fn word(&self, cells: &[Data]) -> String {
        cells.get(self.result).map(text).unwrap_or_default()
    }
}

fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{day:02}/{month:02}/{year:04}")
        }
        other => other.to_string().trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_shown_is_held_against_what_a_list_says_now() {
        let cells = ["079190012345", "A\nB", "", "H'Hen", "1"].map(|text| Data::String(text.into()));
        let [a, b, c, d, e] = cells.each_ref();
        let shown = Shown::new([Some(a), Some(b), Some(c), Some(d), Some(e), None]);
        let now = |texts: [&str; 6]| texts.map(str::to_owned);
        let same = now(["079190012345", "A B", "", "H'Hen", "1", "whatever"]);
        assert_eq!(shown.changed(&same, 6), [""; 0]);
        let other = now(["079190012346", "A B", "x", "H'hen", "1", ""]);
        assert_eq!(shown.changed(&other, 3), ["source_value", "proposed_value"]);
        assert_eq!(shown.changed(&other, 6).len(), 3);
        // A spreadsheet that made a number of it; a text longer than a cell.
        let (number, long) = (Data::Float(5.0), "ễ".repeat(40_000));
        let cut = Data::String(cell_text(&long).into_owned());
        let shown = Shown::new([Some(&number), Some(&cut), None, None, None, None]);
        assert_eq!(shown.changed(&now(["05", &long, "", "", "", ""]), 3), [""; 0]);
        assert_eq!(shown.changed(&now(["50", &long, "", "", "", ""]), 3), ["source_value"]);
    }
}
