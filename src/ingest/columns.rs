//! From header texts to columns: which column is which field, and which fields are put together from
//! several columns.

use super::key::key;
use super::synonyms::{Meaning, Reason, Synonyms};
use crate::domain::{Column, Field, Kind};

/// A header of one row, or of two or three with merged cells in the upper ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct HeaderCell {
    pub(super) top: String,
    /// Empty in a header of one or two rows.
    pub(super) middle: String,
    /// Empty in a header of one row.
    pub(super) bottom: String,
}

impl HeaderCell {
    /// A cell of what the rows of the header say, from above. What stands merged over several rows is said
    /// once.
    pub(super) fn new<'t>(levels: impl IntoIterator<Item = &'t str>) -> Self {
        let mut said: Vec<&str> = Vec::with_capacity(3);
        for level in levels.into_iter().map(str::trim).filter(|level| !level.is_empty()) {
            if said.last() != Some(&level) {
                said.push(level);
            }
        }
        let (top, middle, bottom) = match said.as_slice() {
            [] => ("", "", ""),
            [top] => (*top, "", ""),
            [top, bottom] => (*top, "", *bottom),
            [top, middle, .., bottom] => (*top, *middle, *bottom),
        };
        Self { top: top.to_owned(), middle: middle.to_owned(), bottom: bottom.to_owned() }
    }

    /// The text shown for the column.
    pub(super) fn text(&self) -> String {
        let levels = [&self.top, &self.middle, &self.bottom].map(|level| level.trim());
        levels.into_iter().filter(|level| !level.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// What stands over the lowest text, next to it.
    fn parent(&self) -> &str {
        if self.middle.is_empty() { &self.top } else { &self.middle }
    }

    fn meaning(&self, synonyms: &Synonyms, kind: Kind) -> Option<Meaning> {
        let (top, middle, bottom) = (self.top.trim(), self.middle.trim(), self.bottom.trim());
        if bottom.is_empty() {
            return synonyms.meaning(kind, top);
        }
        let above = [top, middle];
        let mut above = above.iter().filter(|text| !text.is_empty());
        if let Some(found) = above.clone().find_map(|over| synonyms.meaning_under(kind, over, bottom)) {
            return Some(found);
        }
        // Under "Cha" an ethnicity is the father's: the lower text alone would mean the child's.
        if above.any(|over| synonyms.names_other_person(kind, over)) {
            return None;
        }
        let alone = [bottom, middle, top];
        alone.into_iter().filter(|text| !text.is_empty()).find_map(|text| synonyms.meaning(kind, text))
    }
}

/// A field that is put together from the cells of several columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Composed {
    /// "Họ đệm" and "Tên".
    Joined(usize, usize),
    /// Day, month and year.
    Date([usize; 3]),
    /// Whichever of two columns, for men and for women, holds something.
    EitherOf(usize, usize),
    /// "Nam" or "Nữ": the column, for men or for women, that holds something.
    WhichOf(usize, usize),
    /// "Nữ" where the one column there is for women holds a mark, else "Nam".
    Women(usize),
}

/// A column that means a field which a better column is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Outdone {
    pub(super) column: usize,
    pub(super) field: Field,
    pub(super) reason: Reason,
}

/// Columns with what became of each.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// The columns of the file, then the composed ones.
    pub(super) columns: Vec<Column>,
    /// Why each column of the file is the field it is.
    pub(super) reasons: Vec<Option<Reason>>,
    /// Columns that mean a field which a better column is.
    pub(super) outdone: Vec<Outdone>,
    /// Composed fields: one for each column beyond those of the file.
    pub(super) composed: Vec<Composed>,
}

impl Columns {
    /// Recognises the columns of a header.
    pub(super) fn resolve(header: &[HeaderCell], kind: Kind, synonyms: &Synonyms) -> Self {
        let meanings: Vec<_> = header.iter().map(|cell| cell.meaning(synonyms, kind)).collect();
        let mut best: Vec<Option<usize>> = vec![None; Field::COUNT];
        for (column, meaning) in meanings.iter().enumerate() {
            let Some(meaning) = meaning else { continue };
            let slot = &mut best[meaning.field as usize];
            let better = slot
                .and_then(|other: usize| meanings[other])
                .is_none_or(|other| meaning.strength() > other.strength());
            if better {
                *slot = Some(column);
            }
        }
        let mut columns = Vec::with_capacity(header.len());
        let (mut reasons, mut outdone) = (Vec::with_capacity(header.len()), Vec::new());
        for (column, (cell, meaning)) in header.iter().zip(&meanings).enumerate() {
            let wins = meaning.filter(|m| best[m.field as usize] == Some(column));
            if let (Some(Meaning { field, reason, .. }), None) = (*meaning, wins) {
                outdone.push(Outdone { column, field, reason });
            }
            columns.push(Column { header: cell.text(), field: wins.map(|m| m.field) });
            reasons.push(wins.map(|m| m.reason));
        }
        let mut this = Self { columns, reasons, outdone, composed: Vec::new() };
        this.compose(header, kind, synonyms);
        this
    }

