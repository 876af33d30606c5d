//! When a benefit or card holds, and which dates may take part in comparisons.

use crate::domain::{
    DateCell, Day, DeathDetail, Detail, EntryDetail, ExtractRow, InsuranceDetail, PartialDate, Person,
    Resident, Status, WelfareDetail,
};

/// The days on which a benefit or card holds, both ends included; an empty end is open.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    from: Day,
    to: Day,
    /// An end is written that cannot be read: nobody knows whether it still holds.
    uncertain: bool,
}

impl Period {
    /// On the day of the stop the benefit or card no longer holds.
    fn new(from: DateCell, to: DateCell, stop: DateCell) -> Self {
        let uncertain = [from, to, stop].contains(&DateCell::Impossible);
        let from = from.value().map_or(Day(i32::MIN), PartialDate::first_day);
        let to = to.value().map_or(Day(i32::MAX), PartialDate::last_day);
        let stop = stop.value().map_or(Day(i32::MAX), |d| Day(d.first_day().0 - 1));
        Self { from, to: to.min(stop), uncertain }
    }

    /// The period of a benefit.
    pub(crate) fn of_benefit(benefit: &WelfareDetail) -> Self {
        Self::new(benefit.start, benefit.valid_to, benefit.stop)
    }

    /// The period of a card.
    pub(crate) fn of_card(card: &InsuranceDetail) -> Self {
        Self::new(card.valid_from, card.valid_to, card.stop)
    }

    /// The period of an entry of another sector's list.
    pub(crate) fn of_entry(entry: &EntryDetail) -> Self {
        Self::new(entry.start, entry.valid_to, entry.stop)
    }

    /// The period of a benefit, a card or an entry that lasts; `None` for acts.
    pub(crate) fn of_row(row: &ExtractRow) -> Option<Self> {
        match &row.detail {
            Detail::Welfare(benefit) => Some(Self::of_benefit(benefit)),
            Detail::Insurance(card) => Some(Self::of_card(card)),
            Detail::Entry(entry) if entry.lasts => Some(Self::of_entry(entry)),
            _ => None,
        }
    }

    /// Whether it holds on a day, beyond doubt.
    pub(crate) fn holds(self, day: Day) -> bool {
        !self.uncertain && self.may_hold(day)
    }

    /// Whether it holds on a day as far as its ends can be read.
    pub(crate) fn may_hold(self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }

    /// Whether both hold on some day. A period is at the same time as itself, even one that stops
    /// before it starts: the copy of a row with such dates is a copy all the same.
    pub(crate) fn overlaps(self, other: Self) -> bool {
        self == other || (self.from <= other.to && other.from <= self.to)
    }
}

/// The age in completed years: the lowest and the highest that the date leaves open.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Age {
    pub(crate) least: i32,
    pub(crate) most: i32,
}

/// The age on a day; `None` where there is no date of birth. A date written as an age is a year ± 1.
pub(crate) fn age(birth: DateCell, on: Day) -> Option<Age> {
    match birth {
        DateCell::Sound(d) => Some(Age { least: d.age_on(on), most: d.age_on(on) }),
        DateCell::About(d) => Some(Age { least: d.age_on(on) - 1, most: d.age_on(on) + 1 }),
        _ => None,
    }
}

/// Whether a birth date makes its bearer older than anybody gets.
fn too_old(birth: DateCell, on: Day, oldest: i32) -> bool {
    age(birth, on).is_some_and(|age| age.least > oldest)
}

/// Whether a death lies before the birth on the same row, however the dates are completed.
pub(crate) fn dies_unborn(birth: DateCell, death: DateCell) -> bool {
    match (birth, death.value()) {
        (DateCell::Sound(b), Some(d)) => d.last_day() < b.first_day(),
        (DateCell::About(b), Some(d)) => d.year() + 1 < b.year(),
        _ => false,
    }
}

/// How old a person can be who does something on a day that a row tells: who was younger then may well
/// be dead by now, and an early birth date is no error.
const OLDEST_ACTOR: i32 = 80;

/// The dates that rules compare: those that are no dates, or that nobody can have, left out.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Dates {
    /// The as-of date.
    pub(crate) as_of: Day,
    /// Nobody is older, in years.
    pub(crate) oldest: i32,
}

impl Dates {
    /// A resident's birth date; [`DateCell::Impossible`] where it cannot be.
    pub(crate) fn birth_of_resident(self, resident: &Resident) -> DateCell {
        let birth = resident.person.birth;
        let last_seen = match (resident.status, self.death_of_resident(resident)) {
            (_, Some(death)) => death.first_day(),
            // Dead at a time unknown: no age can be told.
            (Status::Dead, None) => return birth,
            _ => self.as_of,
        };
        if too_old(birth, last_seen, self.oldest) { DateCell::Impossible } else { birth }
    }

    /// The date of death in the registry, unless it is impossible.
    pub(crate) fn death_of_resident(self, resident: &Resident) -> Option<PartialDate> {
        possible_death(&resident.person, resident.death_date)
    }

