//! What a finding is about, told so that tonight's and tomorrow's run tell it alike.

use super::fields;
use super::role_view::id_text;
use super::text::fold;
use crate::domain::{Cells, Dataset, Field, Finding, Kind, Origin, Person, Resident, ResidentIx, RowRef};

/// The identity of what a finding is about: code, kind of source, role and field, and the identity of
/// the row or resident. It does not change when files are sorted anew, renamed or split, nor when other
/// cells of the row are mended. Two findings may share a key (rows that nothing tells apart); whoever
/// makes names of keys must number those.
pub fn subject_key(finding: &Finding, data: &Dataset) -> String {
    let field = finding.field.map_or("", Field::name);
    match finding.origin {
        Origin::Registry(ix) => {
            let list = finding.list.map_or("", Kind::name);
            let kind = Kind::Residents.name();
            format!("{}|{kind}|{list}|{field}|{}", finding.code, resident_identity(ix, data))
        }
        Origin::Extract(point) => {
            let (extract, role) = (usize::from(point.extract), usize::from(point.role));
            let kind = data.extracts[extract].kind;
            let identity = role_identity(data, extract, point.row as usize, role);
            format!("{}|{}|{}|{field}|{identity}", finding.code, kind.name(), kind.roles()[role].name())
        }
    }
}

/// What else tells what a finding is about, should the values that [`subject_key`] rests on be mended themselves: of
/// a row that is kept under a number the person, of another the birth date and ID, of a resident name, birth date
/// and home. `None` where nothing is written.
pub fn subject_trace(finding: &Finding, data: &Dataset) -> Option<String> {
    let field = finding.field.map_or("", Field::name);
    let code = finding.code;
    let (kind, role, told) = match finding.origin {
        Origin::Registry(ix) => {
            let Resident { row, person, .. } = data.registry.get(ix);
            let (name, birth) = name_and_birth(person, *row, Field::FullName, Field::BirthDate, data);
            (Kind::Residents, finding.list.map_or("", Kind::name), [name, birth, home(ix, data)])
        }
        Origin::Extract(point) => {
            let extract = &data.extracts[usize::from(point.extract)];
            let (row, role) = (point.row as usize, usize::from(point.role));
            let (at, person) = (extract.rows[row].row, &extract.persons_of(row)[role]);
            let role = extract.kind.roles()[role];
            let columns = fields::of(role);
            let (name, birth) = name_and_birth(person, at, columns.name, columns.birth, data);
            let numbered = record_identity(extract.kind, at, data).is_some();
            let name = if numbered { name } else { String::new() };
            (extract.kind, role.name(), [name, birth, id_text(person)])
        }
    };
    let nothing = told.iter().all(String::is_empty);
    (!nothing).then(|| format!("{code}|{}|{role}|{field}|{}", kind.name(), told.join("/")))
}

/// All that is written on the row that a finding stands on, whatever file and place it stands in: what tells
/// findings of equal keys apart.
pub fn subject_content(finding: &Finding, data: &Dataset) -> String {
    let row = match finding.origin {
        Origin::Registry(ix) => data.registry.get(ix).row,
        Origin::Extract(point) => data.extracts[usize::from(point.extract)].rows[point.row as usize].row,
    };
    row_content(row, data)
}

/// All that is written on a row.
pub(super) fn row_content(row: RowRef, data: &Dataset) -> String {
    let cells: Vec<&str> = data.tables[row.table.at()].cells(row.index).collect();
    cells.join("\t")
}

/// The identity of a role of a row: kind, role and what the row is known by. Stable as [`subject_key`] is.
pub fn role_key(data: &Dataset, extract: usize, row: usize, role: usize) -> String {
    let kind = data.extracts[extract].kind;
    let identity = role_identity(data, extract, row, role);
    format!("{}|{}|{identity}", kind.name(), kind.roles()[role].name())
}

/// The identity of a resident. Stable as [`subject_key`] is.
pub fn resident_key(data: &Dataset, ix: ResidentIx) -> String {
    format!("{}|{}", Kind::Residents.name(), resident_identity(ix, data))
}

