//! What the links of an extract stand on: a digest of all that they depend on. While it is the same, linking the
//! extract once more would say the same.
//!
//! The links of an extract depend on the registry, on its own persons, on settings, parameters and verdicts: on
//! no other extract, and on no file name, format, encoding or row number. So it is the records that are digested,
//! by what their names and places are and not by the numbers that these have in one run.

use std::hash::{Hash, Hasher};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Capability, Dataset, DeathDetail, Detail, Extract, ExtractLinks, Kind, LinkageSettings, NameCell, NameId,
    NamePool, Person, PlaceId, Relative, Resident, Surplus, TextId,
};
use crate::linkage::evaluate::holdout::Audit;
use crate::linkage::model::em::Training;
use crate::linkage::model::model_file::Parameters;
use crate::linkage::resolve::acts::Acts;
use crate::linkage::resolve::clerical_overrides::ExtractOverrides;

/// Digest of all that the links of one extract depend on, but for the program itself.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint(pub [u8; 32]);

/// What was learned of one role of an extract.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Learned {
    /// Estimated share of persons who are in the registry.
    pub coverage: f64,
    /// The learning.
    pub training: Training,
    /// Quality measured on persons whose ID was hidden.
    pub audit: Audit,
}

/// What linkage came to for one extract.
#[derive(Debug, Default, Deserialize)]
pub struct ExtractLinkage {
    /// The decisions.
    pub links: ExtractLinks,
    /// Its element of [`Links::unlinked_duplicates`](crate::domain::Links::unlinked_duplicates).
    pub unlinked_duplicates: Vec<Surplus<u32>>,
    /// By role.
    pub learned: Vec<Learned>,
}

/// Whoever remembers what an earlier run came to.
pub trait Earlier: Sync {
    /// What linkage came to for an extract of that kind with that fingerprint; `None` where nobody remembers.
    fn linkage(&self, kind: Kind, fingerprint: &Fingerprint) -> Option<ExtractLinkage>;
}

/// Nothing is remembered.
impl Earlier for () {
    fn linkage(&self, _: Kind, _: &Fingerprint) -> Option<ExtractLinkage> {
        None
    }
}

/// Records that one task digests.
const CHUNK: usize = 8_192;

/// The digests of what the records of a run refer to, and of what all its extracts are linked to and by.
pub(crate) struct Fingerprints {
    names: Vec<Digest>,
    texts: Vec<Digest>,
    places: Vec<Digest>,
    /// Registry, settings and parameters.
    common: [u8; 32],
    /// What residents did by the lists: it bears on lists of the dead alone.
    acts: [u8; 32],
}

/// Half a digest: enough to tell the names of a country apart.
pub(crate) type Digest = [u8; 16];

/// The digest of some bytes.
pub(crate) fn digest(bytes: &[u8]) -> Digest {
    let mut half = Digest::default();
    half.copy_from_slice(&blake3::hash(bytes).as_bytes()[..size_of::<Digest>()]);
    half
}

/// Digests all names, by [`NameId`].
pub(crate) fn name_digests(names: &NamePool) -> Vec<Digest> {
    (0..names.len() as u32).into_par_iter().map(|id| digest(names.key(NameId(id)).as_bytes())).collect()
}

/// Takes what `#[derive(Hash)]` writes.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Hasher for Bytes {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

/// Digests records in their order, by all threads.
fn digest_all<T: Sync>(records: &[T], write: impl Fn(&T, &mut Bytes) + Sync) -> blake3::Hash {
    let parts: Vec<blake3::Hash> = records
        .par_chunks(CHUNK)
        .map(|records| {
            let mut bytes = Bytes::default();
            records.iter().for_each(|record| write(record, &mut bytes));
            blake3::hash(&bytes.0)
        })
        .collect();
    let mut whole = blake3::Hasher::new();
    whole.update(&records.len().to_le_bytes());
    parts.iter().for_each(|part| {
        whole.update(part.as_bytes());
    });
    whole.finalize()
}

