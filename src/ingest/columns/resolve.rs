//! From header texts to columns: which column is which field, and which fields are put together from
//! several columns.

use super::key::key;
use super::synonyms::{Meaning, Reason, Synonyms};
use crate::domain::{Column, Field, Kind};

/// A header of one row, or of two or three with merged cells in the upper ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::ingest) struct HeaderCell {
    pub(in crate::ingest) top: String,
    /// Empty in a header of one or two rows.
    pub(in crate::ingest) middle: String,
    /// Empty in a header of one row.
    pub(in crate::ingest) bottom: String,
}

impl HeaderCell {
    /// A cell of what the rows of the header say, from above. What stands merged over several rows is said
    /// once.
    pub(in crate::ingest) fn new<'t>(levels: impl IntoIterator<Item = &'t str>) -> Self {
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
    pub(in crate::ingest) fn text(&self) -> String {
        let levels = [&self.top, &self.middle, &self.bottom].map(|level| level.trim());
        levels.into_iter().filter(|level| !level.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// What stands over the lowest text, from above.
    fn above(&self) -> impl Iterator<Item = &str> {
        let above =
            if self.bottom.trim().is_empty() { ["", ""] } else { [self.top.trim(), self.middle.trim()] };
        above.into_iter().filter(|text| !text.is_empty())
    }

    /// Whether what stands over the lowest text is the same.
    fn is_beside(&self, other: &Self) -> bool {
        let is_under = |cell: &Self| !cell.bottom.trim().is_empty();
        is_under(self) && is_under(other) && self.top == other.top && self.middle == other.middle
    }

    /// The field that what stands over the lowest text means.
    fn field_above(&self, synonyms: &Synonyms, kind: Kind) -> Option<Field> {
        let claim = Self::new(self.above()).claim(synonyms, kind)?;
        Some(claim.meaning.field)
    }

    /// Whether the lowest text is one that stands below a heading: it means something with it, or is told of the
    /// thing that the heading names.
    pub(in crate::ingest) fn is_lower(&self, synonyms: &Synonyms, kind: Kind) -> bool {
        let bottom = self.bottom.trim();
        let mut above = self.above();
        !bottom.is_empty()
            && (synonyms.is_beside(bottom)
                || synonyms.is_itself(bottom)
                || above.any(|over| synonyms.meaning_under(kind, over, bottom).is_some()))
    }

    fn claim(&self, synonyms: &Synonyms, kind: Kind) -> Option<Claim> {
        let (top, middle, bottom) = (self.top.trim(), self.middle.trim(), self.bottom.trim());
        let sure = |meaning| Claim { meaning, in_doubt: false };
        if bottom.is_empty() {
            return synonyms.meaning(kind, top).map(sure);
        }
        if let Some(found) = self.above().find_map(|over| synonyms.meaning_under(kind, over, bottom)) {
            return Some(sure(found));
        }
        // Under "Cha" an ethnicity is the father's: the lower text alone would mean the child's.
        if self.above().any(|over| synonyms.names_other_person(kind, over)) {
            return None;
        }
        let by_heading = || {
            let mut headings = [middle, top].into_iter().filter(|text| !text.is_empty());
            headings.find_map(|text| synonyms.meaning(kind, text))
        };
        let alone = synonyms.meaning(kind, bottom);
        let is_told = alone.is_some_and(|meaning| meaning.reason >= Reason::User);
        if let Some(meaning) = (!is_told && synonyms.is_itself(bottom)).then(by_heading).flatten() {
            return Some(sure(meaning));
        }
        if let Some(meaning) = alone {
            return Some(Claim {
                meaning,
                in_doubt: !self.above().any(|over| synonyms.understands(kind, over)),
            });
        }
        // The sort of a paper is not its number, nor a month the date.
        if synonyms.is_beside(bottom) { None } else { by_heading().map(sure) }
    }
}

/// What a column means by its header.
#[derive(Copy, Clone, Debug)]
struct Claim {
    meaning: Meaning,
    /// It stands below a heading that is not understood: of whom it is told is not known.
    in_doubt: bool,
}

impl Claim {
    /// Greater is the better claim to the field. What the user says stands above all.
    fn strength(self) -> impl Ord {
        let said = self.meaning.reason >= Reason::User;
        (said, said || !self.in_doubt, self.meaning.strength())
    }
}

/// Takes back the claims of columns that are told of somebody else: those below a heading that is not understood,
/// where the person that the row is about is named elsewhere, and the heading names a person or stands over a name
/// of its own. A column that is not recognised can be named by the user; one given to the wrong person cannot be
/// seen.
fn take_back(claims: &mut [Option<Claim>], header: &[HeaderCell], synonyms: &Synonyms) {
    let name = |claim: &Option<Claim>| claim.is_some_and(|claim| claim.meaning.field == Field::FullName);
    let doubted = |claim: &Option<Claim>| claim.is_some_and(|claim| claim.in_doubt);
    let sure = claims.iter().position(|claim| name(claim) && !doubted(claim));
    let Some(owner) = sure.or_else(|| claims.iter().position(name)) else { return };
    let above_owner: Vec<&str> = header[owner].above().collect();
    let mut from = 0;
    for group in header.chunk_by(HeaderCell::is_beside) {
        let columns = from..from + group.len();
        from = columns.end;
        let is_owners = columns.contains(&owner);
        let claims = &mut claims[columns];
        let names_again = claims.iter().any(|claim| name(claim) && doubted(claim));
        let own_heading = |over: &&str| above_owner.contains(over);
        let mut others = group[0].above().filter(|over| !own_heading(over));
        let is_strange = names_again || others.any(|over| synonyms.names_some_person(over));
        for claim in claims.iter_mut().filter(|claim| doubted(claim)) {
            if is_owners || !is_strange && group[0].above().any(|over| own_heading(&over)) {
                // The heading is understood by the name below it.
                *claim = claim.map(|claim| Claim { in_doubt: false, ..claim });
            } else if is_strange && claim.is_some_and(|claim| claim.meaning.reason < Reason::User) {
                *claim = None;
            }
        }
    }
}

/// Whether a field is a date, which lists may hold as day, month and year in three columns.
fn is_date(field: Field) -> bool {
    use Field as F;
    matches!(
        field,
        F::BirthDate
            | F::DeathDate
            | F::RegisteredOn
            | F::CardIssued
            | F::FatherBirthDate
            | F::MotherBirthDate
            | F::HusbandBirthDate
            | F::WifeBirthDate
            | F::StartDate
            | F::StopDate
            | F::ValidFrom
            | F::ValidTo
    )
}

/// A field that is put together from the cells of several columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Composed {
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
pub(in crate::ingest) struct Outdone {
    pub(in crate::ingest) column: usize,
    pub(in crate::ingest) field: Field,
    pub(in crate::ingest) reason: Reason,
}

/// Columns with what became of each.
#[derive(Clone, Debug)]
pub(in crate::ingest) struct Columns {
    /// The columns of the file, then the composed ones.
    pub(in crate::ingest) columns: Vec<Column>,
    /// Why each column of the file is the field it is.
    pub(in crate::ingest) reasons: Vec<Option<Reason>>,
    /// Columns that mean a field which a better column is.
    pub(in crate::ingest) outdone: Vec<Outdone>,
    /// Composed fields: one for each column beyond those of the file.
    pub(in crate::ingest) composed: Vec<Composed>,
}

impl Columns {
    /// Recognises the columns of a header.
    pub(in crate::ingest) fn resolve(header: &[HeaderCell], kind: Kind, synonyms: &Synonyms) -> Self {
        let mut claims: Vec<_> = header.iter().map(|cell| cell.claim(synonyms, kind)).collect();
        take_back(&mut claims, header, synonyms);
        let mut best: Vec<Option<usize>> = vec![None; Field::COUNT];
        for (column, claim) in claims.iter().enumerate() {
            let Some(claim) = claim else { continue };
            let slot = &mut best[claim.meaning.field as usize];
            let better = slot
                .and_then(|other: usize| claims[other])
                .is_none_or(|other| claim.strength() > other.strength());
            if better {
                *slot = Some(column);
            }
        }
        let mut columns = Vec::with_capacity(header.len());
        let (mut reasons, mut outdone) = (Vec::with_capacity(header.len()), Vec::new());
        for (column, (cell, claim)) in header.iter().zip(&claims).enumerate() {
            let meaning = claim.map(|claim| claim.meaning);
            let wins = meaning.filter(|m| best[m.field as usize] == Some(column));
            if let (Some(Meaning { field, reason, .. }), None) = (meaning, wins) {
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
    pub(in crate::ingest) fn column_of(&self, field: Field) -> Option<usize> {
        self.columns.iter().position(|c| c.field == Some(field))
    }

    /// Whether there is a column for the field.
    pub(in crate::ingest) fn has(&self, field: Field) -> bool {
        self.column_of(field).is_some()
    }

    /// Fields recognised, composed ones included.
    pub(in crate::ingest) fn fields(&self) -> impl Iterator<Item = Field> + '_ {
        self.columns.iter().filter_map(|c| c.field)
    }

    /// Headers as written.
    pub(in crate::ingest) fn headers(&self) -> Vec<String> {
        self.columns[..self.reasons.len()].iter().map(|c| c.header.clone()).collect()
    }

    /// Headers as a message may show them. Where one of them is a date or a number, the row is one of data that
    /// was taken for a header, and a name may stand beside it: what is not known to be a header is left out.
    pub(in crate::ingest) fn shown_headers(&self) -> Vec<String> {
        let is_datum = |text: &str| {
            let text = text.trim().trim_start_matches('\'');
            text.bytes().filter(u8::is_ascii_digit).count() >= 4
                && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'/' | b'-' | b'.' | b':' | b' '))
        };
        let own = &self.columns[..self.reasons.len()];
        let is_data = own.iter().any(|column| is_datum(&column.header));
        let shown = |(column, reason): (&Column, &Option<Reason>)| {
            // A part of "Nguyễn Văn An (con)" may be known too.
            let is_known = reason.is_some_and(|reason| reason > Reason::Part);
            let is_hidden = is_data && !is_known && !column.header.is_empty();
            if is_hidden { "…".to_owned() } else { column.header.clone() }
        };
        own.iter().zip(&self.reasons).map(shown).collect()
    }

    /// Adds a composed column, and takes the field from the column that had it, unless the user said so.
    pub(in crate::ingest) fn add(&mut self, field: Field, composed: Composed, parts: &[usize]) {
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
        let last: Vec<String> =
            header.iter().map(|c| key(if c.bottom.trim().is_empty() { &c.top } else { &c.bottom })).collect();
        for at in 0..last.len() {
            if self.reasons[at] == Some(Reason::Mapped) {
                continue;
            }
            let next = |n: usize| last.get(at + n).map_or("", String::as_str);
            let over = header[at].field_above(synonyms, kind);
            if let Some(date) = over.filter(|field| is_date(*field))
                && (last[at].as_str(), next(1), next(2)) == ("ngay", "thang", "nam")
            {
                self.add(date, Composed::Date([at, at + 1, at + 2]), &[at, at + 1, at + 2]);
            }
            if !fields.contains(&Field::FullName) || synonyms.names_other_person(kind, header[at].top.trim())
            {
                continue;
            }
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
            let has_birth = fields.contains(&Field::BirthDate);
            if has_birth && (last[at].as_str(), next(1), next(2)) == ("ngaysinh", "thangsinh", "namsinh") {
                self.add(Field::BirthDate, Composed::Date([at, at + 1, at + 2]), &[at, at + 1, at + 2]);
            }
            self.compose_by_sex(header, &last, at, over, kind);
        }
    }

    /// Columns for men and for women under one heading: of their names or years of birth, or of marks.
    fn compose_by_sex(
        &mut self,
        header: &[HeaderCell],
        last: &[String],
        at: usize,
        over: Option<Field>,
        kind: Kind,
    ) {
        let beside = header.get(at + 1).is_some_and(|next| header[at].is_beside(next));
        let (men, women) = match (last[at].as_str(), last.get(at + 1).map(String::as_str)) {
            ("nam", Some("nu")) if beside => (at, at + 1),
            ("nu", Some("nam")) if beside => (at + 1, at),
            _ => return,
        };
        let parts = [men.min(women), men.max(women)];
        match over {
            Some(Field::Gender) => self.add(Field::Gender, Composed::WhichOf(men, women), &parts),
            Some(field @ (Field::BirthDate | Field::FullName)) => {
                self.add(field, Composed::EitherOf(men, women), &parts);
                if kind.fields().contains(&Field::Gender) && !self.has(Field::Gender) {
                    self.add(Field::Gender, Composed::WhichOf(men, women), &parts);
                }
            }
            _ => {}
        }
    }
}

impl Composed {
    /// The columns that it is made of.
    pub(in crate::ingest) fn parts(&self) -> Vec<usize> {
        match *self {
            Self::Joined(a, b) | Self::EitherOf(a, b) | Self::WhichOf(a, b) => vec![a, b],
            Self::Date(parts) => parts.to_vec(),
            Self::Women(column) => vec![column],
        }
    }

    /// Writes the composed cell of a row.
    pub(in crate::ingest) fn write<'a>(&self, cell: impl Fn(usize) -> &'a str, out: &mut String) {
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
