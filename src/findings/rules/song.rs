//! Sống: the records are behind life.

use super::by_law::funeral::{funeral_support_outstanding, pays_for_funeral};
use super::dung::{names_partner, written_commune};
use crate::domain::{
    Capability, Clue, Code, DateCell, Day, Detail, Field, Finding, Marital, NameMarks, Origin, PartialDate,
    Resident, ResidentIx, Status, days_in_month,
};
use crate::findings::facts::Facts;
use crate::findings::facts::children::is_child_card;
use crate::findings::facts::periods::age;
use crate::findings::role_view::View;
use crate::words::{self, text};

/// All findings of this pillar that a role of a row gives rise to.
pub(crate) fn on_role(view: &View, out: &mut Vec<Finding>) {
    if view.role.stands_beside() {
        return;
    }
    paid_to_the_dead(view, out);
    insures_the_dead(view, out);
    after_death(view, out);
    listed_though_dead(view, out);
    at_old_commune(view, out);
    outgrown_card(view, out);
}

/// All findings of this pillar that are about a resident.
pub(crate) fn on_resident(facts: &Facts, ix: ResidentIx, out: &mut Vec<Finding>) {
    unrecorded_death(facts, ix, out);
    unregistered_death(facts, ix, out);
    death_known_elsewhere(facts, ix, out);
    no_sign_of_life(facts, ix, out);
    still_single(facts, ix, out);
    funeral_support_outstanding(facts, ix, out);
}

/// SONG-01: once per resident, on the death record that SACH-01 keeps.
fn unrecorded_death(facts: &Facts, ix: ResidentIx, out: &mut Vec<Finding>) {
    let resident = facts.resident(ix);
    if resident.status == Status::Dead || !facts.has_death_record(ix) {
        return;
    }
    let Some(at) = facts.linked(Capability::Death, ix).next() else { return };
    let view = View::new(facts, at);
    let Detail::Death(record) = &view.row.detail else { return };
    let dead = words::status(Status::Dead, facts.lang);
    let date = view.date(record.death_date, Field::DeathDate);
    let written = facts.raw(resident.row, Field::Status);
    let registry_value =
        if written.is_empty() { words::status(resident.status, facts.lang) } else { written }.to_owned();
    out.push(Finding {
        source_value: date.clone(),
        registry_value,
        // A date that cannot be is not to be copied.
        proposed_value: match facts.dates.death_of_record(view.person, record) {
            Some(_) => format!("{dead}, {date}"),
            None => dead.to_owned(),
        },
        ..view.linked_finding(Code::song(1), Field::Status)
    });
}

/// SONG-02.
fn unregistered_death(facts: &Facts, ix: ResidentIx, out: &mut Vec<Finding>) {
    let resident = facts.resident(ix);
    if resident.status != Status::Dead || !facts.runs(Code::song(2)) {
        return;
    }
    let Some(death) = facts.dates.death_of_resident(resident) else { return };
    if facts.has_death_record(ix) || facts.may_have_death_record(ix) || !facts.covers_death(ix, death) {
        return;
    }
    let finding = facts.resident_finding(Code::song(2), ix, Some(Field::DeathDate));
    out.push(Finding { registry_value: death.to_string(), source_value: death.to_string(), ..finding });
}

/// The linked resident, where dead.
fn dead_resident(view: &View) -> Option<ResidentIx> {
    view.resident_ix.filter(|&ix| view.facts.is_dead(ix))
}

/// The row by which the death of a resident is known: the death record, else the registry's own.
pub(crate) fn death_known_by(facts: &Facts, ix: ResidentIx) -> Origin {
    let record = facts.linked(Capability::Death, ix).next().filter(|_| facts.has_death_record(ix));
    record.map_or(Origin::Registry(ix), |at| Origin::Extract(at.point()))
}