    /// The column of a field.
    pub(super) fn column_of(&self, field: Field) -> Option<usize> {
        self.columns.iter().position(|c| c.field == Some(field))
    }

    /// Whether there is a column for the field.
    pub(super) fn has(&self, field: Field) -> bool {
        self.column_of(field).is_some()
    }

    /// Fields recognised, composed ones included.
    pub(super) fn fields(&self) -> impl Iterator<Item = Field> + '_ {
        self.columns.iter().filter_map(|c| c.field)
    }

    /// Headers as written.
    pub(super) fn headers(&self) -> Vec<String> {
        self.columns[..self.reasons.len()].iter().map(|c| c.header.clone()).collect()
    }

    /// Adds a composed column, and takes the field from the column that had it, unless the user said so.
    pub(super) fn add(&mut self, field: Field, composed: Composed, parts: &[usize]) {
        let mut own = self.columns.iter().zip(&self.reasons);
        if own.any(|(column, reason)| column.field == Some(field) && *reason == Some(Reason::Mapped)) {
            return;
        }
        for (column, reason) in self.columns.iter_mut().zip(&mut self.reasons) {
            if column.field == Some(field) {
                column.field = None;
                *reason = None;
            }
        }
        self.outdone.retain(|outdone| !parts.contains(&outdone.column));
        let header = parts.iter().map(|&p| self.columns[p].header.as_str()).collect::<Vec<_>>().join(" + ");
        self.columns.push(Column { header, field: Some(field) });
        self.composed.push(composed);
    }

    fn compose(&mut self, header: &[HeaderCell], kind: Kind, synonyms: &Synonyms) {
        let fields = kind.fields();
        if !fields.contains(&Field::FullName) {
            return;
        }
        let last: Vec<String> =
            header.iter().map(|c| key(if c.bottom.trim().is_empty() { &c.top } else { &c.bottom })).collect();
        let means = |column: usize, field: Field| {
            let over = header[column].parent().trim();
            synonyms.meaning(kind, over).is_some_and(|m| m.field == field)
        };
        for at in 0..last.len() {
            let mapped = self.reasons[at] == Some(Reason::Mapped);
            if mapped || synonyms.names_other_person(kind, header[at].top.trim()) {
                continue;
            }
            let next = |n: usize| last.get(at + n).map_or("", String::as_str);
            let is_family = matches!(
                last[at].as_str(),
                "ho" | "hodem"
                    | "hovadem"
                    | "hotendem"
                    | "hovatendem"
                    | "hochudem"
                    | "hovachudem"
                    | "holot"
                    | "hovalot"
                    | "hovatenlot"
                    | "hotenlot"
                    | "hochulot"
                    | "hovachulot"
            );
            if is_family && next(1) == "ten" {
                self.add(Field::FullName, Composed::Joined(at, at + 1), &[at, at + 1]);
            }
            if !fields.contains(&Field::BirthDate) {
                continue;
            }
            let under = means(at, Field::BirthDate) && !header[at].bottom.trim().is_empty();
            let dated = (under && last[at] == "ngay" && next(1) == "thang" && next(2) == "nam")
                || (last[at] == "ngaysinh" && next(1) == "thangsinh" && next(2) == "namsinh");
            if dated {
                self.add(Field::BirthDate, Composed::Date([at, at + 1, at + 2]), &[at, at + 1, at + 2]);
            }
            if under && last[at] == "nam" && next(1) == "nu" {
                self.add(Field::BirthDate, Composed::EitherOf(at, at + 1), &[at, at + 1]);
                if fields.contains(&Field::Gender) && !self.has(Field::Gender) {
                    self.add(Field::Gender, Composed::WhichOf(at, at + 1), &[at, at + 1]);
                }
            }
            let sexes = means(at, Field::Gender) && last[at] == "nam" && next(1) == "nu";
            if sexes && !header[at].bottom.trim().is_empty() {
                self.add(Field::Gender, Composed::WhichOf(at, at + 1), &[at, at + 1]);
            }
        }
    }
}

