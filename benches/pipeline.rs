//! Whole runs on made-up populations: speed, memory and quality side by side, and how they grow.
//!
//! `cargo bench --bench pipeline` measures 20,000 and 200,000 residents; with `LAMSACH_BENCH_LARGE=1` it
//! measures 2,000,000 too (some minutes, and 4 GiB of memory and of disk).

use std::error::Error;
use std::path::Path;
use std::process::Command;

use lamsach::domain::Day;
use lamsach::sample::{self, Format, Noise, SampleSpec, Score};
use serde_json::Value;

const AS_OF: &str = "20/11/2026";
const SEED: u64 = 20_261_120;
const STAGES: [&str; 5] = ["read", "normalise", "link", "judge", "publish"];

fn main() -> Result<(), Box<dyn Error>> {
    let mut sizes = vec![20_000, 200_000];
    if std::env::var_os("LAMSACH_BENCH_LARGE").is_some_and(|value| value == "1") {
        sizes.push(2_000_000);
    }
    let mut measures = Vec::new();
    for residents in sizes {
        let measure = Measure::of(residents)?;
        print(&measure, measures.last());
        measures.push(measure);
    }
    Ok(())
}

/// What a run took, and how good it was.
struct Measure {
    residents: u32,
    rows: u64,
    seconds: f64,
    stages: [f64; STAGES.len()],
    peak: Option<u64>,
    score: Score,
}

impl Measure {
    /// Makes a sample, runs it as a process of its own and scores it.
    fn of(residents: u32) -> Result<Self, Box<dyn Error>> {
        let dir = tempfile::tempdir()?;
        let (data, out) = (dir.path().join("data"), dir.path().join("out"));
        let as_of = Day::from_civil(2026, 11, 20).ok_or("no such day")?;
        let spec = SampleSpec {
            residents,
            seed: SEED,
            noise: Noise::Normal,
            format: Format::Csv,
            as_of,
            communes: None,
        };
        let rows = sample::generate(&spec, &data)?.rows.iter().map(|(_, rows)| u64::from(*rows)).sum();
        run(&data, &out)?;
        let latest = out.join("latest");
        let summary: Value = serde_json::from_slice(&std::fs::read(latest.join("summary.json"))?)?;
        let run = &summary["run"];
        let seconds = |stage: &str| run["timings"][stage].as_f64().unwrap_or(f64::NAN);
        Ok(Self {
            residents,
            rows,
            seconds: seconds("total"),
            stages: STAGES.map(seconds),
            peak: run["peak_memory_bytes"].as_u64(),
            score: sample::score(&latest, &data.join("truth"))?,
        })
    }
}

fn run(data: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lamsach"));
    command.args(["run", "-q", "--as-of", AS_OF]).arg(data).arg("--out").arg(out);
    let status = command.arg("--units").arg(data.join("units.csv")).status()?;
    if status.success() { Ok(()) } else { Err(format!("the run failed: {status}").into()) }
}

/// Prints a run, and beside it by how much it outgrew the one before.
#[allow(clippy::print_stdout, reason = "a bench reports to the terminal")]
fn print(run: &Measure, before: Option<&Measure>) {
    let growth = |now: f64, of: fn(&Measure) -> f64| match before {
        Some(before) => format!("  x{:.2}", now / of(before)),
        None => String::new(),
    };
    let rows = |m: &Measure| m.rows as f64;
    println!("{} residents, {} rows{}", run.residents, run.rows, growth(rows(run), rows));
    println!(
        "  total       {:>9.2} s  {:>9.0} rows/s{}",
        run.seconds,
        rows(run) / run.seconds,
        growth(run.seconds, |m| m.seconds)
    );
    for (at, stage) in STAGES.iter().enumerate() {
        let ratio = before.map_or_else(String::new, |b| format!("  x{:.2}", run.stages[at] / b.stages[at]));
        let share = 100.0 * run.stages[at] / run.seconds;
        println!("  {stage:<11} {:>9.2} s  {share:>7.1} %{ratio}", run.stages[at]);
    }
    if let Some(peak) = run.peak {
        let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
        let bytes_a_row = peak as f64 / rows(run);
        let ratio = growth(mib(peak), |m| m.peak.map_or(f64::NAN, |peak| peak as f64 / f64::from(1 << 20)));
        println!("  peak memory {:>9.0} MiB  {bytes_a_row:>5.0} bytes/row{ratio}", mib(peak));
    }
    let links = run.score.easy.links;
    println!(
        "  links       precision {:.5}  recall {:.5}  wrong {}  wrong at p>=0.999 {}  review {:.2} %  Brier {:.5}",
        links.precision(),
        links.recall(),
        links.fp,
        run.score.easy.sure_and_wrong,
        100.0 * run.score.easy.reviews as f64 / run.score.easy.roles.max(1) as f64,
        run.score.brier
    );
    let all = run.score.all_codes();
    println!("  findings    precision {:.5}  recall {:.5}\n", all.precision(), all.recall());
}
