//! Which columns of a row speak of which role.

use crate::domain::{Field, Kind, Person, Role};

/// The columns of one person.
#[derive(Copy, Clone, Debug)]
pub(crate) struct PersonFields {
    pub(crate) name: Field,
    pub(crate) birth: Field,
    pub(crate) gender: Field,
    pub(crate) personal: Field,
    /// The same as `personal` where one column holds either ID.
    pub(crate) old: Field,
}

/// The columns of a resident, and of the one person of a welfare, insurance, birth or death row.
pub(crate) const SELF: PersonFields = PersonFields {
    name: Field::FullName,
    birth: Field::BirthDate,
    gender: Field::Gender,
    personal: Field::PersonalId,
    old: Field::OldId,
};

/// The columns of a role.
pub(crate) fn of(role: Role) -> PersonFields {
    let columns = role.columns();
    PersonFields {
        name: columns.name,
        birth: columns.birth,
        gender: columns.gender.unwrap_or(Field::Gender),
        personal: columns.personal,
        old: columns.old.unwrap_or(columns.personal),
    }
}

impl PersonFields {
    /// The column in which a person's personal ID stands (either column may hold it).
    pub(super) fn of_personal_id(&self, person: &Person) -> Field {
        if person.personal.personal().is_some() || person.old.personal().is_none() {
            self.personal
        } else {
            self.old
        }
    }

    /// The column in which a person's old ID stands.
    pub(super) fn of_old_id(&self, person: &Person) -> Field {
        if person.old.old().is_some() { self.old } else { self.personal }
    }
}

/// Whether a kind cannot do without the birth date of the person of its main role.
pub(super) fn requires_birth_date(kind: Kind) -> bool {
    kind.required().contains(&Field::BirthDate)
}
