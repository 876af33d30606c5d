//! What is thrown arbitrary bytes: the targets of `fuzz/`, as functions.
//!
//! Each takes any bytes, gives them to a part of the program that meets what people have written, and
//! panics where a promise of that part is broken; an error that is said is none. The crate under `fuzz/`
//! hands them to libFuzzer; the tests below give them the corpus and a bounded number of bytes made up, so
//! that they cannot rot.

use std::io::Write;

use crate::domain::{DateCell, Day, IdCell, Kind, PartialDate, Table};
use crate::ingest::units::UnitMap;
use crate::ingest::{InputSpec, ReadOptions, probe, read_all, records};
use crate::publish::repair_file;
use crate::vietnamese::date::DateColumn;
use crate::vietnamese::words::{self, UnitLevel};
use crate::vietnamese::{card, date, death, ident, legacy, name, text};

/// The date of reconciliation of all targets.
fn as_of() -> Day {
    Day::from_civil(2026, 11, 20).unwrap_or(Day(0))
}

/// The kind that a first byte stands for; `None` where it is to be told by the header.
fn kind_of(byte: u8) -> Option<Kind> {
    Kind::SIX.get(usize::from(byte) % (Kind::SIX.len() + 1)).copied()
}

/// Reads a file of that name; what is read balances and becomes records.
fn read_file(name: &str, kind: Option<Kind>, bytes: &[u8]) {
    let Ok(folder) = tempfile::tempdir() else { return };
    let path = folder.path().join(name);
    let written = std::fs::File::create(&path).and_then(|mut file| file.write_all(bytes));
    if written.is_err() {
        return;
    }
    let input = InputSpec { path, kind, ..InputSpec::default() };
    let Ok(tables) = read_all(&[input], &ReadOptions::default(), &|_| ()) else { return };
    tables.iter().for_each(holds_together);
    let rows: usize = tables.iter().map(Table::len).sum();
    let data = records::build(tables, &UnitMap::default(), as_of());
    let of_extracts: usize = data.extracts.iter().map(|extract| extract.rows.len()).sum();
    assert_eq!(rows, data.registry.residents.len() + of_extracts, "every row becomes a record");
}

/// The accounting of a table, and that its rows can be read back.
fn holds_together(table: &Table) {
    let counts = table.counts;
    assert_eq!(counts.read, counts.used + counts.rejected + counts.skipped, "no row is lost");
    assert_eq!(counts.skipped, table.skipped.total(), "every row skipped has its class");
    assert!(table.sections.windows(2).all(|pair| pair[0].0 < pair[1].0), "sections keep their order");
    assert_eq!((counts.used, counts.rejected), (table.len() as u64, table.rejects.len() as u64));
    for row in 0..table.len() as u32 {
        assert!(table.cells(row).count() <= table.columns.len(), "cells beyond the columns are rejected");
        assert!(row == 0 || table.source_row(row - 1) < table.source_row(row), "rows keep their order");
    }
}

/// Delimited text, packed or not, up to typed records. The first byte tells the kind.
pub fn fuzz_csv(bytes: &[u8]) {
    if let Some((&kind, file)) = bytes.split_first() {
        read_file("fuzz.csv", kind_of(kind), file);
    }
}

/// The header over the rows of [`fuzz_rows`].
const LIST: &str = "STT\tHọ và tên\tNgày sinh\tSố CCCD\tChế độ\tMức trợ cấp\tHưởng từ ngày\tGhi chú\n";

/// Rows below a header: data, headings, sums, signatures. Tabs part their cells.
pub fn fuzz_rows(bytes: &[u8]) {
    read_file("fuzz.tsv", Some(Kind::Welfare), &[LIST.as_bytes(), bytes].concat());
}

/// Workbooks of all formats, told by their first bytes as everywhere. The first byte tells the kind.
pub fn fuzz_workbook(bytes: &[u8]) {
    if let Some((&kind, file)) = bytes.split_first() {
        read_file("fuzz.xlsx", kind_of(kind), file);
    }
}

