//! The lines of the plans (`data/labels/report_lines.toml`): codes in the words that officers report them by.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::builtin;
use crate::domain::{Code, Lang, Words};

/// A line of the plans.
pub(super) struct Line {
    words: Words,
    codes: Vec<Code>,
    /// Of how many the line is a part.
    pub(super) of: Option<Base>,
}

/// What is counted beside the cases of a line.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Base {
    /// Residents of the registry.
    Residents,
    /// Rows of births, deaths and marriages.
    CivilStatus,
    /// Rows of births.
    Births,
    /// Rows of deaths.
    Deaths,
    /// Rows of marriages.
    Marriages,
    /// Rows of welfare.
    Welfare,
    /// Rows of insurance.
    Insurance,
    /// Rows of all extracts.
    Rows,
}

impl Line {
    /// What it says.
    pub(super) fn text(&self, lang: Lang) -> &str {
        self.words.get(lang)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    line: Vec<Raw>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    vi: String,
    en: String,
    codes: Vec<String>,
    of: Option<Base>,
}

const TABLE: &str = include_str!("../../../data/labels/report_lines.toml");

static LINES: LazyLock<Vec<Line>> = LazyLock::new(|| {
    let file: File = builtin::toml("report_lines.toml", TABLE);
    let line = |Raw { vi, en, codes, of }: Raw| Line {
        words: Words { vi, en },
        of,
        codes: codes.iter().filter_map(|code| Code::parse(code)).collect(),
    };
    file.line.into_iter().map(line).collect()
});

/// All lines, in order.
pub(super) fn all() -> &'static [Line] {
    &LINES
}

/// The line of a code, by position.
pub(super) fn of(code: Code) -> Option<usize> {
    LINES.iter().position(|line| line.codes.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::catalogue;

    #[test]
    fn every_code_stands_in_one_line() {
        let file: File = builtin::toml("report_lines.toml", TABLE);
        for entry in catalogue::entries() {
            let code = entry.code.to_string();
            let lines = file.line.iter().filter(|line| line.codes.contains(&code)).count();
            assert_eq!(lines, 1, "{code}");
            assert!(of(entry.code).is_some());
        }
        let written: usize = file.line.iter().map(|line| line.codes.len()).sum();
        assert_eq!(written, catalogue::entries().len());
    }
}
