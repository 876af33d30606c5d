//! Đúng: the extract and the registry disagree about one person.

use crate::domain::{
    Capability, Clue, Code, DateCell, Detail, Field, Finding, IdCell, Kind, NameCell, Person, Resident,
    ResidentIx, Role, Severity, Status,
};
use crate::findings::facts::Facts;
use crate::findings::facts::names::{Difference, difference, within_three_letters};
use crate::findings::role_view::{View, id_text};
use crate::findings::text::{contradicts, repaired_name};

/// All findings of this pillar about one role of one row.
pub(crate) fn on_role(view: &View, out: &mut Vec<Finding>) {
    name(view, out);
    birth_date(view, out);
    gender(view, out);
    unknown_id(view, out);
    ids_of_others(view, out);
    parent_name(view, out);
    commune(view, out);
    death_date(view, out);
    other_spouse(view, out);
    let (person, birth) = (view.person, view.birth());
    for (cell, field) in own_ids(person, view.fields.personal, view.fields.old) {
        if id_contradicts(view.facts, cell, person, birth) {
            let finding = view.finding(Code::dung(8), field);
            out.push(contradiction(view.facts, finding, cell, view.raw(field)));
        }
    }
}

/// All findings of this pillar about a resident alone.
pub(crate) fn on_resident(facts: &Facts, ix: ResidentIx, out: &mut Vec<Finding>) {
    let resident = facts.resident(ix);
    let person = &resident.person;
    for (cell, field) in own_ids(person, Field::PersonalId, Field::OldId) {
        if id_contradicts(facts, cell, person, facts.birth_of(ix)) {
            let finding = facts.resident_finding(Code::dung(8), ix, Some(field));
            out.push(contradiction(facts, finding, cell, facts.raw(resident.row, field)));
        }
    }
}

/// The severity of a name that differs.
fn name_severity(difference: Difference, usual: Severity) -> Severity {
    if difference == Difference::Diacritics { Severity::Low } else { usual }
}

/// DUNG-01; the names of parents are DUNG-06.
fn name(view: &View, out: &mut Vec<Finding>) {
    let Some((_, resident)) = view.resident().filter(|_| !view.role.stands_beside()) else { return };
    let difference = difference(&view.facts.data.names, view.person.name.id, resident.person.name.id);
    if difference == Difference::None {
        return;
    }
    let finding = view.linked_finding(Code::dung(1), view.fields.name);
    let source_value = view.raw(view.fields.name).to_owned();
    let registry_value = view.facts.raw(resident.row, Field::FullName).to_owned();
    // Marks that the registry lost are not to be lost on the row too.
    let registry_lost = difference == Difference::Diacritics && registry_value.is_ascii();
    let proposed_value = if registry_lost {
        let font = view.facts.data.tables[view.row.row.table.at()].font(view.fields.name);
        repaired_name(&source_value, font).unwrap_or_else(|| source_value.clone())
    } else {
        registry_value.clone()
    };
    out.push(Finding {
        severity: name_severity(difference, finding.severity),
        proposed_value,
        source_value,
        registry_value,
        ..finding
    });
}

/// Whether two dates of birth contradict each other; one that is an age is a year give or take one.
fn births_contradict(a: DateCell, b: DateCell) -> bool {
    match (a, b) {
        (DateCell::Sound(x), DateCell::Sound(y)) => !x.compatible(y),
        (DateCell::About(x), DateCell::Sound(y)) | (DateCell::Sound(x), DateCell::About(y)) => {
            x.year().abs_diff(y.year()) > 1
        }
        (DateCell::About(x), DateCell::About(y)) => x.year().abs_diff(y.year()) > 2,
        _ => false,
    }
}

/// DUNG-02.
fn birth_date(view: &View, out: &mut Vec<Finding>) {
    let Some((ix, resident)) = view.resident() else { return };
    if births_contradict(view.birth(), view.facts.birth_of(ix)) {
        let registry_value = view.facts.date_text(resident.person.birth, resident.row, Field::BirthDate);
        out.push(Finding {
            source_value: view.date(view.person.birth, view.fields.birth),
            proposed_value: registry_value.clone(),
            registry_value,
            ..view.linked_finding(Code::dung(2), view.fields.birth)
        });
    }
}

