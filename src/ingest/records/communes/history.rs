//! What a commune was before 01/07/2025, or has become since: the built-in table beside the user's.
//!
//! The registry tells which units are in force; the table only joins to them places that they do not
//! explain: an old commune in an extract to the registry's new ones, or a new one to the registry's old
//! ones. It never parts what agrees without it.
//!
//! Names and codes alone do not tell the era: of the 3,321 new communes two in three bear the name, and
//! nearly all the code, of one of the communes that they were made from. So a commune is one of the table
//! only where code and name agree, or the name does within its district or province; and one that may be
//! either old or new is taken for what the registry's and the extracts' other communes show.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::places::{Units, Written, code_key, merged, region_key};
use crate::domain::ProvinceIx;
use crate::ingest::units::UnitMap;
use crate::vietnamese::text;

/// Positions of units in [`History`].
type Listed = SmallVec<[u32; 4]>;

/// A commune of the table.
#[derive(Debug)]
struct TableUnit {
    /// Whether it is one before the change.
    old: bool,
    /// The type word, folded.
    type_word: &'static str,
    /// The key of the name without its type word.
    name: String,
    /// Districts and provinces, positions in [`History`]; of a new unit those that it came from too, for
    /// officers go on writing them behind its name.
    regions: SmallVec<[u32; 4]>,
    /// The province in force, a position in [`History`].
    province: u32,
    /// The units that it went into, or that it came from.
    joined: Listed,
}

/// A district or province of the table.
#[derive(Debug)]
struct Region {
    /// The name without type word, folded.
    key: String,
    /// The same, [`squeezed`].
    name: String,
    /// The initials of a name of three words and more ("hcm", "brvt"); empty otherwise.
    initials: String,
    /// The provinces in force that it is, lies in or went into.
    provinces: SmallVec<[u32; 2]>,
}

impl Region {
    fn new(name: &str) -> Self {
        let key = region_key(name);
        let mut initials: String = key.split(' ').filter_map(|word| word.chars().next()).collect();
        if initials.len() < 3 {
            initials.clear();
        }
        Self { name: squeezed(&key), key, initials, provinces: SmallVec::new() }
    }

    /// Whether a squeezed text names the region: in full, or by its initials with or without "TP".
    fn is(&self, written: &str) -> bool {
        let short = written.strip_prefix("tp").unwrap_or(written);
        self.name == written || (!self.initials.is_empty() && self.initials == short)
    }
}

/// The built-in table in comparable form.
#[derive(Debug, Default)]
pub(super) struct History {
    units: Vec<TableUnit>,
    regions: Vec<Region>,
    /// Of the regions those that are or were provinces.
    provinces: Vec<u32>,
    by_code: FxHashMap<String, Listed>,
    by_name: FxHashMap<String, Listed>,
}

static BUILTIN: LazyLock<History> = LazyLock::new(|| History::new(UnitMap::builtin()));

/// A name without diacritics, case and spaces: "Đắk Lắk", "Dak Lak" and "Daklak" are one.
fn squeezed(name: &str) -> String {
    let mut folded = text::fold(name);
    folded.retain(|c| c != ' ');
    folded
}

