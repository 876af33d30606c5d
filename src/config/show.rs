//! All values with their origins, as a file that can be read back.

use std::fmt::Write as _;

use toml::Value;

use super::keys;
use super::origin::{Key, Origin};
use super::resolved::Resolved;
use super::schema::Node;
use crate::domain::Lang;
use crate::words::text;

/// Keys that hold paths.
const PATHS: &[&str] = &[
    "inputs.folder",
    "inputs.residents",
    "inputs.births",
    "inputs.deaths",
    "inputs.marriages",
    "inputs.welfare",
    "inputs.insurance",
    "inputs.units",
    "inputs.model",
    "inputs.synonyms",
    "output.folder",
    "output.metrics",
    "review.tls_cert",
    "review.tls_key",
    "log.file",
];

impl Resolved {
    /// The values in force, in the order of the sections, each with its origin as a comment. A key that has no
    /// value is a comment altogether.
    pub fn show(&self, lang: Lang) -> String {
        let mut text = String::new();
        let mut table = String::new();
        for entry in keys::entries() {
            for key in self.keys_of(&entry.key) {
                if key.table() != table {
                    table = key.table();
                    // Writing to a string cannot fail.
                    let _ = writeln!(text, "\n[{table}]");
                }
                let _ = match self.merged.get(&key) {
                    Some((value, origin)) => {
                        let value = shown(&key, value, origin);
                        writeln!(text, "{} = {value}  # {}", key.name(), origin.shown(lang))
                    }
                    None => writeln!(text, "# {} =  # {}", key.name(), text!(lang, "config.show.not_set")),
                };
            }
        }
        text
    }

    /// The keys of an entry of the list of keys: itself, or where its names are free, those that are set.
    fn keys_of(&self, key: &Key) -> Vec<Key> {
        let node = key.segments().iter().try_fold(Node::root(), |node, name| node.entry(name));
        match node {
            Some(node) if node.is_open() => {
                let below = self.merged.iter().map(|(known, _, _)| known.clone());
                below.filter(|known| known.segments().starts_with(key.segments())).collect()
            }
            Some(node) if node.is_table() => Vec::new(),
            _ => vec![key.clone()],
        }
    }
}

/// A value as TOML. A path of the command line is made absolute: a file may be read from another folder.
fn shown(key: &Key, value: &Value, origin: &Origin) -> String {
    let absolute =
        |text: &str| std::path::absolute(text).map_or_else(|_| text.into(), |p| p.display().to_string());
    if !matches!(origin, Origin::Option(_) | Origin::Folder) || !PATHS.contains(&key.to_string().as_str()) {
        return value.to_string();
    }
    match value {
        Value::String(text) => Value::from(absolute(text)).to_string(),
        Value::Array(list) => {
            let list = list.iter().filter_map(Value::as_str).map(absolute).map(Value::from);
            Value::Array(list.collect()).to_string()
        }
        other => other.to_string(),
    }
}
