//! Whether two rows of one extract speak of one person.

use super::dates::BirthCode;
use super::levels::{BirthLevel, NameLevel};
use super::names::Names;
use crate::domain::Person;

/// Whether two rows of an extract speak of one person: nothing on them contradicts it, and (where
/// `strictly`) name and full date, or name and ID, say so.
pub(crate) fn same_person(names: &Names, a: &Person, b: &Person, strictly: bool) -> bool {
    let name = names.level(a.name.id, b.name.id);
    let birth = BirthCode::of(a.birth).compare(BirthCode::of(b.birth));
    let id = match (a.personal_id(), b.personal_id()) {
        (Some(x), Some(y)) => Some(x == y),
        _ => None,
    };
    let gender = a.gender.zip(b.gender).is_none_or(|(x, y)| x == y);
    if strictly {
        let exact = matches!(name, NameLevel::Exact | NameLevel::MarksLost);
        return exact
            && (birth == BirthLevel::Exact && id != Some(false) && gender
                || id == Some(true) && birth.is_close());
    }
    let name_may =
        name.agrees() || matches!(name, NameLevel::Mixed | NameLevel::MiddleDiffers | NameLevel::Missing);
    let birth_may = birth.is_close() || matches!(birth, BirthLevel::Missing);
    match id {
        Some(true) => name_may || birth_may,
        _ => name_may && (birth_may || name.agrees() && birth != BirthLevel::Different),
    }
}
