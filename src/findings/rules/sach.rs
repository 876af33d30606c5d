//! Sạch, cell by cell: IDs, dates, names and card numbers that are damaged. Rows too many are judged in
//! [`super::sach_rows`].

use crate::domain::{
    CardCell, Clue, Code, ColumnHabit, DateCell, Detail, Field, Finding, IdCell, NameCell, NameMarks,
    Resident, ResidentIx, RowRef, WholeColumn,
};
use crate::findings::facts::Facts;
use crate::findings::facts::names::{Difference, difference};
use crate::findings::facts::periods::dies_unborn;
use crate::findings::role_view::{View, id_text};
use crate::findings::text::{
    is_impossible_date, is_masked, is_overlong, is_placeholder, is_typed_in, repaired_name,
};

/// Whether a cell shares a damage with its whole column.
enum Whole {
    /// It does not.
    No,
    /// It does, and its row is the one that tells of the column.
    First(WholeColumn),
    /// It does, and another row tells of it.
    Told,
}

/// The row that a cell stands on: a role of an extract's row, or a resident.
#[derive(Copy, Clone)]
enum Place<'a> {
    Role(&'a View<'a>),
    Resident(&'a Facts<'a>, ResidentIx),
}

impl Place<'_> {
    fn facts(&self) -> &Facts<'_> {
        match self {
            Self::Role(view) => view.facts,
            Self::Resident(facts, _) => facts,
        }
    }

    fn row(&self) -> RowRef {
        match self {
            Self::Role(view) => view.row.row,
            Self::Resident(facts, ix) => facts.resident(*ix).row,
        }
    }

    /// Whether the cell stands in a column that is damaged so throughout, and whether its row speaks for it.
    fn whole(&self, field: Field, is: impl Fn(ColumnHabit) -> bool) -> Whole {
        let row = self.row();
        let table = &self.facts().data.tables[row.table.at()];
        match table.habits.iter().find(|whole| whole.field == field && is(whole.habit)) {
            None => Whole::No,
            Some(whole) if whole.first == row.index => Whole::First(*whole),
            Some(_) => Whole::Told,
        }
    }

    /// The one finding about a column, on the first row that shows it.
    fn of_column(&self, code: Code, whole: &WholeColumn, proposed_value: String) -> Finding {
        let mut finding = self.finding(code, whole.field);
        finding.evidence.push(Clue::OfColumn { table: self.row().table, whole: *whole });
        Finding { proposed_value, ..finding }
    }

    /// A finding on a cell: the value as written, and on an extract's row the registry's beside it.
    fn finding(&self, code: Code, field: Field) -> Finding {
        let written = self.facts().raw(self.row(), field).to_owned();
        let length = is_overlong(&written).then(|| written.chars().count());
        let mut finding = match self {
            Self::Role(view) => {
                let registry_value =
                    view.resident().map(|(_, r)| registered(view, r, field)).unwrap_or_default();
                Finding { source_value: written, registry_value, ..view.finding(code, field) }
            }
            Self::Resident(facts, ix) => {
                let finding = facts.resident_finding(code, *ix, Some(field));
                Finding { source_value: written.clone(), registry_value: written, ..finding }
            }
        };
        if let Some(length) = length {
            finding.evidence.push(Clue::TooLong(length));
        }
        finding
    }
}

/// The registry's value of what a column of a linked role says.
fn registered(view: &View, resident: &Resident, field: Field) -> String {
    let facts = view.facts;
    if field == view.fields.name {
        facts.raw(resident.row, Field::FullName).to_owned()
    } else if field == view.fields.birth {
        facts.date_text(resident.person.birth, resident.row, Field::BirthDate)
    } else if field == view.fields.personal || field == view.fields.old {
        id_text(&resident.person)
    } else if field == Field::DeathDate {
        facts.date_text(resident.death_date, resident.row, Field::DeathDate)
    } else if field == view.fields.gender {
        facts.raw(resident.row, Field::Gender).to_owned()
    } else {
        String::new()
    }
}

/// All findings of this file about one role of one row; what concerns the row as a whole is told with
/// its first role.
pub(crate) fn on_role(view: &View, out: &mut Vec<Finding>) {
    let place = Place::Role(view);
    let (person, fields) = (view.person, view.fields);
    id(&place, person.personal, fields.personal, out);
    if fields.old != fields.personal {
        id(&place, person.old, fields.old, out);
    }
    name(&place, person.name, fields.name, out);
    date(&place, person.birth, view.birth(), fields.birth, out);
    if person.gender.is_none() || !person.gender_written {
        gender(&place, fields.gender, out);
    }
    if view.at.role == 0 {
        of_row(view, &place, out);
    }
}

