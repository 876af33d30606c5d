//! A new configuration with comments (`lamsach init`).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use toml::Value;

use super::error::ConfigError;
use super::keys;
use super::layer::Layer;
use super::origin::Key;
use super::schema::Node;
use crate::domain::{Kind, Lang};
use crate::words::text;

/// What is known when a configuration is begun.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The files of each kind, with what is known of each.
    pub files: BTreeMap<Kind, Vec<(String, String)>>,
    /// Files of which the kind was not told, with the reason.
    pub unknown: Vec<(String, String)>,
    /// The table of units.
    pub units: Option<String>,
    /// The output folder.
    pub out: String,
    /// Runs to be kept.
    pub runs: u32,
}

/// The text of a configuration: what was found is set, everything else stands as a comment.
///
/// # Errors
/// [`ConfigError::Defaults`] where the defaults cannot be written.
pub fn template(found: &Found, lang: Lang) -> Result<String, ConfigError> {
    let defaults = Layer::defaults()?;
    let mut text = text!(lang, "config.template.head").to_owned();
    for entry in keys::entries() {
        let (key, note) = (&entry.key, entry.text(lang));
        let node = key.segments().iter().try_fold(Node::root(), |node, name| node.entry(name));
        // Writing to a string cannot fail.
        let _ = match node {
            Some(node) if node.is_table() => {
                let example = entry.example.as_ref().map_or_else(String::new, |line| format!("# {line}\n"));
                let lists = if key.to_string() == "lists" { set_lists(found) } else { String::new() };
                write!(text, "\n# {note}\n[{key}]\n{example}{lists}")
            }
            _ => {
                let written = match set(found, key, lang) {
                    Some(line) => line,
                    None => match (&entry.example, defaults.get(key)) {
                        (Some(example), _) => format!("# {example}"),
                        (None, Some((value, _))) => format!("# {} = {value}", key.name()),
                        (None, None) => format!("# {} =", key.name()),
                    },
                };
                writeln!(text, "# {note}\n{written}")
            }
        };
    }
    if !found.unknown.is_empty() {
        let head = text!(lang, "config.template.unknown_files");
        let _ = writeln!(text, "\n{head}");
        for (file, why) in &found.unknown {
            let _ = writeln!(text, "#   {file}: {why}");
        }
    }
    Ok(text)
}

/// The line of a key that something was found for.
fn set(found: &Found, key: &Key, lang: Lang) -> Option<String> {
    let line = |value: Value| format!("{} = {value}", key.name());
    match key.to_string().as_str() {
        "lang" => Some(line(lang.code().into())),
        "inputs.units" => found.units.as_deref().map(|units| line(units.into())),
        "output.folder" => Some(line(found.out.as_str().into())),
        "retention.runs" => Some(line(i64::from(found.runs).into())),
        other => {
            let kind = Kind::from_name(other.strip_prefix("inputs.")?)?;
            Some(set_files(kind, found.files.get(&kind)?))
        }
    }
}

/// The line of a kind's files.
fn set_files(kind: Kind, files: &[(String, String)]) -> String {
    let one = |(name, note): &(String, String)| {
        format!("    {}, # {}\n", Value::from(glob::Pattern::escape(name)), note)
    };
    format!("{} = [\n{}]", kind.name(), files.iter().map(one).collect::<String>())
}

/// The lines of the lists of other sectors that were found.
fn set_lists(found: &Found) -> String {
    let lists = found.files.iter().filter(|(kind, _)| kind.is_list());
    lists.map(|(kind, files)| set_files(*kind, files) + "\n").collect()
}
