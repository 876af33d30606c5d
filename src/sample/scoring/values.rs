//! What single values of a row say to the oracle.

use crate::domain::{DateCell, Field, Gender, PartialDate, PersonalId, Role};
use crate::sample::extracts::cells::bare_key;
use crate::sample::population::registry::Reg;

/// The registry's date of death, where it may take part in anything.
pub(crate) fn registry_death(reg: &Reg) -> Option<PartialDate> {
    reg.death.sound().filter(|_| !dies_before_birth(reg.death, reg.birth))
}

/// Whether a death lies before the birth on the same row.
pub(crate) fn dies_before_birth(death: DateCell, birth: DateCell) -> bool {
    death.sound().zip(birth.sound()).is_some_and(|(d, b)| d.last_day() < b.first_day())
}

/// Whether a number's own digits contradict a gender or a year of birth.
pub(super) fn contradicts(id: PersonalId, gender: Option<Gender>, birth: DateCell) -> bool {
    let year = match birth {
        DateCell::Sound(d) => id.birth_year() != d.year(),
        DateCell::About(d) => id.birth_year().abs_diff(d.year()) > 1,
        _ => false,
    };
    year || gender.is_some_and(|g| g != id.gender())
}

/// The part of a bare name that survives abbreviation: first letter and given name.
pub(super) fn block(bare: &str) -> String {
    let last = bare.split(' ').next_back().unwrap_or_default();
    let first = bare.chars().next().unwrap_or(' ');
    format!("{first}{last}")
}

/// 2: the same name but for diacritics; 1: one could be short for the other; 0: neither.
pub(super) fn name_rank(written: &str, key: &str) -> u8 {
    let theirs = bare_key(key);
    if written == theirs { 2 } else { u8::from(short_for(written, &theirs) || short_for(&theirs, written)) }
}

pub(super) fn short_for(short: &str, long: &str) -> bool {
    let mut words = long.split(' ');
    let fits = |part: &str, word: &str| word.starts_with(part.trim_end_matches('.'));
    short.split(' ').all(|part| words.any(|word| fits(part, word)))
        && short.split(' ').next_back() == long.split(' ').next_back()
}

/// 2: the same full date; 1: no contradiction; 0: contradiction, or nothing to compare.
pub(super) fn birth_rank(written: DateCell, registry: DateCell) -> u8 {
    match (written.value(), registry.value()) {
        (Some(a), Some(b)) if a == b && a.is_full() => 2,
        (Some(a), Some(b)) if a.compatible(b) => 1,
        _ => 0,
    }
}

/// Which fields a role's person is written in.
#[derive(Copy, Clone, Debug)]
pub(crate) struct RoleFields {
    pub(crate) name: Field,
    pub(crate) birth: Field,
    pub(crate) gender: Field,
    pub(crate) personal: Field,
    pub(crate) old: Field,
}

impl RoleFields {
    /// The fields of a role.
    pub(crate) fn of(role: Role) -> Self {
        let (name, birth, personal, old) = match role {
            Role::Mother => (Field::MotherName, Field::MotherBirthDate, Field::MotherId, Field::OldId),
            Role::Father => (Field::FatherName, Field::FatherBirthDate, Field::FatherId, Field::OldId),
            Role::Husband => {
                (Field::HusbandName, Field::HusbandBirthDate, Field::HusbandPersonalId, Field::HusbandOldId)
            }
            Role::Wife => (Field::WifeName, Field::WifeBirthDate, Field::WifePersonalId, Field::WifeOldId),
            _ => (Field::FullName, Field::BirthDate, Field::PersonalId, Field::OldId),
        };
        Self { name, birth, gender: Field::Gender, personal, old }
    }
}

/// The gender that a role implies.
pub(crate) fn implied_gender(role: Role) -> Option<Gender> {
    match role {
        Role::Father | Role::Husband => Some(Gender::Male),
        Role::Mother | Role::Wife => Some(Gender::Female),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_fit_long_ones() {
        assert!(short_for("ng. v. hung", "nguyen van hung"));
        assert!(short_for("nguyen hung", "nguyen van hung"));
        assert!(!short_for("nguyen hung", "nguyen van ha"));
        assert_eq!(name_rank("le thi hoa", "lê thị hòa"), 2);
        assert_eq!(block("le thi hoa"), "lhoa");
    }

    #[test]
    fn digits_contradict() {
        let id = PersonalId::from_number(66_190_123_456).unwrap();
        let year = |y| DateCell::Sound(PartialDate::from_year(y).unwrap());
        assert!(!contradicts(id, Some(Gender::Female), year(1990)));
        assert!(contradicts(id, Some(Gender::Male), year(1990)));
        assert!(contradicts(id, None, year(1991)));
        assert!(!contradicts(id, None, DateCell::Impossible));
    }
}