/// DUNG-03.
fn gender(view: &View, out: &mut Vec<Finding>) {
    let Some((_, resident)) = view.resident().filter(|_| view.person.gender_written) else { return };
    let differ = view.person.gender.zip(resident.person.gender).is_some_and(|(a, b)| a != b);
    if differ && view.facts.runs(Code::dung(3)) {
        let registry_value = view.facts.raw(resident.row, Field::Gender).to_owned();
        out.push(Finding {
            source_value: view.raw(view.fields.gender).to_owned(),
            proposed_value: registry_value.clone(),
            registry_value,
            ..view.linked_finding(Code::dung(3), view.fields.gender)
        });
    }
}

/// DUNG-04: the extract's personal ID is not the resident's and nobody else's.
fn unknown_id(view: &View, out: &mut Vec<Finding>) {
    let Some((_, resident)) = view.resident() else { return };
    let (Some(id), Some(registered)) = (view.person.personal_id(), resident.person.personal_id()) else {
        return;
    };
    if id != registered && view.facts.owners(id).next().is_none() {
        out.push(Finding {
            source_value: id.to_string(),
            registry_value: registered.to_string(),
            proposed_value: registered.to_string(),
            ..view.linked_finding(Code::dung(4), view.fields.of_personal_id(view.person))
        });
    }
}

/// DUNG-05: an ID of the row is another resident's.
fn ids_of_others(view: &View, out: &mut Vec<Finding>) {
    let facts = view.facts;
    let own = view.resident().map(|(_, resident)| &resident.person);
    if let Some(id) = view.person.personal_id().filter(|&id| own.and_then(Person::personal_id) != Some(id)) {
        let owner = owner_besides(view, facts.owners(id));
        id_of_other(view, owner, IdCell::Personal(id), view.fields.of_personal_id(view.person), out);
    }
    if let Some(id) = view.person.old_id().filter(|&id| own.and_then(Person::old_id) != Some(id)) {
        let owners = facts.old_ids.owners(u64::from(id.number())).map(|ix| facts.kept(ix));
        let owner = owner_besides(view, owners);
        id_of_other(view, owner, IdCell::Old(id), view.fields.of_old_id(view.person), out);
    }
}

/// The owner of an ID that the row's person bears and that is somebody else's. Of a person outside the
/// registry the owner must be somebody else beyond doubt: both name and birth date disagree.
fn owner_besides(view: &View, owners: impl Iterator<Item = ResidentIx>) -> Option<ResidentIx> {
    let mut other = None;
    for owner in owners {
        let same = match view.resident_ix {
            Some(linked) => view.facts.kept(linked) == owner,
            None => !view.is_unknown() || may_be(view, owner),
        };
        if same {
            return None;
        }
        other = other.or(Some(owner));
    }
    other
}

/// Whether nothing speaks against the row's person being a resident whose ID it bears: the name agrees
/// or is not written, or the birth date agrees.
pub(crate) fn may_be(view: &View, ix: ResidentIx) -> bool {
    let resident = &view.facts.resident(ix).person;
    let names = difference(&view.facts.data.names, view.person.name.id, resident.name.id);
    let births = view.birth().value().zip(view.facts.birth_of(ix).value());
    names != Difference::Other || births.is_some_and(|(a, b)| a.compatible(b))
}

fn id_of_other(
    view: &View,
    owner: Option<ResidentIx>,
    written: IdCell,
    field: Field,
    out: &mut Vec<Finding>,
) {
    let Some(owner) = owner else { return };
    let mut finding = view.linked_finding(Code::dung(5), field);
    finding.evidence.push(Clue::IdOf(owner, written.old()));
    match written {
        IdCell::Old(old) => {
            finding.source_value = old.to_string();
        }
        other => finding.source_value = other.personal().map(|id| id.to_string()).unwrap_or_default(),
    }
    if let Some((_, resident)) = view.resident() {
        // A column of old IDs is held against the resident's old one.
        let own_column = matches!(written, IdCell::Old(_)) && field != view.fields.personal;
        finding.registry_value = if own_column {
            resident.person.old_id().map(|id| id.to_string()).unwrap_or_default()
        } else {
            id_text(&resident.person)
        };
        finding.proposed_value = finding.registry_value.clone();
    }
    out.push(finding);
}

