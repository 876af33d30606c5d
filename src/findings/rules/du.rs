//! Đủ: something that must be there is missing.

use rustc_hash::{FxHashMap, FxHashSet};

use super::by_law::card_age::card_past_its_age;
use super::dung::may_be;
use super::expected::{self, ExpectedList};
use crate::domain::{
    Capability, Clue, Code, Dataset, DateCell, Detail, Evidence, Field, Finding, IdCell, NameCell, NameMarks,
    PersonalId, PlaceId, Precision, ResidentIx, Role, Severity,
};
use crate::findings::facts::children::{is_child_card, is_young_child};
use crate::findings::facts::periods::age;
use crate::findings::facts::proposals::{self, Proposal};
use crate::findings::facts::residence::CommuneNames;
use crate::findings::facts::{Facts, Linked};
use crate::findings::fields;
use crate::findings::role_view::{View, is_broken};
use crate::findings::text::fold;

/// Age from which an identity card must be issued.
const CARD_AGE: i32 = 14;

/// What the rules of this pillar need beyond the shared facts.
pub(crate) struct Context {
    communes: CommuneNames,
    state_insured: Vec<String>,
    ids: FxHashMap<ResidentIx, Proposal<PersonalId>>,
    lists: Vec<ExpectedList>,
    /// Communes of whose many residents the registry tells no card.
    without_cards: FxHashSet<PlaceId>,
}

/// Of so many residents of a commune some have an identity card.
const MANY_RESIDENTS: u64 = 100;

/// The communes of whose many residents nobody has a card: the column was filled for others alone.
fn without_cards(data: &Dataset) -> FxHashSet<PlaceId> {
    if !data.registry.has_card_column {
        return FxHashSet::default();
    }
    let mut of: FxHashMap<PlaceId, (u64, u64)> = FxHashMap::default();
    for resident in &data.registry.residents {
        let (all, cards) = of.entry(resident.person.place).or_default();
        *all += 1;
        *cards += u64::from(resident.card_issued == Some(true));
    }
    let none = of.into_iter().filter(|(_, (all, cards))| *all >= MANY_RESIDENTS && *cards == 0);
    none.map(|(place, _)| place).collect()
}

impl Context {
    /// Finds it out.
    pub(crate) fn new(facts: &Facts) -> Self {
        Self {
            communes: CommuneNames::of_registry(facts.data, &facts.whole),
            state_insured: facts.settings.rules.state_insured_groups.iter().map(|g| fold(g)).collect(),
            ids: proposals::personal_ids(facts),
            lists: ExpectedList::all(facts),
            without_cards: without_cards(facts.data),
        }
    }
}

/// All findings of this pillar about one role of one row.
pub(crate) fn on_role(context: &Context, view: &View, out: &mut Vec<Finding>) {
    missing_id(view, out);
    only_old_id(view, out);
    less_precise_birth(view, out);
    not_in_registry(context, view, out);
    without_account(view, out);
    empty_on_row(view, out);
}

/// All findings of this pillar that are about a resident.
pub(crate) fn on_resident(context: &Context, facts: &Facts, ix: ResidentIx, out: &mut Vec<Finding>) {
    no_personal_id(context, facts, ix, out);
    imprecise_birth(facts, ix, out);
    uninsured_child(facts, ix, out);
    uninsured_beneficiary(context, facts, ix, out);
    empty_in_registry(facts, ix, out);
    no_card_issued(context, facts, ix, out);
    no_birth_record(facts, ix, out);
    card_past_its_age(facts, ix, out);
    expected::absent(&context.lists, facts, ix, out);
}

/// The linked resident's personal ID, for the findings that propose it; parents are left out.
fn proposed_id(view: &View) -> Option<PersonalId> {
    let (_, resident) = view.resident().filter(|_| !view.role.stands_beside())?;
    resident.person.personal_id()
}

/// DU-01: neither ID is written; a broken one is SACH-03 or SACH-07 alone.
fn missing_id(view: &View, out: &mut Vec<Finding>) {
    if !(view.person.personal.is_missing() && view.person.old.is_missing()) {
        return;
    }
    if let Some(id) = proposed_id(view) {
        out.push(Finding {
            source_value: view.raw(view.fields.personal).to_owned(),
            registry_value: id.to_string(),
            proposed_value: id.to_string(),
            ..view.linked_finding(Code::du(1), view.fields.personal)
        });
    }
}