impl History {
    fn new<'m>(map: &'m UnitMap) -> Self {
        let mut history = Self::default();
        let mut regions: FxHashMap<&str, u32> = FxHashMap::default();
        let mut ids: FxHashMap<(bool, &str, &str, &str, &str), u32> = FxHashMap::default();
        for change in &map.changes {
            let mut region = |name: &'m str| {
                *regions.entry(name).or_insert_with(|| {
                    history.regions.push(Region::new(name));
                    history.regions.len() as u32 - 1
                })
            };
            let (district, before, province) =
                (region(&change.old_district), region(&change.old_province), region(&change.new_province));
            for of in [before, province] {
                if !history.provinces.contains(&of) {
                    history.provinces.push(of);
                }
            }
            for of in [district, before, province] {
                push_new(&mut history.regions[of as usize].provinces, province);
            }
            let mut unit = |old, code, name, district, of| {
                *ids.entry((old, code, name, district, of)).or_insert_with(|| {
                    history.units.push(TableUnit {
                        old,
                        type_word: "",
                        name: String::new(),
                        regions: SmallVec::new(),
                        province,
                        joined: SmallVec::new(),
                    });
                    history.units.len() as u32 - 1
                })
            };
            let (code, name) = (change.old_code.as_str(), change.old_name.as_str());
            let old = unit(true, code, name, change.old_district.as_str(), change.old_province.as_str());
            let (code, name) = (change.new_code.as_str(), change.new_name.as_str());
            let new = unit(false, code, name, "", change.new_province.as_str());
            for (id, other, code, name) in [
                (old, new, &change.old_code, &change.old_name),
                (new, old, &change.new_code, &change.new_name),
            ] {
                if history.units[id as usize].joined.is_empty() {
                    history.index(id, code, name);
                }
                let unit = &mut history.units[id as usize];
                push_new(&mut unit.joined, other);
                for region in [district, before, province] {
                    push_new(&mut unit.regions, region);
                }
            }
        }
        history
    }

    /// Makes a unit findable.
    fn index(&mut self, id: u32, code: &str, name: &str) {
        let written = Written::of_table(code, name);
        let key = code_key(code);
        if !key.is_empty() {
            self.by_code.entry(key).or_default().push(id);
        }
        self.by_name.entry(squeezed(&written.name)).or_default().push(id);
        let unit = &mut self.units[id as usize];
        (unit.type_word, unit.name) = (written.type_word, written.name);
    }

    /// The communes of the table that a place can be.
    ///
    /// A code of the table tells the commune if the name is the one too, or (unless `strict`) even
    /// against a name that no commune of the code bears. Without such a code the name must be one of the
    /// district or province written behind it, or else of the provinces `around`.
    fn identify(&self, place: &Written, around: &[u32], strict: bool) -> Listed {
        let name = squeezed(&place.name);
        if let Some(of_code) = self.by_code.get(&place.code) {
            let named: Listed = of_code
                .iter()
                .copied()
                .filter(|&id| name.is_empty() || squeezed(&self.units[id as usize].name) == name)
                .collect();
            return if named.is_empty() && !strict { of_code.clone() } else { named };
        }
        let mut found: Listed = self.by_name.get(&name).cloned().unwrap_or_default();
        if place.region.is_empty() {
            let known = place.code.is_empty() || !strict;
            found.retain(|id| known && around.contains(&self.units[*id as usize].province));
        } else {
            let parts: SmallVec<[String; 2]> = place.region.iter().map(|part| squeezed(part)).collect();
            let fit = |id: u32| parts.iter().filter(|part| self.lies_in(id, part)).count();
            let best = found.iter().map(|&id| fit(id)).max().unwrap_or(0);
            found.retain(|id| best > 0 && fit(*id) == best);
        }
        let exact = |id: u32| self.units[id as usize].name == place.name;
        keep_if_any(&mut found, exact);
        keep_if_any(&mut found, |id| self.units[id as usize].type_word == place.type_word);
        found
    }

    /// The provinces in force that a commune can lie in by the districts and provinces written behind its name, of
    /// today or before; none where no part is known.
    fn provinces_of(&self, parts: &[String]) -> SmallVec<[u32; 2]> {
        let mut found: SmallVec<[u32; 2]> = SmallVec::new();
        // The province stands last, and tells which of several districts of a name is meant.
        for part in parts.iter().rev().filter(|part| !part.is_empty()) {
            let part = squeezed(part);
            let mut named: SmallVec<[u32; 2]> = SmallVec::new();
            for region in self.regions.iter().filter(|region| region.is(&part)) {
                region.provinces.iter().for_each(|&province| push_new(&mut named, province));
            }
            let both: SmallVec<[u32; 2]> = named.iter().copied().filter(|p| found.contains(p)).collect();
            match (found.is_empty(), both.is_empty()) {
                (true, _) => found = named,
                (false, false) => found = both,
                (false, true) => {}
            }
        }
        found
    }

    /// Whether a unit lies in a district or province, [`squeezed`].
    fn lies_in(&self, id: u32, part: &str) -> bool {
        self.units[id as usize].regions.iter().any(|&region| self.regions[region as usize].is(part))
    }
}

/// Whether the table knows a district or province of a name, with or without its type word.
pub(super) fn is_region(name: &str) -> bool {
    let name = squeezed(&region_key(name));
    !name.is_empty() && BUILTIN.regions.iter().any(|region| region.is(&name))
}

/// Whether the table knows a province of a name.
pub(super) fn is_province(name: &str) -> bool {
    let name = squeezed(&region_key(name));
    !name.is_empty() && BUILTIN.provinces.iter().any(|&at| BUILTIN.regions[at as usize].is(&name))
}

/// The provinces in which the communes of a registry lie, as far as codes and names tell.
#[derive(Debug, Default)]
pub(crate) struct HomeProvinces(SmallVec<[u32; 2]>);

