//! The floor: a whole run beside the bare reading and writing of its own bytes, in the same minute on the same machine.
//!
//! `cargo bench --bench floor` measures 20,000 and 200,000 residents; with `LAMSACH_BENCH_LARGE=1` 2,000,000 too. What is
//! bare is polars: the inputs read into frames, every column as text, and the CSV lists of the run written out of frames
//! that hold them. Rounds take turns, and of each the median is shown. `with workbooks` is the same run with the workbooks of
//! officers. Polars is built here as everywhere in this crate, not as quick as its own packages are: beside those the ratio
//! is larger.

#![allow(clippy::print_stdout, reason = "a bench prints")]

use std::error::Error;
use std::fs::{self, File};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use lamsach::domain::Day;
use lamsach::sample::{self, Damages, Format, Noise, SampleSpec};
use polars::prelude::DataFrame;
use polars_io::prelude::{CsvReadOptions, CsvWriter, SerReader, SerWriter};

const AS_OF: &str = "20/11/2026";
const ROUNDS: usize = 5;
/// Of two millions, which take minutes each.
const FEW_ROUNDS: usize = 3;

fn main() -> Result<(), Box<dyn Error>> {
    let large = std::env::var_os("LAMSACH_BENCH_LARGE").is_some_and(|value| value == "1");
    println!(
        "{:>12}{:>10}{:>10}{:>10}{:>10}{:>8}{:>16}",
        "residents", "in MB", "out MB", "run s", "bare s", "ratio", "with workbooks"
    );
    for residents in [20_000, 200_000, 2_000_000] {
        if residents > 200_000 && !large {
            continue;
        }
        measure(residents)?;
    }
    Ok(())
}

fn measure(residents: u32) -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let (data, out) = (dir.path().join("data"), dir.path().join("out"));
    let as_of = Day::from_civil(2026, 11, 20).ok_or("no such day")?;
    let spec = SampleSpec {
        residents,
        seed: 1,
        noise: Noise::Normal,
        format: Format::Csv,
        as_of,
        damage: Damages::default(),
        lists: false,
        communes: None,
    };
    sample::generate(&spec, &data)?;
    let rounds = if residents > 200_000 { FEW_ROUNDS } else { ROUNDS };
    let (mut runs, mut bare, mut full) = (Vec::new(), Vec::new(), Vec::new());
    let (mut read, mut written) = (0, 0);
    for _ in 0..rounds {
        full.push(run(&data, &out, &[])?);
        runs.push(run(&data, &out, &["--no-workbooks"])?);
        let (inputs, lists) = (csv_files(&data)?, lists_of(&out.join("latest"))?);
        (read, written) = (size_of(&inputs)?, size_of(&lists)?);
        bare.push(bare_seconds(&inputs, &lists, dir.path())?);
    }
    let (run, bare, full) = (median(runs), median(bare), median(full));
    println!(
        "{residents:>12}{:>10.0}{:>10.0}{run:>10.2}{bare:>10.2}{:>8.1}{:>16.1}",
        read as f64 / 1e6,
        written as f64 / 1e6,
        run / bare,
        full / bare
    );
    Ok(())
}

/// Seconds of a run as a process of its own, linking everything.
fn run(data: &Path, out: &Path, more: &[&str]) -> Result<f64, Box<dyn Error>> {
    if out.exists() {
        fs::remove_dir_all(out)?;
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_lamsach"));
    command.args(["run", "-q", "--as-of", AS_OF]).arg(data).arg("--out").arg(out).args(more);
    let begun = Instant::now();
    let status = command.status()?;
    if status.success() {
        Ok(begun.elapsed().as_secs_f64())
    } else {
        Err(format!("the run failed: {status}").into())
    }
}

/// Seconds that reading the inputs and writing the lists take alone. That the lists come into frames is not counted.
fn bare_seconds(inputs: &[PathBuf], lists: &[PathBuf], scratch: &Path) -> Result<f64, Box<dyn Error>> {
    let begun = Instant::now();
    for input in inputs {
        std::hint::black_box(frame(input)?);
    }
    let mut seconds = begun.elapsed().as_secs_f64();
    for list in lists {
        let mut frame = frame(list)?;
        let begun = Instant::now();
        let file = File::create(scratch.join("bare.csv"))?;
        CsvWriter::new(file)
            .include_bom(true)
            .with_line_terminator("\r\n".into())
            .with_batch_size(NonZeroUsize::new(8 * 1024).ok_or("no rows")?)
            .finish(&mut frame)?;
        seconds += begun.elapsed().as_secs_f64();
    }
    Ok(seconds)
}

/// A CSV file as a frame, every column as text.
fn frame(path: &Path) -> Result<DataFrame, Box<dyn Error>> {
    let options = CsvReadOptions::default().with_infer_schema_length(Some(0));
    Ok(options.try_into_reader_with_file_path(Some(path.to_path_buf()))?.finish()?)
}

fn csv_files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "csv"));
    files.sort();
    Ok(files)
}

/// The lists of a run that have rows.
fn lists_of(run: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut lists = csv_files(run)?;
    lists.extend(csv_files(&run.join("worklists"))?);
    lists.retain(|path| fs::read_to_string(path).is_ok_and(|text| text.lines().count() > 1));
    Ok(lists)
}

fn size_of(files: &[PathBuf]) -> Result<u64, Box<dyn Error>> {
    files.iter().map(|file| Ok(fs::metadata(file)?.len())).sum()
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().unwrap_or(f64::NAN)
}
