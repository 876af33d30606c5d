//! Whole runs on made-up populations: quality and speed side by side, and how they grow.
//!
//! `cargo bench --bench pipeline` measures 20,000 and 200,000 residents, with ordinary and with heavy damage;
//! with `LAMSACH_BENCH_LARGE=1` it measures 2,000,000 too (some minutes, and 4 GiB of memory and of disk).
//! Speed is that of the program run as a process of its own, file in, list out. What blocking loses is
//! measured apart, by comparing some twelve thousand persons with every resident. A night is a run on data of
//! which one row in a hundred of one extract is gone, beside the same run that links everything again.
//!
//! Where the time of a whole run goes, by samples of `perf` on 2,000,000 residents and 2.6 million rows: half of
//! it into publishing (workbooks 22 of a hundred samples, lists 6, the rows for the review page 6, digests for
//! decisions 4), a quarter into linkage, an eighth into reading and normalising, a twentieth into judging. A fifth
//! of all is the kernel's: memory touched for the first time, and files written. So `--no-workbooks` takes a
//! quarter off a run.
//!
//! Where the time of linkage goes, by samples of `perf` on a run of 200,000 residents and ordinary damage:
//! a third on a first glance at a candidate's name and date (`Query::glance` 19 of a hundred samples,
//! `Names::surely_differ` 14), a fifth on names fitted syllable by syllable (`Names::compare`, `level` and
//! `fit`: 22), the walk along postings 14 (`consider_named`, `consider_each`, `KeyIndex`), places, numbers
//! and relatives of the candidates that are left 6, dates one digit apart 5, sorting and weighing what was
//! found 4, whether two residents are kin 2. The floor is memory: a candidate is a record of half a cache
//! line anywhere in the registry, so that what is gained is gained by not fetching it (a sketch of the name
//! beside the posting) or by fetching a batch at once.

use std::error::Error;
use std::path::Path;
use std::process::Command;

use lamsach::domain::{Day, Kind, LinkageSettings};
use lamsach::ingest::units::UnitMap;
use lamsach::ingest::{self, ReadOptions, records};
use lamsach::linkage::{self, ClericalOverrides, Parameters, Share};
use lamsach::sample::{self, Format, LinkScore, Noise, SampleSpec, Score};
use serde_json::Value;

const AS_OF: &str = "20/11/2026";
const SEED: u64 = 20_261_120;
const STAGES: [&str; 5] = ["read", "normalise", "link", "judge", "publish"];
/// Persons compared with every resident, over all roles: enough to tell a loss of one in a thousand from one of
/// half as much.
const SEARCHED_EXHAUSTIVELY: usize = 12_000;
/// Above this many residents an exhaustive search of so many persons takes too long.
const LARGEST_EXHAUSTIVE: u32 = 200_000;

fn main() -> Result<(), Box<dyn Error>> {
    let large = std::env::var_os("LAMSACH_BENCH_LARGE").is_some_and(|value| value == "1");
    let mut columns: Vec<Measure> = Vec::new();
    for noise in [Noise::Normal, Noise::Dirty] {
        for residents in [20_000, 200_000, 2_000_000] {
            if residents > 200_000 && !(large && noise == Noise::Normal) {
                continue;
            }
            columns.push(Measure::of(residents, noise)?);
            print(columns.last().into_iter());
        }
    }
    print(columns.iter());
    Ok(())
}

/// What a run took, and how good it was.
struct Measure {
    residents: u32,
    noise: Noise,
    rows: u64,
    roles: u64,
    seconds: f64,
    stages: [f64; STAGES.len()],
    peak: Option<u64>,
    score: Score,
    lost: Option<Share>,
    /// By extract that changed: how long a night takes, as a share of linking everything again.
    nights: Vec<(Kind, f64)>,
}

