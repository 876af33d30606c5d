//! What a row or a resident is known by from night to night, and the digests of the values that a decision
//! rests on.

use std::borrow::Cow;
use std::sync::LazyLock;

use rayon::prelude::*;

use crate::domain::{Dataset, Finding, Gender, Lang, NameId, Origin, Person, PlaceId, ResidentIx};
use crate::findings;
use crate::words::{self, text};

/// The identity of a role of a row, or of a resident: a digest of what tells it from all others. Files may
/// be sorted anew, renamed or split, and other cells mended; it stays.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub u64);

impl Key {
    fn of(text: &str) -> Self {
        let mut first = [0; 8];
        first.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..8]);
        Self(u64::from_be_bytes(first))
    }

    /// The key of a role of a row: extract by position, row by index, role by position.
    pub fn of_role(data: &Dataset, extract: usize, row: usize, role: usize) -> Self {
        Self::of(&findings::role_key(data, extract, row, role))
    }

    /// A digest of what else tells the subject of a finding; `None` where nothing does.
    pub fn of_trace(data: &Dataset, finding: &Finding) -> Option<Self> {
        findings::subject_trace(finding, data).map(|trace| Self::of(&trace)).filter(|key| key.0 != 0)
    }

    /// The key of a resident.
    pub fn of_resident(data: &Dataset, ix: ResidentIx) -> Self {
        Self::of(&findings::resident_key(data, ix))
    }
}

/// Digests of the values that a decision on a pair rests on, one for each of [`Values::FIELDS`]; 0 where
/// nothing is written.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Values(pub [u32; 6]);

impl Values {
    /// The fields, by canonical name.
    pub const FIELDS: [&'static str; 6] =
        ["full_name", "birth_date", "gender", "personal_id", "old_id", "commune"];

    /// The values of a role of a row; its commune is that of residence, else the row's.
    pub fn of_role(data: &Dataset, extract: usize, row: usize, role: usize) -> Self {
        Self::of(
            role_of(data, extract, row, role),
            |name| name_digest(data, name),
            |at| place_digest(data, at),
        )
    }

    /// The values of a resident.
    pub fn of_resident(data: &Dataset, ix: ResidentIx) -> Self {
        let person = &data.registry.get(ix).person;
        Self::of((person, person.place), |name| name_digest(data, name), |at| place_digest(data, at))
    }

    /// The values of a person as normalised, and the commune that counts for it.
    fn of(
        (person, place): (&Person, PlaceId),
        name: impl FnOnce(NameId) -> u32,
        commune: impl FnOnce(PlaceId) -> u32,
    ) -> Self {
        let birth = person.birth.value().map(|date| date.to_string());
        Self([
            name(person.name.id),
            digest(&birth.unwrap_or_default()),
            person.gender.map_or(0, gender_digest),
            digest(&person.personal_id().map(|id| id.to_string()).unwrap_or_default()),
            digest(&person.old_id().map(|id| id.to_string()).unwrap_or_default()),
            commune(place),
        ])
    }

    /// The fields whose values differ.
    pub fn changed(&self, now: &Self) -> Vec<&'static str> {
        let pairs = self.0.iter().zip(&now.0).zip(Self::FIELDS);
        pairs.filter(|((then, now), _)| then != now).map(|(_, field)| field).collect()
    }

    /// Whether the personal or old ID may be this one: digests of 32 bits tell that it is not, and once in four
    /// thousand million that it is though it is not.
    pub fn holds_id(&self, number: &str) -> bool {
        let number = digest(number);
        self.0[3] == number || self.0[4] == number
    }

    /// As bytes, for the store and the index of a run.
    pub fn to_bytes(self) -> [u8; 24] {
        let mut bytes = [0; 24];
        for (place, value) in bytes.chunks_exact_mut(4).zip(self.0) {
            place.copy_from_slice(&value.to_le_bytes());
        }
        bytes
    }

    /// From bytes made so; `None` for any other length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != 24 {
            return None;
        }
        let mut values = [0; 6];
        for (value, place) in values.iter_mut().zip(bytes.chunks_exact(4)) {
            *value = u32::from_le_bytes(place.try_into().ok()?);
        }
        Some(Self(values))
    }
}

/// A person in a role of a row, and the commune of residence, else the row's.
fn role_of(data: &Dataset, extract: usize, row: usize, role: usize) -> (&Person, PlaceId) {
    let extract = &data.extracts[extract];
    let person = &extract.persons_of(row)[role];
    (person, if person.place.is_blank() { extract.rows[row].place } else { person.place })
}

fn name_digest(data: &Dataset, name: NameId) -> u32 {
    digest(data.names.key(name))
}

