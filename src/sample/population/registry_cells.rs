//! What the registry's file says of a resident, cell by cell.

use super::people::{Commune, Kinship, World};
use super::registry::{Reg, Rel, RelName};
use super::tables::Tables;
use crate::domain::{DateCell, Field, Gender, IdCell, Kind, Marital, Status};

impl Rel {
    /// The name as text; empty where none is written.
    pub(crate) fn text(&self, world: &World, tables: &Tables) -> String {
        match &self.name {
            RelName::Empty => String::new(),
            RelName::Person(ix) => tables.text(&world.people[*ix as usize].name),
            RelName::Named(name) => tables.text(name),
            RelName::Other(text) => text.to_string(),
        }
    }
}

/// The cells of a row of the registry, in the order of the kind's fields.
pub(crate) fn registry_cells(row: &Reg, world: &World, tables: &Tables, cells: &mut Vec<String>) {
    let p = &world.people[row.person as usize];
    let odd = row.odd.as_deref();
    let date = |cell: DateCell| cell.value().map(|d| d.to_string()).unwrap_or_default();
    cells.clear();
    for field in Kind::Residents.fields() {
        cells.push(match field {
            Field::PersonalId => match (odd, row.pid) {
                (Some(o), _) => o.personal.text.clone(),
                (None, IdCell::Personal(id)) => id.to_string(),
                _ => String::new(),
            },
            Field::OldId => row.old.old().map(|id| id.to_string()).unwrap_or_default(),
            Field::FullName => match odd {
                Some(o) if !o.name.text.is_empty() || row.key.is_empty() => o.name.text.clone(),
                _ => tables.text(&p.name).to_uppercase(),
            },
            Field::BirthDate => match odd {
                Some(o) if !o.birth.text.is_empty() || row.birth == DateCell::Empty => o.birth.text.clone(),
                _ => date(row.birth),
            },
            Field::Gender => gender_text(row.gender).to_owned(),
            Field::Ethnicity => tables.ethnicity(p.ethnicity).to_owned(),
            Field::CommuneCode => commune_of(row, world).map_or_else(String::new, |c| c.code.to_string()),
            Field::Commune => commune_of(row, world).map_or_else(String::new, |c| c.name.clone()),
            Field::Hamlet => tables.places.hamlet(usize::from(p.hamlet)).to_owned(),
            Field::Address => format!("Số {} {}", p.house, tables.places.street(usize::from(p.street))),
            Field::HouseholdId => format!("66{:08}", p.household),
            Field::RelationToHead => relation_text(p.kinship, p.gender).to_owned(),
            Field::FatherName => row.father.text(world, tables).to_uppercase(),
            Field::FatherId => id_text(row.father.id),
            Field::MotherName => row.mother.text(world, tables).to_uppercase(),
            Field::MotherId => id_text(row.mother.id),
            Field::SpouseName => row.spouse.text(world, tables).to_uppercase(),
            Field::SpouseId => id_text(row.spouse.id),
            Field::MaritalStatus => marital_text(row.marital).to_owned(),
            Field::Status => status_text(row.status).to_owned(),
            Field::DeathDate => match &row.odd_dates {
                Some(texts) if row.death == DateCell::Impossible => texts.0.clone(),
                _ => date(row.death),
            },
            Field::CardIssued => match &row.odd_dates {
                Some(texts) if row.card == DateCell::Impossible => texts.1.clone(),
                _ => date(row.card),
            },
            _ => String::new(),
        });
    }
}

fn commune_of<'a>(row: &Reg, world: &'a World) -> Option<&'a Commune> {
    row.commune.and_then(|c| world.communes.get(usize::from(c)))
}

fn id_text(id: u64) -> String {
    if id == 0 { String::new() } else { format!("{id:012}") }
}

/// The word for a gender; empty where none is written.
pub(crate) fn gender_text(gender: Option<Gender>) -> &'static str {
    match gender {
        Some(Gender::Male) => "Nam",
        Some(Gender::Female) => "Nữ",
        None => "",
    }
}

fn marital_text(marital: Marital) -> &'static str {
    match marital {
        Marital::Single => "Chưa kết hôn",
        Marital::Married => "Đã kết hôn",
        Marital::Divorced => "Ly hôn",
        Marital::Widowed => "Góa",
        Marital::Unknown => "",
    }
}

fn status_text(status: Status) -> &'static str {
    match status {
        Status::Permanent => "Thường trú",
        Status::Temporary => "Tạm trú",
        Status::Absent => "Tạm vắng",
        Status::MovedOut => "Đã chuyển đi",
        Status::Dead => "Đã chết",
        Status::Missing => "Mất tích",
        Status::Unknown => "",
    }
}

fn relation_text(kinship: Kinship, gender: Gender) -> &'static str {
    let male = gender == Gender::Male;
    match kinship {
        Kinship::Head => "Chủ hộ",
        Kinship::Spouse if male => "Chồng",
        Kinship::Spouse => "Vợ",
        Kinship::Child => "Con",
        Kinship::ChildInLaw if male => "Con rể",
        Kinship::ChildInLaw => "Con dâu",
        Kinship::Grandchild => "Cháu",
        Kinship::Other => "Khác",
    }
}
