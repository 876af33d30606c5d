//! Whole runs on populations damaged as offices damage whole files, each held against its bars: what must not happen to
//! people however bad the data are. `cargo bench --bench hard` measures 20,000 residents a case;
//! `cargo bench --bench hard -- 50000 7` other residents and another seed.

use std::error::Error;
use std::path::Path;
use std::process::Command;

use lamsach::domain::{Code, Day};
use lamsach::sample::{self, CodeScore, Damages, Format, Noise, SampleSpec, Score};

const AS_OF: &str = "20/11/2026";

/// A figure that is held against a bar.
struct Bar {
    what: &'static str,
    of: fn(&Score) -> f64,
    bar: Is,
}

/// On which side of a bar a figure must be.
enum Is {
    AtLeast(f64),
    AtMost(f64),
}
use Is::{AtLeast, AtMost};

/// A case: what is damaged, and its bars.
struct Case {
    name: &'static str,
    damage: &'static str,
    bars: &'static [Bar],
}

const fn bar(what: &'static str, of: fn(&Score) -> f64, bar: Is) -> Bar {
    Bar { what, of, bar }
}

const CASES: &[Case] = &[
    Case {
        name: "as it comes",
        damage: "",
        bars: &[
            bar("links, precision", precision, AtLeast(0.9998)),
            bar("links, recall", recall, AtLeast(0.998)),
            bar("ECE", |s| s.calibration_error, AtMost(0.001)),
        ],
    },
    Case {
        name: "registry of the living, no IDs of the dead",
        damage: "living-registry,deaths-without-ids",
        bars: &[
            bar("living called dead of 1,000", falsely_dead, AtMost(1.0)),
            bar("deaths found", |s| of(s, Code::song(1)).recall(), AtLeast(0.83)),
        ],
    },
    Case {
        name: "the same, years of birth alone",
        damage: "living-registry,deaths-without-ids,deaths-by-year",
        bars: &[bar("living called dead of 1,000", falsely_dead, AtMost(1.0))],
    },
    Case {
        name: "no IDs in the registry",
        damage: "registry-without-ids",
        bars: &[bar("SACH-02, precision", |s| of(s, Code::sach(2)).precision(), AtLeast(0.97))],
    },
    Case {
        name: "papers of the informant on every death",
        damage: "informant-papers",
        bars: &[
            bar("SONG-01, precision", |s| of(s, Code::song(1)).precision(), AtLeast(0.998)),
            bar("links, precision", precision, AtLeast(0.999)),
            bar("links, recall", recall, AtLeast(0.95)),
        ],
    },
    Case {
        name: "papers of the head filled down",
        damage: "filled-down",
        bars: &[
            bar("links, precision", precision, AtLeast(0.999)),
            bar("findings, F1", |s| s.all_codes().f1(), AtLeast(0.95)),
        ],
    },
    Case {
        name: "IDs and dates shifted in a block",
        damage: "shifted-block",
        bars: &[
            bar("links, precision", precision, AtLeast(0.9995)),
            bar("links, recall", recall, AtLeast(0.99)),
        ],
    },
    Case {
        name: "name and year, registry of one commune",
        damage: "one-commune,names-and-years",
        bars: &[
            bar("sent to review", reviewed, AtMost(0.04)),
            bar("ECE", |s| s.calibration_error, AtMost(0.01)),
        ],
    },
    Case {
        name: "a district as it is",
        damage: "living-registry,years-for-old:50,no-ids-for-young-and-old:33,deaths-without-ids:60,\
                 informant-papers:4,filled-down:4,clerks-habits,shifted-block",
        bars: &[
            bar("links, precision", precision, AtLeast(0.999)),
            bar("links, recall", recall, AtLeast(0.985)),
            bar("ECE", |s| s.calibration_error, AtMost(0.003)),
        ],
    },
];

fn of(score: &Score, code: Code) -> CodeScore {
    score.codes.iter().find(|(known, _)| *known == code).map(|(_, s)| *s).unwrap_or_default()
}

fn precision(score: &Score) -> f64 {
    score.easy.links.precision()
}

fn recall(score: &Score) -> f64 {
    score.easy.links.recall()
}

fn reviewed(score: &Score) -> f64 {
    let (reviews, roles) =
        (score.easy.reviews + score.hard.reviews, (score.easy.roles + score.hard.roles).max(1));
    reviews as f64 / roles as f64
}

/// Living called dead for every thousand deaths that are true or said to be.
fn falsely_dead(score: &Score) -> f64 {
    let deaths = of(score, Code::song(1));
    1000.0 * deaths.fp as f64 / (deaths.tp + deaths.fp + deaths.fn_).max(1) as f64
}

#[allow(clippy::print_stdout, reason = "a bench reports to the terminal")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = std::env::args().skip(1).filter_map(|text| text.parse::<u64>().ok());
    let residents = numbers.next().and_then(|n| u32::try_from(n).ok()).unwrap_or(20_000);
    let seed = numbers.next().unwrap_or(20_261_120);
    let mut missed = 0;
    for case in CASES {
        let score = measure(case.damage, residents, seed)?;
        println!("{}", case.name);
        for bar in case.bars {
            let figure = (bar.of)(&score);
            let (holds, wanted) = match bar.bar {
                AtLeast(least) => (figure >= least, format!("at least {least}")),
                AtMost(most) => (figure <= most, format!("at most {most}")),
            };
            missed += usize::from(!holds);
            println!("  {:<30} {figure:>9.5}  {wanted:<16} {}", bar.what, if holds { "" } else { "MISSED" });
        }
        let (easy, deaths) = (&score.easy, of(&score, Code::song(1)));
        println!(
            "  precision {:.5}, recall {:.5}, wrong {}, wrong and sure {}, review {:.2} %, ECE {:.5}; hard: wrong \
             {} of {}; SONG-01 {}/{}/{}",
            easy.links.precision(),
            easy.links.recall(),
            easy.links.fp,
            easy.sure_and_wrong,
            100.0 * reviewed(&score),
            score.calibration_error,
            score.hard.links.fp,
            score.hard.roles,
            deaths.tp,
            deaths.fp,
            deaths.fn_,
        );
    }
    println!("\n{missed} bars missed");
    Ok(())
}

/// Makes a damaged sample, runs it as a process of its own and scores it.
fn measure(damage: &str, residents: u32, seed: u64) -> Result<Score, Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let (data, out) = (dir.path().join("data"), dir.path().join("out"));
    let spec = SampleSpec {
        residents,
        seed,
        noise: Noise::Normal,
        format: Format::Csv,
        as_of: Day::from_civil(2026, 11, 20).ok_or("no such day")?,
        damage: Damages::parse(damage)?,
        lists: false,
        communes: None,
    };
    sample::generate(&spec, &data)?;
    run(&data, &out)?;
    Ok(sample::score(&out.join("latest"), &data.join("truth"))?)
}

fn run(data: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lamsach"));
    command.args(["run", "-q", "--no-workbooks", "--as-of", AS_OF]).arg(data).arg("--out").arg(out);
    let status = command.arg("--units").arg(data.join("units.csv")).status()?;
    if status.success() { Ok(()) } else { Err(format!("the run failed: {status}").into()) }
}