impl HomeProvinces {
    /// Those of communes as written, each by its code and name.
    pub(crate) fn of<'w>(communes: impl Iterator<Item = (&'w str, &'w str)>) -> Self {
        let written: Vec<Written> = communes.map(|(code, name)| Written::new(code, name)).collect();
        Self(provinces_around(&BUILTIN, written.iter()))
    }

    /// Whether an address ends in a province that is none of these: a commune of the same name is another one there.
    pub(crate) fn are_left_by(&self, address: &str) -> bool {
        let parts = address.rsplit([',', ';', '-', '–']).map(str::trim).filter(|part| !part.is_empty());
        let mut named = parts.take(2).filter(|part| is_province(part));
        named.next().is_some_and(|province| {
            let there = BUILTIN.provinces_of(&[region_key(province)]);
            !self.0.is_empty() && !there.is_empty() && !there.iter().any(|of| self.0.contains(of))
        })
    }
}

/// The province in force in which a commune lies, where code, name and what stands behind them tell one.
pub(super) fn province_of(place: &Written) -> Option<ProvinceIx> {
    let provinces = provinces_around(&BUILTIN, std::iter::once(place));
    let [province] = provinces.as_slice() else { return None };
    Some(ProvinceIx(*province))
}

/// The name of a province, without type word and diacritics, for files and folders: "nghe-an".
pub(crate) fn province_name(province: ProvinceIx) -> String {
    BUILTIN.regions.get(province.0 as usize).map(|region| region.key.replace(' ', "-")).unwrap_or_default()
}

/// Whether the table knows a commune of a name.
pub(super) fn is_commune(name: &str) -> bool {
    BUILTIN.by_name.contains_key(&squeezed(&crate::vietnamese::words::commune_key(name)))
}

fn push_new<const N: usize>(list: &mut SmallVec<[u32; N]>, item: u32)
where
    [u32; N]: smallvec::Array<Item = u32>,
{
    if !list.contains(&item) {
        list.push(item);
    }
}

fn keep_if_any(list: &mut Listed, holds: impl Fn(u32) -> bool) {
    if list.iter().any(|&id| holds(id)) {
        list.retain(|id| holds(*id));
    }
}

/// Which of the table's two eras communes are of.
#[derive(Copy, Clone, Debug, Default)]
struct Eras {
    old: bool,
    new: bool,
}

/// The communes of a registry as the table knows them.
#[derive(Debug)]
pub(super) struct RegistryHistory<'h> {
    history: &'h History,
    /// The units in force that stand for a commune of the table.
    standing: FxHashMap<u32, Units>,
    /// Whether a standing commune of the table may also be one of the other era.
    both: FxHashMap<u32, bool>,
    /// Provinces in which the registry's communes lie.
    around: SmallVec<[u32; 2]>,
    /// The registry is one of old units, or of new ones; neither where nothing tells.
    era: Eras,
    /// Extracts that write units of the other era have been seen.
    seen: Eras,
}

impl RegistryHistory<'static> {
    /// Looks the communes of the registry, with the units in force that they are, up in the built-in table.
    pub(super) fn new<'w>(registry: impl Iterator<Item = (&'w Written, &'w Units)> + Clone) -> Self {
        Self::by(&BUILTIN, registry)
    }
}

impl<'h> RegistryHistory<'h> {
    fn by<'w>(
        history: &'h History,
        registry: impl Iterator<Item = (&'w Written, &'w Units)> + Clone,
    ) -> Self {
        let around = provinces_around(history, registry.clone().map(|(written, _)| written));
        let mut registry_history = Self {
            history,
            standing: FxHashMap::default(),
            both: FxHashMap::default(),
            around,
            era: Eras::default(),
            seen: Eras::default(),
        };
        let mut lead = 0_i64;
        for (written, units) in registry {
            let ids = history.identify(written, &registry_history.around, true);
            let eras = registry_history.eras(&ids);
            lead += i64::from(eras.new) - i64::from(eras.old);
            for id in ids {
                let standing = registry_history.standing.entry(id).or_default();
                *standing = merged(std::mem::take(standing), units);
                *registry_history.both.entry(id).or_insert(false) |= eras.old && eras.new;
            }
        }
        registry_history.era = Eras { old: lead < 0, new: lead > 0 };
        registry_history
    }

    /// Where the registry's communes lie.
    pub(super) fn around(&self) -> Around<'_> {
        Around(&self.around)
    }

    fn eras(&self, ids: &[u32]) -> Eras {
        let of = |era| ids.iter().any(|&id| self.history.units[id as usize].old == era);
        Eras { old: of(true), new: of(false) }
    }

    /// The units in force that a place was joined into or was a part of. Places that can be nothing but
    /// units of the other era are remembered as a sign that extracts write such.
    pub(super) fn joined(&mut self, place: &Written) -> Units {
        let ids = self.history.identify(place, &self.around, false);
        let eras = self.eras(&ids);
        let units = self.join(&ids, eras);
        if !units.is_empty() {
            self.seen.old |= eras.old && !eras.new;
            self.seen.new |= eras.new && !eras.old;
        }
        units
    }

    /// As [`RegistryHistory::joined`], of a place that agrees with a unit in force by its code or name:
    /// the others that it can mean too, where extracts have been seen to write units of the other era.
    pub(super) fn also_joined(&self, place: &Written) -> Units {
        let ids = self.history.identify(place, &self.around, true);
        let eras = self.eras(&ids);
        let sure = eras.old != eras.new;
        let held =
            Eras { old: eras.old && (sure || self.seen.old), new: eras.new && (sure || self.seen.new) };
        self.join(&ids, held)
    }

    /// The units in force joined to communes of the table, those of an era only that the place is of.
    /// A registry's commune that may be of either era is of the era of the registry.
    fn join(&self, ids: &[u32], place: Eras) -> Units {
        let mut units = Units::new();
        for &id in ids {
            let unit = &self.history.units[id as usize];
            let (meant, against) =
                if unit.old { (place.old, self.era.old) } else { (place.new, self.era.new) };
            if !meant {
                continue;
            }
            for other in &unit.joined {
                if let Some(standing) = self.standing.get(other)
                    && !(against && self.both.get(other).copied().unwrap_or(false))
                {
                    units = merged(units, standing);
                }
            }
        }
        units
    }
}

