//! What helps to understand a code beside the catalogue (`data/labels/code_help.toml`): why it matters, and an invented
//! example of what raises it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::builtin;
use crate::domain::{Code, Lang, Words};

/// The help on a code.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeHelp {
    why: Words,
    example: Words,
}

impl CodeHelp {
    /// Why it matters to whom the data are about.
    pub fn why(&self, lang: Lang) -> &str {
        self.why.get(lang)
    }

    /// What raises it, in one sentence; the persons are invented.
    pub fn example(&self, lang: Lang) -> &str {
        self.example.get(lang)
    }
}

static HELP: LazyLock<BTreeMap<String, CodeHelp>> =
    LazyLock::new(|| builtin::toml("code_help.toml", include_str!("../../data/labels/code_help.toml")));

/// The help on a code; every code of the catalogue has one.
pub fn of(code: Code) -> Option<&'static CodeHelp> {
    HELP.get(&code.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::catalogue;

    const HANDBOOK: &str = include_str!("../../docs/so-tay.md");

    #[test]
    fn every_code_is_explained_and_none_beside() {
        assert_eq!(HELP.len(), catalogue::entries().len());
        for entry in catalogue::entries() {
            let help = of(entry.code).unwrap_or_else(|| panic!("{}", entry.code));
            for lang in Lang::ALL {
                if lang == Lang::Vi {
                    // The printed handbook says the same.
                    for text in [entry.title(lang), help.why(lang), help.example(lang)] {
                        assert!(HANDBOOK.contains(text), "{}: {text}", entry.code);
                    }
                }
                for text in [help.why(lang), help.example(lang)] {
                    assert!(text.ends_with('.') && text.chars().count() > 20, "{}: {text}", entry.code);
                }
            }
        }
    }
}