/// DU-03.
fn only_old_id(view: &View, out: &mut Vec<Finding>) {
    let person = view.person;
    if person.personal_id().is_some() || is_broken(person.personal) || is_broken(person.old) {
        return;
    }
    if let Some((old, id)) = person.old_id().zip(proposed_id(view)) {
        out.push(Finding {
            source_value: old.to_string(),
            registry_value: id.to_string(),
            proposed_value: id.to_string(),
            ..view.linked_finding(Code::du(3), view.fields.personal)
        });
    }
}

/// DU-04.
fn less_precise_birth(view: &View, out: &mut Vec<Finding>) {
    let Some((ix, resident)) = view.resident().filter(|_| !view.role.stands_beside()) else { return };
    let registered = view.facts.birth_of(ix);
    let Some(date) = registered.value() else { return };
    let lacking = match (view.birth(), registered) {
        (DateCell::Empty | DateCell::Placeholder, _) => !fields::requires_birth_date(view.kind),
        (DateCell::Sound(written), DateCell::Sound(_)) => {
            written.compatible(date) && written.precision_beside(date) < date.precision_beside(written)
        }
        (DateCell::About(written), DateCell::Sound(_)) => written.year().abs_diff(date.year()) <= 1,
        _ => false,
    };
    if lacking {
        let registry_value = view.facts.date_text(resident.person.birth, resident.row, Field::BirthDate);
        out.push(Finding {
            source_value: view.date(view.person.birth, view.fields.birth),
            // Of an age in the registry the year is proposed.
            proposed_value: date.to_string(),
            registry_value,
            ..view.linked_finding(Code::du(4), view.fields.birth)
        });
    }
}

/// DU-06 and DU-07: a person who is not in the registry.
fn not_in_registry(context: &Context, view: &View, out: &mut Vec<Finding>) {
    if !view.is_unknown() || !can_be_looked_up(view) {
        return;
    }
    let code = match view.role {
        // Of a child who died, or whose birth was registered by mistake, nobody makes a resident.
        Role::Child if view.row.is_void => return,
        Role::Child => Code::du(7),
        Role::Deceased | Role::Subject | Role::Spouse => Code::du(6),
        Role::Husband if context.communes.in_address(view.raw(Field::HusbandAddress)) => Code::du(6),
        Role::Wife if context.communes.in_address(view.raw(Field::WifeAddress)) => Code::du(6),
        _ => return,
    };
    let mut finding = view.finding(code, view.fields.name);
    finding.source_value = view.raw(view.fields.name).to_owned();
    finding.confidence = 1.0 - view.link.map_or(0.0, |link| link.probability);
    if view.role == Role::Child {
        for parent in [1, 2].map(|role| view.other(role)) {
            if !parent.raw(parent.fields.name).is_empty() || parent.resident_ix.is_some() {
                finding.evidence.push(Clue::Parent(parent.at.point(), parent.resident_ix));
            }
        }
    }
    out.push(finding);
}

/// Whether the row tells enough of a person to say that the registry has nobody like that: a name, or an
/// ID. One whose ID is a resident's that nothing else on the row speaks against is not missing.
fn can_be_looked_up(view: &View) -> bool {
    let facts = view.facts;
    let personal = view.person.personal_id().into_iter().flat_map(|id| facts.owners(id));
    let old = view.person.old_id().into_iter().flat_map(|id| facts.old_ids.owners(u64::from(id.number())));
    let named = !view.person.name.id.is_blank();
    let numbered = view.person.personal_id().is_some() || view.person.old_id().is_some();
    (named || numbered) && !personal.chain(old).any(|owner| may_be(view, owner))
}

/// DU-12.
fn without_account(view: &View, out: &mut Vec<Finding>) {
    let Detail::Welfare(benefit) = &view.row.detail else { return };
    let in_cash = benefit.paid_in_cash == Some(true) && benefit.has_account == Some(false);
    let facts = view.facts;
    if !in_cash || !facts.is_current(view.row) || !facts.runs(Code::du(12)) {
        return;
    }
    // Under review: nothing is asked of somebody who may be dead.
    let resident = view.link.and_then(|link| link.resident);
    let dead = view.person.name.marks.has(NameMarks::DEAD) || benefit.stopped_by_death.is_told();
    if dead || resident.is_some_and(|ix| facts.is_dead(ix)) {
        return;
    }
    out.push(view.finding(Code::du(12), Field::BankAccount));
}