fn of_row(view: &View, place: &Place, out: &mut Vec<Finding>) {
    let row = view.row;
    date(place, row.registered_on, row.registered_on, Field::RegisteredOn, out);
    match &row.detail {
        Detail::Birth(_) | Detail::Marriage => {}
        Detail::Death(record) => {
            date(place, record.death_date, record.death_date, Field::DeathDate, out);
            unborn(place, view.person.birth, record.death_date, out);
        }
        Detail::Welfare(benefit) => {
            placeholder(place, benefit.start == DateCell::Placeholder, Field::StartDate, out);
            placeholder(place, benefit.stop == DateCell::Placeholder, Field::StopDate, out);
        }
        Detail::Entry(entry) => {
            placeholder(place, entry.start == DateCell::Placeholder, Field::StartDate, out);
            placeholder(place, entry.stop == DateCell::Placeholder, Field::StopDate, out);
        }
        Detail::Insurance(card) => {
            self::card(place, card.card, Field::CardNo, out);
            self::card(place, card.number, Field::InsuranceNo, out);
            placeholder(place, card.valid_from == DateCell::Placeholder, Field::ValidFrom, out);
            placeholder(place, card.valid_to == DateCell::Placeholder, Field::ValidTo, out);
            placeholder(place, card.stop == DateCell::Placeholder, Field::StopDate, out);
        }
    }
}

/// All findings of this file about a resident.
pub(crate) fn on_resident(facts: &Facts, ix: ResidentIx, out: &mut Vec<Finding>) {
    let place = Place::Resident(facts, ix);
    let resident = facts.resident(ix);
    let person = &resident.person;
    for (cell, field) in [
        (person.personal, Field::PersonalId),
        (person.old, Field::OldId),
        (resident.father.id, Field::FatherId),
        (resident.mother.id, Field::MotherId),
        (resident.spouse.id, Field::SpouseId),
    ] {
        id(&place, cell, field, out);
    }
    for (cell, field) in [
        (person.name, Field::FullName),
        (resident.father.name, Field::FatherName),
        (resident.mother.name, Field::MotherName),
        (resident.spouse.name, Field::SpouseName),
    ] {
        name(&place, cell, field, out);
    }
    date(&place, person.birth, facts.birth_of(ix), Field::BirthDate, out);
    date(&place, resident.death_date, resident.death_date, Field::DeathDate, out);
    unborn(&place, person.birth, resident.death_date, out);
    if person.gender.is_none() {
        gender(&place, Field::Gender, out);
    }
    placeholder(&place, facts.card_issue_is_placeholder(ix), Field::CardIssued, out);
    let commune = || is_placeholder(facts.raw(resident.row, Field::Commune));
    placeholder(&place, person.place.is_blank() && commune(), Field::Commune, out);
    if resident.card_issued.is_some()
        && is_impossible_date(facts.raw(resident.row, Field::CardIssued), facts.dates.as_of)
    {
        out.push(place.finding(Code::sach(5), Field::CardIssued));
    }
}

/// SACH-03, SACH-07 and SACH-09 of an ID cell.
fn id(place: &Place, cell: IdCell, field: Field, out: &mut Vec<Finding>) {
    let of_column = match cell {
        IdCell::Restored(id) => Some((ColumnHabit::LostZeros, Code::sach(7), id.to_string())),
        IdCell::LostZero(_) => Some((ColumnHabit::LostZeros, Code::sach(7), String::new())),
        IdCell::Malformed if is_masked(place.facts().raw(place.row(), field)) => {
            Some((ColumnHabit::Masked, Code::sach(3), String::new()))
        }
        _ => None,
    };
    if let Some((habit, code, given_back)) = of_column {
        match place.whole(field, |of| of == habit) {
            Whole::Told => return,
            Whole::First(whole) => return out.push(place.of_column(code, &whole, given_back)),
            Whole::No => {}
        }
    }
    let restored = match cell {
        IdCell::Empty | IdCell::Personal(_) | IdCell::Old(_) => return,
        IdCell::Placeholder => return placeholder(place, true, field, out),
        IdCell::Malformed => return out.push(place.finding(Code::sach(3), field)),
        IdCell::Mistyped(id) => {
            let proposed_value = id.to_string();
            return out.push(Finding { proposed_value, ..place.finding(Code::sach(3), field) });
        }
        IdCell::LostZero(_) | IdCell::Scientific => String::new(),
        IdCell::Restored(id) => id.to_string(),
        IdCell::OldRestored(id) => id.to_string(),
    };
    out.push(Finding { proposed_value: restored, ..place.finding(Code::sach(7), field) });
}

