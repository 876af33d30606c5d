//! The catalogue: what each code means to the officer who works it off (`data/findings.toml`).

use std::sync::LazyLock;

use serde::Deserialize;

use super::laws::Legal;
use crate::builtin;
pub use crate::domain::Office;
use crate::domain::{Capability, Code, Dataset, Day, Field, Kind, Lang, Pillar, Severity, Words};

/// A kind, a column of a kind, or any list of another sector that proves something, without which a rule is not run.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Need {
    /// The kind, and a column of it.
    Kind(Kind, Option<Field>),
    /// Any list of another sector, with a column or a capability.
    List(Option<Field>, Option<Capability>),
}

/// What stands in the catalogue, and among what is missing, for any list of another sector.
pub const LISTS: &str = "lists";

/// What is missing where the insurance extracts hold the cards of adults alone.
pub const CHILD_CARDS: &str = "insurance.child_cards";

impl Need {
    fn parse(text: &str) -> Option<Self> {
        let (kind, field) = text.split_once('.').map_or((text, None), |(kind, field)| (kind, Some(field)));
        if kind == LISTS {
            let capability = |name| Capability::OF_LISTS.into_iter().find(|known| known.name() == name);
            return match field.map(|name| (Field::from_name(name), capability(name))) {
                None => Some(Self::List(None, None)),
                Some((None, None)) => None,
                Some((field, capability)) => Some(Self::List(field, capability)),
            };
        }
        let kind = Kind::from_name(kind)?;
        let Some(field) = field else { return Some(Self::Kind(kind, None)) };
        let field = Field::from_name(field).filter(|f| kind.fields().contains(f))?;
        Some(Self::Kind(kind, Some(field)))
    }

    fn met(self, data: &Dataset) -> bool {
        match self {
            Self::Kind(kind, field) => {
                is_given(kind, data) && field.is_none_or(|field| data.has_column(kind, field))
            }
            Self::List(field, capability) => data.extracts.iter().map(|extract| extract.kind).any(|kind| {
                kind.is_list()
                    && capability.is_none_or(|capability| kind.has(capability))
                    && field.is_none_or(|field| data.has_column(kind, field))
            }),
        }
    }

    /// What to name as missing: the kind where it is absent as a whole. A list of another sector that would also do
    /// is only named where nothing else would.
    fn name(self, data: &Dataset) -> Option<String> {
        match self {
            Self::Kind(kind, Some(field)) if is_given(kind, data) => {
                Some(format!("{}.{}", kind.name(), field.name()))
            }
            Self::Kind(kind, _) => Some(kind.name().to_owned()),
            Self::List(Some(_), _) => None,
            Self::List(None, _) => Some(LISTS.to_owned()),
        }
    }
}

fn is_given(kind: Kind, data: &Dataset) -> bool {
    kind == Kind::Residents || data.extract(kind).is_some()
}

