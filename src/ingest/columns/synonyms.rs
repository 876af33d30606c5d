//! Which header text means which field: the table built in (`data/headers.toml`), the user's own, and the
//! columns named one by one with `--map`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use super::key::{key, without_brackets, without_number, without_section};
use crate::domain::{Field, Kind};
use crate::ingest::error::IngestError;
use crate::ingest::open::legacy;

/// The table that ships with the program.
const BUILT_IN: &str = include_str!("../../../data/headers.toml");

/// How a header came to be recognised: the better reason wins where two columns claim one field.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A part of the header ("Họ tên / Full name") or the header without its bracket.
    Part,
    /// The table built in.
    BuiltIn,
    /// The user's own table.
    User,
    /// The canonical name of the field.
    Canonical,
    /// Named with `--map`.
    Mapped,
}

/// What a header text means.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Meaning {
    pub(in crate::ingest) field: Field,
    pub(in crate::ingest) reason: Reason,
    /// Position in its list; the first is the best.
    pub(in crate::ingest) position: u16,
}

impl Meaning {
    /// Greater is the better claim to the field.
    pub(in crate::ingest) fn strength(self) -> (Reason, std::cmp::Reverse<u16>) {
        (self.reason, std::cmp::Reverse(self.position))
    }
}

/// A column named by the user: `--map births.birth_date="Ngày sinh cháu"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnMap {
    /// The kind of file.
    pub kind: Kind,
    /// The field.
    pub field: Field,
    /// The header that means it.
    pub header: String,
}

impl ColumnMap {
    /// Reads `kind.field=Header`.
    ///
    /// # Errors
    /// [`IngestError::BadMap`] where the kind or field is not known, or the field is none of the kind's.
    pub fn parse(text: &str) -> Result<Self, IngestError> {
        let bad = || IngestError::BadMap { text: text.to_owned() };
        let (target, header) = text.split_once('=').ok_or_else(bad)?;
        let (kind, field) = target.trim().split_once('.').ok_or_else(bad)?;
        let kind = Kind::from_name(kind).ok_or_else(bad)?;
        let field = Field::from_name(field).filter(|f| kind.fields().contains(f)).ok_or_else(bad)?;
        let header = header.trim().trim_matches('"').trim();
        if key(header).is_empty() {
            return Err(bad());
        }
        Ok(Self { kind, field, header: header.to_owned() })
    }
}

/// The synonym table in force: header keys to fields, for each kind.
#[derive(Clone, Debug)]
pub struct Synonyms {
    by_kind: [FxHashMap<String, Meaning>; Kind::ALL.len()],
    /// Words for persons other than the one that a row is about.
    others: [FxHashSet<String>; Kind::ALL.len()],
    /// Words for the person that a row is about.
    own: [FxHashSet<String>; Kind::ALL.len()],
    /// What headings over several columns begin with, the longest first.
    headings: Vec<String>,
    /// What is told of the thing that a heading names, and is not that thing.
    beside: FxHashSet<String>,
    /// What is the thing that a heading names.
    itself: FxHashSet<String>,
    /// The columns named with `--map`.
    maps: Vec<ColumnMap>,
}

impl Default for Synonyms {
    /// The table built in.
    fn default() -> Self {
        static TABLE: LazyLock<Synonyms> = LazyLock::new(|| {
            let mut table = Synonyms::canonical();
            // A unit test holds the shipped table to be readable.
            if let Ok(file) = toml::from_str::<HeadersFile>(BUILT_IN) {
                file.add_to(&mut table);
            }
            table
        });
        TABLE.clone()
    }
}

impl Synonyms {
    /// The canonical names alone.
    fn canonical() -> Self {
        let mut table = Self {
            by_kind: Default::default(),
            others: Default::default(),
            own: Default::default(),
            headings: Vec::new(),
            beside: FxHashSet::default(),
            itself: FxHashSet::default(),
            maps: Vec::new(),
        };
        for kind in Kind::ALL {
            for &field in kind.fields() {
                table.insert(kind, field.name(), field, Reason::Canonical, 0);
            }
        }
        table
    }

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
                    self.replace(kind, text, field, Reason::User, position);
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

    /// The columns named with `--map`.
    pub(in crate::ingest) fn maps(&self) -> &[ColumnMap] {
        &self.maps
    }

