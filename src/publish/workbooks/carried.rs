//! What officers typed into earlier workbooks and no decision holds: remarks, words that were not understood, lines of
//! cases that are no longer raised. It is carried into the new workbooks, so that nothing typed is ever lost.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rustc_hash::FxHashMap;

use super::columns::{Cells, at};
use crate::findings::FindingId;

/// What earlier workbooks hold.
#[derive(Clone, Debug, Default)]
pub struct Carried {
    lines: FxHashMap<FindingId, CarriedLine>,
    /// Lines that were answered or remarked on, by the workbook they stood in.
    pub(super) old: BTreeMap<String, Vec<OldLine>>,
    /// The workbooks that stood in the folder when it was looked at.
    pub(super) files: BTreeMap<PathBuf, FileState>,
}

/// A workbook that stands in the folder.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum FileState {
    /// What was typed into it was taken in; it may be written anew while its bytes have this digest.
    TakenIn([u8; 32]),
    /// It is open, or cannot be taken in, and is left as it is.
    Left,
}

/// What is carried over to the line of a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CarriedLine {
    /// A word of the result column that was not understood, as it was typed.
    pub(super) typed: String,
    /// The remark.
    pub(super) note: String,
    /// The remark that the last workbooks were written with.
    before: Option<String>,
}

/// A line of an earlier workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OldLine {
    /// The finding.
    pub(crate) finding: FindingId,
    /// Its cells as they were.
    pub(crate) cells: Cells<String>,
}

impl Carried {
    /// Notes what became of a workbook of the folder.
    pub(crate) fn file(&mut self, path: PathBuf, state: FileState) {
        self.files.insert(path, state);
    }

    /// Takes over a line that somebody wrote on, now or before.
    pub(crate) fn line(&mut self, workbook: &str, line: OldLine) {
        let (note, before) = (&line.cells[at::NOTE], &line.cells[at::KEPT_NOTE]);
        let carried = self.lines.entry(line.finding).or_default();
        carried.remark(note, before);
        self.old.entry(workbook.to_owned()).or_default().push(line);
    }

    /// Keeps a word that was not understood where it was typed.
    pub(crate) fn keep_word(&mut self, finding: FindingId, typed: &str) {
        add(&mut self.lines.entry(finding).or_default().typed, typed);
    }

    /// Keeps in the remark an answer that cannot be taken: in the result column it would pass for one to other values.
    pub(crate) fn keep_in_note(&mut self, finding: FindingId, text: &str) {
        add(&mut self.lines.entry(finding).or_default().note, text);
    }

    /// What is carried over to the line of a finding.
    pub(super) fn of(&self, finding: FindingId) -> Option<&CarriedLine> {
        self.lines.get(&finding)
    }
}

impl CarriedLine {
    /// A line may stand in the workbook of its commune and of its office: the remark that was changed since both were
    /// written counts, and two that were are put together. One that was written while nothing could be read of the other
    /// knows nothing of what that says.
    fn remark(&mut self, note: &str, before: &str) {
        match &self.before {
            None => {
                self.before = Some(before.to_owned());
                note.clone_into(&mut self.note);
            }
            Some(known) if known.is_empty() != before.is_empty() => add(&mut self.note, note),
            Some(_) if note == before => {}
            Some(known) if self.note == *known => note.clone_into(&mut self.note),
            Some(_) => add(&mut self.note, note),
        }
    }
}

/// Adds a text behind another, unless it stands there already.
fn add(text: &mut String, more: &str) {
    let more = more.trim();
    if more.is_empty() || text.split("; ").any(|part| part == more) || text == more {
        return;
    }
    if !text.is_empty() {
        text.push_str("; ");
    }
    text.push_str(more);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_remarks_on_one_case_the_changed_one_counts() {
        let remark = |all: &[(&str, &str)]| {
            let mut line = CarriedLine::default();
            all.iter().for_each(|(note, before)| line.remark(note, before));
            line.note
        };
        assert_eq!(remark(&[("đã gặp", ""), ("", "")]), "đã gặp");
        assert_eq!(remark(&[("", ""), ("đã gặp", "")]), "đã gặp");
        assert_eq!(remark(&[("cũ", "cũ"), ("mới", "cũ")]), "mới");
        assert_eq!(remark(&[("mới", "cũ"), ("cũ", "cũ")]), "mới");
        assert_eq!(remark(&[("một", "cũ"), ("hai", "cũ")]), "một; hai");
        assert_eq!(remark(&[("một", ""), ("một", "")]), "một");
        // One of them was written while the other could not be read.
        assert_eq!(remark(&[("", ""), ("cũ", "cũ")]), "cũ");
        assert_eq!(remark(&[("cũ", "cũ"), ("", "")]), "cũ");
        assert_eq!(remark(&[("mới", ""), ("cũ", "cũ")]), "mới; cũ");
        assert_eq!(remark(&[("cũ", "cũ"), ("mới", "")]), "cũ; mới");
        assert_eq!(remark(&[("mới", "mới"), ("cũ", "cũ")]), "mới");
        // Whoever empties it means it.
        assert_eq!(remark(&[("", "cũ"), ("cũ", "cũ")]), "");
    }
}
