//! The table that joins communes before and after a reorganisation (`--units`).

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::builtin;
use crate::disk;
use crate::domain::Lang;
use crate::vietnamese::text;
use crate::words::text;

/// One line of the table: an old unit and a unit that has come from it. An old unit that was split stands
/// on several lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitChange {
    /// Code before the change; may be empty where the name is given.
    pub old_code: String,
    /// Name before the change; may be empty where the code is given.
    pub old_name: String,
    /// District of the old unit; may be empty.
    pub old_district: String,
    /// Province of the old unit; may be empty.
    pub old_province: String,
    /// Code in force; may be empty where the name is given.
    pub new_code: String,
    /// Name in force; may be empty where the code is given.
    pub new_name: String,
    /// Province in force; may be empty.
    pub new_province: String,
}

/// The table of changes; empty where the user gives none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitMap {
    /// The lines, in the order of the file.
    pub changes: Vec<UnitChange>,
}

/// Why a table of units could not be read.
#[derive(Debug, thiserror::Error)]
pub enum UnitsError {
    /// The file could not be opened or read.
    #[error("cannot read the units table {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is no UTF-8 text.
    #[error("the units table {} is not UTF-8 text (line {line})", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// The first line that is none, from 1.
        line: u64,
    },
    /// A column that the table must have is missing.
    #[error("the units table {} lacks the column {column}; its columns are: {}", path.display(), seen.join(", "))]
    MissingColumn {
        /// The file.
        path: PathBuf,
        /// The column wanted.
        column: &'static str,
        /// The columns it has.
        seen: Vec<String>,
    },
    /// A line names no old or no new unit.
    #[error("line {line} of the units table {} names no {} unit", path.display(), if *old { "old" } else { "new" })]
    NoUnit {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// Whether it is the old unit that is missing.
        old: bool,
    },
}

impl UnitsError {
    /// A stable code by which the error can be looked up.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "E-UNITS-UNREADABLE",
            Self::NotText { .. } => "E-UNITS-ENCODING",
            Self::MissingColumn { .. } => "E-UNITS-COLUMN",
            Self::NoUnit { .. } => "E-UNITS-ROW",
        }
    }

    /// One sentence for the user: what, where, what to do; the code behind it.
    pub fn message(&self, lang: Lang) -> String {
        format!("{}. [{}]", self.sentence(lang), self.code())
    }

    fn sentence(&self, lang: Lang) -> String {
        match self {
            Self::Unreadable { path, source } => {
                text!(lang, "ingest.units.unreadable", file = path.display(), source)
            }
            Self::NotText { path, line } => {
                text!(lang, "ingest.units.not_text", file = path.display(), line)
            }
            Self::MissingColumn { path, column, seen } => {
                let (seen, columns) = (seen.join(", "), COLUMNS.join(", "));
                text!(lang, "ingest.units.missing_column", file = path.display(), column, seen, columns)
            }
            Self::NoUnit { path, line, old: true } => {
                text!(lang, "ingest.units.no_old_unit", file = path.display(), line)
            }
            Self::NoUnit { path, line, old: false } => {
                text!(lang, "ingest.units.no_new_unit", file = path.display(), line)
            }
        }
    }
}

/// The columns, in the order of the fields of [`UnitChange`].
const COLUMNS: [&str; 7] =
    ["old_code", "old_name", "old_district", "old_province", "new_code", "new_name", "new_province"];

/// The built-in table, compressed; made by `data/places/build_units.py`.
const BUILTIN: &[u8] = include_bytes!("../../data/places/units.csv.gz");

