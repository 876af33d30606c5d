//! Answers that were given about the columns of a layout, remembered for every later file of the same layout.
//!
//! A layout is known by a digest of its header: the same columns in the same order, however they are written. What is
//! remembered holds header texts alone, nothing of any row.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::Kind;
use crate::ingest::columns::header::{Header, SEARCHED_ROWS};
use crate::ingest::columns::key::key;
use crate::ingest::columns::synonyms::{ColumnMap, Reason, Synonyms};
use crate::ingest::formats::row::KeptRow;

/// Rows that a header has at most.
const HEADER_ROWS: usize = 3;
/// Columns by which a layout is known.
const MOST_COLUMNS: usize = 512;
/// Digits of a digest by which a layout is called.
const DIGITS: usize = 12;

/// What was answered, by layout.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(BTreeMap<String, Answer>);

/// What was answered about one layout.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The file that it was answered for last.
    pub file: String,
    /// The kind, where header and name of a file do not tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Columns, as `--map` names them.
    #[serde(default)]
    pub columns: Vec<String>,
}

/// What is learned from a file that was read as its user said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learned {
    /// The layout.
    pub layout: String,
    /// What is answered about it.
    pub answer: Answer,
}

impl Answers {
    /// Whether nothing was answered.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The answers, each with the name of its layout.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Answer)> {
        self.0.iter().map(|(layout, answer)| (layout.as_str(), answer))
    }

    /// Forgets what was answered about a layout; whether anything was.
    pub fn forget(&mut self, layout: &str) -> bool {
        self.0.remove(layout).is_some()
    }

    /// Remembers what was learned; a later answer about a column takes the place of an earlier one. Whether anything
    /// is new.
    pub fn learn(&mut self, learned: Vec<Learned>) -> bool {
        let before = self.clone();
        for Learned { layout, answer } in learned {
            let known = self.0.entry(layout).or_default();
            if answer.kind.is_some() {
                known.kind = answer.kind;
            }
            for column in answer.columns {
                let header = |text: &str| text.split_once('=').map(|(_, header)| key(header));
                known.columns.retain(|old| header(old) != header(&column));
                known.columns.push(column);
            }
            known.columns.sort();
            // The first file is as good a name as any later one: nightly runs change nothing.
            if known.file.is_empty() {
                known.file = answer.file;
            }
        }
        *self != before
    }

    /// What was answered about the layout of a table, by its first rows.
    pub(in crate::ingest) fn of(&self, keys: &RowKeys) -> Option<&Answer> {
        if self.is_empty() {
            return None;
        }
        let lengths = |at: usize| (1..=HEADER_ROWS).rev().map(move |length| (at, length));
        (0..keys.0.len()).flat_map(lengths).find_map(|(at, length)| {
            let rows = keys.0.get(at..at + length)?;
            let follow = rows.windows(2).all(|pair| pair[0].0 + 1 == pair[1].0);
            if follow { self.0.get(&digest(rows)) } else { None }
        })
    }
}

impl Answer {
    /// The kind that was answered.
    pub fn kind(&self) -> Option<Kind> {
        Kind::from_name(self.kind.as_deref()?)
    }

    /// The synonyms with the columns that were answered, and those columns; what is said now goes before.
    pub(in crate::ingest) fn added_to(&self, synonyms: &Synonyms) -> (Synonyms, Vec<String>) {
        let (mut all, mut used) = (synonyms.clone(), Vec::new());
        // What an older program remembered and this one does not know is left alone.
        for (text, map) in self.columns.iter().filter_map(|text| Some((text, ColumnMap::parse(text).ok()?))) {
            let is_said_now = synonyms.maps().iter().any(|now| {
                now.kind == map.kind
                    && (key(&now.header) == key(&map.header)
                        || (now.field.is_some() && now.field == map.field))
            });
            if !is_said_now {
                all.map(&map);
                used.push(text.clone());
            }
        }
        (all, used)
    }
}

/// The first rows of a table as layouts are known by: number and keys of the cells.
pub(in crate::ingest) struct RowKeys(Vec<(u32, String)>);