/// One code of the catalogue.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// The severity, unless the rule says another of a case.
    pub severity: Severity,
    /// Its place among all codes, the one with the gravest consequence first: 0.
    pub consequence: u8,
    legal: Vec<Legal>,
    office: Option<Office>,
    title: Words,
    procedure: Words,
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

    /// Where the rule comes from; none where no source was verified.
    pub fn sources(&self) -> &[Legal] {
        &self.legal
    }

    /// What the officer does, with the legal sources as they stand on a day.
    pub fn procedure_with_sources(&self, on: Day, lang: Lang) -> String {
        let procedure = self.procedure(lang);
        if self.legal.is_empty() {
            return procedure.to_owned();
        }
        let sources: Vec<String> = self.legal.iter().map(|legal| legal.cite(on, lang)).collect();
        format!("{} ({})", procedure.trim_end_matches('.'), sources.join("; "))
    }

    /// Who corrects a finding whose row stands in a file of `source`.
    pub fn office(&self, source: Kind) -> Office {
        self.office.unwrap_or_else(|| Office::of_source(source))
    }

    /// The kinds and columns whose absence keeps the rule from being run; empty where nothing does.
    pub fn missing(&self, data: &Dataset) -> Vec<String> {
        let mut missing = Vec::new();
        for group in self.needs.iter().filter(|group| !group.iter().any(|need| need.met(data))) {
            for name in group.iter().filter_map(|need| need.name(data)) {
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
    by_consequence: Vec<String>,
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
    title: Words,
    procedure: Words,
    legal: Vec<String>,
}

impl RawEntry {
    fn read(self, by_consequence: &[String]) -> Result<Entry, String> {
        let wrong = |what: &str| format!("{}: {what}", self.code);
        let code = Code::parse(&self.code).ok_or_else(|| wrong("code"))?;
        let severity = [Severity::High, Severity::Medium, Severity::Low]
            .into_iter()
            .find(|s| s.name() == self.severity)
            .ok_or_else(|| wrong("severity"))?;
        let mut places = (0..).zip(by_consequence).filter(|(_, listed)| **listed == self.code);
        let (Some((consequence, _)), None) = (places.next(), places.next()) else {
            return Err(wrong("by_consequence must name it once"));
        };
        let office = match self.unit.as_str() {
            "source" => None,
            unit => Some(Office::from_name(unit).ok_or_else(|| wrong("unit"))?),
        };
        let needs = self
            .needs
            .iter()
            .map(|group| group.iter().map(|need| Need::parse(need)).collect::<Option<Vec<_>>>())
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| wrong("needs"))?;
        let legal = self.legal.iter().map(|source| Legal::parse(source)).collect::<Option<Vec<_>>>();
        let legal = legal.ok_or_else(|| wrong("legal"))?;
        let (title, procedure) = (self.title, self.procedure);
        Ok(Entry { code, severity, consequence, legal, office, title, procedure, needs })
    }
}

/// All codes, and where each stands.
struct Catalogue {
    entries: Vec<Entry>,
    /// By pillar and number.
    positions: [[Option<u8>; MOST]; Pillar::ALL.len()],
}

/// The numbers of a pillar's codes are below this.
const MOST: usize = 32;

fn read(text: &str) -> Result<Catalogue, String> {
    let raw: RawCatalogue = toml::from_str(text).map_err(|e| e.to_string())?;
    let read = |entry: RawEntry| entry.read(&raw.by_consequence);
    let entries = raw.finding.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    if entries.len() != raw.by_consequence.len() {
        return Err("by_consequence names a code that is none".into());
    }
    if !entries.is_sorted_by(|a, b| a.code < b.code) {
        return Err("every code must stand once, in order".into());
    }
    let mut positions = [[None; MOST]; Pillar::ALL.len()];
    for (at, entry) in entries.iter().enumerate() {
        let place = positions[entry.code.pillar as usize].get_mut(usize::from(entry.code.number));
        *place.ok_or_else(|| format!("{}: number", entry.code))? = u8::try_from(at).ok();
    }
    Ok(Catalogue { entries, positions })
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    read(include_str!("../../data/findings.toml")).unwrap_or_else(|e| builtin::broken("findings.toml", &e))
});

/// Every code, in the order of the contract.
pub fn entries() -> &'static [Entry] {
    &CATALOGUE.entries
}

/// The position of a code among [`entries`].
///
/// # Panics
/// On a code that the contract does not have; rules and readers only make those it has.
pub(super) fn position(code: Code) -> usize {
    let known = CATALOGUE.positions[code.pillar as usize].get(usize::from(code.number)).copied().flatten();
    known.map(usize::from).unwrap_or_else(|| panic!("{code} is not in the catalogue"))
}

/// What the catalogue says of a code.
///
/// # Panics
/// On a code that the contract does not have; rules and readers only make those it has.
pub fn entry(code: Code) -> &'static Entry {
    &CATALOGUE.entries[position(code)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_catalogue_is_whole() {
        let entries = read(include_str!("../../data/findings.toml")).unwrap().entries;
        for (ix, e) in entries.iter().enumerate() {
            assert_eq!((position(e.code), entry(e.code).code), (ix, e.code));
            for lang in Lang::ALL {
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
            read(&text.replacen("unit = \"source\"", "unit = \"nobody\"", 1)).err().unwrap().contains("unit")
        );
        assert!(
            read(&text.replace("\"residents.gender\"", "\"births.status\"")).err().unwrap().contains("needs")
        );
        assert!(read(&text.replacen("code = \"DUNG-02\"", "code = \"DUNG-01\"", 1)).is_err());
        for wrong in
            [text.replacen("\"SONG-03\", ", "", 1), text.replacen("\"SONG-03\", ", "\"SONG-01\", ", 1)]
        {
            assert!(read(&wrong).err().unwrap().contains("by_consequence"));
        }
        assert!(read(&text.replacen("\"can_cuoc: ", "\"can_cuoc_moi: ", 1)).err().unwrap().contains("legal"));
    }
}