/// What findings about the row of a file are called after, as numbers: those that share one may have to share it out. Of
/// a resident without an ID the home is left out, which only all communes together tell.
pub fn subjects(data: &Dataset, at: usize) -> Vec<i64> {
    let number = |told: String| {
        let mut first = [0; 8];
        first.copy_from_slice(&blake3::hash(told.as_bytes()).as_bytes()[..8]);
        i64::from_le_bytes(first)
    };
    let Some(extract) = data.extracts.first() else {
        let Resident { person, row, .. } = &data.registry.residents[at];
        let known = id_text(person);
        let told = if known.is_empty() {
            person_identity(person, *row, Field::FullName, Field::BirthDate, data)
        } else {
            known
        };
        return vec![number(format!("{}|{told}", Kind::Residents.name()))];
    };
    let required = extract.kind.required();
    let roles = extract.kind.roles().iter().enumerate().filter(|(role, of)| {
        let fields = fields::of(**of);
        // Of a role that the row writes nothing of there is a finding only where it must.
        *role == 0
            || !extract.persons_of(at)[*role].is_blank()
            || [fields.name, fields.birth].iter().any(|field| required.contains(field))
    });
    let mut numbers: Vec<i64> = roles.map(|(role, _)| number(role_key(data, 0, at, role))).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

fn role_identity(data: &Dataset, extract: usize, row: usize, role: usize) -> String {
    let extract = &data.extracts[extract];
    let at = extract.rows[row].row;
    record_identity(extract.kind, at, data).unwrap_or_else(|| {
        let fields = fields::of(extract.kind.roles()[role]);
        person_identity(&extract.persons_of(row)[role], at, fields.name, fields.birth, data)
    })
}

fn cell(data: &Dataset, row: RowRef, field: Field) -> String {
    fold(data.tables.as_slice().cell(row, field))
}

/// The number under which a row is kept by its keeper; `None` where it has none.
fn record_identity(kind: Kind, row: RowRef, data: &Dataset) -> Option<String> {
    let number = cell(data, row, kind.reference());
    if number.is_empty() {
        return None;
    }
    // Numbers begin anew in every book, programme and commune.
    let within = kind.reference_within().iter();
    let within: Vec<String> = within.map(|&field| cell(data, row, field)).collect();
    Some(format!("{number}/{}", within.join("/")))
}

fn person_identity(person: &Person, row: RowRef, name: Field, birth: Field, data: &Dataset) -> String {
    let (name, birth) = name_and_birth(person, row, name, birth, data);
    format!("{name}/{birth}/{}", id_text(person))
}

fn name_and_birth(
    person: &Person,
    row: RowRef,
    name: Field,
    birth: Field,
    data: &Dataset,
) -> (String, String) {
    let birth = person.birth.value().map_or_else(|| cell(data, row, birth), |d| d.to_string());
    (cell(data, row, name), birth)
}

/// The household of a resident, else the commune.
fn home(ix: ResidentIx, data: &Dataset) -> String {
    let resident = data.registry.get(ix);
    let household = cell(data, resident.row, Field::HouseholdId);
    if household.is_empty() { data.places.label(resident.person.place).1.to_owned() } else { household }
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
    let identity = person_identity(person, resident.row, Field::FullName, Field::BirthDate, data);
    format!("{identity}/{}", home(ix, data))
}

#[cfg(test)]
mod tests {
    use super::super::testing::World;
    use super::*;
    use crate::domain::Kind;

    fn keys(world: &World) -> Vec<String> {
        let mut keys: Vec<_> = world.judge().findings.iter().map(|f| subject_key(f, &world.data)).collect();
        keys.sort_unstable();
        keys
    }

    #[test]
    fn a_key_outlives_other_rows_and_mended_cells() {
        let tonight = |before: bool, row: &str| {
            let mut world = World::with(&[Kind::Welfare]);
            if before {
                world.resident("full_name=Trần Bé|personal_id=001160000007");
                world.row(Kind::Welfare, "full_name=Không Ai|file_no=1");
            }
            let ix = world.resident("personal_id=|household_id=H1|gender=");
            world.linked_row(Kind::Welfare, row, ix);
            keys(&world)
        };
        let row = "full_name=Lê Thị Hòn|file_no=7|programme=x|birth_date=1961";
        let first = tonight(false, row);
        assert!(first.iter().any(|key| key == "DUNG-01|welfare|subject|full_name|7/x"), "{first:?}");
        assert!(
            first.iter().any(|key| key.starts_with("DU-02|residents||personal_id|le thi hoa/05/03/1960"))
        );
        let later = tonight(true, row);
        assert!(first.iter().all(|key| later.contains(key)));
        // The birth date is mended: the name's finding is still the same one.
        let mended = tonight(false, &row.replace("1961", "05/03/1960"));
        assert!(mended.iter().any(|key| key == "DUNG-01|welfare|subject|full_name|7/x"));
    }

    #[test]
    fn keys_tell_codes_rows_roles_and_fields_apart() {
        let mut world = World::with(&[Kind::Births]);
        world.row(
            Kind::Births,
            "full_name=An|birth_date=31/02/2020|mother_name=B|mother_birth_date=31/02/1990",
        );
        world.row(
            Kind::Births,
            "full_name=Bình|birth_date=31/02/2020|father_name=C|father_birth_date=31/02/1990",
        );
        world.row(Kind::Births, "full_name=Chi|record_no=5|registered_on=01/02/2020|personal_id=12");
        let mut keys = keys(&world);
        let all = keys.len();
        keys.dedup();
        assert_eq!(keys.len(), all);
    }
}
