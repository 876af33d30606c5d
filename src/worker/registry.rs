//! The registry put together from rows that come in any order, and the numbers of what batches bring beside it.

use rustc_hash::FxHashMap;

use super::record::{self, Ids, RecordError};
use crate::domain::{
    Dataset, Day, Extract, Kind, NameId, NamePool, PlaceId, Places, Resident, RowRef, TableIx, TextId,
    TextPool,
};
use crate::ingest::records::resolve_places;
use crate::ingest::units::UnitMap;
use crate::linkage::apart::Batch;

/// All communes that any row writes, resolved: (code, name) pairs in the order in which they are written first, those of
/// the registry, so many, before the others.
pub(super) fn placed(
    communes: impl Iterator<Item = (impl AsRef<str>, impl AsRef<str>)>,
    of_registry: usize,
    units: &UnitMap,
) -> Places {
    let mut places = Places::default();
    // A blank one, or one that was told before, is no further place.
    let mut of_registry_known = 0;
    for (at, (code, name)) in communes.enumerate() {
        places.intern(code.as_ref(), name.as_ref());
        if at < of_registry {
            of_registry_known = places.places.len() - 1;
        }
    }
    resolve_places(&mut places, of_registry_known, units);
    places
}

/// A registry that is still coming in.
pub(super) struct Registering {
    data: Dataset,
    /// Which residents have come.
    come: Vec<bool>,
}

impl Registering {
    /// A registry of so many residents. `communes` are all (code, name) pairs that any row writes, in the order in which
    /// they are written first; those of the registry, so many, stand first.
    pub(super) fn new(
        communes: impl Iterator<Item = (impl AsRef<str>, impl AsRef<str>)>,
        of_registry: usize,
        residents: usize,
        units: &UnitMap,
        as_of: Day,
    ) -> Self {
        let places = placed(communes, of_registry, units);
        let mut data = Dataset::new(places, as_of);
        data.registry.residents = vec![Resident::default(); residents];
        Self { data, come: vec![false; residents] }
    }

    /// Takes a resident in.
    pub(super) fn take(&mut self, ordinal: i64, record: &[u8]) -> Result<(), RecordError> {
        let at =
            usize::try_from(ordinal).ok().filter(|at| *at < self.come.len()).ok_or(RecordError::Bytes)?;
        let Dataset { names, texts, places, registry, .. } = &mut self.data;
        let mut ids = Interned { names, texts, places };
        let mut resident = record::read_resident(record, &mut ids)?;
        resident.row = RowRef { table: TableIx::default(), index: at as u32 };
        registry.residents[at] = resident;
        self.come[at] = true;
        Ok(())
    }

    /// The registry, and how many residents never came: they are blank.
    pub(super) fn finish(self) -> (Dataset, usize) {
        (self.data, self.come.iter().filter(|come| !**come).count())
    }
}

/// Numbers given by the pools of the registry.
struct Interned<'a> {
    names: &'a mut NamePool,
    texts: &'a mut TextPool,
    places: &'a Places,
}

impl Ids for Interned<'_> {
    fn name(&mut self, key: &str) -> NameId {
        self.names.intern(key)
    }

    fn text(&mut self, folded: &str) -> TextId {
        self.texts.intern(folded)
    }

    fn place(&self, code: &str, name: &str) -> Option<PlaceId> {
        self.places.find(code, name)
    }
}

/// Numbers of the registry's names and texts, and behind those the numbers of what it does not hold.
struct Beside<'a> {
    data: &'a Dataset,
    names: Vec<String>,
    name_ids: FxHashMap<String, NameId>,
    texts: FxHashMap<String, TextId>,
}

impl Ids for Beside<'_> {
    fn name(&mut self, key: &str) -> NameId {
        if let Some(known) = self.data.names.find(key).or_else(|| self.name_ids.get(key).copied()) {
            return known;
        }
        let id = NameId((self.data.names.len() + self.names.len()) as u32);
        self.names.push(key.to_owned());
        self.name_ids.insert(key.to_owned(), id);
        id
    }

    fn text(&mut self, folded: &str) -> TextId {
        if let Some(known) = self.data.texts.find(folded).or_else(|| self.texts.get(folded).copied()) {
            return known;
        }
        let id = TextId((self.data.texts.len() + self.texts.len()) as u32);
        self.texts.insert(folded.to_owned(), id);
        id
    }

    fn place(&self, code: &str, name: &str) -> Option<PlaceId> {
        self.data.places.find(code, name)
    }
}

/// Rows that came: those that can be read, and of the others why not.
pub(super) struct Read {
    /// The rows that can be read.
    pub(super) batch: Batch,
    /// Their places among those that came.
    pub(super) at: Vec<usize>,
    /// Of the others the place and why.
    pub(super) wrong: Vec<(usize, RecordError)>,
}

/// Reads rows of a kind, each given by table, index within it, and bytes.
pub(super) fn read<'r>(data: &Dataset, kind: Kind, rows: impl Iterator<Item = (i64, i64, &'r [u8])>) -> Read {
    let mut ids =
        Beside { data, names: Vec::new(), name_ids: FxHashMap::default(), texts: FxHashMap::default() };
    let mut extract = Extract { kind, rows: Vec::new(), persons: Vec::new() };
    let (mut at, mut wrong) = (Vec::new(), Vec::new());
    for (place, (table, index, bytes)) in rows.enumerate() {
        let row = RowRef { table: TableIx(table as u32), index: index as u32 };
        match record::read_row(kind, row, bytes, &mut ids, &mut extract.persons) {
            Ok(row) => {
                extract.rows.push(row);
                at.push(place);
            }
            Err(error) => wrong.push((place, error)),
        }
    }
    Read { batch: Batch { extract, names: ids.names }, at, wrong }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commune_that_is_blank_or_told_twice_is_no_further_one() {
        let told = [("", ""), ("17971", "Xã Kim Liên"), ("17971", "Xã Kim Liên"), ("", "Xã Nam Trực")];
        for of_registry in 0..=told.len() {
            let as_of = Day::from_civil(2026, 11, 20).unwrap();
            let registering = Registering::new(told.into_iter(), of_registry, 0, &UnitMap::default(), as_of);
            assert_eq!(registering.data.places.places.len(), 3, "{of_registry}");
        }
    }
}
