//! The catalogue: what each code means to the officer who works it off (`data/findings.toml`).

use std::sync::LazyLock;

use serde::Deserialize;

use crate::builtin;
use crate::domain::{Code, Dataset, Field, Kind, Lang, Pillar, Severity};

/// Who corrects.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Office {
    /// Commune police: the registry.
    Police,
    /// Civil status officer.
    CivilStatus,
    /// Labour and social affairs.
    Welfare,
    /// Social insurance agency.
    Insurance,
}

impl Office {
    /// All of them, in the order of the contract.
    pub const ALL: [Self; 4] = [Self::Police, Self::CivilStatus, Self::Welfare, Self::Insurance];

    /// The name used in outputs and file names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Police => "cong-an",
            Self::CivilStatus => "tu-phap-ho-tich",
            Self::Welfare => "lao-dong-xa-hoi",
            Self::Insurance => "bao-hiem-xa-hoi",
        }
    }

    /// The name to be read.
    pub fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Police => lang.pick("Công an", "Police"),
            Self::CivilStatus => lang.pick("Tư pháp – hộ tịch", "Civil status"),
            Self::Welfare => lang.pick("Lao động – xã hội", "Social welfare"),
            Self::Insurance => lang.pick("Bảo hiểm xã hội", "Social insurance"),
        }
    }

    /// The office that keeps the files of a kind.
    pub fn of_source(kind: Kind) -> Self {
        match kind {
            Kind::Residents => Self::Police,
            Kind::Births | Kind::Deaths | Kind::Marriages => Self::CivilStatus,
            Kind::Welfare => Self::Welfare,
            Kind::Insurance => Self::Insurance,
        }
    }
}

/// A text in both languages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bilingual {
    vi: String,
    en: String,
}

impl Bilingual {
    fn get(&self, lang: Lang) -> &str {
        lang.pick(&self.vi, &self.en)
    }
}

/// A kind, or a column of a kind, that a rule cannot do without.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
struct Need {
    kind: Kind,
    field: Option<Field>,
}

impl Need {
    fn parse(text: &str) -> Option<Self> {
        let Some((kind, field)) = text.split_once('.') else {
            return Some(Self { kind: Kind::from_name(text)?, field: None });
        };
        let kind = Kind::from_name(kind)?;
        let field = Field::from_name(field).filter(|f| kind.fields().contains(f))?;
        Some(Self { kind, field: Some(field) })
    }

    fn met(self, data: &Dataset) -> bool {
        let present = self.kind == Kind::Residents || data.extract(self.kind).is_some();
        present && self.field.is_none_or(|field| data.has_column(self.kind, field))
    }

    /// What to name as missing: the kind where it is absent as a whole.
    fn name(self, data: &Dataset) -> String {
        let present = self.kind == Kind::Residents || data.extract(self.kind).is_some();
        match self.field {
            Some(field) if present => format!("{}.{}", self.kind.name(), field.name()),
            _ => self.kind.name().to_owned(),
        }
    }
}

/// One code of the catalogue.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// The severity, unless the rule says another of a case.
    pub severity: Severity,
    /// Legal source; empty where none was verified.
    pub legal: String,
    office: Option<Office>,
    title: Bilingual,
    procedure: Bilingual,
    needs: Vec<Vec<Need>>,
}

impl Entry {
    /// What is wrong, and what to do at a glance.
    pub fn title(&self, lang: Lang) -> &str {
        self.title.get(lang)
    }

    /// What the officer does.
    pub fn procedure(&self, lang: Lang) -> &str {
        self.procedure.get(lang)
    }

    /// Who corrects a finding whose row stands in a file of `source`.
    pub fn office(&self, source: Kind) -> Office {
        self.office.unwrap_or_else(|| Office::of_source(source))
    }