/// Where the communes of a registry lie, as far as it tells.
#[derive(Copy, Clone, Debug)]
pub(super) struct Around<'p>(&'p [u32]);

impl Around<'_> {
    /// Nothing is known.
    pub(super) const UNKNOWN: Self = Self(&[]);

    /// Whether what is written behind a name is of another province than a unit in these regions, or in no region
    /// that is written and so around. Where either is not known nothing tells them apart.
    pub(super) fn in_other_province(self, written: &[String], regions: &[String]) -> bool {
        let here = BUILTIN.provinces_of(written);
        if here.is_empty() {
            return false;
        }
        let there = BUILTIN.provinces_of(regions);
        let there = if there.is_empty() { self.0 } else { &there };
        !there.is_empty() && !there.iter().any(|province| here.contains(province))
    }

    /// Whether the table knows a commune of a place's name in a district behind it, and the unit, which is in these
    /// regions, is not that one. Districts changed: another one alone tells nothing.
    pub(super) fn in_other_district(self, place: &Written, unit: &Written, regions: &[String]) -> bool {
        let table = &*BUILTIN;
        let named = table.by_name.get(&squeezed(&place.name)).map_or(&[][..], |ids| ids);
        let known_there = |part: &String| named.iter().any(|&id| table.lies_in(id, &squeezed(part)));
        let mut parts =
            place.region.iter().filter(|part| !regions.contains(part) && known_there(part)).peekable();
        if parts.peek().is_none() {
            return false;
        }
        let ids = table.identify(unit, self.0, true);
        parts.any(|part| match ids.as_slice() {
            [] => regions.len() > 1,
            ids => !ids.iter().any(|&id| table.lies_in(id, &squeezed(part))),
        })
    }
}

/// The provinces of a registry: those that codes, districts or provinces written tell; else the one that
/// knows nine in ten of the names, three at least, if no other knows as many.
fn provinces_around<'w>(
    history: &History,
    registry: impl Iterator<Item = &'w Written> + Clone,
) -> SmallVec<[u32; 2]> {
    let mut around: SmallVec<[u32; 2]> = SmallVec::new();
    for written in registry.clone() {
        for id in history.identify(written, &[], true) {
            push_new(&mut around, history.units[id as usize].province);
        }
    }
    if !around.is_empty() || registry.clone().any(|written| !written.code.is_empty()) {
        return around;
    }
    let mut named: Vec<u32> = vec![0; history.regions.len()];
    let mut names: Vec<String> = registry.map(|written| squeezed(&written.name)).collect();
    names.sort_unstable();
    names.dedup();
    for name in &names {
        let mut of_name: SmallVec<[u32; 8]> = SmallVec::new();
        for &id in history.by_name.get(name).into_iter().flatten() {
            push_new(&mut of_name, history.units[id as usize].province);
        }
        of_name.iter().for_each(|&province| named[province as usize] += 1);
    }
    let most = named.iter().copied().max().unwrap_or(0);
    let best: Vec<u32> = (0..named.len() as u32).filter(|&p| named[p as usize] == most).collect();
    match best.as_slice() {
        [one] if most >= 3 && most as usize * 10 >= names.len() * 9 => around.push(*one),
        _ => {}
    }
    around
}
