//! Rows that could not be read, and how many of them a run puts up with.

use std::io::{self, Write};

use super::cells::{Line, write_csv};
use crate::domain::{Lang, Reject, Table};
use crate::words;

/// Columns of `rejects.csv`.
const COLUMNS: [&str; 4] = ["file", "row", "reason", "raw"];

/// Writes `rejects.csv`: every row that could not be read, with the reason and its raw text.
///
/// # Errors
/// Where `out` cannot be written to.
pub fn write_rejects(tables: &[Table], lang: Lang, out: impl Write) -> io::Result<()> {
    let rejects: Vec<(&Table, &Reject)> =
        tables.iter().flat_map(|table| table.rejects.iter().map(move |reject| (table, reject))).collect();
    write_csv(out, &COLUMNS, rejects.len(), |index, buffer| {
        let (table, reject) = rejects[index];
        let mut line = Line::new(buffer);
        line.text(&table.name)
            .number(reject.source_row)
            .text(&words::why_rejected(reject.reason, &reject.detail, lang))
            .text(&reject.raw)
            .end();
    })
}

/// The share of a file's data rows that may be rejected before the run fails, from 0 to 1.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct RejectLimit(f64);

impl Default for RejectLimit {
    fn default() -> Self {
        Self(0.01)
    }
}

impl RejectLimit {
    /// Reads a share (`0.02`) or a percentage (`2%`, and any number above 1).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replace(',', ".");
        let (number, percent) = match text.strip_suffix('%') {
            Some(number) => (number.trim(), true),
            None => (text.as_str(), false),
        };
        let number: f64 = number.parse().ok()?;
        Self::of_share(if percent || number > 1.0 { number / 100.0 } else { number })
    }

    /// The limit of a share, where that is from 0 to 1.
    pub fn of_share(share: f64) -> Option<Self> {
        (0.0..=1.0).contains(&share).then_some(Self(share))
    }

    /// The share, from 0 to 1.
    pub fn share(self) -> f64 {
        self.0
    }

    /// The files of which more rows were rejected than this allows. Each file is held against the limit
    /// by itself: a registry of a million rows must not hide that a small file could not be read at all.
    pub fn exceeded(self, tables: &[Table]) -> impl Iterator<Item = &Table> {
        tables.iter().filter(move |table| {
            let rows = table.counts.used + table.counts.rejected;
            table.counts.rejected as f64 > self.0 * rows as f64
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Kind;

    fn table(name: &str, used: u64, rejected: u64) -> Table {
        let mut table = Table::new(name.into(), name.into(), Kind::Births, Vec::new());
        table.counts.used = used;
        table.counts.rejected = rejected;
        table
    }

    #[test]
    fn a_limit_is_a_share_or_a_percentage() {
        let share = |text| RejectLimit::parse(text).map(RejectLimit::share);
        assert_eq!(share("0.02"), Some(0.02));
        assert_eq!(share("2%"), Some(0.02));
        assert_eq!(share("0,5 %"), Some(0.005));
        assert_eq!(share("5"), Some(0.05));
        assert_eq!(share("1"), Some(1.0));
        assert_eq!(share("0"), Some(0.0));
        assert_eq!(share("-1"), None);
        assert_eq!(share("101%"), None);
        assert_eq!(share("NaN"), None);
    }

    #[test]
    fn each_file_is_held_against_the_limit_by_itself() {
        let tables = [table("big.csv", 1_000_000, 0), table("edge.csv", 99, 1), table("small.csv", 98, 2)];
        let over: Vec<_> = RejectLimit::default().exceeded(&tables).map(|t| t.name.as_str()).collect();
        assert_eq!(over, ["small.csv"]);
    }

    #[test]
    fn rejects_keep_file_row_reason_and_raw_text() {
        let mut t = table("a.csv", 0, 1);
        t.rejects.push(Reject {
            source_row: 7,
            reason: "too_many_cells",
            detail: "12 > 10".into(),
            raw: "=cmd,\"x\"".into(),
        });
        let written = |lang| {
            let mut out = Vec::new();
            write_rejects(std::slice::from_ref(&t), lang, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(
            written(Lang::En),
            "\u{feff}file,row,reason,raw\r\na.csv,7,\"too_many_cells: the row has 12 cells, the header 10 columns\",\
             \"'=cmd,\"\"x\"\"\"\r\n"
        );
        assert!(
            written(Lang::Vi).contains("too_many_cells: dòng có 12 ô, tiêu đề chỉ có 10 cột"),
            "{}",
            written(Lang::Vi)
        );
    }
}