impl Fingerprints {
    /// Digests the registry and what the records refer to.
    pub(crate) fn new(data: &Dataset, settings: &LinkageSettings, parameters: Parameters<'_>) -> Self {
        let places = data.places.places.iter().map(|place| {
            let units = place.units.iter().filter_map(|unit| data.places.units.get(unit.0 as usize));
            let mut bytes = Bytes::default();
            (&place.code, &place.name).hash(&mut bytes);
            units.for_each(|unit| (&unit.code, &unit.name).hash(&mut bytes));
            digest(&bytes.0)
        });
        let texts = (0..data.texts.len() as u32).into_par_iter();
        let mut fingerprints = Self {
            names: name_digests(&data.names),
            texts: texts.map(|id| digest(data.texts.get(TextId(id)).as_bytes())).collect(),
            places: places.collect(),
            common: [0; 32],
            acts: [0; 32],
        };
        let mut common = blake3::Hasher::new();
        common.update(digest_all(&data.registry.residents, |r, to| fingerprints.resident(r, to)).as_bytes());
        common.update(format!("{settings:?} {parameters:?}").as_bytes());
        fingerprints.common = *common.finalize().as_bytes();
        fingerprints
    }

    /// Takes in what residents did by all extracts together.
    pub(crate) fn reckon_with(&mut self, acts: &Acts) {
        let mut bytes = Bytes::default();
        acts.sorted().hash(&mut bytes);
        self.acts = *blake3::hash(&bytes.0).as_bytes();
    }

    /// The digests of all names, by [`NameId`].
    pub(crate) fn names(&self) -> &[Digest] {
        &self.names
    }

    /// What the links of an extract stand on.
    pub(crate) fn of(&self, extract: &Extract, overrides: &ExtractOverrides) -> Fingerprint {
        let mut fingerprint = blake3::Hasher::new();
        fingerprint.update(&self.common);
        fingerprint.update(extract.kind.name().as_bytes());
        fingerprint.update(digest_all(&extract.persons, |person, to| self.person(person, to)).as_bytes());
        let rows = digest_all(&extract.rows, |row, to| {
            row.filled.hash(to);
            match &row.detail {
                Detail::Death(DeathDetail {
                    registration: _,
                    death_date,
                    informant,
                    annulled,
                    of_old_age,
                    act,
                }) => {
                    (death_date, informant, annulled, of_old_age, act).hash(to);
                }
                Detail::Welfare(benefit) => (benefit.stopped_by_death, benefit.stop, benefit.start).hash(to),
                Detail::Insurance(card) => (card.stopped_by_death, card.stop, card.valid_from).hash(to),
                Detail::Entry(entry) => (entry.stopped_by_death, entry.stop, entry.start).hash(to),
                Detail::Marriage => row.registered_on.hash(to),
                Detail::Birth(_) => {}
            }
        });
        fingerprint.update(rows.as_bytes());
        if extract.kind.has(Capability::Death) {
            fingerprint.update(&self.acts);
        }
        let mut verdicts = Bytes::default();
        overrides.hash(&mut verdicts);
        fingerprint.update(&verdicts.0);
        Fingerprint(*fingerprint.finalize().as_bytes())
    }

    // Records are taken apart field by field, so that none that is added is forgotten here.

    fn resident(&self, resident: &Resident, to: &mut Bytes) {
        let Resident {
            row: _,
            person,
            relation,
            father,
            mother,
            spouse,
            marital,
            status,
            death_date,
            card_issued: _,
            card_date,
            filled,
        } = resident;
        self.person(person, to);
        for Relative { name, id } in [father, mother, spouse] {
            self.name(*name, to);
            id.hash(to);
        }
        (relation, marital, status, death_date, card_date, filled).hash(to);
    }

    fn person(&self, person: &Person, to: &mut Bytes) {
        let Person {
            name,
            birth,
            gender,
            gender_written,
            personal,
            old,
            place: PlaceId(place),
            hamlet,
            address,
            household,
        } = *person;
        self.name(name, to);
        (birth, gender, gender_written, personal, old).hash(to);
        to.write(&self.places[place as usize]);
        for TextId(text) in [hamlet, address, household] {
            to.write(&self.texts[text as usize]);
        }
    }

    fn name(&self, NameCell { id: NameId(id), marks }: NameCell, to: &mut Bytes) {
        to.write(&self.names[id as usize]);
        marks.hash(to);
    }
}
