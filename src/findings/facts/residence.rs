//! Whether an address lies in one of the registry's communes.

use rustc_hash::FxHashSet;

use super::whole::Whole;
use crate::domain::{Dataset, PlaceId, UnitId};
use crate::findings::text::fold;
use crate::ingest::records::HomeProvinces;

/// Words that say what sort of commune a name is of, folded.
const TYPE_WORDS: [&[&str]; 7] =
    [&["thi", "tran"], &["dac", "khu"], &["xa"], &["phuong"], &["tt"], &["x"], &["p"]];

/// Words in the longest commune name that is looked for.
const LONGEST_NAME: usize = 6;

/// The names of the registry's communes, in force and as any file writes them, folded and without
/// their type word, and the provinces in which they lie.
#[derive(Debug, Default)]
pub(crate) struct CommuneNames {
    names: FxHashSet<String>,
    provinces: HomeProvinces,
}

impl CommuneNames {
    /// The communes in which residents live.
    pub(crate) fn of_registry(data: &Dataset, whole: &Whole) -> Self {
        let places: FxHashSet<PlaceId> = whole.homes.iter().map(|place| PlaceId(*place)).collect();
        let all = || data.places.places.iter().enumerate().map(|(ix, place)| (PlaceId(ix as u32), place));
        let lived_in: FxHashSet<UnitId> = all()
            .filter(|(id, _)| places.contains(id))
            .flat_map(|(_, place)| place.units.iter().copied())
            .collect();
        let written = all()
            .filter(|(id, place)| places.contains(id) || place.units.iter().any(|u| lived_in.contains(u)))
            .map(|(_, place)| &place.name);
        let in_force = data
            .places
            .units
            .iter()
            .enumerate()
            .filter(|(ix, _)| lived_in.contains(&UnitId(*ix as u32)))
            .map(|(_, unit)| &unit.name);
        let bare = |name: &String| {
            let folded = fold(name);
            let words: Vec<&str> = folded.split(' ').collect();
            words[type_word(&words)..].join(" ")
        };
        let names = written.chain(in_force).map(bare).filter(|name| !name.is_empty()).collect();
        let homes = all().filter(|(id, _)| places.contains(id));
        let provinces = HomeProvinces::of(homes.map(|(_, place)| (place.code.as_str(), place.name.as_str())));
        Self { names, provinces }
    }

    /// Whether an address as written names one of the communes: after a type word, or as a part between
    /// commas ("Thôn 3, Hưng Chính, Vinh"); not where it ends in another province.
    pub(crate) fn in_address(&self, address: &str) -> bool {
        let is_named = address.split([',', ';', '–', '-']).any(|part| {
            let part = fold(part);
            let words: Vec<&str> = part.split(' ').collect();
            let named = words.len() <= LONGEST_NAME && self.names.contains(&part);
            // A bare number between commas is that of a house.
            (named && !part.bytes().all(|b| b.is_ascii_digit())) || self.after_type_word(&words)
        });
        is_named && !self.provinces.are_left_by(address)
    }

    fn after_type_word(&self, words: &[&str]) -> bool {
        (0..words.len()).any(|at| {
            // "thị xã" is a town of the district's rank.
            let town = words[at] == "xa" && at > 0 && words[at - 1] == "thi";
            let name = &words[at + type_word(&words[at..])..];
            !town
                && name.len() < words.len() - at
                && (1..=name.len().min(LONGEST_NAME)).any(|n| self.names.contains(&name[..n].join(" ")))
        })
    }
}

/// Number of leading words that are a commune's type, if a name follows them.
fn type_word(words: &[&str]) -> usize {
    let found = TYPE_WORDS.iter().find(|t| words.len() > t.len() && words.starts_with(t));
    found.map_or(0, |t| t.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commune_is_found_after_its_type_word_or_between_commas() {
        let names = CommuneNames {
            names: ["hung chinh", "5", "xa dan"].map(String::from).into_iter().collect(),
            provinces: HomeProvinces::of([("17179", "Xã Quỳnh Lưu")].into_iter()),
        };
        for address in [
            "Thôn 3, xã Hưng Chính, Vinh",
            "Thôn 3 Xã Hưng Chính TP Vinh",
            "Xóm 2, Hưng Chính",
            "P.5",
            "Phường 5, Quận 3",
            "Xã Đàn",
        ] {
            assert!(names.in_address(address), "{address}");
        }
        for address in
            ["", "5, xã Hưng Lộc", "Thôn Hưng Chính", "Thị xã Hưng Chính", "Số 5 Lê Lợi", "xã Hưng"]
        {
            assert!(!names.in_address(address), "{address}");
        }
        assert!(
            names.in_address("xã Hưng Chính, tỉnh Nghệ An") && names.in_address("xã Hưng Chính, Nghệ An")
        );
        assert!(!names.in_address("Thôn 2, xã Hưng Chính, tỉnh Ninh Bình"));
        assert!(!names.in_address("xã Hưng Chính - Ninh Bình"));
    }
}