    /// The kinds and columns whose absence keeps the rule from being run; empty where nothing does.
    pub fn missing(&self, data: &Dataset) -> Vec<String> {
        let mut missing = Vec::new();
        for group in self.needs.iter().filter(|group| !group.iter().any(|need| need.met(data))) {
            for name in group.iter().map(|need| need.name(data)) {
                if !missing.contains(&name) {
                    missing.push(name);
                }
            }
        }
        missing
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCatalogue {
    finding: Vec<RawEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    code: String,
    severity: String,
    unit: String,
    #[serde(default)]
    needs: Vec<Vec<String>>,
    title: Bilingual,
    procedure: Bilingual,
    legal: String,
}

impl RawEntry {
    fn read(self) -> Result<Entry, String> {
        let wrong = |what: &str| format!("{}: {what}", self.code);
        let code = Code::parse(&self.code).ok_or_else(|| wrong("code"))?;
        let severity = [Severity::High, Severity::Medium, Severity::Low]
            .into_iter()
            .find(|s| s.name() == self.severity)
            .ok_or_else(|| wrong("severity"))?;
        let office = match self.unit.as_str() {
            "source" => None,
            unit => Some(Office::ALL.into_iter().find(|o| o.name() == unit).ok_or_else(|| wrong("unit"))?),
        };
        let needs = self
            .needs
            .iter()
            .map(|group| group.iter().map(|need| Need::parse(need)).collect::<Option<Vec<_>>>())
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| wrong("needs"))?;
        let (title, procedure, legal) = (self.title, self.procedure, self.legal);
        Ok(Entry { code, severity, legal, office, title, procedure, needs })
    }
}

/// How many codes each pillar has, in the order of [`Pillar::ALL`].
pub(super) const CODES: [u8; 4] = [10, 13, 9, 10];

fn read(text: &str) -> Result<Vec<Entry>, String> {
    let raw: RawCatalogue = toml::from_str(text).map_err(|e| e.to_string())?;
    let entries = raw.finding.into_iter().map(RawEntry::read).collect::<Result<Vec<_>, _>>()?;
    let all = Pillar::ALL
        .into_iter()
        .zip(CODES)
        .flat_map(|(pillar, count)| (1..=count).map(move |number| Code { pillar, number }));
    if entries.iter().map(|e| e.code).eq(all) {
        Ok(entries)
    } else {
        Err("every code must stand once, in order".into())
    }
}

static CATALOGUE: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    read(include_str!("../../data/findings.toml")).unwrap_or_else(|e| builtin::broken("findings.toml", &e))
});

/// Every code, in the order of the contract.
pub fn entries() -> &'static [Entry] {
    &CATALOGUE
}

/// The position of a code among [`entries`].
pub(super) fn position(code: Code) -> usize {
    let before: u8 = CODES[..code.pillar as usize].iter().sum();
    usize::from(before + code.number) - 1
}

/// What the catalogue says of a code.
///
/// # Panics
/// On a code that the contract does not have; rules and readers only make those it has.
pub fn entry(code: Code) -> &'static Entry {
    &CATALOGUE[position(code)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_catalogue_is_whole() {
        let entries = read(include_str!("../../data/findings.toml")).unwrap();
        assert_eq!(entries.len(), 42);
        for (ix, e) in entries.iter().enumerate() {
            assert_eq!((position(e.code), entry(e.code).code), (ix, e.code));
            for lang in [Lang::Vi, Lang::En] {
                assert!(!e.title(lang).is_empty() && !e.procedure(lang).is_empty(), "{}", e.code);
            }
        }
    }

    #[test]
    fn the_source_keeper_corrects_what_stands_in_its_file() {
        assert_eq!(entry(Code::dung(1)).office(Kind::Welfare), Office::Welfare);
        assert_eq!(entry(Code::dung(1)).office(Kind::Marriages), Office::CivilStatus);
        assert_eq!(entry(Code::song(1)).office(Kind::Deaths), Office::Police);
    }

    #[test]
    fn mistakes_are_named() {
        let text = include_str!("../../data/findings.toml");
        assert!(
            read(&text.replacen("unit = \"source\"", "unit = \"nobody\"", 1)).unwrap_err().contains("unit")
        );
        assert!(
            read(&text.replace("\"residents.gender\"", "\"births.status\"")).unwrap_err().contains("needs")
        );
        assert!(read(&text.replacen("DUNG-02", "DUNG-01", 1)).is_err());
    }
}