/// A finding about a dead person: the death is part of the evidence.
fn finding_of_dead(view: &View, code: Code, ix: ResidentIx, field: Field) -> Finding {
    let mut finding = view.linked_finding(code, field);
    finding.evidence.push(Clue::Validity(view.at.point()));
    if view.facts.has_death_record(ix) {
        finding.evidence.push(Clue::Row(death_known_by(view.facts, ix)));
    }
    finding
}

/// SONG-03.
fn paid_to_the_dead(view: &View, out: &mut Vec<Finding>) {
    let Detail::Welfare(benefit) = &view.row.detail else { return };
    let facts = view.facts;
    if benefit.monthly_amount == 0 || !facts.is_current(view.row) || !facts.runs(Code::song(3)) {
        return;
    }
    let Some(ix) = dead_resident(view).filter(|_| !pays_for_funeral(facts, view.row)) else { return };
    let death = facts.death_date(ix);
    let mut finding = finding_of_dead(view, Code::song(3), ix, Field::StopDate);
    match death {
        Some(death) => {
            let months = months_after(death, benefit.start, facts.dates.as_of);
            let amount = u64::try_from(months).unwrap_or(0).saturating_mul(benefit.monthly_amount);
            let each = benefit.monthly_amount;
            finding.evidence.push(Clue::PaidAfterDeath { months, each, amount });
            finding.registry_value = death.to_string();
        }
        None => finding.evidence.push(Clue::DeathDateUnknown),
    }
    finding.source_value = view.date(benefit.stop, Field::StopDate);
    finding.proposed_value = death.filter(|d| d.month().is_some()).map(first_month_after).unwrap_or_default();
    out.push(finding);
}

/// Months for which a benefit was paid though they come after the month of death, up to that of the
/// as-of date. Of a death known by its year alone only those beyond that year are sure.
fn months_after(death: PartialDate, start: DateCell, as_of: Day) -> i64 {
    let month = |day: Day| {
        let (year, month, _) = day.civil();
        i64::from(year) * 12 + i64::from(month)
    };
    let mut first = month(death.last_day()) + 1;
    if let Some(start) = start.value() {
        first = first.max(month(start.first_day()));
    }
    (month(as_of) - first + 1).max(0)
}

/// The first day of the month after the month of death: from then on nothing is due.
fn first_month_after(death: PartialDate) -> String {
    let (year, month) = match (death.year(), death.month().unwrap_or(12)) {
        (year, 12) => (year + 1, 1),
        (year, month) => (year, month + 1),
    };
    PartialDate::day(year, month, 1).map(|d| d.to_string()).unwrap_or_default()
}

/// SONG-04.
fn insures_the_dead(view: &View, out: &mut Vec<Finding>) {
    let Detail::Insurance(card) = &view.row.detail else { return };
    if !view.facts.is_current(view.row) || !view.facts.runs(Code::song(4)) {
        return;
    }
    let Some(ix) = dead_resident(view) else { return };
    let death = view.facts.death_date(ix).map(|d| d.to_string()).unwrap_or_default();
    out.push(Finding {
        source_value: view.date(card.valid_to, Field::ValidTo),
        registry_value: death.clone(),
        proposed_value: death,
        ..finding_of_dead(view, Code::song(4), ix, Field::ValidTo)
    });
}

/// SONG-11.
fn listed_though_dead(view: &View, out: &mut Vec<Finding>) {
    let Detail::Entry(entry) = &view.row.detail else { return };
    let facts = view.facts;
    if !view.kind.has(Capability::Membership) || !facts.is_current(view.row) || !facts.runs(Code::song(11)) {
        return;
    }
    let Some(ix) = dead_resident(view) else { return };
    let death = facts.death_date(ix).map(|death| death.to_string()).unwrap_or_default();
    out.push(Finding {
        source_value: view.date(entry.stop, Field::StopDate),
        registry_value: death.clone(),
        proposed_value: death,
        ..finding_of_dead(view, Code::song(11), ix, Field::StopDate)
    });
}

