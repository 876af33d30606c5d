//! The two languages in which the program speaks to people, and words in both.

use serde::Deserialize;

/// Language of everything that a user reads.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// Vietnamese, the default.
    #[default]
    Vi,
    /// English (`--lang en`).
    En,
}

impl Lang {
    /// Both, in the order in which tables write them.
    pub const ALL: [Self; 2] = [Self::Vi, Self::En];

    /// The code of the language, as `--lang` and HTML write it.
    pub fn code(self) -> &'static str {
        self.pick("vi", "en")
    }

    /// The other language.
    #[must_use]
    pub fn other(self) -> Self {
        self.pick(Self::En, Self::Vi)
    }

    /// Picks what is this language's. It serves the tables of words and nothing else: a pair of sentences in code is
    /// a table of its own, and a test refuses it.
    pub(crate) fn pick<T>(self, vi: T, en: T) -> T {
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }
}

/// Words in both languages, as tables of data give them: `{ vi = "…", en = "…" }`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Words {
    /// What is said in both, by one who can say it in either.
    pub fn of(mut say: impl FnMut(Lang) -> String) -> Self {
        Self { vi: say(Lang::Vi), en: say(Lang::En) }
    }

    /// The words of a language.
    pub fn get(&self, lang: Lang) -> &str {
        lang.pick(&self.vi, &self.en)
    }
}