/// DU-10 on a row of an extract.
pub(crate) fn empty_on_row(view: &View, out: &mut Vec<Finding>) {
    let required = view.kind.required();
    if required.contains(&view.fields.name) && is_empty_name(view.person.name) {
        empty(view, view.fields.name, out);
    }
    if required.contains(&view.fields.birth) && view.person.birth == DateCell::Empty {
        empty(view, view.fields.birth, out);
    }
    if matches!(&view.row.detail, Detail::Death(record) if record.death_date == DateCell::Empty) {
        empty(view, Field::DeathDate, out);
    }
}

fn empty(view: &View, field: Field, out: &mut Vec<Finding>) {
    if !view.raw(field).is_empty() {
        return;
    }
    let mut finding = view.linked_finding(Code::du(10), field);
    if let Some((ix, resident)) = view.resident() {
        let facts = view.facts;
        finding.registry_value = if field == view.fields.name {
            facts.raw(resident.row, Field::FullName).to_owned()
        } else if field == view.fields.birth {
            facts.birth_of(ix).sound().map(|d| d.to_string()).unwrap_or_default()
        } else {
            facts.dates.death_of_resident(resident).map(|d| d.to_string()).unwrap_or_default()
        };
        finding.proposed_value = finding.registry_value.clone();
    }
    out.push(finding);
}

/// Whether nothing is written in a name cell (a placeholder is SACH-09 alone).
fn is_empty_name(name: NameCell) -> bool {
    name.id.is_blank() && !name.marks.has(NameMarks::PLACEHOLDER)
}

/// DU-10 in the registry: the required values and the gender.
fn empty_in_registry(facts: &Facts, ix: ResidentIx, out: &mut Vec<Finding>) {
    let resident = facts.resident(ix);
    let person = &resident.person;
    let table = &facts.data.tables[resident.row.table.at()];
    let wanting = [
        (Field::FullName, is_empty_name(person.name)),
        (Field::BirthDate, person.birth == DateCell::Empty),
        (Field::Gender, person.gender.is_none() && table.has(Field::Gender)),
        (Field::Commune, facts.data.places.get(person.place).name.is_empty()),
    ];
    for (field, _) in wanting.into_iter().filter(|(_, wanting)| *wanting) {
        if facts.raw(resident.row, field).is_empty() {
            out.push(facts.resident_finding(Code::du(10), ix, Some(field)));
        }
    }
}

/// DU-02.
fn no_personal_id(context: &Context, facts: &Facts, ix: ResidentIx, out: &mut Vec<Finding>) {
    let person = &facts.resident(ix).person;
    let missing = person.personal_id().is_none() && !is_broken(person.personal);
    if !missing || !facts.is_living(ix) || !facts.runs(Code::du(2)) {
        return;
    }
    let mut finding = facts.resident_finding(Code::du(2), ix, Some(Field::PersonalId));
    if let IdCell::Old(_) | IdCell::OldRestored(_) = person.personal {
        finding.registry_value = facts.raw(facts.resident(ix).row, Field::PersonalId).to_owned();
    }
    if let Some(proposal) = context.ids.get(&ix) {
        finding.proposed_value = proposal.value.to_string();
        finding.evidence.push(Clue::IdFrom(proposal.at.point()));
    }
    out.push(finding);
}

/// DU-05.
fn imprecise_birth(facts: &Facts, ix: ResidentIx, out: &mut Vec<Finding>) {
    let birth = facts.birth_of(ix);
    let severity = match birth {
        // A full date is only in doubt where it is 01/01.
        DateCell::Sound(date) if date.precision() == Precision::Day && !date.is_new_year() => return,
        DateCell::Sound(date) if date.precision() == Precision::Day => Some(Severity::Low),
        DateCell::Sound(_) | DateCell::About(_) => None,
        _ => return,
    };
    let proposal = proposals::fuller_birth(facts, ix, birth);
    if severity.is_some() && proposal.is_none() {
        return;
    }
    let resident = facts.resident(ix);
    let mut finding = facts.resident_finding(Code::du(5), ix, Some(Field::BirthDate));
    finding.severity = severity.unwrap_or(finding.severity);
    finding.registry_value = facts.date_text(resident.person.birth, resident.row, Field::BirthDate);
    if let Some(proposal) = proposal {
        finding.proposed_value = proposal.value.to_string();
        finding.evidence.push(Clue::ProposedFrom(proposal.at.point()));
        if severity.is_some() {
            finding.confidence = facts.link(proposal.at).map_or(1.0, |link| link.probability);
        }
    }
    out.push(finding);
}