/// The encodings of files and of cells.
pub fn fuzz_encoding(bytes: &[u8]) {
    let (encoding, texts) = probe::decoded(bytes);
    assert_eq!(crate::ingest::Encoding::from_name(encoding.name()), Some(encoding));
    for written in &texts {
        if let Some(repaired) = legacy::repair(written) {
            assert_ne!(&repaired, written, "a repair changes something");
        }
        text::decoded(written);
        let (folded, key) = (text::fold(written), text::key(written));
        assert_eq!(text::fold(&folded), folded, "folding is stable");
        assert!(!key.starts_with(' ') && !key.ends_with(' ') && !key.contains("  "));
    }
}

/// The header finder. The first byte tells the kind; lines are rows, tabs part their cells.
pub fn fuzz_header(bytes: &[u8]) {
    let Some((&kind, rows)) = bytes.split_first() else { return };
    let rows = String::from_utf8_lossy(rows);
    let rows: Vec<Vec<String>> =
        rows.lines().take(64).map(|row| row.split('\t').map(String::from).collect()).collect();
    let height = rows.len();
    if let Some([first, last, columns, reasons]) = probe::header(rows, kind_of(kind), "fuzz") {
        assert!(0 < first && first <= last && last <= height, "a header lies within the rows");
        assert!(reasons <= columns, "columns made of others need no reason");
    }
}

/// The grammar of headers: one text, cut into words. The first byte tells the kind.
pub fn fuzz_words(bytes: &[u8]) {
    let Some((&kind, text)) = bytes.split_first() else { return };
    let text = &*String::from_utf8_lossy(text);
    let kind = kind_of(kind).unwrap_or(Kind::Welfare);
    let (known, unknown) = probe::words_of_header(text, kind);
    let says = |c: char| c.is_alphabetic();
    assert!(known + unknown.len() > 0 || !text.chars().any(says), "no word is dropped");
    assert!(unknown.iter().all(|word| !word.is_empty()), "what is not known is told");
    // Blanks more or less at the ends say nothing.
    assert_eq!(probe::words_of_header(&format!(" {text} "), kind).1, unknown, "blanks at the ends");
}

/// The header over the rows of [`fuzz_repair`]: names in two columns, IDs in two.
const PARTED: &str = "Họ và đệm\tTên\tNgày sinh\tSố định danh cá nhân\tSố CCCD\tThôn\tMức trợ cấp\n";

/// Rows below a header, and the corrected copy of them. Tabs part their cells.
pub fn fuzz_repair(bytes: &[u8]) {
    let Ok(folder) = tempfile::tempdir() else { return };
    let path = folder.path().join("fuzz.tsv");
    if std::fs::write(&path, [PARTED.as_bytes(), bytes].concat()).is_err() {
        return;
    }
    let read = |path: &std::path::Path, sheet: Option<String>| {
        let input =
            InputSpec { path: path.to_owned(), kind: Some(Kind::Welfare), sheet, ..InputSpec::default() };
        read_all(&[input], &ReadOptions::default(), &|_| ())
    };
    let Ok(tables) = read(&path, None) else { return };
    let rows: Vec<u32> =
        tables.iter().flat_map(|table| (0..table.len() as u32).map(|row| table.source_row(row))).collect();
    let data = records::build(tables, &UnitMap::default(), as_of());
    let Some(book) = repair_file(&data, folder.path()) else { return };
    let copy = folder.path().join("fuzz.xlsx");
    if std::fs::write(&copy, book).is_err() {
        return;
    }
    // Of what needs no mending there is a plan alone.
    let Ok(tables) = read(&copy, Some("fuzz".to_owned())) else { return };
    let copied: Vec<u32> =
        tables.iter().flat_map(|table| (0..table.len() as u32).map(|row| table.source_row(row))).collect();
    assert!(copied.iter().all(|row| rows.contains(row)), "the copy has no row that the file has not");
}

