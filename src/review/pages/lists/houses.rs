//! Findings by household, in the order in which somebody walks from house to house.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::domain::{Field, Relation};
use crate::review::index::{FindingLine, Index, Record};
use crate::review::pages::one::shown;
use crate::vietnamese::order::NaturalKey;
use crate::vietnamese::text::fold;
use crate::vietnamese::words;

/// A household with what is to be asked there.
pub(crate) struct House {
    pub(crate) commune: String,
    pub(crate) hamlet: String,
    /// The number of the household; empty where the registry names none.
    pub(crate) number: String,
    pub(crate) head: String,
    pub(crate) address: String,
    pub(crate) findings: Vec<Asked>,
}

/// A finding with the resident that it is about.
pub(crate) struct Asked {
    pub(crate) line: FindingLine,
    pub(crate) resident: Option<Rc<Record>>,
}

/// What a household is gathered by.
#[derive(PartialEq, Eq, Hash)]
enum Door {
    /// Commune, hamlet, number.
    Household(String, String, String),
    /// A resident without a household.
    Person(i64),
    /// A finding about nobody of the registry.
    Finding(String),
}

/// Gathers findings by household.
///
/// # Errors
/// Where the index cannot be read.
pub(crate) fn of(index: &Index, findings: Vec<FindingLine>) -> rusqlite::Result<Vec<House>> {
    let mut houses: Vec<House> = Vec::new();
    let mut doors: FxHashMap<Door, usize> = FxHashMap::default();
    let mut residents: FxHashMap<i64, Option<Rc<Record>>> = FxHashMap::default();
    for finding in findings {
        let resident = match finding.person {
            Some(id) => match residents.get(&id) {
                Some(known) => known.clone(),
                None => {
                    let found = index.record(id)?.map(Rc::new);
                    residents.insert(id, found.clone());
                    found
                }
            },
            None => None,
        };
        let number = resident.as_ref().map_or("", |record| record.cell(Field::HouseholdId));
        let door = match finding.person {
            Some(_) if !number.is_empty() => {
                Door::Household(finding.commune.clone(), finding.hamlet.clone(), number.to_string())
            }
            Some(person) => Door::Person(person),
            None => Door::Finding(finding.number.clone()),
        };
        let at = match doors.get(&door) {
            Some(at) => *at,
            None => {
                houses.push(House::open(index, &finding, resident.as_deref())?);
                doors.insert(door, houses.len() - 1);
                houses.len() - 1
            }
        };
        houses[at].findings.push(Asked { line: finding, resident });
    }
    houses.sort_by_cached_key(|house| {
        let place = (fold(&house.commune), NaturalKey::of(&house.hamlet));
        (place, NaturalKey::of(&house.address), NaturalKey::of(&house.number), fold(&house.head))
    });
    Ok(houses)
}

impl House {
    fn open(index: &Index, finding: &FindingLine, resident: Option<&Record>) -> rusqlite::Result<Self> {
        let cell = |field| resident.map_or("", |record| record.cell(field)).to_string();
        let mut head = String::new();
        if let Some(record) = resident {
            let members = index.household(record)?;
            let all = std::iter::once(record).chain(&members);
            head = all
                .filter(|member| is_head(member.cell(Field::RelationToHead)))
                .map(|member| shown::short(member.cell(Field::FullName)))
                .next()
                .unwrap_or_default();
        }
        Ok(Self {
            commune: shown::visible(&finding.commune),
            hamlet: shown::visible(&finding.hamlet),
            number: shown::short(&cell(Field::HouseholdId)),
            head,
            address: shown::short(&cell(Field::Address)),
            findings: Vec::new(),
        })
    }
}

/// Whether the relation to the head of a household is that of the head.
fn is_head(relation: &str) -> bool {
    words::relation(relation) == Relation::Head
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_is_told_however_it_is_written() {
        assert!(["Chủ hộ", "CHỦ HỘ", "chủ hộ"].iter().all(|relation| is_head(relation)));
        assert!(!is_head("Con chủ hộ") && !is_head(""));
    }
}
