//! Ages, and the groups of ages that plans, schools, the army and social assistance ask for.

use crate::domain::{Day, Gender};

/// Years of age, completed.
pub type Age = u32;

/// When somebody was born, as far as it is known: the first and the last day that it can have been.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Birth {
    /// The first day.
    pub first: Day,
    /// The last day; the first one where the date is full.
    pub last: Day,
}

/// Years completed on a day; `None` before the birth.
///
/// ```
/// use lamsach::domain::Day;
/// use lamsach::population::age_on;
/// let born = Day::from_civil(2020, 11, 21).unwrap();
/// assert_eq!(age_on(born, Day::from_civil(2026, 11, 20).unwrap()), Some(5));
/// assert_eq!(age_on(born, Day::from_civil(2026, 11, 21).unwrap()), Some(6));
/// ```
pub fn age_on(birth: Day, on: Day) -> Option<Age> {
    let ((born, born_month, born_day), (year, month, day)) = (birth.civil(), on.civil());
    let full = (month, day) >= (born_month, born_day);
    Age::try_from(year - born - i32::from(!full)).ok()
}

/// The day on which an age is reached, where it lies after `after` and not after `until`.
pub fn turns(birth: Day, age: Age, after: Day, until: Day) -> Option<Day> {
    let day = birth.years_on(i32::try_from(age).ok()?)?;
    (day > after && day <= until).then_some(day)
}

/// The group of five years that an age lies in, by its first age; all from `open` on are one group.
pub fn five_years(age: Age, open: Age) -> Age {
    (age / 5 * 5).min(open)
}

/// Whom a group holds of either sex.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum SexChosen {
    /// Both.
    Both,
    /// One of them.
    Only(Gender),
}

/// A group of ages that somebody plans for.
#[derive(Copy, Clone, Debug)]
pub struct Group {
    /// The name in lists.
    pub name: &'static str,
    /// The first age.
    pub from: Age,
    /// The last age; `None` where the group is open.
    pub to: Option<Age>,
    /// Whom it holds.
    pub sex: SexChosen,
}

impl Group {
    /// Whether somebody belongs to it. Who is of unknown sex belongs to no group of one sex.
    pub fn holds(&self, age: Age, sex: Option<Gender>) -> bool {
        let of_sex = match self.sex {
            SexChosen::Both => true,
            SexChosen::Only(only) => sex == Some(only),
        };
        of_sex && age >= self.from && self.to.is_none_or(|to| age <= to)
    }
}

const fn group(name: &'static str, from: Age, to: Option<Age>, sex: SexChosen) -> Group {
    Group { name, from, to, sex }
}

/// The groups, in the order of ages. They overlap: each is asked for by itself.
///
/// Call-up for the army: men of full 18 to the end of 25 (Law 78/2015/QH13 on military service, article 30), to the end
/// of 27 for those who were deferred to study. Social pension from 75 (Law 41/2024/QH15, article 21).
pub const GROUPS: [Group; 14] = [
    group("under_6", 0, Some(5), SexChosen::Both),
    group("age_6_10", 6, Some(10), SexChosen::Both),
    group("age_11_14", 11, Some(14), SexChosen::Both),
    group("age_6_14", 6, Some(14), SexChosen::Both),
    group("age_15_17", 15, Some(17), SexChosen::Both),
    group("from_18", 18, None, SexChosen::Both),
    group("women_15_49", 15, Some(49), SexChosen::Only(Gender::Female)),
    group("men_17", 17, Some(17), SexChosen::Only(Gender::Male)),
    group("men_18_25", 18, Some(25), SexChosen::Only(Gender::Male)),
    group("men_26_27", 26, Some(27), SexChosen::Only(Gender::Male)),
    group("age_15_59", 15, Some(59), SexChosen::Both),
    group("from_60", 60, None, SexChosen::Both),
    group("from_75", 75, None, SexChosen::Both),
    group("from_80", 80, None, SexChosen::Both),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn day(d: u8, m: u8, y: i32) -> Day {
        Day::from_civil(y, m, d).unwrap()
    }

    #[test]
    fn an_age_is_reached_on_the_birthday_and_on_1_march_of_29_february() {
        assert_eq!(age_on(day(1, 1, 1960), day(31, 12, 2025)), Some(65));
        assert_eq!(age_on(day(1, 1, 1960), day(1, 1, 2026)), Some(66));
        assert_eq!(age_on(day(2, 1, 2026), day(1, 1, 2026)), None);
        let leap = day(29, 2, 2008);
        assert_eq!((age_on(leap, day(28, 2, 2026)), age_on(leap, day(1, 3, 2026))), (Some(17), Some(18)));
        assert_eq!(turns(leap, 18, day(28, 2, 2026), day(28, 3, 2026)), Some(day(1, 3, 2026)));
        // The day itself is past, the last day counts.
        assert_eq!(turns(leap, 18, day(1, 3, 2026), day(1, 4, 2026)), None);
        assert_eq!(turns(leap, 18, day(1, 2, 2026), day(1, 3, 2026)), Some(day(1, 3, 2026)));
    }

    #[test]
    fn groups_hold_their_ends_and_one_sex_where_they_say_so() {
        let of = |age, sex| {
            GROUPS.iter().filter(|group| group.holds(age, sex)).map(|group| group.name).collect::<Vec<_>>()
        };
        assert_eq!(of(5, None), ["under_6"]);
        assert_eq!(of(25, Some(Gender::Male)), ["from_18", "men_18_25", "age_15_59"]);
        assert_eq!(of(49, Some(Gender::Female)), ["from_18", "women_15_49", "age_15_59"]);
        assert_eq!(of(49, None), ["from_18", "age_15_59"]);
        assert_eq!(of(80, None), ["from_18", "from_60", "from_75", "from_80"]);
        assert_eq!([4, 5, 84, 85, 103].map(|age| five_years(age, 85)), [0, 5, 80, 85, 85]);
    }
}
