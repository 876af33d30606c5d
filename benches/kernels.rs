//! What is done once a cell and once a pair, on the cells of a made-up registry and its extracts.
//!
//! `cargo bench --bench kernels`; a name after it selects: `cargo bench --bench kernels names`.

use std::hint::black_box;
use std::path::Path;
use std::sync::LazyLock;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, main as run_benches};
use lamsach::domain::{Cells as _, Dataset, Day, Field, Kind, RowRef, Table, TableIx};
use lamsach::ingest::units::UnitMap;
use lamsach::ingest::{self, ReadOptions, records};
use lamsach::linkage::kernels::Pairs;
use lamsach::linkage::{self, ClericalOverrides, Parameters};
use lamsach::sample::{self, Format, Noise, SampleSpec};
use lamsach::vietnamese::{card, date, ident, name, text, words};

fn main() {
    run_benches();
}

const RESIDENTS: u32 = 5_000;

/// The files of a sample, and the cells of some of their columns.
struct Sample {
    dir: tempfile::TempDir,
    names: Vec<String>,
    dates: Vec<String>,
    ids: Vec<String>,
    cards: Vec<String>,
    communes: Vec<String>,
}

fn as_of() -> Day {
    Day::from_civil(2026, 11, 20).expect("a day")
}

static SAMPLE: LazyLock<Sample> = LazyLock::new(|| {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let spec = SampleSpec {
        residents: RESIDENTS,
        seed: 1,
        noise: Noise::Normal,
        format: Format::Csv,
        as_of: as_of(),
        damage: sample::Damages::default(),
        lists: false,
        communes: None,
    };
    sample::generate(&spec, dir.path()).expect("a sample");
    let tables = read(dir.path());
    let column = |kinds: &[Kind], field: Field| -> Vec<String> {
        let of = |(at, table): (usize, &Table)| {
            let rows = if kinds.contains(&table.kind) { table.counts.used as u32 } else { 0 };
            let cells = (0..rows).map(move |index| RowRef { table: TableIx(at as u32), index });
            cells.map(|row| tables.as_slice().cell(row, field).to_owned()).collect::<Vec<_>>()
        };
        tables.iter().enumerate().flat_map(of).collect()
    };
    let persons = [Kind::Residents, Kind::Births, Kind::Insurance];
    Sample {
        names: column(&persons, Field::FullName),
        dates: column(&persons, Field::BirthDate),
        ids: column(&persons, Field::PersonalId),
        cards: column(&[Kind::Insurance], Field::CardNo),
        communes: column(&persons, Field::Commune),
        dir,
    }
});

fn read(dir: &Path) -> Vec<Table> {
    let inputs = ingest::find_inputs(dir).expect("the sample's files");
    ingest::read_all(&inputs, &ReadOptions::default(), &|_| {}).expect("readable files")
}

/// Measures what is done to each cell of a column, in cells and bytes a second.
fn each<T>(bencher: Bencher, cells: &[String], kernel: impl Fn(&str) -> T + Sync) {
    let bytes: usize = cells.iter().map(String::len).sum();
    bencher.counter(ItemsCount::new(cells.len())).counter(BytesCount::new(bytes)).bench(|| {
        for cell in black_box(cells) {
            black_box(kernel(cell));
        }
    });
}

#[divan::bench]
fn names_read(bencher: Bencher) {
    each(bencher, &SAMPLE.names, name::read);
}

#[divan::bench]
fn names_fold(bencher: Bencher) {
    each(bencher, &SAMPLE.names, text::fold);
}

#[divan::bench]
fn dates_read(bencher: Bencher) {
    each(bencher, &SAMPLE.dates, |cell| date::read(cell, as_of()));
}

#[divan::bench]
fn ids_read(bencher: Bencher) {
    each(bencher, &SAMPLE.ids, ident::read);
}

#[divan::bench]
fn cards_read(bencher: Bencher) {
    each(bencher, &SAMPLE.cards, card::read);
}

#[divan::bench]
fn communes_key(bencher: Bencher) {
    each(bencher, &SAMPLE.communes, words::commune_key);
}

fn dataset() -> Dataset {
    records::build(read(SAMPLE.dir.path()), &UnitMap::default(), as_of())
}

static DATA: LazyLock<Dataset> = LazyLock::new(dataset);
/// Pairs as blocking makes them.
fn pairs() -> Pairs<'static> {
    Pairs::of(&DATA, 1_000_000)
}

/// Names: syllable codes, level by level, with the information in what agrees.
#[divan::bench]
fn pairs_names(bencher: Bencher) {
    let pairs = pairs();
    bencher.counter(ItemsCount::new(pairs.count())).bench_local(|| black_box(&pairs).names());
}

/// The yardstick: Jaro-Winkler over the same names, as text.
#[divan::bench(sample_count = 10)]
fn pairs_names_jaro_winkler(bencher: Bencher) {
    as_text(bencher, strsim::jaro_winkler);
}

/// The same by edits.
#[divan::bench(sample_count = 10)]
fn pairs_names_damerau_levenshtein(bencher: Bencher) {
    as_text(bencher, |a, b| strsim::osa_distance(a, b) as f64);
}

fn as_text(bencher: Bencher, distance: impl Fn(&str, &str) -> f64 + Sync) {
    let texts = pairs().texts();
    bencher
        .counter(ItemsCount::new(texts.len()))
        .bench(|| black_box(&texts).iter().map(|(a, b)| distance(a, b)).sum::<f64>());
}

/// Dates of birth.
#[divan::bench]
fn pairs_births(bencher: Bencher) {
    let pairs = pairs();
    bencher.counter(ItemsCount::new(pairs.count())).bench_local(|| black_box(&pairs).births());
}

/// The whole comparison vector and its weight.
#[divan::bench]
fn pairs_weights(bencher: Bencher) {
    let pairs = pairs();
    bencher.counter(ItemsCount::new(pairs.count())).bench_local(|| black_box(&pairs).weights());
}

/// Bytes to rows: every file once.
#[divan::bench(sample_count = 10)]
fn files_read(bencher: Bencher) {
    let dir = SAMPLE.dir.path();
    let bytes: u64 = read(dir).iter().map(|table| table.bytes).sum();
    bencher.counter(BytesCount::new(bytes)).bench(|| read(dir));
}

/// Rows to typed records: every cell of every file once.
#[divan::bench(sample_count = 10)]
fn rows_normalise(bencher: Bencher) {
    let tables = || read(SAMPLE.dir.path());
    let rows: u64 = tables().iter().map(|table| table.counts.used).sum();
    bencher
        .counter(ItemsCount::new(rows))
        .with_inputs(tables)
        .bench_values(|tables| records::build(tables, &UnitMap::default(), as_of()));
}

/// Blocking, comparison, weights and decision, with what is learned for them; counted in roles.
#[divan::bench(sample_count = 10)]
fn roles_link(bencher: Bencher) {
    let data = dataset();
    let settings = Default::default();
    let persons: usize = data.extracts.iter().map(|extract| extract.persons.len()).sum();
    bencher.counter(ItemsCount::new(persons)).bench(|| {
        linkage::link(
            black_box(&data),
            &settings,
            Parameters::Learned,
            &ClericalOverrides::default(),
            &(),
            &|_| {},
        )
    });
}
