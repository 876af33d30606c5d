//! Reading: delimited text into typed records, and workbooks beside what their reader alone takes.
//!
//! `cargo bench --bench reading [RESIDENTS] [KIND]`. What is measured is the processor time of one thread, so that
//! other work on the machine does not count; of several rounds the least is shown. "understood" is what a file costs
//! before its rows: the header is looked for, read in all ways that it may be, held against the cells below it and against
//! every kind, nothing told; its share is that of reading the whole file so.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints, and fails by panicking")]

use std::fs::File;
use std::hint::black_box;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use calamine::{DataRef, Reader, Xlsx};
use lamsach::domain::{Day, Kind, Table};
use lamsach::ingest::units::UnitMap;
use lamsach::ingest::{InputSpec, ReadOptions, read_all, records};
use lamsach::sample::{self, Format, Noise, SampleSpec};
use rust_xlsxwriter::Workbook;

const ROUNDS: usize = 3;
/// Rows by which a file is understood: those among which the header is looked for, and those below it.
const HEAD_ROWS: usize = 60;
/// How often each head is read in a round.
const HEADS: u32 = 20;

fn main() {
    // Cargo itself adds an argument.
    let args: Vec<String> = std::env::args().skip(1).collect();
    let residents = args.iter().find_map(|arg| arg.parse().ok()).unwrap_or(200_000);
    let only = args.iter().find_map(|arg| Kind::from_name(arg));
    let folder = tempfile::tempdir().unwrap();
    let as_of = Day::from_civil(2026, 11, 20).unwrap();
    let (noise, format) = (Noise::Normal, Format::Csv);
    sample::generate(
        &SampleSpec {
            residents,
            seed: 1,
            noise,
            format,
            as_of,
            damage: sample::Damages::default(),
            lists: false,
            communes: None,
        },
        folder.path(),
    )
    .unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    pool.install(|| {
        println!(
            "{:<12}{:>10}{:>14}{:>18}{:>12}{:>15}{:>9}",
            "file", "MB", "read MB/s", "+ normalise MB/s", "rows/s", "understood ms", "share"
        );
        let input = |kind: Kind| InputSpec {
            kind: Some(kind),
            ..InputSpec::new(folder.path().join(format!("{}.csv", kind.name())))
        };
        for kind in Kind::SIX.into_iter().filter(|kind| only.is_none_or(|only| only == *kind)) {
            of_text(kind.name(), &[input(kind)], as_of);
        }
        if only.is_none() {
            of_text("together", &Kind::SIX.map(input), as_of);
            of_workbook(folder.path());
        }
    });
}

/// Processor time of this thread, seconds.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

/// The least processor time that a step takes, and what it gives.
fn least<T>(mut step: impl FnMut() -> T) -> (f64, T) {
    let mut best: Option<(f64, T)> = None;
    for _ in 0..ROUNDS {
        let start = cpu();
        let given = step();
        let taken = cpu() - start;
        if best.as_ref().is_none_or(|(least, _)| taken < *least) {
            best = Some((taken, given));
        }
    }
    best.unwrap()
}

fn read(inputs: &[InputSpec]) -> Vec<Table> {
    read_all(inputs, &ReadOptions::default(), &|_| ()).unwrap()
}

fn of_text(name: &str, inputs: &[InputSpec], as_of: Day) {
    let bytes: u64 = inputs.iter().map(|input| std::fs::metadata(&input.path).unwrap().len()).sum();
    let megabytes = bytes as f64 / 1e6;
    let (reading, tables) = least(|| read(inputs));
    let rows: u64 = tables.iter().map(|table| table.counts.used).sum();
    drop(tables);
    let (whole, _) = least(|| records::build(read(inputs), &UnitMap::default(), as_of));
    let heads: Vec<(tempfile::TempDir, InputSpec)> = inputs.iter().map(head).collect();
    let (understood, _) = least(|| {
        for _ in 0..HEADS {
            heads.iter().for_each(|(_, input)| drop(black_box(read(std::slice::from_ref(input)))));
        }
    });
    let understood = understood / f64::from(HEADS);
    println!(
        "{name:<12}{megabytes:>10.1}{:>14.0}{:>18.0}{:>12.0}{:>15.2}{:>8.2}%",
        megabytes / reading,
        megabytes / whole,
        rows as f64 / whole,
        understood * 1e3,
        understood / whole * 100.0
    );
}

/// The rows of a file by which it is understood, as a file of which nothing is told but its name.
fn head(input: &InputSpec) -> (tempfile::TempDir, InputSpec) {
    let text = std::fs::read_to_string(&input.path).unwrap();
    let rows: String = text.split_inclusive('\n').take(HEAD_ROWS).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(input.path.file_name().unwrap());
    std::fs::write(&path, rows).unwrap();
    (folder, InputSpec::new(path))
}

/// The registry as a workbook.
fn workbook(folder: &Path) -> PathBuf {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory().unwrap();
    let mut csv =
        csv::ReaderBuilder::new().has_headers(false).from_path(folder.join("residents.csv")).unwrap();
    for (row, record) in csv.records().enumerate() {
        for (column, cell) in record.unwrap().iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            sheet.write(row as u32, column as u16, cell.trim_start_matches('\u{feff}')).unwrap();
        }
    }
    let path = folder.join("residents.xlsx");
    book.save(&path).unwrap();
    path
}

fn of_workbook(folder: &Path) {
    let path = workbook(folder);
    let input = InputSpec { kind: Some(Kind::Residents), ..InputSpec::new(&path) };
    let (ours, rows) = least(|| read(std::slice::from_ref(&input))[0].counts.used);
    let (theirs, _) = least(|| {
        let mut book: Xlsx<_> = Xlsx::new(BufReader::new(File::open(&path).unwrap())).unwrap();
        let sheet = book.sheet_names()[0].clone();
        let mut cells = book.worksheet_cells_reader(&sheet).unwrap();
        let mut count = 0_usize;
        while let Some(cell) = cells.next_cell().unwrap() {
            count += usize::from(!matches!(cell.get_value(), DataRef::Empty));
        }
        black_box(count)
    });
    println!(
        "\nxlsx: {rows} rows, {ours:.2} s; the calamine crate alone {theirs:.2} s; {:.2} times",
        ours / theirs
    );
}