/// DUNG-06: a parent's name on a birth record, against the child's row, else against the parent's own.
fn parent_name(view: &View, out: &mut Vec<Finding>) {
    if !view.role.is_parent() || view.person.name.id.is_blank() {
        return;
    }
    let facts = view.facts;
    let child = view.other(0);
    let named = child.resident().and_then(|(ix, resident)| {
        let (relative, field) = match view.role {
            Role::Mother => (resident.mother, Field::MotherName),
            _ => (resident.father, Field::FatherName),
        };
        (!relative.name.id.is_blank()).then_some((ix, relative.name, field, &child))
    });
    let own = || view.resident().map(|(ix, resident)| (ix, resident.person.name, Field::FullName, view));
    let Some((ix, registered, field, rests_on)) = named.or_else(own) else { return };
    let difference = difference(&facts.data.names, view.person.name.id, registered.id);
    if difference == Difference::None {
        return;
    }
    let mut finding = rests_on.linked_finding(Code::dung(6), view.fields.name);
    finding.origin = view.origin();
    finding.severity = name_severity(difference, finding.severity);
    finding.resident = Some(ix);
    finding.source_value = view.raw(view.fields.name).to_owned();
    finding.registry_value = facts.raw(facts.resident(ix).row, field).to_owned();
    finding.proposed_value = finding.registry_value.clone();
    out.push(finding);
}

/// DUNG-07.
fn commune(view: &View, out: &mut Vec<Finding>) {
    if !view.kind.has(Capability::Residence) {
        return;
    }
    let Some((_, resident)) = view.resident() else { return };
    let places = &view.facts.data.places;
    // Where SONG-09 is raised the communes are the same, or one is not known.
    if places.same(view.row.place, resident.person.place) == Some(false) {
        let label = |place| {
            let (code, name) = places.label(place);
            if name.is_empty() { code.to_owned() } else { name.to_owned() }
        };
        let registry_value = label(resident.person.place);
        // Where somebody went who moved out, the registry does not say.
        let gone = resident.status == Status::MovedOut;
        out.push(Finding {
            source_value: written_commune(view),
            proposed_value: if gone { String::new() } else { registry_value.clone() },
            registry_value,
            ..view.linked_finding(Code::dung(7), Field::Commune)
        });
    }
}

/// The commune of a row as written, what a ditto mark stands for in its place: its name, else its code.
pub(crate) fn written_commune(view: &View) -> String {
    let place = view.facts.data.places.get(view.row.place);
    let read = [&place.name, &place.code].into_iter().find(|text| !text.is_empty());
    if let Some(read) = read {
        return read.clone();
    }
    let name = view.raw(Field::Commune);
    if name.is_empty() { view.raw(Field::CommuneCode).to_owned() } else { name.to_owned() }
}

/// The ID cells of a person with their columns; one column that holds either is told once.
fn own_ids(person: &Person, personal: Field, old: Field) -> impl Iterator<Item = (IdCell, Field)> {
    let second = (old != personal).then_some((person.old, old));
    std::iter::once((person.personal, personal)).chain(second)
}

/// DUNG-08. A restored ID agrees with its row by construction.
fn id_contradicts(facts: &Facts, cell: IdCell, person: &Person, birth: DateCell) -> bool {
    match cell {
        IdCell::Personal(id) => facts.runs(Code::dung(8)) && contradicts(id, person.gender, birth),
        _ => false,
    }
}

