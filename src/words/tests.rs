//! Calls and tables held against each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::table::{ROOMS, names};
use super::texts;
use crate::domain::Field;
use crate::linkage::level_names;

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
    for (path, text) in files("src", "rs").into_iter().chain(files("templates", "html")) {
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
    // Figures are named once, and their words asked for by that name.
    let counted: String = files("src/publish/demography", "rs")
        .into_iter()
        .chain(files("src/population", "rs"))
        .map(|(_, text)| text)
        .collect();
    let by_figure =
        |key: &str| key.rsplit('.').next().is_some_and(|name| counted.contains(&format!("\"{name}\"")));
    let by_page_whole = |full: &str| pages.iter().any(|(_, text)| text.contains(&format!("\"{full}\"")));
    let mut idle = BTreeSet::new();
    for room in &ROOMS {
        let keys: BTreeSet<&String> = room.words().keys().collect();
        for key in keys {
            let full = format!("{}.{key}", room.name);
            let by_name = match room.name {
                "review" => by_page(key),
                "fields" => Field::from_name(key).is_some(),
                "population" => by_figure(key),
                "levels" => level_names().any(|(of, level)| *key == format!("{of}.{level}")),
                // Each of the help is asked for by the name of its command, and tested there.
                "help" => true,
                _ => false,
            };
            if !(asked.contains(&full) || by_name || by_page_whole(&full)) {
                idle.insert(full);
            }
        }
    }
    assert_eq!(idle, BTreeSet::new());
}