impl Composed {
    /// The columns that it is made of.
    pub(super) fn parts(&self) -> Vec<usize> {
        match *self {
            Self::Joined(a, b) | Self::EitherOf(a, b) | Self::WhichOf(a, b) => vec![a, b],
            Self::Date(parts) => parts.to_vec(),
            Self::Women(column) => vec![column],
        }
    }

    /// Writes the composed cell of a row.
    pub(super) fn write<'a>(&self, cell: impl Fn(usize) -> &'a str, out: &mut String) {
        let cell = |column: usize| cell(column).trim();
        match *self {
            Self::Joined(family, given) => {
                out.push_str(cell(family));
                if !cell(family).is_empty() && !cell(given).is_empty() {
                    out.push(' ');
                }
                out.push_str(cell(given));
            }
            Self::Date([day, month, year]) => {
                // A month that is not there makes the day worthless: the date is less precise, it has no gap.
                let there = |column: usize| cell(column).bytes().any(|b| b != b'0');
                if there(month) {
                    if there(day) {
                        out.push_str(cell(day));
                        out.push('/');
                    }
                    out.push_str(cell(month));
                    out.push('/');
                }
                out.push_str(cell(year));
            }
            Self::EitherOf(men, women) => {
                out.push_str(if cell(men).is_empty() { cell(women) } else { cell(men) })
            }
            Self::WhichOf(men, women) => out.push_str(match (cell(men).is_empty(), cell(women).is_empty()) {
                (false, true) => "Nam",
                (true, false) => "Nữ",
                _ => "",
            }),
            Self::Women(column) => {
                let is_marked = !matches!(cell(column), "" | "0" | "-");
                out.push_str(if is_marked { "Nữ" } else { "Nam" });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(kind: Kind, header: &[(&str, &str)]) -> Columns {
        let cells: Vec<_> = header.iter().map(|(t, b)| HeaderCell::new([*t, *b])).collect();
        Columns::resolve(&cells, kind, &Synonyms::default())
    }

    #[test]
    fn the_better_of_two_columns_wins_and_the_other_is_kept() {
        let c =
            resolve(Kind::Welfare, &[("Địa chỉ", ""), ("Nơi thường trú", ""), ("Họ tên", ""), ("STT", "")]);
        assert_eq!(c.column_of(Field::Address), Some(1));
        assert_eq!(c.outdone, [Outdone { column: 0, field: Field::Address, reason: Reason::BuiltIn }]);
        assert_eq!(c.columns.len(), 4);
    }

    #[test]
    fn a_header_of_two_rows() {
        let c = resolve(
            Kind::Marriages,
            &[
                ("Số", ""),
                ("Chồng", "Họ tên"),
                ("Chồng", "Ngày sinh"),
                ("Thông tin bên nữ", "Họ và tên"),
                ("Vợ", "Dân tộc"),
            ],
        );
        let wanted = [
            Some(Field::RecordNo),
            Some(Field::HusbandName),
            Some(Field::HusbandBirthDate),
            Some(Field::WifeName),
            None,
        ];
        assert_eq!(c.columns.iter().map(|c| c.field).collect::<Vec<_>>(), wanted);
        let c = resolve(
            Kind::Births,
            &[("Họ tên", ""), ("Cha", "Dân tộc"), ("Trẻ", "Dân tộc"), ("Ngày sinh", "")],
        );
        assert_eq!(c.column_of(Field::Ethnicity), Some(2));
    }

    #[test]
    fn fields_in_several_columns() {
        let c = resolve(
            Kind::Welfare,
            &[("Họ đệm", ""), ("Tên", ""), ("Năm sinh", "Nam"), ("Năm sinh", "Nữ"), ("Số CCCD", "")],
        );
        assert_eq!(c.column_of(Field::FullName), Some(5));
        assert_eq!(c.column_of(Field::BirthDate), Some(6));
        assert_eq!(c.column_of(Field::Gender), Some(7));
        let row = ["Nguyễn Văn", "An", "", "1960", "1"];
        let cells: Vec<String> = c
            .composed
            .iter()
            .map(|composed| {
                let mut out = String::new();
                composed.write(|column| row[column], &mut out);
                out
            })
            .collect();
        assert_eq!(cells, ["Nguyễn Văn An", "1960", "Nữ"]);
        let c = resolve(
            Kind::Deaths,
            &[("Họ tên", ""), ("Ngày sinh", ""), ("Tháng sinh", ""), ("Năm sinh", ""), ("Ngày chết", "")],
        );
        let mut out = String::new();
        c.composed[0].write(|column| ["A", "", "3", "1950", "x"][column], &mut out);
        assert_eq!((out.as_str(), c.column_of(Field::BirthDate)), ("3/1950", Some(5)));
    }
}