fn contradiction(facts: &Facts, mut finding: Finding, cell: IdCell, raw: &str) -> Finding {
    if let IdCell::Personal(id) = cell {
        finding.evidence.push(Clue::IdSays(id.gender(), id.birth_year()));
    }
    finding.source_value = raw.to_owned();
    if let crate::domain::Origin::Registry(_) = finding.origin {
        finding.registry_value = raw.to_owned();
    } else if let Some(ix) = finding.resident {
        finding.registry_value = id_text(&facts.resident(ix).person);
        // The registry's number is only a proposal where it is another one.
        if finding.registry_value != finding.source_value {
            finding.proposed_value = finding.registry_value.clone();
        }
    }
    finding
}

/// DUNG-09.
fn death_date(view: &View, out: &mut Vec<Finding>) {
    let Detail::Death(record) = &view.row.detail else { return };
    let Some((_, resident)) = view.resident() else { return };
    let dates = view.facts.dates;
    let recorded = dates.death_of_record(view.person, record);
    let registered = dates.death_of_resident(resident);
    let Some((recorded, registered)) = recorded.zip(registered) else { return };
    if !recorded.compatible(registered) && view.facts.runs(Code::dung(9)) {
        out.push(Finding {
            source_value: recorded.to_string(),
            registry_value: registered.to_string(),
            proposed_value: recorded.to_string(),
            ..view.linked_finding(Code::dung(9), Field::DeathDate)
        });
    }
}

/// DUNG-10.
fn other_spouse(view: &View, out: &mut Vec<Finding>) {
    if view.kind != Kind::Marriages || !view.facts.runs(Code::dung(10)) {
        return;
    }
    let facts = view.facts;
    let Some((ix, resident)) = view.resident() else { return };
    let partner = view.other(1 - view.at.role);
    let living = facts.is_living(ix) && partner.resident_ix.is_none_or(|p| facts.is_living(p));
    if !living || names_partner(view, resident) != Some(false) {
        return;
    }
    // Whoever married again since is not wrong in the registry.
    let remarried = facts.marriages(ix).filter(|at| at.row != view.at.row).any(|at| {
        let later = View::new(facts, at);
        names_partner(&later, resident) == Some(true)
            && later.row.registered_on.value() >= view.row.registered_on.value()
    });
    if remarried {
        return;
    }
    let name = facts.raw(resident.row, Field::SpouseName);
    let written = partner.raw(partner.fields.name).to_owned();
    let mut finding = view.linked_finding(Code::dung(10), Field::SpouseName);
    finding.evidence.push(Clue::Partner(partner.at.point()));
    finding.registry_value =
        if name.is_empty() { facts.raw(resident.row, Field::SpouseId).to_owned() } else { name.to_owned() };
    finding.proposed_value = written.clone();
    finding.source_value = written;
    out.push(finding);
}

/// Whether the spouse in the registry is the partner of the row, by ID or by a name within three
/// letters; `None` where the registry names nobody, or nothing can be compared.
pub(crate) fn names_partner(view: &View, resident: &Resident) -> Option<bool> {
    let partner = view.other(1 - view.at.role);
    let linked = partner.resident().map(|(_, r)| &r.person);
    let names = &view.facts.data.names;
    let spouse = resident.spouse;
    let persons = || std::iter::once(partner.person).chain(linked);
    let mut compared = false;
    for person in persons() {
        if let Some((a, b)) = spouse.id.personal().zip(person.personal_id()) {
            if a == b {
                return Some(true);
            }
            // A number mistyped on the row says nothing; the registry's own one does.
            compared |= linked.is_some_and(|l| l.personal_id() == Some(b));
        }
        if spouse.id.old().zip(person.old_id()).is_some_and(|(a, b)| a == b) {
            return Some(true);
        }
    }
    let named = |name: NameCell| !name.id.is_blank();
    for person in persons() {
        if named(spouse.name) && named(person.name) {
            if within_three_letters(names, spouse.name.id, person.name.id) {
                return Some(true);
            }
            compared = true;
        }
    }
    compared.then_some(false)
}

#[cfg(test)]
#[path = "dung_tests.rs"]
mod tests;