    /// What a header text means for a kind: as written, else as legacy fonts show it.
    pub(in crate::ingest) fn meaning(&self, kind: Kind, header: &str) -> Option<Meaning> {
        let as_written = self.meaning_as_written(kind, header);
        // Dates and numbers, which most cells are that are asked for, are the same in every font.
        if header.is_ascii() && !header.bytes().any(|b| b.is_ascii_alphabetic()) {
            return as_written;
        }
        as_written.or_else(|| {
            let found = legacy::readings(header).find_map(|text| self.meaning_as_written(kind, &text))?;
            Some(Meaning { reason: Reason::Part.min(found.reason), ..found })
        })
    }

    /// What a header text means for a kind; the whole text first, then the text without brackets, then
    /// the first of its parts ("Họ tên / Full name") that means anything.
    pub(in crate::ingest) fn meaning_as_written(&self, kind: Kind, header: &str) -> Option<Meaning> {
        let table = &self.by_kind[kind as usize];
        let whole = key(header);
        if whole.is_empty() {
            return None;
        }
        if let Some(found) = table.get(&whole) {
            return Some(*found);
        }
        let part = |text: &str| {
            let found = table.get(&key(text))?;
            Some(Meaning { reason: Reason::Part.min(found.reason), ..*found })
        };
        let plain = without_brackets(header);
        part(without_number(header))
            .or_else(|| part(&plain))
            .or_else(|| part(without_number(&plain)))
            .or_else(|| header.split(['/', '\n', '|', '(', '-']).find_map(part))
    }

    /// What a header under a merged header means: "Cha" over "Họ tên", "Đăng ký khai sinh" over "Số".
    pub(in crate::ingest) fn meaning_under(&self, kind: Kind, top: &str, bottom: &str) -> Option<Meaning> {
        let (table, bottom) = (&self.by_kind[kind as usize], key(bottom));
        self.heads(top).find_map(|top| {
            let joined = [format!("{top}{bottom}"), format!("{bottom}{top}")];
            joined.iter().find_map(|text| table.get(text)).copied()
        })
    }

    /// Whether a text names a person of the kind other than the one that the row is about.
    pub(in crate::ingest) fn names_other_person(&self, kind: Kind, text: &str) -> bool {
        self.heads(text).any(|head| self.others[kind as usize].contains(&head))
    }

    /// Whether a heading over several columns is understood: it names the person that the row is about, or means
    /// a field itself.
    pub(in crate::ingest) fn understands(&self, kind: Kind, heading: &str) -> bool {
        let (own, table) = (&self.own[kind as usize], &self.by_kind[kind as usize]);
        self.heads(heading).any(|head| own.contains(&head) || table.contains_key(&head))
            || self.meaning(kind, heading).is_some()
    }

    /// Whether a heading names a person, known or not: "Người được uỷ quyền".
    pub(in crate::ingest) fn names_some_person(&self, heading: &str) -> bool {
        self.heads(heading).any(|head| head.starts_with("nguoi"))
    }

    /// Whether a lower header tells something of what its heading names, and is not that thing itself.
    pub(in crate::ingest) fn is_beside(&self, text: &str) -> bool {
        self.beside.contains(&key(text))
    }

    /// Whether a lower header is the thing that its heading names.
    pub(in crate::ingest) fn is_itself(&self, text: &str) -> bool {
        self.itself.contains(&key(text))
    }

    /// The keys of a heading: of the whole, then of what remains of it without what headings begin with ("Phần
    /// ghi về người cha"), without a number before it or a bracket.
    fn heads(&self, heading: &str) -> impl Iterator<Item = String> + '_ {
        let whole = key(heading);
        let plain = key(without_section(&without_brackets(heading)));
        let second = (plain != whole && !plain.is_empty()).then_some(plain);
        [Some(whole), second].into_iter().flatten().flat_map(|whole| {
            std::iter::successors(Some(whole), |text| {
                let starts = || self.headings.iter().map(String::as_str);
                let rest = starts().find_map(|start| text.strip_prefix(start))?;
                (!rest.is_empty()).then(|| rest.to_owned())
            })
        })
    }

    /// Adds a text, unless it means something already.
    fn insert(&mut self, kind: Kind, text: &str, field: Field, reason: Reason, position: usize) {
        self.insert_key(kind, key(text), field, reason, position);
    }

    fn insert_key(&mut self, kind: Kind, key: String, field: Field, reason: Reason, position: usize) {
        let position = u16::try_from(position).unwrap_or(u16::MAX);
        self.by_kind[kind as usize].entry(key).or_insert(Meaning { field, reason, position });
    }

    fn replace(&mut self, kind: Kind, text: &str, field: Field, reason: Reason, position: usize) {
        let position = u16::try_from(position).unwrap_or(u16::MAX);
        self.by_kind[kind as usize].insert(key(text), Meaning { field, reason, position });
    }
}

