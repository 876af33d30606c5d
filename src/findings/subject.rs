//! What a finding is about, told so that tonight's and tomorrow's run tell it alike.

use super::fields;
use super::text::fold;
use super::view::id_text;
use crate::domain::{Cells, Dataset, Field, Finding, Kind, Origin, Person, ResidentIx, RowRef};

/// The identity of what a finding is about: code, kind of source, role and field, and the identity of
/// the row or resident. It does not change when files are sorted anew, renamed or split, nor when other
/// cells of the row are mended. Two findings may share a key (rows that nothing tells apart); whoever
/// makes names of keys must number those.
pub fn subject_key(finding: &Finding, data: &Dataset) -> String {
    let field = finding.field.map_or("", Field::name);
    match finding.origin {
        Origin::Registry(ix) => {
            format!("{}|{}||{field}|{}", finding.code, Kind::Residents.name(), resident_identity(ix, data))
        }
        Origin::Extract(point) => {
            let extract = &data.extracts[usize::from(point.extract)];
            let role = usize::from(point.role);
            let row = point.row as usize;
            let kind = extract.kind;
            let identity = record_identity(kind, extract.rows[row].row, data).unwrap_or_else(|| {
                let fields = fields::of(kind.roles()[role]);
                let persons = extract.persons_of(row);
                person_identity(&persons[role], extract.rows[row].row, fields.name, fields.birth, data)
            });
            format!("{}|{}|{}|{field}|{identity}", finding.code, kind.name(), kind.roles()[role].name())
        }
    }
}

fn cell(data: &Dataset, row: RowRef, field: Field) -> String {
    fold(data.tables.as_slice().cell(row, field))
}

/// The number under which a row is kept by its keeper; `None` where it has none.
fn record_identity(kind: Kind, row: RowRef, data: &Dataset) -> Option<String> {
    let number = cell(data, row, fields::reference(kind));
    // Numbers begin anew in every book, programme and commune.
    let within: &[Field] = match kind {
        Kind::Births | Kind::Deaths | Kind::Marriages => {
            &[Field::BookNo, Field::RegisteredOn, Field::CommuneCode, Field::Commune]
        }
        Kind::Welfare => &[Field::Programme],
        Kind::Insurance => &[Field::ValidFrom],
        Kind::Residents => &[],
    };
    if number.is_empty() {
        return None;
    }
    let within: Vec<String> = within.iter().map(|&field| cell(data, row, field)).collect();
    Some(format!("{number}/{}", within.join("/")))
}

fn person_identity(person: &Person, row: RowRef, name: Field, birth: Field, data: &Dataset) -> String {
    let birth = person.birth.value().map_or_else(|| cell(data, row, birth), |d| d.to_string());
    format!("{}/{birth}/{}", cell(data, row, name), id_text(person))
}

fn resident_identity(ix: ResidentIx, data: &Dataset) -> String {
    let resident = data.registry.get(ix);
    let person = &resident.person;
    if let Some(id) = person.personal_id() {
        return id.to_string();
    }
    if let Some(id) = person.old_id() {
        return id.to_string();
    }
    let household = cell(data, resident.row, Field::HouseholdId);
    let home = if household.is_empty() { data.places.label(person.place).1.to_owned() } else { household };
    format!("{}/{home}", person_identity(person, resident.row, Field::FullName, Field::BirthDate, data))
}