/// Cells: names, dates, IDs, cards, words, units.
pub fn fuzz_cell(bytes: &[u8]) {
    let cell = &*String::from_utf8_lossy(bytes);
    let read = name::read(cell);
    assert!(!read.key.starts_with(' ') && !read.key.ends_with(' ') && !read.key.contains("  "));
    if let Some(sound) = date::read_open(cell, as_of()).sound() {
        assert!(sound.first_day() <= sound.last_day());
    }
    if let Some(sound) = date::read(cell, as_of()).sound() {
        assert!(sound.first_day() <= as_of(), "what has happened lies in the past");
        assert_eq!(date::read(&sound.to_string(), as_of()).sound(), Some(sound), "dates read back");
    }
    let id = ident::read(cell);
    let birth = PartialDate::from_year(1960).map_or(DateCell::Empty, DateCell::Sound);
    ident::settle(id, None, birth);
    if let IdCell::Personal(id) = id {
        assert_eq!(ident::read(&id.to_string()), IdCell::Personal(id), "IDs read back");
    }
    ident::old_beside(cell);
    date::read_limits(cell, as_of(), DateColumn::default());
    let odd = DateColumn { month_first: true, universal_time: true, ages: true, mixed: true };
    if let Some(sound) = date::read_in(cell, as_of(), odd, as_of()).sound() {
        assert!(sound.first_day() <= as_of(), "what has happened lies in the past, however it is written");
    }
    date::of_titles(&[cell.to_owned()], as_of());
    card::read(cell);
    card::read_with_notes(cell);
    card::group(cell);
    words::status(cell);
    words::marital(cell);
    words::relation(cell);
    words::registration(cell);
    words::in_cash(cell);
    words::says_yes(cell);
    death::says_death(cell);
    words::money_of(cell, 1_000);
    words::names_no_commune(cell);
    for level in [UnitLevel::Commune, UnitLevel::District, UnitLevel::Province] {
        words::unit_key(cell, level);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    type Target = fn(&[u8]);

    /// The targets by the name of their corpus.
    const TARGETS: [(&str, Target); 8] = [
        ("csv", fuzz_csv),
        ("rows", fuzz_rows),
        ("workbook", fuzz_workbook),
        ("encoding", fuzz_encoding),
        ("header", fuzz_header),
        ("words", fuzz_words),
        ("repair", fuzz_repair),
        ("cell", fuzz_cell),
    ];

    fn corpus(target: &str) -> Vec<Vec<u8>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
        let files = std::fs::read_dir(&folder).unwrap();
        files.map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    }

    #[test]
    fn the_corpus_passes() {
        for (name, target) in TARGETS {
            let corpus = corpus(name);
            assert!(corpus.len() >= 3, "{name}");
            corpus.iter().for_each(|bytes| target(bytes));
        }
    }

    /// A seed with parts of it, and of another, cut out, doubled or written over: what libFuzzer does,
    /// without its eyes.
    fn mutated(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
        let count = seeds.len();
        let cut =
            (0..count, any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4_u8, any::<u8>());
        (0..count, prop::collection::vec(cut, 0..6)).prop_map(move |(seed, cuts)| {
            let mut bytes = seeds[seed].clone();
            for (other, at, len, how, byte) in cuts {
                if bytes.is_empty() {
                    break;
                }
                let at = at.index(bytes.len());
                match how {
                    0 => bytes[at] = byte,
                    1 => drop(bytes.drain(at..at + len.index(bytes.len() - at))),
                    2 => bytes.insert(at, byte),
                    _ => {
                        let part = &seeds[other][len.index(seeds[other].len())..];
                        bytes.splice(at..at, part.iter().take(64).copied());
                    }
                }
            }
            bytes
        })
    }

    /// Cases for each target; more with `LAMSACH_FUZZ_CASES`.
    fn cases(few: u32) -> u32 {
        std::env::var("LAMSACH_FUZZ_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(few)
    }

    fn smoke(name: &str, few: u32) {
        let (_, target) = TARGETS.into_iter().find(|(of, _)| *of == name).unwrap();
        let any_bytes = prop::collection::vec(any::<u8>(), 0..300);
        let strategy = prop_oneof![4 => mutated(corpus(name)), 1 => any_bytes];
        let config = ProptestConfig { cases: cases(few), failure_persistence: None, ..Default::default() };
        proptest!(config, |(bytes in strategy)| target(&bytes));
    }

    #[test]
    fn csv_smoke() {
        smoke("csv", 150);
    }

    #[test]
    fn rows_smoke() {
        smoke("rows", 150);
    }

    #[test]
    fn workbook_smoke() {
        smoke("workbook", 60);
    }

    #[test]
    fn encoding_smoke() {
        smoke("encoding", 150);
    }

    #[test]
    fn header_smoke() {
        smoke("header", 150);
    }

    #[test]
    fn words_smoke() {
        smoke("words", 300);
    }

    #[test]
    fn repair_smoke() {
        smoke("repair", 60);
    }

    #[test]
    fn cell_smoke() {
        smoke("cell", 500);
    }
}
