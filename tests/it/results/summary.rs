//! `summary.json` against its schema.

use std::fs;

use lamsach::archive::Summary;
use serde_json::Value;

use crate::harness::{run_sample, sample};

/// Whether two texts of JSON say the same. Numbers may differ in the last digit of what they are read as.
fn say_the_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let [a, b] = [a, b].map(|number| number.as_f64().unwrap());
            (a - b).abs() <= 1e-12 * a.abs().max(1.0)
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| say_the_same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            let same = |(key, value): (&String, &Value)| b.get(key).is_some_and(|b| say_the_same(value, b));
            a.len() == b.len() && a.iter().all(same)
        }
        _ => a == b,
    }
}

#[test]
fn the_summary_is_what_its_schema_says_and_nothing_else() {
    let desk = tempfile::tempdir().unwrap();
    let (data, out) = (desk.path().join("data"), desk.path().join("out"));
    sample(&data, 300, 5, "normal");
    let run = run_sample(&data, &out, &[]);
    let text = fs::read(run.join("summary.json")).unwrap();
    let read = Summary::read(&run).unwrap();
    assert!(!read.inputs.is_empty() && !read.linkage.roles.is_empty() && read.accounting.balanced);
    // A field that the schema does not know, or that the run does not write, makes the two differ.
    let [written, again] =
        [&text, &read.to_json().unwrap()].map(|text| serde_json::from_slice::<Value>(text).unwrap());
    for (part, value) in written.as_object().unwrap() {
        assert!(say_the_same(value, &again[part]), "{part}: {value}\n{}", again[part]);
    }
    assert!(say_the_same(&written, &again));
}
