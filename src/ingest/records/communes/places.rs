//! Communes as written to the units in force that they can mean.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::cell::CommuneCell;
use super::history::{self, Around, RegistryHistory};
use super::parts::arrange;
use crate::domain::{PlaceId, Places, Unit, UnitId};
use crate::ingest::units::UnitMap;
use crate::vietnamese::text;
use crate::vietnamese::words::{UnitLevel, unit_key};

pub(super) type Units = SmallVec<[UnitId; 2]>;

/// Fills in the units of all places. Known units are the new ones of the user's table of changes and the
/// communes of the registry that are none of its old ones. A commune of an extract that means none of them
/// is looked up in the built-in table, and joined to the registry's communes that it became or came from;
/// otherwise it becomes a unit of its own, so that equal unknown names agree and different ones differ.
pub(in crate::ingest::records) fn resolve(places: &mut Places, in_registry: &[PlaceId], map: &UnitMap) {
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
        let units = gazetteer.find(&written[ix], From::Registry, Around::UNKNOWN);
        gazetteer.settle(places, ix, &written[ix], units, From::Registry);
    }
    let standing: Vec<(&Written, Units)> =
        registry.iter().map(|&ix| (&written[ix], places.places[ix].units.clone())).collect();
    if standing.len() + others.len() < 2 {
        places.units = gazetteer.units;
        return;
    }
    let mut history = RegistryHistory::new(standing.iter().map(|(written, units)| (*written, units)));
    for &ix in &others {
        let mut known = |place: &Written| {
            let found = gazetteer.find(place, From::Extract, history.around());
            if found.is_empty() { history.joined(place) } else { found }
        };
        let mut units = known(&written[ix]);
        if let Some(now) = &written[ix].now {
            units = merged(units, &known(now));
        }
        // A hamlet, district or province alone is no other commune.
        if units.is_empty() && written[ix].may_be_none() {
            continue;
        }
        gazetteer.settle(places, ix, &written[ix], units, From::Extract);
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
    /// The name is a commune's only where one of that name is known.
    weak: bool,
    /// The unit that the cell says it is now.
    now: Option<Box<Self>>,
}

impl Written {
    pub(super) fn new(code: &str, name: &str) -> Self {
        let cell = CommuneCell::new(code, name);
        let mut written = Self::of_cell(&cell.code, &cell.name);
        if !cell.now.is_empty() {
            let mut now = Self::of_cell("", &cell.now);
            if now.region.is_empty() {
                now.region.clone_from(&written.region);
            }
            written.now = Some(Box::new(now));
        }
        written
    }

    /// A commune by its code and its name, with its hamlet, district and province in any order beside it.
    fn of_cell(code: &str, name: &str) -> Self {
        let parts = arrange(name);
        let (type_word, key) = unit_key(&parts.commune, UnitLevel::Commune);
        Self {
            code: code_key(code),
            type_word,
            name: key,
            region: parts.regions.iter().map(|region| region_key(region)).collect(),
            weak: parts.weak,
            now: None,
        }
    }

    /// A commune of a table, whose name is nothing else.
    pub(super) fn of_table(code: &str, name: &str) -> Self {
        let (type_word, key) = unit_key(name, UnitLevel::Commune);
        Self { code: code_key(code), type_word, name: key, ..Self::default() }
    }

    /// Whether the name, if no commune bears it, is that of something else.
    fn may_be_none(&self) -> bool {
        self.code.is_empty()
            && (self.weak
                || self.name.is_empty()
                || (self.type_word.is_empty() && history::is_region(&self.name)))
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
    /// Districts and provinces that it lies in, or lay in before: officers go on writing those behind its name.
    regions: SmallVec<[String; 4]>,
    /// One of the registry or of the user's table, not of an extract alone.
    home: bool,
}

impl Known {
    fn new(written: Written, targets: Units, home: bool) -> Self {
        let regions = written.region.iter().cloned().collect();
        Self { written, targets, regions, home }
    }

