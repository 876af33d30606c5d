//! The two languages in which the program speaks to people.

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
    /// The code of the language, as `--lang` and HTML write it.
    pub fn code(self) -> &'static str {
        self.pick("vi", "en")
    }

    /// The other language.
    #[must_use]
    pub fn other(self) -> Self {
        self.pick(Self::En, Self::Vi)
    }

    /// Picks the text of this language.
    pub fn pick<T>(self, vi: T, en: T) -> T {
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }
}
