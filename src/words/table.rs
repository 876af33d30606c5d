//! The tables of words, read once each when the first of its words is asked for.

use std::fmt::{Display, Write as _};
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::domain::Lang;

/// The words of one room of the house.
pub(super) struct Room {
    pub(super) name: &'static str,
    source: &'static str,
    words: OnceLock<FxHashMap<String, [String; 2]>>,
}

macro_rules! rooms {
    ($($shelf:literal: [$($name:literal),+ $(,)?]),+ $(,)?) => {
        [$($(Room {
            name: $name,
            source: include_str!(concat!("../../data/words/", $shelf, "/", $name, ".toml")),
            words: OnceLock::new(),
        }),+),+]
    };
}

/// Every table of words: what is said everywhere, of the files and findings, and of an officer's work with them.
pub(super) static ROOMS: [Room; 21] = rooms![
    "everywhere": ["cli", "common", "config", "fields", "help", "levels", "terms"],
    "files": ["archive", "custody", "files", "findings", "ingest", "pipeline", "population", "store"],
    "work": ["desk", "publish", "report", "returns", "review", "server"],
];

impl Room {
    /// The words of the room by key; keys of a section are `section.key`.
    pub(super) fn words(&self) -> &FxHashMap<String, [String; 2]> {
        self.words.get_or_init(|| {
            let mut words = FxHashMap::default();
            flatten("", crate::builtin::toml(self.name, self.source), &mut words);
            words
        })
    }
}

/// An entry of a table, or a section of such.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Node {
    Texts([String; 2]),
    Section(FxHashMap<String, Node>),
}

fn flatten(before: &str, section: FxHashMap<String, Node>, into: &mut FxHashMap<String, [String; 2]>) {
    // The order does not matter: they end in a map.
    #[expect(clippy::iter_over_hash_type)]
    for (key, node) in section {
        match node {
            Node::Texts(texts) => drop(into.insert(format!("{before}{key}"), texts)),
            Node::Section(section) => flatten(&format!("{before}{key}."), section, into),
        }
    }
}

/// Both texts of a key, Vietnamese and English; `None` where no table has it.
pub fn texts(key: &str) -> Option<&'static [String; 2]> {
    let (room, key) = key.split_once('.')?;
    ROOMS.iter().find(|known| known.name == room)?.words().get(key)
}

/// The text of a key of one room, for keys that are put together or stand in templates; the key where there is none.
pub fn of_room<'k>(room: &str, lang: Lang, key: &'k str) -> &'k str {
    let known = ROOMS.iter().find(|known| known.name == room).and_then(|room| room.words().get(key));
    known.map_or(key, |[vi, en]| lang.pick(vi, en))
}

/// The text of a key in a language; `None` where no table has it.
pub fn plain_of(lang: Lang, key: &str) -> Option<&'static str> {
    texts(key).map(|[vi, en]| lang.pick(vi, en).as_str())
}

/// The keys of a room, for tests that hold them against what asks for them.
#[cfg(test)]
pub(crate) fn keys(room: &str) -> impl Iterator<Item = &'static str> {
    let room = ROOMS.iter().find(|known| known.name == room);
    let mut keys: Vec<&str> =
        room.into_iter().flat_map(|room| room.words().keys()).map(String::as_str).collect();
    keys.sort_unstable();
    keys.into_iter()
}

/// The text of a key as it stands in its table.
pub fn plain(lang: Lang, key: &str) -> &str {
    match texts(key) {
        Some([vi, en]) => lang.pick(vi, en),
        None => {
            debug_assert!(false, "no table of words has {key}");
            key
        }
    }
}

/// The text of a key, each `{name}` in it replaced by what is given under that name.
pub fn say(lang: Lang, key: &str, given: &[(&str, &dyn Display)]) -> String {
    fill(plain(lang, key), given)
}

fn fill(text: &str, given: &[(&str, &dyn Display)]) -> String {
    let mut said = String::with_capacity(text.len() + 16 * given.len());
    let mut left = text;
    while let Some((before, rest)) = left.split_once('{') {
        said.push_str(before);
        let (name, after) = rest.split_once('}').unwrap_or((rest, ""));
        match given.iter().find(|(known, _)| *known == name) {
            // Writing into a string does not fail but where a value refuses to be written.
            Some((_, value)) => drop(write!(said, "{value}")),
            None => debug_assert!(false, "nothing given for {name} in: {text}"),
        }
        left = after;
    }
    said.push_str(left);
    said
}

/// The names in braces of a text, in their order.
#[cfg(test)]
pub(super) fn names(text: &str) -> Vec<&str> {
    text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_where_they_are_named() {
        let said = fill("{b} of {a}, {b}", &[("a", &7), ("b", &"six")]);
        assert_eq!(said, "six of 7, six");
        assert_eq!(names("{b} of {a}, {b}"), ["b", "a", "b"]);
    }
}