/// SACH-05 and SACH-09 of a date cell; `possible` is the cell as rules see it.
fn date(place: &Place, cell: DateCell, possible: DateCell, field: Field, out: &mut Vec<Finding>) {
    if cell == DateCell::Placeholder {
        placeholder(place, true, field, out);
    } else if possible == DateCell::Impossible {
        let mut finding = place.finding(Code::sach(5), field);
        if let Some(date) = cell.value() {
            let years = date.age_on(place.facts().dates.as_of);
            finding.evidence.push(Clue::AgeOnAsOf(years));
        }
        out.push(finding);
    }
}

/// SACH-05: death before birth on the same row.
fn unborn(place: &Place, birth: DateCell, death: DateCell, out: &mut Vec<Finding>) {
    if dies_unborn(birth, death) {
        let mut finding = place.finding(Code::sach(5), Field::DeathDate);
        finding.evidence.push(Clue::DeathBeforeBirth);
        out.push(finding);
    }
}

/// SACH-06 and SACH-09 of a name cell.
fn name(place: &Place, cell: NameCell, field: Field, out: &mut Vec<Finding>) {
    placeholder(place, cell.marks.has(NameMarks::PLACEHOLDER), field, out);
    if !cell.marks.has(NameMarks::DAMAGED) {
        return;
    }
    let mut finding = place.finding(Code::sach(6), field);
    if cell.marks.has(NameMarks::NOT_ONE) {
        finding.evidence.push(Clue::NotOneName);
    }
    if cell.marks.has(NameMarks::REPAIRED) {
        let raw = finding.source_value.as_str();
        // A cell that is damaged in another way is a case of its own.
        let is_of = |habit| matches!(habit, ColumnHabit::LegacyFont(font) if is_typed_in(raw, font));
        let whole = place.whole(field, is_of);
        if let Whole::Told = whole {
            return;
        }
        let font = place.facts().data.tables[place.row().table.at()].font(field);
        let repaired = repaired_name(&finding.source_value, font).unwrap_or_default();
        if let Whole::First(whole) = whole {
            return out.push(place.of_column(Code::sach(6), &whole, repaired));
        }
        finding.proposed_value = repaired;
    } else if let Place::Role(view) = place {
        // Letters lost for good can be read off the registry where all others agree.
        let registered = view.resident().map(|(_, resident)| resident.person.name.id);
        let agrees = registered.is_some_and(|registered| {
            field == view.fields.name
                && !cell.id.is_blank()
                && difference(&view.facts.data.names, cell.id, registered) == Difference::None
        });
        if agrees {
            finding.proposed_value = finding.registry_value.clone();
        }
    }
    out.push(finding);
}

/// SACH-08 and SACH-09 of a card or insurance number.
fn card(place: &Place, cell: CardCell, field: Field, out: &mut Vec<Finding>) {
    match cell {
        CardCell::Empty | CardCell::Sound(_) => {}
        CardCell::Placeholder => placeholder(place, true, field, out),
        CardCell::Malformed => out.push(place.finding(Code::sach(8), field)),
    }
}

/// SACH-09 of a gender that was not understood.
fn gender(place: &Place, field: Field, out: &mut Vec<Finding>) {
    let raw = place.facts().raw(place.row(), field);
    let own = match place {
        Place::Role(view) => view.role.columns().gender.is_some(),
        Place::Resident(..) => true,
    };
    if own && !raw.is_empty() {
        placeholder(place, is_placeholder(raw), field, out);
    }
}

/// SACH-09.
fn placeholder(place: &Place, stands: bool, field: Field, out: &mut Vec<Finding>) {
    if stands {
        let finding = place.finding(Code::sach(9), field);
        let proposed_value = match place {
            Place::Role(_) => finding.registry_value.clone(),
            Place::Resident(..) => String::new(),
        };
        out.push(Finding { proposed_value, ..finding });
    }
}

#[cfg(test)]
#[path = "sach_tests.rs"]
mod tests;