/// SONG-05: once per resident.
fn death_known_elsewhere(facts: &Facts, ix: ResidentIx, out: &mut Vec<Finding>) {
    if !facts.is_living(ix) || facts.may_have_death_record(ix) {
        return;
    }
    let says_dead = |view: &View| {
        let by_reason = match &view.row.detail {
            Detail::Welfare(benefit) => benefit.stopped_by_death.is_told(),
            Detail::Insurance(card) => card.stopped_by_death.is_told(),
            _ => false,
        };
        by_reason || view.person.name.marks.has(NameMarks::DEAD)
    };
    let rows = [Capability::Payment, Capability::Card].into_iter();
    let rows = rows.flat_map(|proving| facts.linked(proving, ix));
    let Some(view) = rows.map(|at| View::new(facts, at)).find(says_dead) else { return };
    let mut finding = view.linked_finding(Code::song(5), Field::Status);
    finding.evidence.push(Clue::Validity(view.at.point()));
    let told = view.reason_of_stop().unwrap_or_else(|| view.raw(view.fields.name));
    finding.evidence.push(Clue::Reason(told.to_owned()));
    finding.source_value = told.to_owned();
    let written = facts.raw(facts.resident(ix).row, Field::Status);
    finding.registry_value = if written.is_empty() {
        words::status(facts.resident(ix).status, facts.lang).to_owned()
    } else {
        written.to_owned()
    };
    out.push(finding);
}

/// SONG-06.
fn no_sign_of_life(facts: &Facts, ix: ResidentIx, out: &mut Vec<Finding>) {
    let as_of = facts.dates.as_of;
    let Some(age) = age(facts.birth_of(ix), as_of) else { return };
    let old = age.least >= facts.settings.rules.centenarian_age;
    if !old || !facts.is_living(ix) || facts.may_have_acted(ix) || !facts.runs(Code::song(6)) {
        return;
    }
    let since = as_of.years_on(-1).unwrap_or(as_of);
    let acts = facts
        .marriages(ix)
        .chain(facts.linked(Capability::Payment, ix))
        .chain(facts.linked(Capability::Card, ix))
        .filter_map(|at| Some((begun(&View::new(facts, at))?.0, at)));
    let mut last: Option<PartialDate> = None;
    for (date, _) in acts {
        if date.first_day() <= as_of {
            if date.last_day() >= since {
                return;
            }
            last = last.max(Some(date));
        }
    }
    let mut finding = facts.resident_finding(Code::song(6), ix, Some(Field::Status));
    finding.evidence.push(Clue::Age(age.least));
    finding.evidence.push(Clue::LastAct(last));
    out.push(finding);
}

/// What a person begins by a row, and when: marriage, benefit, card.
fn begun(view: &View) -> Option<(PartialDate, Field)> {
    let (cell, field) = match &view.row.detail {
        Detail::Marriage => (view.row.registered_on, Field::RegisteredOn),
        Detail::Welfare(benefit) => (benefit.start, Field::StartDate),
        Detail::Insurance(card) => (card.valid_from, Field::ValidFrom),
        Detail::Entry(entry) => (entry.start, Field::StartDate),
        Detail::Birth(_) | Detail::Death(_) => return None,
    };
    Some((cell.sound()?, field))
}

/// SONG-07.
fn after_death(view: &View, out: &mut Vec<Finding>) {
    let facts = view.facts;
    let Some((date, field)) = begun(view) else { return };
    let Some(ix) = dead_resident(view).filter(|_| facts.runs(Code::song(7))) else { return };
    let is_after = |death: &PartialDate| date.first_day() > death.last_day();
    let Some(death) = facts.death_date(ix).filter(is_after).filter(|_| !pays_for_funeral(facts, view.row))
    else {
        return;
    };
    out.push(Finding {
        source_value: date.to_string(),
        registry_value: death.to_string(),
        ..finding_of_dead(view, Code::song(7), ix, field)
    });
}

