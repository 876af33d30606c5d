//! Communes as written to the units in force that they can mean.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::history::RegistryHistory;
use crate::domain::{PlaceId, Places, Unit, UnitId};
use crate::ingest::units::UnitMap;
use crate::vietnamese::text;
use crate::vietnamese::words::{UnitLevel, unit_key};

pub(super) type Units = SmallVec<[UnitId; 2]>;

/// Fills in the units of all places. Known units are the new ones of the user's table of changes and the
/// communes of the registry that are none of its old ones. A commune of an extract that means none of them
/// is looked up in the built-in table, and joined to the registry's communes that it became or came from;
/// otherwise it becomes a unit of its own, so that equal unknown names agree and different ones differ.
pub(super) fn resolve(places: &mut Places, in_registry: &[PlaceId], map: &UnitMap) {
    let mut gazetteer = Gazetteer::of_changes(map);
    let written: Vec<Written> = places.places.iter().map(|p| Written::new(&p.code, &p.name)).collect();
    // Places with a code first: a name alone may mean one of them, not the other way round.
    let coded_first = |ids: &mut Vec<usize>| ids.sort_by_key(|&ix| written[ix].code.is_empty());
    let mut registry: Vec<usize> = in_registry.iter().map(|id| id.0 as usize).collect();
    let mut others: Vec<usize> = (1..places.places.len())
        .filter(|&ix| in_registry.binary_search(&PlaceId(ix as u32)).is_err())
        .collect();
    coded_first(&mut registry);
    coded_first(&mut others);
    for &ix in &registry {
        let units = gazetteer.find(&written[ix], From::Registry);
        gazetteer.settle(places, ix, &written[ix], units);
    }
    let standing: Vec<(&Written, Units)> =
        registry.iter().map(|&ix| (&written[ix], places.places[ix].units.clone())).collect();
    if standing.len() + others.len() < 2 {
        places.units = gazetteer.units;
        return;
    }
    let mut history = RegistryHistory::new(standing.iter().map(|(written, units)| (*written, units)));
    for &ix in &others {
        let mut units = gazetteer.find(&written[ix], From::Extract);
        if units.is_empty() {
            units = history.joined(&written[ix]);
        }
        gazetteer.settle(places, ix, &written[ix], units);
    }
    // The user's table is whole for the communes that it tells of.
    if map.changes.is_empty() {
        for ix in registry.into_iter().chain(others) {
            let joined = history.also_joined(&written[ix]);
            places.join(PlaceId(ix as u32), &joined);
        }
    }
    places.units = gazetteer.units;
}

/// Where a place stands: the registry writes the units in force, extracts may write either.
#[derive(Copy, Clone, PartialEq, Eq)]
enum From {
    Registry,
    Extract,
}

/// A commune as written, in comparable form.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    /// The code without leading zeros; empty where none is written.
    pub(super) code: String,
    /// The type word, folded; empty where none is written.
    pub(super) type_word: &'static str,
    /// The key of the name without its type word.
    pub(super) name: String,
    /// District and province named behind a comma: folded, without type words.
    pub(super) region: SmallVec<[String; 2]>,
}

impl Written {
    pub(super) fn new(code: &str, name: &str) -> Self {
        let mut parts = name.split(',').map(str::trim).filter(|part| !part.is_empty());
        let (type_word, key) = unit_key(parts.next().unwrap_or(""), UnitLevel::Commune);
        Self { code: code_key(code), type_word, name: key, region: parts.map(region_key).collect() }
    }

    /// The name without diacritics.
    fn plain(&self) -> String {
        text::fold(&self.name)
    }
}

/// A code in comparable form: numbers without leading zeros and without what a float export adds.
pub(super) fn code_key(code: &str) -> String {
    let folded = text::fold(code.strip_suffix(".0").unwrap_or(code));
    match folded.trim_start_matches('0') {
        "" => String::new(),
        number if folded.bytes().all(|b| b.is_ascii_digit()) => number.to_owned(),
        _ => folded,
    }
}

