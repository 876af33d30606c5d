//! How headers are spelled: each alone is held against what it says, and against what it must not be taken for.
//!
//! `tests/fixtures/headers/spellings.tsv`: kind, the fields that are right (the first is meant; `-` is none), the texts of
//! the header from above, and `trap` where it looks like a field that it is not.

use crate::domain::{Field, Kind};
use crate::ingest::columns::header_cell::{HeaderCell, Texts};
use crate::ingest::columns::resolve::Columns;
use crate::ingest::columns::synonyms::Synonyms;

/// What became of the spellings.
#[derive(Debug, Default)]
struct Figures {
    /// Spellings that mean a field, and those of them that are read so.
    meant: usize,
    right: usize,
    /// Read as a field that they are not, of how many in all.
    wrong: usize,
    all: usize,
}

/// The field of a header beside that of the name, or where it is the name, beside no other.
fn field_of(
    kind: Kind,
    (path, is_name): (&str, bool),
    texts: &mut Texts,
    synonyms: &Synonyms,
) -> Option<Field> {
    let levels = path.split(" | ").map(|level| level.replace("\\n", "\n")).collect::<Vec<_>>();
    let cell = HeaderCell::new(levels.iter().map(String::as_str), texts);
    let beside = HeaderCell::new([if is_name { "Ghi chú" } else { "full_name" }], texts);
    Columns::resolve(&[cell, beside], kind, synonyms, &[]).columns[0].field
}

#[test]
fn spellings_are_read_as_what_they_say() {
    let (mut texts, synonyms) = (Texts::default(), Synonyms::default());
    let mut figures = Figures::default();
    let mut misses = String::new();
    for line in include_str!("../../../tests/fixtures/headers/spellings.tsv").lines() {
        let mut parts = line.split('\t');
        let mut part = || parts.next().unwrap_or("");
        let (kind, fields, path) = (part(), part(), part());
        let right: Vec<Option<Field>> = fields.split(',').map(Field::from_name).collect();
        let is_name = right[0] == Some(Field::FullName);
        let read = field_of(Kind::from_name(kind).unwrap(), (path, is_name), &mut texts, &synonyms);
        let is_right = right.contains(&read);
        figures.all += 1;
        figures.meant += usize::from(right[0].is_some());
        figures.right += usize::from(right[0].is_some() && is_right);
        figures.wrong += usize::from(read.is_some() && !is_right);
        if !is_right {
            let read = read.map_or("-", Field::name);
            misses.push_str(&format!("{read}\t{line}\n"));
        }
    }
    if std::env::var_os("LAMSACH_MISSES").is_some() {
        std::fs::write(std::env::var_os("LAMSACH_MISSES").unwrap(), misses).unwrap();
    }
    let share = |part: usize, of: usize| part as f64 / of as f64;
    let (right, wrong) = (share(figures.right, figures.meant), share(figures.wrong, figures.all));
    assert!(right >= 0.985 && wrong <= 0.005, "right {right:.4}, wrong {wrong:.4}: {figures:?}");
}
