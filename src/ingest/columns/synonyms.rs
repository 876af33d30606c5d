//! What the user says of headers, and the canonical names: which text means which field without more ado.
//!
//! Everything else is understood by the grammar ([`super::reading`], [`super::claims`]).

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::claims::{ACCEPTED, Claims};
use super::header_cell::{HeaderCell, Texts};
use super::key::{key, without_brackets, without_number};
use super::reading::Said;
use crate::domain::{Field, Kind, OwnField};
use crate::ingest::error::IngestError;

/// How a header came to be recognised: the better reason wins where two columns claim one field.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A part of the header was not understood, or does not fit to the rest.
    Part,
    /// By the words of the header.
    BuiltIn,
    /// The user's own table.
    User,
    /// The canonical name of the field.
    Canonical,
    /// Named with `--map`.
    Mapped,
}

/// What `--map` calls a column that is to be no field.
pub const NO_FIELD: &str = "none";

/// What is settled of a header text: the field, or that it is none.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Told {
    pub(in crate::ingest) field: Option<Field>,
    pub(in crate::ingest) reason: Reason,
    /// Position in its list; the first is the best.
    pub(in crate::ingest) position: u16,
}

/// What a header text means.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Meaning {
    pub(in crate::ingest) field: Field,
    pub(in crate::ingest) reason: Reason,
}

/// A column named by the user: `--map births.birth_date="Ngày sinh cháu"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnMap {
    /// The kind of file.
    pub kind: Kind,
    /// The field; `None` where the column is to be none.
    pub field: Option<Field>,
    /// The header that means it.
    pub header: String,
}

impl ColumnMap {
    /// Reads `kind.field=Header`; `kind.none=Header` says that the column is no field.
    ///
    /// # Errors
    /// [`IngestError::BadMap`] where the kind or field is not known, or the field is none of the kind's.
    pub fn parse(text: &str) -> Result<Self, IngestError> {
        let bad = || IngestError::BadMap { text: text.to_owned() };
        let (target, header) = text.split_once('=').ok_or_else(bad)?;
        let (kind, field) = target.trim().split_once('.').ok_or_else(bad)?;
        let kind = Kind::from_name(kind).ok_or_else(bad)?;
        let field = match field.trim() {
            NO_FIELD => None,
            field => Some(Field::from_name(field).filter(|f| kind.fields().contains(f)).ok_or_else(bad)?),
        };
        let header = header.trim().trim_matches('"').trim();
        if key(header).is_empty() {
            return Err(bad());
        }
        Ok(Self { kind, field, header: header.to_owned() })
    }

    /// The field as `--map` names it.
    pub fn field_name(&self) -> &'static str {
        self.field.map_or(NO_FIELD, Field::name)
    }
}

/// The header texts of which it is settled what they mean, for each kind.
#[derive(Clone, Debug)]
pub struct Synonyms {
    by_kind: Vec<FxHashMap<String, Told>>,
    /// The columns named with `--map`.
    maps: Vec<ColumnMap>,
}

impl Default for Synonyms {
    /// The canonical names, and the headers that descriptions of kinds name.
    fn default() -> Self {
        static TABLE: LazyLock<Synonyms> = LazyLock::new(|| {
            let mut table = Synonyms { by_kind: vec![FxHashMap::default(); Kind::count()], maps: Vec::new() };
            for kind in Kind::all() {
                for (position, (field, header)) in kind.description().columns.iter().enumerate() {
                    table.replace(kind, header, Some(*field), Reason::User, position);
                }
                for own in &kind.description().own {
                    for header in own.headers.iter().chain([&own.name]) {
                        table.replace(kind, header, None, Reason::User, 0);
                    }
                }
                for &field in kind.fields() {
                    table.replace(kind, field.name(), Some(field), Reason::Canonical, 0);
                }
            }
            table
        });
        TABLE.clone()
    }
}

impl Synonyms {
    /// Adds the user's own table: `[births]` `birth_date = ["Ngày sinh cháu"]`.
    ///
    /// # Errors
    /// [`IngestError::BadSynonyms`] where the file cannot be read, is no TOML, or names a kind or field
    /// that does not exist.
    pub fn add_file(&mut self, path: &Path) -> Result<(), IngestError> {
        let bad = |detail: String| IngestError::BadSynonyms { file: path.to_owned(), detail };
        let text = std::fs::read_to_string(path).map_err(|e| bad(e.kind().to_string()))?;
        let file: BTreeMap<String, BTreeMap<String, Vec<String>>> = toml::from_str(&text).map_err(|e| {
            let line = e.span().map_or(0, |s| text[..s.start.min(text.len())].matches('\n').count() + 1);
            bad(format!("{line}: {}", e.message()))
        })?;
        for (kind_name, fields) in &file {
            let kind = Kind::from_name(kind_name).ok_or_else(|| bad(format!("[{kind_name}]")))?;
            for (field_name, texts) in fields {
                let field = Field::from_name(field_name)
                    .filter(|f| kind.fields().contains(f))
                    .ok_or_else(|| bad(format!("{kind_name}.{field_name}")))?;
                for (position, text) in texts.iter().enumerate() {
                    self.replace(kind, text, Some(field), Reason::User, position);
                }
            }
        }
        Ok(())
    }