impl UnitMap {
    /// The built-in table: the communes before 01/07/2025 and those that they became. It is unpacked when
    /// it is first asked for.
    pub fn builtin() -> &'static Self {
        static TABLE: LazyLock<UnitMap> = LazyLock::new(|| {
            let mut text = String::new();
            let read = flate2::read::GzDecoder::new(BUILTIN).read_to_string(&mut text);
            match read.map(|_| UnitMap::parse(&text, Path::new("units.csv"))) {
                Ok(Ok(table)) => table,
                Ok(Err(error)) => builtin::broken("units.csv.gz", &error),
                Err(error) => builtin::broken("units.csv.gz", &error),
            }
        });
        &TABLE
    }

    /// The table of a path where one is given, else one without a unit.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn given(path: Option<&Path>) -> Result<Self, UnitsError> {
        path.map_or_else(|| Ok(Self::default()), Self::read)
    }

    /// Reads a CSV table with the columns `old_code, old_name, old_district, old_province, new_code,
    /// new_name, new_province` in any order; of code and name one may be missing. UTF-8 with or without
    /// BOM; comma, semicolon or tab.
    ///
    /// # Errors
    /// Where the file cannot be read, is no UTF-8, lacks a column, or has a line without a unit.
    pub fn read(path: &Path) -> Result<Self, UnitsError> {
        let bytes =
            std::fs::read(path).map_err(|source| UnitsError::Unreadable { path: path.to_owned(), source })?;
        let text = std::str::from_utf8(&bytes).map_err(|error| {
            let line = 1 + memchr::memchr_iter(b'\n', &bytes[..error.valid_up_to()]).count() as u64;
            UnitsError::NotText { path: path.to_owned(), line }
        })?;
        Self::parse(text.trim_start_matches('\u{feff}'), path)
    }

    /// Whether a file is such a table, by its header.
    pub fn is_one(path: &Path) -> bool {
        let mut head = Vec::new();
        let read = disk::open_file(path).and_then(|file| file.take(4096).read_to_end(&mut head));
        let line = head.split(|b| matches!(b, b'\n' | b'\r')).next().unwrap_or_default();
        let (Ok(_), Ok(line)) = (read, std::str::from_utf8(line)) else { return false };
        let line = line.trim_start_matches('\u{feff}');
        let cells: Vec<String> = line.split([',', ';', '\t']).map(|cell| text::fold(cell.trim())).collect();
        let has = |column: usize| cells.contains(&text::fold(COLUMNS[column]));
        (has(0) || has(1)) && (has(4) || has(5))
    }

    /// Reads the text of such a table; `path` is for messages.
    fn parse(text: &str, path: &Path) -> Result<Self, UnitsError> {
        let header = text.lines().next().unwrap_or("");
        let delimiter = [b',', b';', b'\t']
            .into_iter()
            .max_by_key(|d| memchr::memchr_iter(*d, header.as_bytes()).count());
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter.unwrap_or(b','))
            .flexible(true)
            .has_headers(false)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut records = reader.records();
        // The text is UTF-8 and rows may be of any length, so that no record can fail.
        let seen: Vec<String> = records
            .next()
            .and_then(Result::ok)
            .map_or_else(Vec::new, |r| r.iter().map(String::from).collect());
        let at =
            COLUMNS.map(|column| seen.iter().position(|header| text::fold(header) == text::fold(column)));
        for (code, name) in [(0, 1), (4, 5)] {
            if at[code].is_none() && at[name].is_none() {
                return Err(UnitsError::MissingColumn { path: path.to_owned(), column: COLUMNS[name], seen });
            }
        }
        let mut changes = Vec::new();
        for record in records.flatten() {
            if record.iter().all(str::is_empty) {
                continue;
            }
            let cell = |column: usize| at[column].and_then(|ix| record.get(ix)).unwrap_or("").to_owned();
            let change = UnitChange {
                old_code: cell(0),
                old_name: cell(1),
                old_district: cell(2),
                old_province: cell(3),
                new_code: cell(4),
                new_name: cell(5),
                new_province: cell(6),
            };
            let no_old = change.old_code.is_empty() && change.old_name.is_empty();
            if no_old || (change.new_code.is_empty() && change.new_name.is_empty()) {
                let line = record.position().map_or(0, csv::Position::line);
                return Err(UnitsError::NoUnit { path: path.to_owned(), line, old: no_old });
            }
            changes.push(change);
        }
        Ok(Self { changes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<UnitMap, UnitsError> {
        UnitMap::parse(text, Path::new("units.csv"))
    }

    #[test]
    fn reads_tables() {
        let map = parse(
            "old_code;old_name;old_district;old_province;new_code;new_name;new_province\n\
             00123;Xã A;Huyện B;Tỉnh C;00200;Xã D;Tỉnh C\n\n00123;Xã A;Huyện B;Tỉnh C;00300;Xã E;Tỉnh C\n",
        )
        .unwrap();
        assert_eq!(map.changes.len(), 2);
        assert_eq!((map.changes[1].old_code.as_str(), map.changes[1].new_name.as_str()), ("00123", "Xã E"));
        assert_eq!(parse("Old name,New name\nA,B\n").unwrap().changes[0].new_name, "B");
    }

    #[test]
    fn the_built_in_table_is_whole() {
        let table = UnitMap::builtin();
        let count = |key: fn(&UnitChange) -> (&str, &str, &str)| {
            let mut units: Vec<_> = table.changes.iter().map(key).collect();
            units.sort_unstable();
            units.dedup();
            units.len()
        };
        assert_eq!(count(|c| (&c.old_code, &c.old_name, &c.old_district)), 10_040);
        // Xã Ba Chẽ stands with either of its two codes.
        assert_eq!(count(|c| (&c.new_name, &c.new_province, "")), 3_321);
        assert_eq!(count(|c| (&c.new_code, &c.new_name, "")), 3_322);
        assert_eq!(count(|c| (&c.new_province, "", "")), 34);
        assert_eq!(count(|c| (&c.old_province, "", "")), 63);
        let of = |code: &str| -> Vec<&str> {
            table.changes.iter().filter(|c| c.old_code == code).map(|c| c.new_name.as_str()).collect()
        };
        assert_eq!(of("18013"), ["Phường Thành Vinh"]);
        assert_eq!(of("26248"), ["Phường Trảng Bom"]);
        assert_eq!(of("00091"), ["Phường Phú Thượng", "Phường Hồng Hà", "Phường Tây Hồ"]);
    }

    #[test]
    fn says_what_is_wrong() {
        let error = parse("old_code,name\n1,2\n").unwrap_err();
        assert!(error.message(Lang::Vi).contains("new_name"), "{}", error.message(Lang::Vi));
        let error = parse("old_name,new_name\nA,B\n,C\n").unwrap_err();
        assert!(matches!(error, UnitsError::NoUnit { line: 3, old: true, .. }), "{error}");
        assert!(matches!(UnitMap::read(Path::new("/no/such/file")), Err(UnitsError::Unreadable { .. })));
    }
}