/// SONG-08: once per resident.
fn still_single(facts: &Facts, ix: ResidentIx, out: &mut Vec<Finding>) {
    let resident = facts.resident(ix);
    let single = resident.marital == Marital::Single;
    // Whoever was divorced since names nobody by right.
    let unnamed =
        facts.whole.tells_spouses() && !resident.names_spouse() && resident.marital != Marital::Divorced;
    if !(single || unnamed) || !facts.is_living(ix) || !facts.runs(Code::song(8)) {
        return;
    }
    for at in facts.marriages(ix) {
        let view = View::new(facts, at);
        let partner = view.other(1 - at.role);
        let both_live = partner.resident_ix.is_none_or(|partner| facts.is_living(partner));
        if !both_live || view.row.is_void {
            continue;
        }
        let mut finding = view.linked_finding(Code::song(8), Field::MaritalStatus);
        finding.evidence.push(Clue::Partner(partner.at.point()));
        let date = view.date(view.row.registered_on, Field::RegisteredOn);
        if !date.is_empty() {
            finding.evidence.push(Clue::RegisteredOn(date));
        }
        if single && names_partner(&view, resident) == Some(true) {
            finding.evidence.push(Clue::SpouseNamed);
        }
        finding.source_value = partner.raw(partner.fields.name).to_owned();
        finding.registry_value = facts.raw(resident.row, Field::MaritalStatus).to_owned();
        finding.proposed_value = text!(facts.lang, "findings.value.married", spouse = finding.source_value);
        out.push(finding);
        return;
    }
}

/// SONG-09.
fn at_old_commune(view: &View, out: &mut Vec<Finding>) {
    let Some((_, resident)) = view.resident() else { return };
    if !stands_at_old_commune(view, resident) {
        return;
    }
    let mut finding = view.linked_finding(Code::song(9), Field::Commune);
    finding.evidence.push(Clue::Validity(view.at.point()));
    finding.source_value = written_commune(view);
    let written = view.facts.raw(resident.row, Field::Status);
    finding.registry_value =
        if written.is_empty() { words::status(resident.status, view.facts.lang) } else { written }.to_owned();
    out.push(finding);
}

/// Whether SONG-09 is raised on a row: a current benefit or card at the commune that its owner left.
fn stands_at_old_commune(view: &View, resident: &Resident) -> bool {
    let places = &view.facts.data.places;
    resident.status == Status::MovedOut
        && view.kind.has(Capability::Residence)
        && view.facts.is_current(view.row)
        && places.same(view.row.place, resident.person.place) != Some(false)
}

/// SONG-10. The registry's birth date counts, else the card's own.
fn outgrown_card(view: &View, out: &mut Vec<Finding>) {
    let Detail::Insurance(card) = &view.row.detail else { return };
    if !is_child_card(view.facts, view.row) || !view.facts.is_current(view.row) {
        return;
    }
    let registered = view.resident_ix.and_then(|ix| view.facts.birth_of(ix).sound());
    let Some(birth) = registered.or_else(|| view.birth().sound()) else { return };
    let Some(end) = entitlement_end(birth).filter(|&end| view.facts.dates.as_of > end) else { return };
    let mut finding = view.linked_finding(Code::song(10), Field::ValidTo);
    finding.evidence.push(Clue::Validity(view.at.point()));
    finding.evidence.push(Clue::EntitledUntil(end));
    finding.source_value = view.date(card.valid_to, Field::ValidTo);
    finding.proposed_value = end.to_string();
    out.push(finding);
}

/// The last day on which a child is insured as one under 6: that of the month in which it is 72 months
/// old or, where that comes before the school intake, 30 September of that year (NĐ 188/2025). A date
/// that lacks day and month counts from 01/01.
fn entitlement_end(birth: PartialDate) -> Option<Day> {
    let (year, month, _) = birth.first_day().civil();
    let year = year + 6;
    let of_age = Day::from_civil(year, month, days_in_month(year, month))?;
    Some(of_age.max(Day::from_civil(year, 9, 30)?))
}

#[cfg(test)]
#[path = "song_tests.rs"]
mod tests;