    /// Makes one header mean one field, whatever the tables say.
    pub fn map(&mut self, map: &ColumnMap) {
        self.replace(map.kind, &map.header, map.field, Reason::Mapped, 0);
        self.maps.push(map.clone());
    }

    /// The column of the kind's own that a header means: its whole text, or what is left without number and brackets.
    pub(in crate::ingest) fn own_field(kind: Kind, header: &str) -> Option<&'static OwnField> {
        let plain = without_brackets(header);
        let written = [header, without_number(header), &plain, without_number(&plain)].map(key);
        let of = |own: &&OwnField| {
            own.headers.iter().chain([&own.name]).any(|known| written.contains(&key(known)))
        };
        kind.description().own.iter().find(of)
    }

    /// The columns named with `--map`.
    pub(in crate::ingest) fn maps(&self) -> &[ColumnMap] {
        &self.maps
    }

    /// What a single header text means for a kind: as it is settled, else as it is understood.
    pub(in crate::ingest) fn meaning(&self, kind: Kind, header: &str) -> Option<Meaning> {
        if let Some(told) = self.told(kind, header) {
            return told.field.map(|field| Meaning { field, reason: told.reason });
        }
        // Dates and numbers, which most cells are that are asked for, say nothing.
        if header.is_ascii() && !header.bytes().any(|b| b.is_ascii_alphabetic()) {
            return None;
        }
        let cell = [HeaderCell::new([header], &mut Texts::default())];
        let claims = Claims::new(kind, &cell, self, &[]).of_all();
        let best = claims.first()?.iter().find(|claim| claim.points >= ACCEPTED)?;
        Some(Meaning { field: best.field, reason: best.reason })
    }

    /// Whether a text means anything as it is written, no legacy font assumed.
    pub(in crate::ingest) fn knows_as_written(&self, kind: Kind, text: &str) -> bool {
        self.told(kind, text).is_some() || Said::of(text).is_header()
    }

    /// What is settled of a header text; the whole text first, then the text without a number before it or brackets,
    /// then the first of its parts ("Họ tên / Full name") that means anything.
    fn told(&self, kind: Kind, header: &str) -> Option<Told> {
        let table = &self.by_kind[kind.index()];
        let whole = key(header);
        if whole.is_empty() {
            return None;
        }
        if let Some(found) = table.get(&whole) {
            return Some(*found);
        }
        let part = |text: &str| table.get(&key(text)).copied();
        let plain = without_brackets(header);
        let pieces = || header.split(['/', '\n', '|', '(', '-']);
        part(without_number(header))
            .or_else(|| part(&plain))
            .or_else(|| part(without_number(&plain)))
            // What the user names may be a part; of a canonical name the rest would be dropped: "cha - Full name".
            .or_else(|| {
                pieces()
                    .filter_map(|piece| table.get(&key(piece)))
                    .find(|found| found.reason != Reason::Canonical)
                    .copied()
            })
    }

    /// What is settled of a header cell: of its whole text, of two of its levels, of its lowest text.
    pub(in crate::ingest) fn told_of_cell(&self, kind: Kind, cell: &HeaderCell) -> Option<Told> {
        let (above, lowest) = (cell.above(), cell.lowest());
        if above.is_empty() {
            return self.told(kind, lowest);
        }
        let table = &self.by_kind[kind.index()];
        let joined = above.iter().flat_map(|over| [format!("{over}{lowest}"), format!("{lowest}{over}")]);
        let mut whole = std::iter::once(cell.text()).chain(joined);
        whole.find_map(|text| table.get(&key(&text)).copied()).or_else(|| self.told(kind, lowest))
    }

    fn replace(&mut self, kind: Kind, text: &str, field: Option<Field>, reason: Reason, position: usize) {
        let position = u16::try_from(position).unwrap_or(u16::MAX);
        self.by_kind[kind.index()].insert(key(text), Told { field, reason, position });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: Kind, header: &str) -> Option<Field> {
        Synonyms::default().meaning(kind, header).map(|m| m.field)
    }

    #[test]
    fn headers_as_officers_write_them() {
        use Field as F;
        use Kind as K;
        let cases = [
            (K::Residents, "Số định danh cá nhân", F::PersonalId),
            (K::Residents, "SỐ CCCD", F::PersonalId),
            (K::Residents, "Họ và tên", F::FullName),
            (K::Residents, "Họ, chữ đệm và tên khai sinh", F::FullName),
            (K::Residents, "Ngày,\ntháng, năm sinh", F::BirthDate),
            (K::Residents, "Ngày sinh (dd/mm/yyyy)", F::BirthDate),
            (K::Residents, "Thôn/Tổ", F::Hamlet),
            (K::Residents, "Nơi thường trú", F::Address),
            (K::Residents, "Họ tên cha", F::FatherName),
            (K::Residents, "Số CCCD của cha", F::FatherId),
            (K::Residents, "Họ tên vợ/chồng", F::SpouseName),
            (K::Residents, "Họ tên vợ (chồng)", F::SpouseName),
            (K::Residents, "Tình trạng cư trú", F::Status),
            (K::Residents, "Số CMND", F::OldId),
            (K::Births, "Họ tên mẹ", F::MotherName),
            (K::Births, "Năm sinh của mẹ", F::MotherBirthDate),
            (K::Births, "Họ và tên người được khai sinh", F::FullName),
            (K::Births, "nksHoTen", F::FullName),
            (K::Births, "meSoGiayToTuyThan", F::MotherId),
            (K::Births, "Nơi đăng ký", F::Commune),
            (K::Births, "Họ, chữ đệm, tên người cha", F::FatherName),
            (K::Deaths, "nktNgayChet", F::DeathDate),
            (K::Deaths, "nktHoTen", F::FullName),
            (K::Deaths, "nktNgaySinh", F::BirthDate),
            (K::Deaths, "Họ tên người chết", F::FullName),
            (K::Deaths, "Họ tên người yêu cầu", F::InformantName),
            (K::Marriages, "Họ và tên chồng", F::HusbandName),
            (K::Marriages, "Chồng - Họ tên", F::HusbandName),
            (K::Marriages, "Ngày sinh vợ", F::WifeBirthDate),
            (K::Marriages, "chongHoTen", F::HusbandName),
            (K::Marriages, "voSoGiayToTuyThan", F::WifePersonalId),
            (K::Marriages, "Chú rể", F::HusbandName),
            (K::Marriages, "Cô dâu", F::WifeName),
            (K::Deaths, "Mất ngày", F::DeathDate),
            (K::Births, "Chỗ ở", F::Address),
            (K::Welfare, "Đối tượng", F::GroupCode),
            (K::Welfare, "Mức trợ cấp (đồng)", F::MonthlyAmount),
            (K::Welfare, "1. Họ và tên", F::FullName),
            (K::Welfare, "Lý do dừng", F::StopReason),
            (K::Insurance, "Mã số BHXH", F::InsuranceNo),
            (K::Insurance, "Mã thẻ BHYT", F::CardNo),
            (K::Insurance, "Nơi ĐK KCB", F::FacilityCode),
            (K::Insurance, "Giá trị sử dụng từ", F::ValidFrom),
            (K::Insurance, "insurance_no", F::InsuranceNo),
        ];
        for (kind, header, wanted) in cases {
            assert_eq!(field(kind, header), Some(wanted), "{kind:?} {header}");
        }
        for (kind, header) in [
            (K::Residents, "Họ và tên chủ hộ"),
            (K::Residents, "STT"),
            (K::Births, "Quê quán"),
            (K::Welfare, "(1)"),
        ] {
            assert_eq!(field(kind, header), None, "{kind:?} {header}");
        }
    }

    #[test]
    fn the_user_has_the_last_word() {
        let mut table = Synonyms::default();
        table.map(&ColumnMap::parse("births.birth_date=\"Số đăng ký\"").unwrap());
        // A header need not hold a letter.
        table.map(&ColumnMap::parse("births.mother_birth_date=\"2023\"").unwrap());
        for header in ["2023", " 2023 ", "(1) 2023", "2023/1"] {
            let found = table.meaning(Kind::Births, header).map(|meaning| meaning.field);
            assert_eq!(found, Some(Field::MotherBirthDate), "{header}");
        }
        let meaning = table.meaning(Kind::Births, "số  đăng ký").unwrap();
        assert_eq!((meaning.field, meaning.reason), (Field::BirthDate, Reason::Mapped));
        for bad in ["births.birth_date", "birth.full_name=x", "births.card_no=x", "births.full_name= "] {
            assert!(ColumnMap::parse(bad).is_err(), "{bad}");
        }
    }
}
