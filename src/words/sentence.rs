//! A sentence before it is known in which language it is wanted.

use std::fmt;

use crate::domain::{Lang, Words};

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said(Words);

impl Said {
    /// Says it in both.
    pub fn of(say: impl FnMut(Lang) -> String) -> Self {
        Self(Words::of(say))
    }

    /// The sentence in one of them.
    pub fn text(&self, lang: Lang) -> &str {
        self.0.get(lang)
    }
}

/// In English, the language of logs.
impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.en)
    }
}
