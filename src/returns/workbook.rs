//! The result column of a workbook, read back.

use std::path::Path;

use calamine::{Data, Reader as _, Sheets, open_workbook_auto};

use super::{ReturnError, Unreadable, verdict_of};
use crate::domain::{Day, PartialDate};
use crate::findings::CaseId;
use crate::store::Verdict;
use crate::vietnamese::{date, text::fold};

/// A line that an officer answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The finding.
    pub finding: CaseId,
    /// What the officer wrote.
    pub verdict: Verdict,
    /// The note beside it.
    pub note: String,
    /// Until when, for what is put off: the date in the note.
    pub until: Option<Day>,
    /// The sheet.
    pub sheet: String,
    /// The row, as a spreadsheet shows it.
    pub row: u32,
}

/// What a workbook holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Returned {
    /// Lines that were answered.
    pub answers: Vec<Answer>,
    /// Lines whose answer is not understood.
    pub unreadable: Vec<Unreadable>,
}

/// The columns that are read, by their headings in both languages.
const COLUMNS: [[&str; 2]; 3] =
    [["Mã trường hợp", "Case number"], ["Kết quả xử lý", "Result"], ["Ghi chú", "Note"]];

/// Reads the answers of a workbook. `today` is the latest day that a date in a note is measured against.
pub fn read_workbook(path: &Path, today: Day) -> Result<Returned, ReturnError> {
    let failed = |error: &dyn std::fmt::Display| ReturnError::Unreadable {
        file: path.to_path_buf(),
        detail: error.to_string(),
    };
    let mut book: Sheets<_> = open_workbook_auto(path).map_err(|error| failed(&error))?;
    let mut returned = Returned::default();
    let mut ours = false;
    for sheet in book.sheet_names() {
        let range = book.worksheet_range(&sheet).map_err(|error| failed(&error))?;
        let first = range.start().map_or(0, |(row, _)| row);
        let mut rows = (first + 1..).zip(range.rows());
        // Titles may stand above the header where an officer put them.
        let Some([id, result, note]) = rows.by_ref().take(20).find_map(|(_, row)| columns(row)) else {
            continue;
        };
        ours = true;
        for (row, cells) in rows {
            let cell = |at: usize| cells.get(at).map(text).unwrap_or_default();
            let (word, number, note) = (cell(result), cell(id), cell(note));
            if word.is_empty() {
                continue;
            }
            let refuse = |vi: String, en: String| Unreadable {
                file: path.to_path_buf(),
                sheet: sheet.clone(),
                row,
                why: (vi, en),
            };
            match (CaseId::parse(&number), verdict_of(&word)) {
                (Some(finding), Some(verdict)) => {
                    let until = (verdict == Verdict::Deferred).then(|| day_in(&note, today)).flatten();
                    let sheet = sheet.clone();
                    returned.answers.push(Answer { finding, verdict, note, until, sheet, row });
                }
                (None, _) => returned
                    .unreadable
                    .push(refuse("không có mã trường hợp".into(), "there is no case number".into())),
                (_, None) => returned.unreadable.push(refuse(
                    format!("không hiểu kết quả \"{word}\""),
                    format!("the result \"{word}\" is not understood"),
                )),
            }
        }
    }
    if ours { Ok(returned) } else { Err(ReturnError::NotOurs(path.to_path_buf())) }
}

/// Where the columns are, in a row that heads them.
fn columns(row: &[Data]) -> Option<[usize; 3]> {
    let place = |names: [&str; 2]| {
        row.iter().position(|cell| {
            let cell = fold(&text(cell));
            names.iter().any(|name| fold(name) == cell)
        })
    };
    Some([place(COLUMNS[0])?, place(COLUMNS[1])?, place(COLUMNS[2])?])
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

/// The first full date in a note, if it lies ahead.
fn day_in(note: &str, today: Day) -> Option<Day> {
    note.split(|c: char| c.is_whitespace() || c == ',' || c == ';')
        .filter_map(|word| date::read_open(word, today).sound())
        .filter(|date| date.is_full())
        .map(PartialDate::first_day)
        .find(|day| *day > today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_may_say_until_when() {
        let today = Day::from_civil(2026, 11, 20).unwrap();
        let day = Day::from_civil(2026, 12, 15);
        assert_eq!(day_in("gia đình đi vắng, về 15/12/2026", today), day);
        assert_eq!(day_in("đã gặp 10/11/2026, hẹn 15/12/2026", today), day);
        assert_eq!(day_in("tháng sau", today), None);
    }
}
