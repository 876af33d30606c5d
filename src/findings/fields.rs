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
    let fields =
        |name, birth, personal, old| PersonFields { name, birth, gender: Field::Gender, personal, old };
    match role {
        Role::Subject | Role::Deceased => SELF,
        Role::Child => PersonFields { old: Field::PersonalId, ..SELF },
        Role::Mother => fields(Field::MotherName, Field::MotherBirthDate, Field::MotherId, Field::MotherId),
        Role::Father => fields(Field::FatherName, Field::FatherBirthDate, Field::FatherId, Field::FatherId),
        Role::Husband => {
            fields(Field::HusbandName, Field::HusbandBirthDate, Field::HusbandPersonalId, Field::HusbandOldId)
        }
        Role::Wife => fields(Field::WifeName, Field::WifeBirthDate, Field::WifePersonalId, Field::WifeOldId),
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

/// The column that numbers a row among its kind, for citing it.
pub(super) fn reference(kind: Kind) -> Field {
    match kind {
        Kind::Residents => Field::PersonalId,
        Kind::Births | Kind::Deaths | Kind::Marriages => Field::RecordNo,
        Kind::Welfare => Field::FileNo,
        Kind::Insurance => Field::CardNo,
    }
}
