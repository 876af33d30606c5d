//! What each key means to people, in the order in which the file is written (`data/config_keys.toml`).

use std::sync::LazyLock;

use serde::Deserialize;

use super::origin::Key;
use crate::builtin;
use crate::domain::{Lang, Words};

/// One section or key.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: Key,
    words: Words,
    /// Lines that show how it is written, where the default does not.
    pub(super) example: Option<String>,
}

impl Entry {
    pub(super) fn text(&self, lang: Lang) -> &str {
        self.words.get(lang)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    entry: Vec<RawEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    key: String,
    vi: String,
    en: String,
    example: Option<String>,
}

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let file: RawFile = builtin::toml("config_keys.toml", include_str!("../../data/config_keys.toml"));
    let entry = |raw: RawEntry| Entry {
        key: Key::of(&raw.key),
        words: Words { vi: raw.vi, en: raw.en },
        example: raw.example,
    };
    file.entry.into_iter().map(entry).collect()
});

/// All sections and keys.
pub(super) fn entries() -> &'static [Entry] {
    &ENTRIES
}
