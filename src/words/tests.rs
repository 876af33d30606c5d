//! Calls and tables held against each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::table::{ROOMS, names};
use super::texts;

fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    fn collect(folder: &Path, ending: &str, found: &mut Vec<(PathBuf, String)>) {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                collect(&path, ending, found);
            } else if path.extension().is_some_and(|extension| extension == ending) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), ending, &mut found);
    found
}

/// The arguments of a call whose text begins behind its opening bracket.
fn arguments(text: &str) -> Vec<&str> {
    let (mut depth, mut from, mut found) = (0, 0, Vec::new());
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => {
                while let Some((_, letter)) = letters.next() {
                    match letter {
                        '\\' => drop(letters.next()),
                        '"' => break,
                        _ => {}
                    }
                }
            }
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth > 0 => depth -= 1,
            ',' if depth > 0 => {}
            ',' | ')' => {
                found.push(text[from..at].trim());
                from = at + 1;
                if letter == ')' {
                    break;
                }
            }
            _ => {}
        }
    }
    found.retain(|argument| !argument.is_empty());
    found
}

/// A sentence that is asked for: the file, the key, the names under which something is given.
fn calls() -> Vec<(String, String, BTreeSet<String>)> {
    let mut found = Vec::new();
    for (path, text) in files("src", "rs") {
        let said = text.match_indices("said!(").map(|(at, call)| (at, call, 0));
        for (at, call, place) in text.match_indices("text!(").map(|(at, call)| (at, call, 1)).chain(said) {
            let line = &text[text[..at].rfind('\n').map_or(0, |end| end + 1)..at];
            let arguments = arguments(&text[at + call.len()..]);
            let Some(key) = arguments.get(place).and_then(|key| key.strip_prefix('"')?.strip_suffix('"'))
            else {
                continue;
            };
            if line.trim_start().starts_with("//") {
                continue;
            }
            let name = |given: &&str| {
                let end = given.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(given.len());
                given[..end].to_owned()
            };
            found.push((
                path.display().to_string(),
                key.to_owned(),
                arguments[place + 1..].iter().map(name).collect(),
            ));
        }
    }
    found
}

fn named(text: &str) -> BTreeSet<String> {
    names(text).into_iter().map(str::to_owned).collect()
}

#[test]
fn every_sentence_that_is_asked_for_exists_and_is_given_what_it_names() {
    let calls = calls();
    assert!(calls.len() > 30, "{}", calls.len());
    let wrong =
        calls.into_iter().filter(|(_, key, given)| texts(key).is_none_or(|[vi, _]| named(vi) != *given));
    assert_eq!(wrong.collect::<Vec<_>>(), []);
}

#[test]
fn both_languages_are_filled_and_name_the_same() {
    for room in &ROOMS {
        let words: BTreeMap<_, _> = room.words().iter().collect();
        assert!(!words.is_empty(), "{}", room.name);
        for (key, [vi, en]) in words {
            assert!(!vi.trim().is_empty() && !en.trim().is_empty(), "{}.{key}", room.name);
            assert_eq!(named(vi), named(en), "{}.{key}", room.name);
            assert!(!vi.contains("  ") || en.contains("  "), "{}.{key}: a stray space", room.name);
        }
    }
}

/// What the pages ask for by a key that they put together, such as `role_` and the name of a role.
fn put_together(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('"').skip(1).map(|quoted| quoted.split('{').next().unwrap_or(quoted));
    quoted.filter(|key| {
        key.len() > 1 && key.ends_with('_') && !key.contains(|c: char| !c.is_ascii_lowercase() && c != '_')
    })
}

#[test]
fn every_key_of_the_tables_is_asked_for() {
    let asked: BTreeSet<String> = calls().into_iter().map(|(_, key, _)| key).collect();
    let pages: Vec<(PathBuf, String)> =
        [files("src/review", "rs"), files("templates/review", "html")].into_iter().flatten().collect();
    let begun: BTreeSet<&str> = pages.iter().flat_map(|(_, text)| put_together(text)).collect();
    let by_page = |key: &str| {
        begun.iter().any(|begun| key.starts_with(begun))
            || pages.iter().any(|(_, text)| text.contains(&format!("\"{key}\"")))
    };
    let mut idle = BTreeSet::new();
    for room in &ROOMS {
        let keys: BTreeSet<&String> = room.words().keys().collect();
        for key in keys {
            let full = format!("{}.{key}", room.name);
            if !(asked.contains(&full) || room.name == "review" && by_page(key)) {
                idle.insert(full);
            }
        }
    }
    assert_eq!(idle, BTreeSet::new());
}

#[test]
fn every_table_of_the_folder_is_a_room() {
    let tables: BTreeSet<String> = files("data/words", "toml")
        .iter()
        .map(|(path, _)| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(tables, ROOMS.iter().map(|room| room.name.to_owned()).collect());
}

#[test]
fn every_key_of_the_templates_exists() {
    let mut seen = 0;
    for (path, text) in files("templates/review", "html") {
        for key in text.split("t(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(texts(&format!("review.{key}")).is_some(), "{}: {key}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn calls_are_read_as_the_compiler_reads_them() {
    let call = "lang, \"a.b\", rows, of = table.len(f(1), \")\"), c = [1, 2],\n) + 1";
    assert_eq!(arguments(call), ["lang", "\"a.b\"", "rows", "of = table.len(f(1), \")\")", "c = [1, 2]"]);
}
