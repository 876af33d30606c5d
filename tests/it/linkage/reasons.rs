//! `explain` and `train`: why a row was linked, and parameters that are kept.

use std::path::Path;

use serde_json::Value;

use crate::harness::{AS_OF, call, lamsach, run_sample, said, sample, succeed, summary};
use crate::runs::threads::assert_same;
use crate::world::World;

/// What `explain` says of a row of a world.
fn explained(world: &World, at: &str, lang: &str) -> String {
    let out =
        lamsach().args(["explain", at, "--as-of", AS_OF, "--lang", lang]).arg(world.dir()).output().unwrap();
    succeed(&out);
    String::from_utf8(out.stdout).unwrap()
}

/// A child and her parents, and another woman of her mother's name and year.
fn world() -> World {
    let mut w = World::new();
    let family = "household_id=K1|hamlet=Thôn 2|father_name=Lê Văn Tâm|mother_name=Phạm Thị Dung";
    let child = w.person("Lê Minh Khuê", "12/06/2018", "Nữ", family);
    w.person("Lê Văn Tâm", "10/10/1985", "Nam", "household_id=K1|hamlet=Thôn 2|spouse_name=Phạm Thị Dung");
    w.person("Phạm Thị Dung", "20/08/1988", "Nữ", "household_id=K1|hamlet=Thôn 2|spouse_name=Lê Văn Tâm");
    w.person("Phạm Thị Dung", "03/02/1988", "Nữ", "household_id=K9|hamlet=Thôn 6");
    let record = "full_name=Le Minh Khue|birth_date=06/12/2018|personal_id=|father_birth_date=1986|mother_birth_date=1988";
    w.birth(child, record);
    w.write();
    w
}

#[test]
fn a_waterfall_shows_what_speaks_for_whom() {
    let w = world();
    insta::assert_snapshot!(explained(&w, "births.csv:2", "vi"));
}

#[test]
fn the_weights_of_a_waterfall_are_the_whole() {
    let text = explained(&world(), "births.csv:2", "en");
    assert_eq!(text.matches(": link\n").count(), 3, "{text}");
    // Of every candidate the weights add up to the total, but for rounding.
    let mut sum = 0.0;
    let mut totals = 0;
    for line in text.lines() {
        let number = |line: &str| {
            line.split_whitespace().find_map(|w| w.parse::<f64>().ok().filter(|_| w.contains('.')))
        };
        if line.contains("probability") {
            sum = 0.0;
        } else if line.trim_start().starts_with("total") {
            assert!((number(line).unwrap() - sum).abs() < 0.5, "{sum} {line}\n{text}");
            totals += 1;
        } else if let Some(weight) = number(line).filter(|_| line.starts_with("     ")) {
            sum += weight;
        }
    }
    assert!(totals >= 4, "{text}");
    assert!(text.contains("lead over the runner-up"), "{text}");
}

#[test]
fn a_row_that_is_not_there_is_said_so() {
    let w = world();
    for (at, words) in
        [("births.csv:99", "99"), ("khong_co.csv:2", "khong_co.csv"), ("births.csv", "TỆP:DÒNG")]
    {
        let out = call(["explain", at, w.dir().to_str().unwrap()]);
        assert_eq!(out.status.code(), Some(2), "{at}");
        assert!(said(&out).contains(words), "{}", said(&out));
    }
}

fn train(data: &Path, out: &Path) {
    let mut command = lamsach();
    command.args(["train", "-q", "--as-of", AS_OF]).arg(data).arg("--units").arg(data.join("units.csv"));
    succeed(&command.arg("--out").arg(out).output().unwrap());
}

fn drifts(summary: &Value) -> Vec<f64> {
    let roles = summary["linkage"]["roles"].as_array().unwrap();
    roles.iter().filter_map(|role| role["training"]["drift"].as_f64()).collect()
}

/// The share over all rows that a model file's strata rest on, those of the shipped belief left out.
fn overall(coverage: &Value) -> f64 {
    let shipped: Value = serde_json::from_str(include_str!("../../../data/model.json")).unwrap();
    let believed = &shipped["roles"][0]["coverage"];
    let (mut matched, mut rows) = (0.0, 0.0);
    for (stratum, share) in coverage.as_object().unwrap() {
        let number = |share: &Value, field: &str| share[field].as_f64().unwrap();
        let own = (number(share, "rows") - number(&believed[stratum], "rows")).max(0.0);
        matched += own * number(share, "share");
        rows += own;
    }
    if rows > 0.0 { matched / rows } else { coverage["no_id"]["share"].as_f64().unwrap() }
}

#[test]
fn frozen_parameters_give_the_same_every_night_and_tell_of_drift() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    let (clean, dirty) = (path("clean"), path("dirty"));
    sample(&clean, 2_000, 31, "clean");
    sample(&dirty, 2_000, 32, "dirty");
    train(&clean, &path("model.json"));
    train(&clean, &path("again.json"));
    let [model, again] = ["model.json", "again.json"].map(|name| std::fs::read(path(name)).unwrap());
    assert!(model == again, "the same data teach the same");

    let file = path("model.json");
    let frozen = ["--model", file.to_str().unwrap()];
    let first = std::fs::canonicalize(run_sample(&clean, &path("1"), &frozen)).unwrap();
    let second = std::fs::canonicalize(run_sample(&clean, &path("2"), &frozen)).unwrap();
    assert_same(&first, &second);
    let at_home = drifts(&summary(&first));
    assert!(!at_home.is_empty() && at_home.iter().all(|drift| *drift < 1e-6), "{at_home:?}");

    let abroad = run_sample(&dirty, &path("3"), &frozen);
    let drifted = drifts(&summary(&abroad));
    assert!(drifted.iter().any(|drift| *drift > 0.05), "{drifted:?}");
    assert!(
        drifts(&summary(&run_sample(&dirty, &path("4"), &[]))).is_empty(),
        "what is learned has no drift"
    );

    // Frozen is frozen: the parameters of the summary are those of the file.
    let text: Value = serde_json::from_slice(&model).unwrap();
    for role in summary(&abroad)["linkage"]["roles"].as_array().unwrap() {
        let same = |r: &&Value| r["kind"] == role["kind"] && r["role"] == role["role"];
        let kept = text["roles"].as_array().unwrap().iter().find(same).unwrap();
        assert!((overall(&kept["coverage"]) - role["coverage"].as_f64().unwrap()).abs() < 1e-9, "{role}");
    }
}