    fn add_regions<'r>(&mut self, regions: impl IntoIterator<Item = &'r String>) {
        for region in regions {
            if !region.is_empty() && !self.regions.contains(region) {
                self.regions.push(region.clone());
            }
        }
    }
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
            let mut new = Written::of_table(&change.new_code, &change.new_name);
            let provinces = [&change.old_province, &change.new_province].map(|name| region_key(name));
            let district = region_key(&change.old_district);
            // With a code the name may vary (Hoà, Hòa) without being another unit.
            let name = if new.code.is_empty() { new.name.clone() } else { String::new() };
            let identity = (new.code.clone(), name, provinces[1].clone());
            new.region = provinces[1..].iter().filter(|r| !r.is_empty()).cloned().collect();
            let id = match new_units.get(&identity) {
                Some(id) => *id,
                None => *new_units.entry(identity).or_insert(gazetteer.add(
                    change.new_code.clone(),
                    change.new_name.clone(),
                    &new,
                    true,
                )),
            };
            let regions = || std::iter::once(&district).chain(&provinces);
            // A unit in force and what is known of it stand at the same position.
            gazetteer.current.known[id.0 as usize].add_regions(regions());
            let mut old = Written::of_table(&change.old_code, &change.old_name);
            old.region = [&district, &provinces[0]].into_iter().filter(|r| !r.is_empty()).cloned().collect();
            let identity = (old.code.clone(), old.name.clone(), old.region.clone());
            let ix = *old_units
                .entry(identity)
                .or_insert_with(|| gazetteer.old.add(Known::new(old, Units::new(), true)));
            let known = &mut gazetteer.old.known[ix];
            known.add_regions(regions());
            if !known.targets.contains(&id) {
                known.targets.push(id);
            }
        }
        gazetteer
    }

    /// Adds a unit in force.
    fn add(&mut self, code: String, name: String, written: &Written, home: bool) -> UnitId {
        let id = UnitId(self.units.len() as u32);
        self.units.push(Unit { code, name, province: history::province_of(written) });
        self.current.add(Known::new(written.clone(), Units::from_slice(&[id]), home));
        id
    }

    /// Gives a place its units; one that means none becomes a unit.
    fn settle(&mut self, places: &mut Places, ix: usize, written: &Written, mut units: Units, from: From) {
        let place = &mut places.places[ix];
        if units.is_empty() {
            let CommuneCell { code, name, .. } = CommuneCell::new(&place.code, &place.name);
            let name = if name.is_empty() { &place.name } else { &name };
            let name = text::decoded(name).into_owned();
            units.push(self.add(code, name, written, from == From::Registry));
        }
        place.units = units;
    }

    /// The units that a place can mean: by code, else by name without the type word inside the region
    /// written, else by the name without diacritics where that leaves one.
    fn find(&self, place: &Written, from: From, around: Around<'_>) -> Units {
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
        let named = |current: Vec<&Known>, old: Vec<&Known>| -> (Units, Units) {
            let mut lists = [current, old];
            for list in &mut lists {
                list.retain(|known| open(known) && !is_elsewhere(place, known, around));
            }
            narrow(place, &mut lists);
            let [current, old] = lists;
            (units_of(&of_type(place, current)), units_of(&of_type(place, old)))
        };
        let (current, old) = named(self.current.with_name(&place.name), self.old.with_name(&place.name));
        let found = match from {
            From::Registry if !current.is_empty() => current,
            _ => merged(current, &old),
        };
        if !found.is_empty() {
            return found;
        }
        let plain = place.plain();
        let (current, old) = named(self.current.with_plain_name(&plain), self.old.with_plain_name(&plain));
        let found = merged(current, &old);
        if found.len() == 1 { found } else { Units::new() }
    }
}

/// Whether the district or province written behind a place's name tells it from a unit of that name: it lies in
/// another province, or the built-in table knows a commune of that name in the district, which the unit is not.
fn is_elsewhere(place: &Written, known: &Known, around: Around<'_>) -> bool {
    if place.region.iter().all(|region| known.regions.contains(region)) {
        return false;
    }
    // What an extract alone writes lies anywhere.
    let around = if known.home { around } else { Around::UNKNOWN };
    around.in_other_province(&place.region, &known.regions)
        || around.in_other_district(place, &known.written, &known.regions)
}

/// Of the units of a name, in force and old, those that fit best to the region written.
fn narrow(place: &Written, lists: &mut [Vec<&Known>; 2]) {
    let fit = |known: &Known| place.region.iter().filter(|region| known.regions.contains(region)).count();
    let all = || lists.iter().flatten();
    let best = all().map(|known| fit(known)).max().unwrap_or(0);
    let at_home = best == 0 && all().any(|known| known.home);
    // A district and province that both differ make another place, even where it is the only one of its
    // name. Units in force have no district, and officers go on writing the old one behind their names.
    let may_be = |known: &Known| best > 0 || place.region.is_empty() || known.written.region.len() < 2;
    for list in lists {
        list.retain(|known| fit(known) == best && (known.home || !at_home) && may_be(known));
    }
}

/// Of several units of a name those of the type word written, if any is.
fn of_type<'k>(place: &Written, mut known: Vec<&'k Known>) -> Vec<&'k Known> {
    let is_of_type = |k: &&Known| k.written.type_word == place.type_word;
    if known.len() > 1 && !place.type_word.is_empty() && known.iter().any(is_of_type) {
        known.retain(is_of_type);
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
mod tests;