#[test]
fn what_is_called_the_same_everywhere_stands_in_one_table() {
    let small = |words: &[String; 2]| words.each_ref().map(|word| word.to_lowercase());
    let terms: BTreeSet<[String; 2]> = ROOMS
        .iter()
        .filter(|room| room.name == "terms")
        .flat_map(|room| room.words().values().map(small))
        .collect();
    assert!(terms.len() > 50, "{}", terms.len());
    for room in ROOMS.iter().filter(|room| !["terms", "fields", "help", "levels"].contains(&room.name)) {
        let words: BTreeMap<_, _> = room.words().iter().collect();
        let again = words.into_iter().filter(|(_, words)| terms.contains(&small(words))).map(|(key, _)| key);
        assert_eq!(again.collect::<Vec<_>>(), [""; 0], "{}", room.name);
    }
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
            let full = if key.contains('.') { key.to_owned() } else { format!("review.{key}") };
            assert!(texts(&full).is_some(), "{}: {key}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 50, "{seen}");
}

/// The code of a source without its comments and tests; nothing where it is a file of tests.
fn code(path: &Path, text: &str) -> String {
    let stem = path.file_stem().unwrap().to_str().unwrap();
    if stem == "testing"
        || stem == "tests"
        || stem.ends_with("_tests")
        || path.components().any(|c| c.as_os_str() == "tests")
    {
        return String::new();
    }
    let code = text.split("\nmod tests {").next().unwrap_or(text);
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// What stands between quotation marks in code. A character in single ones is no text.
fn literals(code: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut letters = code.char_indices();
    let mut before = ' ';
    while let Some((at, letter)) = letters.next() {
        if letter == '"' && before != '\'' {
            while let Some((end, letter)) = letters.next() {
                match letter {
                    '\\' => drop(letters.next()),
                    '"' => {
                        found.push(&code[at + 1..end]);
                        break;
                    }
                    _ => {}
                }
            }
        }
        before = letter;
    }
    found
}

/// Whether a letter is one of the Latin script that English has not.
fn is_vietnamese(letter: char) -> bool {
    matches!(letter, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}') && !matches!(letter, '×' | '÷')
}

/// The rooms in which Vietnamese words are what is read, not what is said, and the mechanism itself.
const READERS: [&str; 7] = [
    "src/vietnamese/",
    "src/sample/",
    "src/ingest/columns/",
    "src/ingest/records/",
    "src/ingest/table/",
    "src/fuzzing",
    "src/words/",
];

/// Where a path stands within the crate.
fn within(path: &Path) -> String {
    path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_str().unwrap().replace('\\', "/")
}

#[test]
fn no_pair_of_sentences_stands_in_code() {
    let mut seen = 0;
    let mut wrong = Vec::new();
    for (path, text) in files("src", "rs") {
        let (at, code) = (within(&path), code(&path, &text));
        seen += usize::from(!code.is_empty());
        // A language is chosen between in one place: by the tables.
        let chosen =
            [".pick(", "Lang::En =>", "Lang::Vi =>", "== Lang::", "!= Lang::", "(Lang::Vi,", "(Lang::En,"];
        if !at.starts_with("src/words/") && at != "src/domain/lang.rs" {
            wrong.extend(chosen.iter().filter(|way| code.contains(**way)).map(|way| format!("{at}: {way}")));
        }
        // A word may be a name, such as that of a pillar; what holds a blank is a sentence.
        let sentences = literals(&code)
            .into_iter()
            .filter(|text| text.chars().any(is_vietnamese) && text.trim().contains(char::is_whitespace));
        if !READERS.iter().any(|reader| at.starts_with(reader)) {
            wrong.extend(sentences.map(|text| format!("{at}: {text}")));
        }
    }
    assert!(seen > 200, "{seen}");
    assert_eq!(wrong, [""; 0]);
}

/// What a template writes by itself: without what it asks for, its tags, and signs.
fn written(template: &str) -> Vec<String> {
    let without = |mut text: String, parts: &[(&str, &str)]| {
        for (open, close) in parts {
            while let Some(from) = text.find(open) {
                let end = text[from..].find(close).map_or(text.len(), |end| from + end + close.len());
                text.replace_range(from..end, " ");
            }
        }
        text
    };
    // What a block of print holds stands within the styles of the page that it extends.
    let styles_and_asked =
        [("{% block print %}", "{% endblock %}"), ("{{", "}}"), ("{%", "%}"), ("<style>", "</style>")];
    let html = without(template.to_owned(), &styles_and_asked);
    // Attributes that are shown or read aloud.
    let shown = ["label=\"", "title=\"", "placeholder=\"", "alt=\""].into_iter().flat_map(|name| {
        html.split(name)
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    });
    let text = shown.chain([without(html.clone(), &[("<", ">"), ("&", ";")])]).collect::<Vec<_>>().join(" ");
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() > 1);
    words.map(str::to_owned).collect()
}

#[test]
fn no_sentence_stands_in_a_template() {
    // The name of the program, of a key, and of each language in itself.
    let known = ["lamsach", "Enter", "Tiếng", "Việt", "English"];
    let mut seen = 0;
    let mut wrong = Vec::new();
    for (path, text) in files("templates", "html") {
        seen += 1;
        let words = written(&text).into_iter().filter(|word| !known.contains(&word.as_str()));
        wrong.extend(words.map(|word| format!("{}: {word}", within(&path))));
    }
    assert!(seen > 10, "{seen}");
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn a_pair_in_code_and_a_sentence_in_a_template_are_seen() {
    let code = "fn f() { say(\"a \\\"b\\\" c\"); let q = '\"'; text!(lang, \"x.y\") }";
    assert_eq!(literals(code), ["a \\\"b\\\" c", "x.y"]);
    assert!("Đã xong".chars().any(is_vietnamese) && !"3 × κ done".chars().any(is_vietnamese));
    let template = "<p title=\"xin\">{{ t(\"key\") }} Tổng số {% if a < b %}&nbsp;{% endif %}</p>";
    assert_eq!(written(template), ["xin", "Tổng", "số"]);
}

#[test]
fn calls_are_read_as_the_compiler_reads_them() {
    let call = "lang, \"a.b\", rows, of = table.len(f(1), \")\"), c = [1, 2],\n) + 1";
    assert_eq!(arguments(call), ["lang", "\"a.b\"", "rows", "of = table.len(f(1), \")\")", "c = [1, 2]"]);
}