/// DU-08.
fn uninsured_child(facts: &Facts, ix: ResidentIx, out: &mut Vec<Finding>) {
    if !is_young_child(facts, ix) || !facts.runs(Code::du(8)) || facts.may_have_card(ix) {
        return;
    }
    // That of a whole commune no child has a card says that the list is of others.
    let units = &facts.data.places.get(facts.resident(ix).person.place).units;
    if !facts.whole.holds_child_cards(units) {
        return;
    }
    let insured = facts.linked(Capability::Card, ix).any(|at| {
        let row = facts.row(at);
        is_child_card(facts, row) && facts.may_be_current(row)
    });
    if insured {
        return;
    }
    let mut finding = facts.resident_finding(Code::du(8), ix, Some(Field::CardNo));
    for at in facts.linked(Capability::Card, ix).take(1) {
        push_card(at, &mut finding.evidence);
    }
    out.push(finding);
}

/// A card that there is, with its period.
fn push_card(at: Linked, evidence: &mut Evidence) {
    evidence.push(Clue::Card(at.point()));
    evidence.push(Clue::Validity(at.point()));
}

/// DU-09: once per resident, on the first current benefit of such a group.
fn uninsured_beneficiary(context: &Context, facts: &Facts, ix: ResidentIx, out: &mut Vec<Finding>) {
    if !facts.runs(Code::du(9)) || !facts.is_living(ix) || facts.may_have_card(ix) {
        return;
    }
    let entitled = facts.linked(Capability::Payment, ix).find(|&at| {
        let row = facts.row(at);
        let Detail::Welfare(benefit) = &row.detail else { return false };
        // "HN - Hộ nghèo" is group HN.
        let group = facts.data.texts.get(benefit.group).split(' ').next();
        context.state_insured.iter().any(|insured| Some(insured.as_str()) == group) && facts.is_current(row)
    });
    let Some(at) = entitled else { return };
    if facts.linked(Capability::Card, ix).any(|card| facts.may_be_current(facts.row(card))) {
        return;
    }
    let view = View::new(facts, at);
    let mut finding = view.linked_finding(Code::du(9), Field::CardNo);
    let group = view.raw(Field::GroupCode);
    finding.evidence.push(Clue::Group(group.to_owned()));
    match facts.linked(Capability::Card, ix).next() {
        Some(card) => push_card(card, &mut finding.evidence),
        None => finding.evidence.push(Clue::NoCard),
    }
    out.push(finding);
}

/// DU-11.
fn no_card_issued(context: &Context, facts: &Facts, ix: ResidentIx, out: &mut Vec<Finding>) {
    let none = facts.resident(ix).card_issued == Some(false) && !facts.card_issue_is_placeholder(ix);
    let is_told = || !context.without_cards.contains(&facts.resident(ix).person.place);
    if !none || !facts.is_living(ix) || !is_told() {
        return;
    }
    let Some(age) = age(facts.birth_of(ix), facts.dates.as_of) else { return };
    if age.least >= CARD_AGE {
        let mut finding = facts.resident_finding(Code::du(11), ix, Some(Field::CardIssued));
        finding.evidence.push(Clue::Age(age.least));
        out.push(finding);
    }
}

/// DU-13.
fn no_birth_record(facts: &Facts, ix: ResidentIx, out: &mut Vec<Finding>) {
    if !facts.runs(Code::du(13)) || !facts.is_living(ix) || facts.may_have_birth_record(ix) {
        return;
    }
    let Some(birth) = facts.birth_of(ix).sound() else { return };
    if facts.covers_birth(ix, birth) {
        out.push(facts.resident_finding(Code::du(13), ix, Some(Field::RecordNo)));
    }
}

#[cfg(test)]
#[path = "du_tests.rs"]
mod tests;