impl Measure {
    /// Makes a sample, runs it as a process of its own and scores it.
    fn of(residents: u32, noise: Noise) -> Result<Self, Box<dyn Error>> {
        let dir = tempfile::tempdir()?;
        let (data, out) = (dir.path().join("data"), dir.path().join("out"));
        let as_of = Day::from_civil(2026, 11, 20).ok_or("no such day")?;
        let spec = SampleSpec {
            residents,
            seed: SEED,
            noise,
            format: Format::Csv,
            as_of,
            damage: sample::Damages::default(),
            lists: false,
            communes: None,
        };
        let rows = sample::generate(&spec, &data)?.rows.iter().map(|(_, rows)| u64::from(*rows)).sum();
        run(&data, &out, &[])?;
        let latest = out.join("latest");
        let summary: Value = serde_json::from_slice(&std::fs::read(latest.join("summary.json"))?)?;
        let run = &summary["run"];
        let seconds = |stage: &str| run["timings"][stage].as_f64().unwrap_or(f64::NAN);
        let of_roles = summary["linkage"]["roles"].as_array().map(Vec::as_slice).unwrap_or_default();
        let score = sample::score(&latest, &data.join("truth"))?;
        Ok(Self {
            residents,
            noise,
            rows,
            roles: of_roles.iter().filter_map(|role| role["persons"].as_u64()).sum(),
            seconds: seconds("total"),
            stages: STAGES.map(seconds),
            peak: run["peak_memory_bytes"].as_u64(),
            score,
            lost: (residents <= LARGEST_EXHAUSTIVE).then(|| lost_to_blocking(&data, as_of)).transpose()?,
            nights: if noise == Noise::Normal { nights(&data, &out)? } else { Vec::new() },
        })
    }

    fn mebibytes(&self) -> f64 {
        self.peak.map_or(f64::NAN, |bytes| bytes as f64 / f64::from(1 << 20))
    }

    fn link_seconds(&self) -> f64 {
        self.stages[2]
    }
}

/// Takes one row in a hundred from one extract after the other, and runs.
fn nights(data: &Path, out: &Path) -> Result<Vec<(Kind, f64)>, Box<dyn Error>> {
    let night = |kind: Kind| -> Result<(Kind, f64), Box<dyn Error>> {
        let file = data.join(format!("{}.csv", kind.name()));
        let text = std::fs::read_to_string(&file)?;
        // No cell of a sample breaks its line.
        let kept = text.split_inclusive('\n').enumerate().filter(|(row, _)| row % 100 != 99);
        std::fs::write(&file, kept.map(|(_, line)| line).collect::<String>())?;
        let seconds = |more: &[&str]| -> Result<f64, Box<dyn Error>> {
            run(data, out, more)?;
            let summary: Value = serde_json::from_slice(&std::fs::read(out.join("latest/summary.json"))?)?;
            summary["run"]["timings"]["total"].as_f64().ok_or_else(|| "no timings".into())
        };
        Ok((kind, seconds(&[])? / seconds(&["--relink"])?))
    };
    Kind::SIX[1..].iter().copied().map(night).collect()
}

fn run(data: &Path, out: &Path, more: &[&str]) -> Result<(), Box<dyn Error>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lamsach"));
    command.args(["run", "-q", "--as-of", AS_OF]).arg(data).arg("--out").arg(out);
    let status = command.arg("--units").arg(data.join("units.csv")).args(more).status()?;
    if status.success() { Ok(()) } else { Err(format!("the run failed: {status}").into()) }
}

/// Of persons compared with every resident, the share whose best candidate blocking had missed.
fn lost_to_blocking(data: &Path, as_of: Day) -> Result<Share, Box<dyn Error>> {
    let tables = ingest::read_all(&ingest::find_inputs(data)?, &ReadOptions::default(), &|_| ())?;
    let data = records::build(tables, &UnitMap::read(&data.join("units.csv"))?, as_of);
    let roles: usize = data.extracts.iter().map(|extract| extract.kind.roles().len()).sum();
    let exhaustive_pairs = SEARCHED_EXHAUSTIVELY / roles * data.registry.residents.len();
    let settings = LinkageSettings { exhaustive_pairs, ..LinkageSettings::default() };
    let linkage =
        linkage::link(&data, &settings, Parameters::Learned, &ClericalOverrides::default(), &(), &|_| ());
    let shares = linkage.report.roles.iter().map(|role| role.learned.audit.lost_to_blocking);
    let (lost, of) = shares.fold((0.0, 0), |(lost, of), s| (lost + s.share * s.of as f64, of + s.of));
    Ok(Share::new(lost.round() as usize, of))
}

