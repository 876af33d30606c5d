//! A sentence before it is known in which language it is wanted.

use std::fmt;

use crate::domain::Lang;

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    vi: String,
    en: String,
}

impl Said {
    /// Says it in both.
    pub fn of(mut say: impl FnMut(Lang) -> String) -> Self {
        Self { vi: say(Lang::Vi), en: say(Lang::En) }
    }

    /// The sentence in one of them.
    pub fn text(&self, lang: Lang) -> &str {
        lang.pick(&self.vi, &self.en)
    }
}

/// In English, the language of logs.
impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}
