//! How much of what is true is found, and how much of what is found is true, on made-up communes.

use std::path::Path;

use lamsach::domain::{Code, Pillar};
use lamsach::sample::{self, CodeScore, Score};

use crate::harness::{run_sample, sample_with as make};

/// A code with fewer true cases is not held to a share: one miss would weigh too much.
const ENOUGH_CASES: u64 = 20;

fn score(dir: &Path, residents: u32, seed: u64, noise: &str, more: &[&str]) -> Score {
    let data = dir.join("data");
    make(&data, residents, seed, noise, more);
    let run = run_sample(&data, &dir.join("out"), &[]);
    let score = sample::score(&run, &data.join("truth")).unwrap();
    println!("{residents} residents, seed {seed}, {noise}\n{score}");
    score
}

fn of(score: &Score, code: Code) -> CodeScore {
    score.codes.iter().find(|(known, _)| *known == code).map(|(_, s)| *s).unwrap_or_default()
}

/// Whether a share holds of a count, one case set aside: few cases cannot show a share near 1.
fn holds_but_for_one(right: u64, wrong: u64, share: f64) -> bool {
    wrong <= 1 || right as f64 >= share * (right + wrong) as f64
}

/// Asserts what is asked of linkage, by the rows that can be decided.
fn holds_the_bars(score: &Score, precision: f64, recall: f64) {
    let (links, easy) = (score.easy.links, &score.easy);
    assert_eq!(score.easy.unaccounted + score.hard.unaccounted, 0);
    assert!(links.precision() >= precision, "precision of links {:.5}", links.precision());
    assert!(links.recall() >= recall, "recall of links {:.5}", links.recall());
    assert!(easy.sure_and_wrong <= 1, "{} links are wrong at 0.999 and more", easy.sure_and_wrong);
    let reviews = easy.reviews + score.hard.reviews;
    let roles = easy.roles + score.hard.roles;
    assert!(reviews as f64 <= 0.015 * roles as f64, "{reviews} of {roles} go to review");
    let (shown, of) = (easy.reviews_shown, easy.reviews_of_residents);
    assert!(holds_but_for_one(shown, of - shown, 0.95), "the true one is shown in {shown} of {of} reviews");
    assert!(score.brier <= 0.01, "Brier {:.5}", score.brier);
    assert!(score.calibration_error <= 0.01, "ECE {:.5}", score.calibration_error);
}

#[test]
fn twenty_thousand_residents() {
    let dir = tempfile::tempdir().unwrap();
    let score = score(dir.path(), 20_000, 20_261_120, "normal", &[]);
    holds_the_bars(&score, 0.9998, 0.995);

    let deaths = of(&score, Code::song(1));
    assert!(deaths.tp > 0);
    assert!(holds_but_for_one(deaths.tp, deaths.fn_, 0.99), "SONG-01 missed: {deaths:?}");
    assert!(holds_but_for_one(deaths.tp, deaths.fp, 0.995), "SONG-01 wrong: {deaths:?}");
    let low: Vec<String> = score
        .codes
        .iter()
        .filter(|(code, s)| *code != Code::song(1) && s.tp + s.fn_ >= ENOUGH_CASES && s.f1() < 0.97)
        .map(|(code, s)| format!("{code} F1 {:.4} {s:?}", s.f1()))
        .collect();
    assert!(low.is_empty(), "{low:#?}");
    // Every pillar is there to be measured.
    for pillar in Pillar::ALL {
        let measured = |(code, s): &&(Code, CodeScore)| code.pillar == pillar && s.tp + s.fn_ >= ENOUGH_CASES;
        assert!(score.codes.iter().filter(measured).count() >= 3, "{}", pillar.name());
    }
}

#[test]
fn three_thousand_residents_in_dirty_files() {
    let dir = tempfile::tempdir().unwrap();
    let score = score(dir.path(), 3_000, 42, "dirty", &[]);
    holds_the_bars(&score, 0.9995, 0.98);
    assert!(score.all_codes().f1() >= 0.98, "F1 of all findings {:.4}", score.all_codes().f1());
}

#[test]
fn lists_of_other_sectors_are_held_to_the_bars_of_welfare() {
    let dir = tempfile::tempdir().unwrap();
    let score = score(dir.path(), 5_000, 7, "normal", &["--lists"]);
    holds_the_bars(&score, 0.9998, 0.995);
    let of_list = |name: &str| score.lists.iter().find(|(list, _)| list == name).map(|(_, s)| *s);
    for name in ["pupils", "members", "land_users", "taxpayers", "vaccinations"] {
        let links = of_list(name).unwrap();
        assert!(links.tp > 300, "{name}: {links:?}");
        assert!(holds_but_for_one(links.tp, links.fp, 0.9998), "{name}: {links:?}");
        assert!(holds_but_for_one(links.tp, links.fn_, 0.995), "{name}: {links:?}");
    }
    for code in [Code::song(11), Code::du(14), Code::du(15), Code::song(12)] {
        let found = of(&score, code);
        assert!(found.tp > 0, "{code}: {found:?}");
        assert!(holds_but_for_one(found.tp, found.fp + found.fn_, 0.97), "{code}: {found:?}");
    }
    let low: Vec<String> = score
        .codes
        .iter()
        .filter(|(_, s)| s.tp + s.fn_ >= ENOUGH_CASES && s.f1() < 0.97)
        .map(|(code, s)| format!("{code} F1 {:.4} {s:?}", s.f1()))
        .collect();
    assert!(low.is_empty(), "{low:#?}");
}