/// A line of the table: its title, and what stands in the column of a run (given the run before it, of the
/// same damage).
type Line = (&'static str, fn(&Measure, Option<&Measure>) -> String);

const LINES: &[Line] = &[
    ("rows", |m, _| m.rows.to_string()),
    ("roles", |m, _| m.roles.to_string()),
    ("LINKS THAT CAN BE DECIDED", |_, _| String::new()),
    ("precision", |m, _| format!("{:.5}", m.score.easy.links.precision())),
    ("recall", |m, _| format!("{:.5}", m.score.easy.links.recall())),
    ("wrong person", |m, _| m.score.easy.links.fp.to_string()),
    ("wrong at p >= 0.999", |m, _| m.score.easy.sure_and_wrong.to_string()),
    ("sent to review", |m, _| reviewed(&m.score.easy)),
    ("true one among those shown", |m, _| shown(&m.score.easy)),
    ("Brier", |m, _| format!("{:.5}", m.score.brier)),
    ("ECE", |m, _| format!("{:.5}", m.score.calibration_error)),
    ("HARD ROWS", |m, _| m.score.hard.roles.to_string()),
    ("precision", |m, _| format!("{:.5}", m.score.hard.links.precision())),
    ("sent to review", |m, _| reviewed(&m.score.hard)),
    ("true one among those shown", |m, _| shown(&m.score.hard)),
    ("LOST TO BLOCKING", |m, _| m.lost.map_or(String::from("-"), |s| format!("{:.3} %", 100.0 * s.share))),
    ("  at most (95 %)", |m, _| m.lost.map_or(String::from("-"), |s| format!("{:.3} %", 100.0 * s.high))),
    ("  of persons", |m, _| m.lost.map_or(String::from("-"), |s| s.of.to_string())),
    ("FINDINGS precision", |m, _| format!("{:.5}", m.score.all_codes().precision())),
    ("FINDINGS recall", |m, _| format!("{:.5}", m.score.all_codes().recall())),
    ("SECONDS", |m, before| grown(m.seconds, before.map(|b| b.seconds), 2)),
    ("  read", |m, before| stage(m, before, 0)),
    ("  normalise", |m, before| stage(m, before, 1)),
    ("  link", |m, before| stage(m, before, 2)),
    ("  judge", |m, before| stage(m, before, 3)),
    ("  publish", |m, before| stage(m, before, 4)),
    ("roles linked a second", |m, _| format!("{:.0}", m.roles as f64 / m.link_seconds())),
    ("rows a second, all in all", |m, _| format!("{:.0}", m.rows as f64 / m.seconds)),
    ("NIGHT, births changed", |m, _| night(m, Kind::Births)),
    ("  deaths", |m, _| night(m, Kind::Deaths)),
    ("  marriages", |m, _| night(m, Kind::Marriages)),
    ("  welfare", |m, _| night(m, Kind::Welfare)),
    ("  insurance", |m, _| night(m, Kind::Insurance)),
    ("peak memory, MiB", |m, before| grown(m.mebibytes(), before.map(Measure::mebibytes), 0)),
    ("bytes a row", |m, _| format!("{:.0}", m.mebibytes() * f64::from(1 << 20) / m.rows as f64)),
];

fn reviewed(links: &LinkScore) -> String {
    format!("{:.2} %", 100.0 * links.reviews as f64 / links.roles.max(1) as f64)
}

fn shown(links: &LinkScore) -> String {
    format!("{} of {}", links.reviews_shown, links.reviews_of_residents)
}

fn night(run: &Measure, changed: Kind) -> String {
    let night = run.nights.iter().find(|(kind, _)| *kind == changed);
    night.map_or(String::from("-"), |(_, share)| format!("{:.0} % of a run", 100.0 * share))
}

fn stage(run: &Measure, before: Option<&Measure>, at: usize) -> String {
    grown(run.stages[at], before.map(|b| b.stages[at]), 2)
}

/// A figure, and by how much it outgrew that of the smaller run.
fn grown(now: f64, before: Option<f64>, digits: usize) -> String {
    let ratio = before.map_or_else(String::new, |before| format!(" (x{:.1})", now / before));
    format!("{now:.digits$}{ratio}")
}

fn noise(noise: Noise) -> &'static str {
    match noise {
        Noise::Clean => "clean",
        Noise::Normal => "normal",
        Noise::Dirty => "dirty",
    }
}

/// Prints runs side by side.
#[allow(clippy::print_stdout, reason = "a bench reports to the terminal")]
fn print<'a>(runs: impl Iterator<Item = &'a Measure>) {
    let runs: Vec<&Measure> = runs.collect();
    print!("\n{:<28}", "");
    for run in &runs {
        print!("{:>20}", format!("{} {}", run.residents, noise(run.noise)));
    }
    println!();
    for (title, cell) in LINES {
        print!("{title:<28}");
        for (at, run) in runs.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| runs[at]).filter(|before| before.noise == run.noise);
            print!("{:>20}", cell(run, before));
        }
        println!();
    }
}