/// A district or province in comparable form.
pub(super) fn region_key(name: &str) -> String {
    let district = unit_key(name, UnitLevel::District);
    let key = if district.0.is_empty() { unit_key(name, UnitLevel::Province).1 } else { district.1 };
    text::fold(&key)
}

/// A unit that places can mean: one in force, or an old one with those that came from it.
#[derive(Debug)]
struct Known {
    written: Written,
    targets: Units,
}

/// Units by code, name and plain name: positions in a list of [`Known`].
#[derive(Debug, Default)]
struct Index {
    known: Vec<Known>,
    by_code: FxHashMap<String, Vec<usize>>,
    by_name: FxHashMap<String, Vec<usize>>,
    by_plain: FxHashMap<String, Vec<usize>>,
}

impl Index {
    fn add(&mut self, known: Known) -> usize {
        let ix = self.known.len();
        let written = &known.written;
        if !written.code.is_empty() {
            self.by_code.entry(written.code.clone()).or_default().push(ix);
        }
        if !written.name.is_empty() {
            self.by_name.entry(written.name.clone()).or_default().push(ix);
            self.by_plain.entry(written.plain()).or_default().push(ix);
        }
        self.known.push(known);
        ix
    }

    fn with_code(&self, code: &str) -> Vec<&Known> {
        self.by_code.get(code).into_iter().flatten().map(|&ix| &self.known[ix]).collect()
    }

    fn with_name(&self, name: &str) -> Vec<&Known> {
        self.by_name.get(name).into_iter().flatten().map(|&ix| &self.known[ix]).collect()
    }

    fn with_plain_name(&self, plain: &str) -> Vec<&Known> {
        self.by_plain.get(plain).into_iter().flatten().map(|&ix| &self.known[ix]).collect()
    }
}

/// All that is known of units.
#[derive(Debug, Default)]
struct Gazetteer {
    units: Vec<Unit>,
    current: Index,
    old: Index,
}

impl Gazetteer {
    /// The units of a table of changes.
    fn of_changes(map: &UnitMap) -> Self {
        let mut gazetteer = Self::default();
        let mut new_units: FxHashMap<(String, String, String), UnitId> = FxHashMap::default();
        let mut old_units: FxHashMap<(String, String, SmallVec<[String; 2]>), usize> = FxHashMap::default();
        for change in &map.changes {
            let mut new = Written::new(&change.new_code, &change.new_name);
            let province = region_key(&change.new_province);
            // With a code the name may vary (Hoà, Hòa) without being another unit.
            let name = if new.code.is_empty() { new.name.clone() } else { String::new() };
            let identity = (new.code.clone(), name, province.clone());
            new.region = [province].into_iter().filter(|r| !r.is_empty()).collect();
            let id = match new_units.get(&identity) {
                Some(id) => *id,
                None => *new_units.entry(identity).or_insert(gazetteer.add(
                    change.new_code.clone(),
                    change.new_name.clone(),
                    &new,
                )),
            };
            let mut old = Written::new(&change.old_code, &change.old_name);
            let region = [&change.old_district, &change.old_province].map(|name| region_key(name));
            old.region = region.into_iter().filter(|r| !r.is_empty()).collect();
            let identity = (old.code.clone(), old.name.clone(), old.region.clone());
            let ix = *old_units
                .entry(identity)
                .or_insert_with(|| gazetteer.old.add(Known { written: old, targets: Units::new() }));
            let targets = &mut gazetteer.old.known[ix].targets;
            if !targets.contains(&id) {
                targets.push(id);
            }
        }
        gazetteer
    }

    /// Adds a unit in force.
    fn add(&mut self, code: String, name: String, written: &Written) -> UnitId {
        let id = UnitId(self.units.len() as u32);
        self.units.push(Unit { code, name });
        self.current.add(Known { written: written.clone(), targets: Units::from_slice(&[id]) });
        id
    }

    /// Gives a place its units; one that means none becomes a unit.
    fn settle(&mut self, places: &mut Places, ix: usize, written: &Written, mut units: Units) {
        let place = &mut places.places[ix];
        if units.is_empty() {
            let name = text::decoded(&place.name).into_owned();
            units.push(self.add(place.code.clone(), name, written));
        }
        place.units = units;
    }

