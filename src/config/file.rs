//! Reading a configuration file: every value with its line, every fault named at once.

use std::path::Path;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

use super::error::{ConfigError, Fault, Problem, nearest};
use super::layer::Layer;
use super::origin::{Key, Origin};
use super::schema::Node;

/// Reads a file.
pub(super) fn read(path: &Path) -> Result<Layer, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => ConfigError::NotFound { file: path.to_owned() },
        _ => ConfigError::Unreadable { file: path.to_owned(), detail: error.to_string() },
    })?;
    parse(path, &text)
}

/// Reads the text of a file.
pub(super) fn parse(path: &Path, text: &str) -> Result<Layer, ConfigError> {
    // Editors on Windows like to begin a file with a mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let line = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
    let failed = |error: toml::de::Error| ConfigError::Syntax {
        file: path.to_owned(),
        line: line(error.span().map_or(0, |span| span.start)),
        detail: error.message().to_owned(),
    };
    let spanned = DeTable::parse(text).map_err(failed)?;
    let values: Table = toml::from_str(text).map_err(failed)?;
    let file: Arc<Path> = path.into();
    let origin = |at: usize| Origin::File { file: Arc::clone(&file), line: line(at) };
    let mut walk = Walk { origin: &origin, layer: Layer::default(), problems: Vec::new() };
    walk.table(Node::root(), &Key::new::<&str>([]), spanned.get_ref(), &values);
    if walk.problems.is_empty() { Ok(walk.layer) } else { Err(ConfigError::Wrong(walk.problems)) }
}

struct Walk<'a> {
    origin: &'a dyn Fn(usize) -> Origin,
    layer: Layer,
    problems: Vec<Problem>,
}

impl Walk<'_> {
    /// Walks a table twice at a time: once for the places, once for the values.
    fn table(&mut self, node: Node, at: &Key, spanned: &DeTable<'_>, values: &Table) {
        // In the order of the file, not of the names.
        let mut entries: Vec<_> = spanned.iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        for (name, entry) in entries {
            let (place, name) = (name.span().start, name.get_ref().as_ref());
            let key = at.child(name);
            let (Some(next), Some(value)) = (node.entry(name), values.get(name)) else {
                let nearest = meant(node, name);
                self.blame(place, key, Fault::UnknownKey { nearest });
                continue;
            };
            match (entry.get_ref(), value) {
                (DeValue::Table(spanned), Value::Table(values)) if next.is_table() => {
                    self.table(next, &key, spanned, values);
                }
                _ => self.value(next, place, key, entry, value),
            }
        }
    }

    fn value(&mut self, node: Node, place: usize, key: Key, entry: &Spanned<DeValue<'_>>, value: &Value) {
        match node.check(value) {
            Ok(()) => self.layer.set(key, value.clone(), (self.origin)(place)),
            Err(fault) => self.blame(entry.span().start.max(place), key, fault),
        }
    }

    fn blame(&mut self, place: usize, key: Key, fault: Fault) {
        self.problems.push(Problem { at: (self.origin)(place), key, fault });
    }
}

/// The key that was probably meant: one of the same table, or one of that name elsewhere.
fn meant(node: Node, name: &str) -> Option<String> {
    if let Some(name) = nearest(name, node.names()) {
        return Some(name.to_owned());
    }
    let all = Node::root().keys(&Key::new::<&str>([]));
    let last = nearest(name, all.iter().map(|key| key.split().1))?;
    all.iter().find(|key| key.split().1 == last).map(Key::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Lang;

    fn faults(text: &str) -> String {
        match parse(Path::new("lamsach.toml"), text) {
            Ok(_) => "sound".to_owned(),
            Err(error) => error.message(Lang::En),
        }
    }

    #[test]
    fn every_fault_is_named_with_its_line() {
        insta::assert_snapshot!(faults(
            "thread = 2\nlang = \"fr\"\n\n[linkage]\nmargin_bit = 0.9\nexhaustive_pairs = \"4\"\nmargin_bits = -7\n\
             [rules]\noff = [1]\ncentenarian_age = 99.5\n[rules.severity]\nDUNG-01 = \"lo\"\n[zzz]\n"
        ), @r#"
        lamsach.toml:1: thread: there is no such key; did you mean threads?
        lamsach.toml:2: lang: the value must be one of: vi, en.
        lamsach.toml:5: linkage.margin_bit: there is no such key; did you mean margin_bits?
        lamsach.toml:6: linkage.exhaustive_pairs: the value must be a whole number.
        lamsach.toml:7: linkage.margin_bits: the value must be 0 or more.
        lamsach.toml:9: rules.off: the value must be a text in quotes.
        lamsach.toml:10: rules.centenarian_age: the value must be a whole number.
        lamsach.toml:12: rules.severity.DUNG-01: the value must be one of: high, medium, low; did you mean low?
        lamsach.toml:13: zzz: there is no such key.
        "#);
    }

    #[test]
    fn a_key_of_another_section_is_told_with_its_section() {
        assert_eq!(
            faults("margin_bits = 3.0"),
            "lamsach.toml:1: margin_bits: there is no such key; did you mean linkage.margin_bits?"
        );
        assert_eq!(faults("threads = 100000"), "lamsach.toml:1: threads: the value must be from 0 to 256.");
        assert_eq!(faults("linkage = 3"), "lamsach.toml:1: linkage: the value must be a section [...].");
        assert_eq!(
            faults("[columns]\nbirths.birth_date = 3"),
            "lamsach.toml:2: columns.births.birth_date: the value must be a text in quotes or a list in brackets."
        );
    }

    #[test]
    fn what_is_no_toml_is_told_with_its_line() {
        assert!(faults("lang = \"vi\"\n\nthreads = = 3\n").starts_with("lamsach.toml:3: no valid TOML ("));
        assert!(faults("threads = 1\nthreads = 2\n").starts_with("lamsach.toml:2: no valid TOML ("));
    }

    #[test]
    fn values_keep_their_lines() {
        let layer = parse(
            Path::new("d/lamsach.toml"),
            "\u{feff}lang = \"vi\"\r\n[encodings]\r\n\"a b.csv\" = \"tcvn3\"\r\n",
        );
        let layer = layer.unwrap();
        let key = Key::new(["encodings", "a b.csv"]);
        assert_eq!(key.to_string(), "encodings.\"a b.csv\"");
        let origin = Origin::File { file: Path::new("d/lamsach.toml").into(), line: 3 };
        assert_eq!(layer.get(&key), Some(&(Value::from("tcvn3"), origin.clone())));
        assert_eq!(origin.path("x.csv"), Path::new("d/x.csv"));
    }
}