impl RowKeys {
    /// The keys of rows.
    pub(in crate::ingest) fn of(rows: &[KeptRow]) -> Self {
        let keys = |row: &KeptRow| {
            let cells: Vec<String> = row.cells.iter().take(MOST_COLUMNS).map(|cell| key(cell)).collect();
            (row.number, cells.join("\u{1f}").trim_end_matches('\u{1f}').to_owned())
        };
        Self(rows.iter().take(SEARCHED_ROWS + HEADER_ROWS).map(keys).collect())
    }

    /// The name of the layout of a header.
    pub(in crate::ingest) fn layout(&self, header: &Header) -> String {
        let of_header = |row: &&(u32, String)| (header.row..=header.last_row).contains(&row.0);
        digest(&self.0.iter().filter(of_header).cloned().collect::<Vec<_>>())
    }
}

fn digest(rows: &[(u32, String)]) -> String {
    let mut hasher = blake3::Hasher::new();
    for (_, keys) in rows {
        hasher.update(&(keys.len() as u64).to_le_bytes());
        hasher.update(keys.as_bytes());
    }
    hasher.finalize().to_hex()[..DIGITS].to_owned()
}

/// The columns of a header that are what the user says now, as `--map` names them.
pub(in crate::ingest) fn said_of(header: &Header, synonyms: &Synonyms) -> Vec<String> {
    let takes_effect = |map: &&ColumnMap| {
        let named = key(&map.header);
        let mut columns = header.cells.iter().zip(&header.columns.columns).zip(&header.columns.reasons);
        map.kind == header.kind
            && match map.field {
                None => header.columns.left_out.contains(&named),
                Some(field) => columns.any(|((cell, column), reason)| {
                    *reason == Some(Reason::Mapped)
                        && column.field == Some(field)
                        && (key(&cell.text()) == named || key(cell.lowest()) == named)
                }),
            }
    };
    let written = |map: &ColumnMap| format!("{}.{}={}", map.kind.name(), map.field_name(), map.header);
    synonyms.maps().iter().filter(takes_effect).map(written).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(lines: &[&str]) -> RowKeys {
        let row = |(at, line): (usize, &&str)| {
            KeptRow::new(at as u32 + 1, line.split('|').map(str::to_owned).collect())
        };
        RowKeys::of(&lines.iter().enumerate().map(row).collect::<Vec<_>>())
    }

    fn learned(layout: &str, columns: &[&str]) -> Learned {
        let columns = columns.iter().map(|text| (*text).to_owned()).collect();
        Learned { layout: layout.to_owned(), answer: Answer { file: "a.csv".into(), kind: None, columns } }
    }

    #[test]
    fn a_layout_is_known_again_wherever_its_header_stands() {
        let layout = digest(&rows(&["Họ tên|Mốc A|Xã"]).0);
        let mut answers = Answers::default();
        assert!(answers.learn(vec![learned(&layout, &["births.birth_date=Mốc A"])]));
        assert!(answers.of(&rows(&["DANH SÁCH||", "HỌ TÊN|mốc a|xã||", "A|B|C"])).is_some());
        assert!(answers.of(&rows(&["Họ tên|Xã|Mốc A"])).is_none());
        assert!(answers.forget(&layout) && answers.is_empty() && !answers.forget(&layout));
    }

    #[test]
    fn a_later_answer_takes_the_place_of_an_earlier_one() {
        let mut answers = Answers::default();
        assert!(answers.learn(vec![learned("x", &["births.birth_date=Mốc A", "births.none=Mốc B"])]));
        assert!(!answers.learn(vec![learned("x", &["births.none=Mốc B"])]));
        assert!(answers.learn(vec![learned("x", &["births.registered_on=MỐC A"])]));
        let (_, answer) = answers.iter().next().unwrap();
        assert_eq!(answer.columns, ["births.none=Mốc B", "births.registered_on=MỐC A"]);
        // What is said now goes before what is remembered.
        let mut now = Synonyms::default();
        now.map(&ColumnMap::parse("births.birth_date=Mốc A").unwrap());
        assert_eq!(answer.added_to(&now).1, ["births.none=Mốc B"]);
    }
}