    /// The units that a place can mean: by code, else by name without the type word inside the region
    /// written, else by the name without diacritics where that leaves one.
    fn find(&self, place: &Written, from: From) -> Units {
        if !place.code.is_empty() {
            let (current, old) = (self.current.with_code(&place.code), self.old.with_code(&place.code));
            // Codes went on from old units to new ones: the name tells which is meant.
            let fits = |known: &[&Known]| {
                known.iter().any(|k| place.name.is_empty() || k.written.name == place.name)
            };
            let (current_fits, old_fits) = (fits(&current), fits(&old));
            let found = match (current.is_empty(), old.is_empty()) {
                (false, false) if current_fits && (from == From::Registry || !old_fits) => units_of(&current),
                (false, false) if old_fits && !current_fits => units_of(&old),
                _ => units_of(current.iter().chain(&old)),
            };
            if !found.is_empty() {
                return found;
            }
        }
        if place.name.is_empty() {
            return Units::new();
        }
        // A commune of the registry with a code of its own is no other one of the same name.
        let open = |known: &&Known| {
            !(from == From::Registry && !place.code.is_empty() && !known.written.code.is_empty())
        };
        let pick = |known: Vec<&Known>| -> Units {
            let known: Vec<&Known> = known.into_iter().filter(open).collect();
            units_of(&narrow(place, known))
        };
        let current = pick(self.current.with_name(&place.name));
        let old = pick(self.old.with_name(&place.name));
        let found = match from {
            From::Registry if !current.is_empty() => current,
            _ => merged(current, &old),
        };
        if !found.is_empty() {
            return found;
        }
        let plain = place.plain();
        let found =
            merged(pick(self.current.with_plain_name(&plain)), &pick(self.old.with_plain_name(&plain)));
        if found.len() == 1 { found } else { Units::new() }
    }
}

/// Of several units of a name those that fit the region and the type word written, as far as any does.
fn narrow<'k>(place: &Written, mut known: Vec<&'k Known>) -> Vec<&'k Known> {
    let in_region = |k: &&Known| place.region.iter().any(|region| k.written.region.contains(region));
    // A district and province that both differ make another place, even where it is the only one of its
    // name. Units in force have no district, and officers go on writing the old one behind their names.
    if !place.region.is_empty() {
        if known.iter().any(in_region) {
            known.retain(in_region);
        } else {
            known.retain(|k| k.written.region.len() < 2);
        }
    }
    let of_type = |k: &&Known| k.written.type_word == place.type_word;
    if known.len() > 1 && !place.type_word.is_empty() && known.iter().any(of_type) {
        known.retain(of_type);
    }
    known
}

fn units_of<'k>(known: impl IntoIterator<Item = &'k &'k Known>) -> Units {
    known.into_iter().fold(Units::new(), |units, k| merged(units, &k.targets))
}