/// Lists of header texts, by field name.
type Texts = BTreeMap<String, Vec<String>>;

/// A person of a kind, as `data/headers.toml` describes it.
#[derive(Deserialize)]
struct PersonWords {
    kind: String,
    words: Vec<String>,
    #[serde(flatten)]
    fields: BTreeMap<String, String>,
}

/// The shape of `data/headers.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadersFile {
    heading: Vec<String>,
    beside: Vec<String>,
    itself: Vec<String>,
    said: Texts,
    person: Vec<PersonWords>,
    shared: Texts,
    residents: Texts,
    births: Texts,
    deaths: Texts,
    marriages: Texts,
    welfare: Texts,
    insurance: Texts,
}

impl HeadersFile {
    /// Adds everything, the more special first: an earlier meaning of a text stands.
    fn add_to(&self, table: &mut Synonyms) {
        let own = [
            (Kind::Residents, &self.residents),
            (Kind::Births, &self.births),
            (Kind::Deaths, &self.deaths),
            (Kind::Marriages, &self.marriages),
            (Kind::Welfare, &self.welfare),
            (Kind::Insurance, &self.insurance),
        ];
        for (kind, texts) in own {
            add_texts(table, kind, texts);
        }
        for person in &self.person {
            self.add_person(table, person);
        }
        for kind in Kind::ALL {
            add_texts(table, kind, &self.shared);
        }
        table.headings = self.heading.iter().map(|text| key(text)).collect();
        table.headings.sort_by_key(|text| std::cmp::Reverse(text.len()));
        table.beside = self.beside.iter().map(|text| key(text)).collect();
        table.itself = self.itself.iter().map(|text| key(text)).collect();
    }

    fn add_person(&self, table: &mut Synonyms, person: &PersonWords) {
        let Some(kind) = Kind::from_name(&person.kind) else { return };
        let words: Vec<String> = person.words.iter().map(|word| key(word)).collect();
        let is_own = words.iter().any(String::is_empty);
        let known = if is_own { &mut table.own } else { &mut table.others };
        known[kind as usize].extend(words.iter().filter(|word| !word.is_empty()).cloned());
        for (said, field) in &person.fields {
            let Some(field) = Field::from_name(field) else { continue };
            // The keys of the joined texts are the joined keys: there are thousands of them.
            for (position, text) in self.said.get(said).into_iter().flatten().enumerate() {
                let text = key(text);
                for word in &words {
                    if word.is_empty() {
                        table.insert_key(kind, text.clone(), field, Reason::BuiltIn, position);
                        continue;
                    }
                    for joined in
                        [format!("{text}{word}"), format!("{text}cua{word}"), format!("{word}{text}")]
                    {
                        table.insert_key(kind, joined, field, Reason::BuiltIn, position);
                    }
                }
            }
        }
    }
}

fn add_texts(table: &mut Synonyms, kind: Kind, texts: &Texts) {
    for (name, list) in texts {
        let Some(field) = Field::from_name(name).filter(|f| kind.fields().contains(f)) else { continue };
        for (position, text) in list.iter().enumerate() {
            table.insert(kind, text, field, Reason::BuiltIn, position);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: Kind, header: &str) -> Option<Field> {
        Synonyms::default().meaning(kind, header).map(|m| m.field)
    }

    #[test]
    fn the_shipped_table_names_only_fields_that_exist_and_contradicts_itself_nowhere() {
        let file: HeadersFile = toml::from_str(BUILT_IN).unwrap();
        let kinds = Kind::ALL.map(Kind::name);
        for person in &file.person {
            let kind = Kind::from_name(&person.kind).unwrap();
            for (said, name) in &person.fields {
                assert!(file.said.contains_key(said), "{said}");
                assert!(kind.fields().contains(&Field::from_name(name).unwrap()), "{name}");
            }
        }
        let own =
            [&file.residents, &file.births, &file.deaths, &file.marriages, &file.welfare, &file.insurance];
        for (kind_name, texts) in kinds.into_iter().zip(own) {
            let kind = Kind::from_name(kind_name).unwrap();
            let mut seen = BTreeMap::new();
            for (name, list) in texts {
                let field = Field::from_name(name).unwrap();
                assert!(kind.fields().contains(&field), "{kind_name}.{name}");
                for text in list {
                    let other = seen.insert(key(text), field);
                    assert!(
                        other.is_none_or(|o| o == field),
                        "{kind_name}: {text} means {name} and {other:?}"
                    );
                }
            }
        }
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
