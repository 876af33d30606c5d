//! The floors of the house, as the table at the head of `lib.rs` draws them, held against what `src` imports.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The sources below a folder, but for files of tests.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        if stem == "testing" || stem == "tests" || stem.ends_with("_tests") {
            continue;
        }
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Reads the path at the start of `text`, groups unfolded (`crate::a::{b, c::d}` is `a::b` and `a::c::d`), and gives
/// what follows it. `path` is the module in which the text stands.
fn unfold<'t>(mut text: &'t str, mut path: Vec<&'t str>, found: &mut Vec<Vec<&'t str>>) -> &'t str {
    loop {
        text = text.trim_start();
        if let Some(mut group) = text.strip_prefix('{') {
            loop {
                group = unfold(group, path.clone(), found).trim_start_matches(|c| c != ',' && c != '}');
                match group.strip_prefix(',') {
                    Some(next) => group = next,
                    None => return group.get(1..).unwrap_or(""),
                }
            }
        }
        let name = text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
        text = &text[name.len()..];
        match name {
            "crate" => path.clear(),
            "super" => drop(path.pop()),
            "self" | "" => {}
            _ => path.push(name),
        }
        match text.strip_prefix("::") {
            Some(rest) if !name.is_empty() => text = rest,
            _ => {
                found.push(path);
                return text;
            }
        }
    }
}

/// The paths within the crate that the code of a module names. Comments and the module's tests are not its code.
fn paths<'t>(text: &'t str, module: &[&'t str]) -> Vec<Vec<&'t str>> {
    let code = text.split("\nmod tests {").next().unwrap_or(text);
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::").chain(code.match_indices("super::")) {
        let line = &code[code[..at].rfind('\n').map_or(0, |end| end + 1)..at];
        let goes_on = line.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
        if !goes_on && !line.trim_start().starts_with("//") {
            unfold(&code[at..], module.to_vec(), &mut found);
        }
    }
    found
}

/// The floor of each module, by the rows of the table in `lib.rs`.
fn floors(lib: &str) -> BTreeMap<&str, u8> {
    let rows = lib.lines().filter_map(|line| line.strip_prefix("//! | ")?.split_once(" | "));
    let numbered =
        rows.filter_map(|(floor, row)| Some((floor.parse::<u8>().ok()?, row.split(" | ").next()?)));
    numbered
        .flat_map(|(floor, names)| {
            names.split(", ").map(move |name| (name.trim_matches(['[', '`', ']']), floor))
        })
        .collect()
}

/// What of a graph lies on a circle, or leads into one.
fn circles(edges: &BTreeSet<(String, String)>) -> Vec<(String, String)> {
    let mut left: Vec<_> = edges.iter().cloned().collect();
    loop {
        let before = left.len();
        let begins: BTreeSet<String> = left.iter().map(|(from, _)| from.clone()).collect();
        left.retain(|(_, to)| begins.contains(to));
        if left.len() == before {
            return left;
        }
    }
}

/// What each file of `src` imports from other modules of the crate: the file, the module it belongs to, the path.
fn imports() -> Vec<(String, Vec<String>, Vec<String>)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut found = Vec::new();
    for file in files {
        let name = file.strip_prefix(&src).unwrap().with_extension("").to_str().unwrap().to_owned();
        let module: Vec<&str> = name.split('/').filter(|part| *part != "mod").collect();
        if matches!(module[..], ["lib" | "main" | "floors"]) {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        for path in paths(&text, &module) {
            let owned = |path: &[&str]| path.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>();
            found.push((name.clone(), owned(&module), owned(&path)));
        }
    }
    found
}

#[test]
fn no_module_imports_from_a_floor_above_it_or_in_a_circle() {
    let lib = include_str!("lib.rs");
    let floors = floors(lib);
    for module in lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')) {
        assert!(floors.contains_key(module), "{module} stands on no floor of the table in lib.rs");
    }
    let (mut upward, mut beside) = (BTreeSet::new(), BTreeSet::new());
    for (file, from, to) in imports() {
        let (Some(from), Some(to)) = (from.first(), to.first()) else { continue };
        let (Some(floor), Some(other)) = (floors.get(from.as_str()), floors.get(to.as_str())) else {
            continue;
        };
        if other > floor {
            upward.insert(format!("{file} imports {to}"));
        } else if other == floor && from != to {
            beside.insert((from.clone(), to.clone()));
        }
    }
    assert!(upward.is_empty(), "{upward:#?}");
    assert_eq!(circles(&beside), [], "modules of one floor");
}

/// Modules whose rooms, the folders in them, do not import each other in a circle.
const IN_ROOMS: [&str; 3] = ["findings", "linkage", "publish"];

#[test]
fn rooms_of_a_module_do_not_import_each_other_in_a_circle() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for module in IN_ROOMS {
        let mut edges = BTreeSet::new();
        for (_, from, to) in imports() {
            if let ([a, from, ..], [b, to, ..]) = (&from[..], &to[..])
                && [a, b] == [module; 2]
                && from != to
                && [from, to].iter().all(|room| src.join(module).join(room).is_dir())
            {
                edges.insert((from.clone(), to.clone()));
            }
        }
        assert_eq!(circles(&edges), [], "rooms of {module}");
    }
}

#[test]
fn paths_are_read_from_code_and_not_from_words() {
    let text = "use crate::a::{b::C, d};\n// crate::x::y\nuse super::{e as f, g};\nlet h = crate::i::<u8>();\n\
                #[cfg(test)]\nmod tests {\n    use crate::z;\n}\n";
    let found: Vec<String> = paths(text, &["m", "n"]).iter().map(|path| path.join("::")).collect();
    assert_eq!(found, ["a::b::C", "a::d", "i", "m::e", "m::g"]);
    let edges = [("a", "b"), ("b", "c"), ("c", "b"), ("d", "d2")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(circles(&edges.into()).len(), 3);
}