fn gender_digest(gender: Gender) -> u32 {
    static DIGESTS: LazyLock<[u32; 2]> = LazyLock::new(|| ["m", "f"].map(digest));
    DIGESTS[usize::from(gender == Gender::Female)]
}

fn place_digest(data: &Dataset, place: PlaceId) -> u32 {
    let (code, name) = data.places.label(place);
    digest(if code.is_empty() { name } else { code })
}

/// Makes the [`Values`] of many, with the digests of what many share made once.
pub(super) struct ValueTable<'d> {
    data: &'d Dataset,
    names: Vec<u32>,
    places: Vec<u32>,
}

impl<'d> ValueTable<'d> {
    /// Digests all names and communes of the data.
    pub(super) fn new(data: &'d Dataset) -> Self {
        let names = (0..data.names.len() as u32).into_par_iter().with_min_len(1024);
        let places = 0..data.places.places.len() as u32;
        Self {
            data,
            names: names.map(|id| name_digest(data, NameId(id))).collect(),
            places: places.map(|id| place_digest(data, PlaceId(id))).collect(),
        }
    }

    /// [`Values::of_role`].
    pub(super) fn of_role(&self, extract: usize, row: usize, role: usize) -> Values {
        self.of(role_of(self.data, extract, row, role))
    }

    /// [`Values::of_resident`].
    pub(super) fn of_resident(&self, ix: ResidentIx) -> Values {
        let person = &self.data.registry.get(ix).person;
        self.of((person, person.place))
    }

    fn of(&self, person: (&Person, PlaceId)) -> Values {
        Values::of(person, |name| self.names[name.0 as usize], |place| self.places[place.0 as usize])
    }
}

/// Digests of the three values of a finding; where it has none, one of the name and birth date of whom it is about,
/// and whether that is so.
pub fn value_digests(finding: &Finding, data: &Dataset) -> ([u32; 3], bool) {
    let values = text_digests([&finding.source_value, &finding.registry_value, &finding.proposed_value]);
    if values != NO_VALUES {
        return (values, false);
    }
    let person = match (finding.resident, finding.origin) {
        (Some(ix), _) | (None, Origin::Registry(ix)) => &data.registry.get(ix).person,
        (None, Origin::Extract(point)) => {
            let extract = &data.extracts[usize::from(point.extract)];
            &extract.persons_of(point.row as usize)[usize::from(point.role)]
        }
    };
    let birth = person.birth.value().map(|date| date.to_string()).unwrap_or_default();
    let about = digest(&format!("{}/{birth}", data.names.key(person.name.id)));
    ([about, NO_VALUES[1], NO_VALUES[2]], true)
}

/// Digests of the three values of a finding, given as texts.
pub fn text_digests(values: [&str; 3]) -> [u32; 3] {
    values.map(digest)
}

/// Of a finding without values, as an older program stored it.
pub(super) const NO_VALUES: [u32; 3] = [0; 3];

/// A digest of a value as text; 0 stands for nothing written.
fn digest(text: &str) -> u32 {
    if text.is_empty() {
        return 0;
    }
    let mut first = [0; 4];
    first.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..4]);
    u32::from_le_bytes(first).max(1)
}

/// What changed where a finding has no values of its own: whom it is about.
pub(super) const SUBJECT: &str = "subject";

/// The name of a field that a decision rested on, to be read.
pub fn field_title(field: &str, lang: Lang) -> Cow<'static, str> {
    match field {
        "full_name" => words::matched_on("name", lang).into(),
        "birth_date" => words::matched_on("birth_date", lang).into(),
        "gender" => words::matched_on("gender", lang).into(),
        "personal_id" => words::matched_on("personal_id", lang).into(),
        "old_id" => words::matched_on("old_id", lang).into(),
        "commune" => words::matched_on("commune", lang).into(),
        SUBJECT => text!(lang, "store.keys.person").into(),
        "source_value" => words::within(text!(lang, "terms.value.source")).into(),
        "registry_value" => words::within(text!(lang, "terms.value.registry")).into(),
        "proposed_value" => words::within(text!(lang, "terms.value.proposed")).into(),
        "until" => text!(lang, "store.keys.due").into(),
        "grace" => text!(lang, "store.keys.not_corrected").into(),
        _ => text!(lang, "store.keys.data").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_and_tell_what_changed() {
        let then = Values([1, 2, 3, 4, 5, 6]);
        assert_eq!(Values::from_bytes(&then.to_bytes()), Some(then));
        assert_eq!(Values::from_bytes(&[0; 23]), None);
        let now = Values([1, 9, 3, 4, 5, 0]);
        assert_eq!(then.changed(&now), ["birth_date", "commune"]);
        assert_eq!((digest(""), digest("a") == digest("b")), (0, false));
    }
}