pub(super) fn merged(mut units: Units, more: &[UnitId]) -> Units {
    for unit in more {
        if !units.contains(unit) {
            units.push(*unit);
        }
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::units::UnitChange;

    fn change(old: (&str, &str, &str), new: (&str, &str)) -> UnitChange {
        let [old_code, old_name, old_district] = [old.0, old.1, old.2].map(String::from);
        let [new_code, new_name] = [new.0, new.1].map(String::from);
        UnitChange { old_code, old_name, old_district, new_code, new_name, ..UnitChange::default() }
    }

    struct World {
        places: Places,
        ids: Vec<PlaceId>,
    }

    impl World {
        fn new(registry: &[(&str, &str)], extract: &[(&str, &str)], changes: Vec<UnitChange>) -> Self {
            let mut places = Places::default();
            let mut ids: Vec<PlaceId> = registry.iter().map(|(c, n)| places.intern(c, n)).collect();
            let mut in_registry = ids.clone();
            in_registry.sort_unstable();
            ids.extend(extract.iter().map(|(c, n)| places.intern(c, n)));
            resolve(&mut places, &in_registry, &UnitMap { changes });
            Self { places, ids }
        }

        fn same(&self, a: usize, b: usize) -> Option<bool> {
            self.places.same(self.ids[a], self.ids[b])
        }
    }

    #[test]
    fn codes_then_names() {
        let world = World::new(
            &[("00123", "Xã Hòa Bình"), ("00124", "Xã Tân An")],
            &[
                ("123", ""),
                ("", "Hoà Bình"),
                ("", "XÃ HOA BINH"),
                ("", "Phường Tân An"),
                ("00124", "sai tên"),
                ("", "Xã Lạ"),
                ("", "Lạ"),
                ("", "Xã Khác"),
            ],
            vec![],
        );
        assert_eq!(world.same(0, 2), Some(true));
        assert_eq!(world.same(0, 3), Some(true));
        assert_eq!(world.same(0, 4), Some(true));
        assert_eq!(world.same(1, 5), Some(true));
        assert_eq!(world.same(1, 6), Some(true));
        assert_eq!(world.same(0, 1), Some(false));
        assert_eq!(world.same(0, 7), Some(false));
        assert_eq!(world.same(7, 8), Some(true));
        assert_eq!(world.same(7, 9), Some(false));
    }

    #[test]
    fn communes_of_one_name_are_told_apart_by_code_and_type() {
        let world = World::new(
            &[("1", "Xã Tân An"), ("2", "Phường Tân An"), ("", "Xã Tân An")],
            &[("", "Tân An"), ("", "P. Tân An")],
            vec![],
        );
        assert_eq!(world.same(0, 1), Some(false));
        assert_eq!(world.same(0, 2), Some(true));
        assert_eq!(world.same(1, 2), Some(false));
        assert_eq!((world.same(0, 3), world.same(1, 3)), (Some(true), Some(true)));
        assert_eq!((world.same(0, 4), world.same(1, 4)), (Some(false), Some(true)));
    }

    #[test]
    fn old_units_mean_the_new_ones() {
        let world = World::new(
            &[("200", "Xã Mới"), ("300", "Xã Khác")],
            &[
                ("101", "Xã Cũ Một"),
                ("", "Xã Cũ Một"),
                ("102", ""),
                ("", "Cũ Hai, huyện B"),
                ("", "Cũ Hai, huyện C"),
                ("400", "Xã Tư"),
            ],
            vec![
                change(("101", "Xã Cũ Một", "Huyện A"), ("200", "Xã Mới")),
                change(("102", "Xã Cũ Hai", "Huyện B"), ("200", "Xã Mới")),
                change(("102", "Xã Cũ Hai", "Huyện B"), ("300", "Xã Khác")),
                change(("103", "Xã Cũ Hai", "Huyện C"), ("400", "Xã Tư")),
            ],
        );
        assert_eq!(world.same(0, 2), Some(true));
        assert_eq!(world.same(0, 3), Some(true));
        assert_eq!((world.same(0, 4), world.same(1, 4)), (Some(true), Some(true)));
        assert_eq!((world.same(0, 5), world.same(7, 5)), (Some(true), Some(false)));
        assert_eq!((world.same(0, 6), world.same(7, 6)), (Some(false), Some(true)));
        assert_eq!(world.places.label(world.ids[3]), ("200", "Xã Mới"));
    }

    #[test]
    fn a_code_that_went_on_is_read_by_the_name() {
        let world = World::new(
            &[("70", "Phường Hoàn Kiếm"), ("80", "Phường Cửa Nam")],
            &[("70", "Phường Hàng Bạc"), ("70", "Phường Hoàn Kiếm"), ("70", "")],
            vec![
                change(("70", "Phường Hàng Bạc", ""), ("70", "Phường Hoàn Kiếm")),
                change(("70", "Phường Hàng Bạc", ""), ("80", "Phường Cửa Nam")),
            ],
        );
        assert_eq!((world.same(0, 2), world.same(1, 2)), (Some(true), Some(true)));
        assert_eq!((world.same(0, 3), world.same(1, 3)), (Some(true), Some(false)));
        assert_eq!((world.same(0, 4), world.same(1, 4)), (Some(true), Some(true)));
    }
}