    /// The date of death on a death record, unless it is impossible.
    pub(crate) fn death_of_record(self, deceased: &Person, record: &DeathDetail) -> Option<PartialDate> {
        possible_death(deceased, record.death_date)
    }

    /// A birth date on a row of an extract; `main` is the birth date of the row's main person.
    pub(crate) fn birth_on_row(self, row: &ExtractRow, person: &Person, main: &Person) -> DateCell {
        let birth = person.birth;
        if !too_old(birth, self.as_of, self.oldest) {
            return birth;
        }
        let impossible = match &row.detail {
            Detail::Death(record) => {
                let last_seen = self.death_of_record(person, record).or(row.registered_on.value());
                too_old(birth, last_seen.map_or(self.as_of, PartialDate::first_day), self.oldest)
            }
            Detail::Birth(_) if !std::ptr::eq(person, main) => self.too_old_to_act(birth, main.birth),
            Detail::Marriage => self.too_old_to_act(birth, row.registered_on),
            _ => true,
        };
        if impossible { DateCell::Impossible } else { birth }
    }

    fn too_old_to_act(self, birth: DateCell, act: DateCell) -> bool {
        act.value().is_none_or(|act| too_old(birth, act.first_day(), OLDEST_ACTOR))
    }
}

fn possible_death(person: &Person, death: DateCell) -> Option<PartialDate> {
    death.sound().filter(|_| !dies_unborn(person.birth, death))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(d: u8, m: u8, y: u16) -> DateCell {
        DateCell::Sound(PartialDate::day(y, m, d).unwrap())
    }

    fn day(d: u8, m: u8, y: i32) -> Day {
        Day::from_civil(y, m, d).unwrap()
    }

    #[test]
    fn a_card_holds_from_its_first_to_its_last_day() {
        let card = |stop| Period::new(cell(1, 1, 2026), cell(20, 11, 2026), stop);
        assert!(
            card(DateCell::Empty).holds(day(1, 1, 2026)) && card(DateCell::Empty).holds(day(20, 11, 2026))
        );
        assert!(!card(DateCell::Empty).holds(day(21, 11, 2026)));
        assert!(!card(cell(20, 11, 2026)).holds(day(20, 11, 2026)));
        assert!(card(cell(21, 11, 2026)).holds(day(20, 11, 2026)));
        let open = Period::new(DateCell::Empty, DateCell::Empty, DateCell::Empty);
        assert!(open.holds(day(1, 1, 1950)) && open.overlaps(card(DateCell::Empty)));
    }

    #[test]
    fn an_end_that_cannot_be_read_accuses_nobody() {
        let unknown = Period::new(cell(1, 1, 2024), DateCell::Impossible, DateCell::Empty);
        assert!(!unknown.holds(day(1, 1, 2026)) && unknown.may_hold(day(1, 1, 2026)));
        assert!(!unknown.may_hold(day(1, 1, 2023)));
        let ended = Period::new(DateCell::Empty, cell(1, 1, 2024), DateCell::Impossible);
        assert!(!ended.holds(day(1, 1, 2025)) && !ended.may_hold(day(1, 1, 2025)));
    }

    #[test]
    fn consecutive_periods_do_not_overlap() {
        let first = Period::new(cell(1, 1, 2024), DateCell::Empty, cell(1, 6, 2025));
        let second = Period::new(cell(1, 6, 2025), DateCell::Empty, DateCell::Empty);
        assert!(!first.overlaps(second) && first.overlaps(first));
    }

    #[test]
    fn a_death_is_before_the_birth_only_beyond_doubt() {
        let year = DateCell::Sound(PartialDate::from_year(1960).unwrap());
        assert!(!dies_unborn(cell(5, 3, 1960), year));
        assert!(dies_unborn(cell(5, 3, 1961), year));
        assert!(!dies_unborn(DateCell::About(PartialDate::from_year(1961).unwrap()), year));
    }

    #[test]
    fn the_dead_are_as_old_as_they_died() {
        let dates = Dates { as_of: day(20, 11, 2026), oldest: 130 };
        let person = Person { birth: cell(1, 2, 1890), ..Person::default() };
        let row = |detail| ExtractRow {
            row: crate::domain::RowRef::default(),
            place: Default::default(),
            registered_on: DateCell::Empty,
            detail,
            filled: 0,
            is_void: false,
        };
        let death =
            |year| row(Detail::Death(DeathDetail { death_date: cell(1, 5, year), ..DeathDetail::default() }));
        assert_eq!(dates.birth_on_row(&death(1980), &person, &person), person.birth);
        assert_eq!(dates.birth_on_row(&death(2022), &person, &person), DateCell::Impossible);
        let welfare = row(Detail::Welfare(WelfareDetail::default()));
        assert_eq!(dates.birth_on_row(&welfare, &person, &person), DateCell::Impossible);
        let birth = row(Detail::Birth(Default::default()));
        let child = |year| Person { birth: cell(1, 5, year), ..Person::default() };
        assert_eq!(dates.birth_on_row(&birth, &person, &child(1930)), person.birth);
        assert_eq!(dates.birth_on_row(&birth, &person, &child(2010)), DateCell::Impossible);
    }
}
