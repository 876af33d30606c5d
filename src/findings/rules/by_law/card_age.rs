//! DU-15: identity cards that are no longer valid by the age of their holders.

use crate::domain::{Clue, Code, DateCell, Day, Field, Finding, PartialDate, ResidentIx};
use crate::findings::facts::Facts;

/// The ages at which a card is to be renewed; one issued after the last holds for life (Law 26/2023/QH15, article 21,
/// paragraph 1).
const RENEWAL_AGES: [i32; 4] = [14, 25, 40, 60];

/// A card issued within so many years before such an age holds until the next one (article 21, paragraph 2).
const YEARS_BEFORE: i32 = 2;

/// DU-15: living residents whose card is no longer valid, or will not be in so many days. Of dates that leave something
/// open the reading counts by which the card holds longest.
pub(crate) fn card_past_its_age(facts: &Facts, ix: ResidentIx, out: &mut Vec<Finding>) {
    let resident = facts.resident(ix);
    let Some(issued) = resident.card_date.sound() else { return };
    if !facts.is_living(ix) || !facts.runs(Code::du(15)) {
        return;
    }
    let DateCell::Sound(birth) = facts.birth_of(ix) else { return };
    let Some((age, until)) = valid_until(birth, issued) else { return };
    let notice = i32::from(facts.settings.rules.card_notice_days);
    if until.0 > facts.dates.as_of.0.saturating_add(notice) {
        return;
    }
    let mut finding = facts.resident_finding(Code::du(15), ix, Some(Field::CardIssued));
    finding.registry_value = facts.raw(resident.row, Field::CardIssued).to_owned();
    finding.evidence.push(Clue::CardHolds { issued, age, until });
    out.push(finding);
}

/// The age at which a card has to be renewed, and the day on which it is reached; `None` where it holds for life.
fn valid_until(birth: PartialDate, issued: PartialDate) -> Option<(i32, Day)> {
    RENEWAL_AGES.into_iter().find_map(|age| {
        let (earliest, latest) = (birth.first_day().years_on(age)?, birth.last_day().years_on(age)?);
        let exempt = earliest.years_on(-YEARS_BEFORE)?;
        (issued.last_day() < exempt).then_some((age, latest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(d: u8, m: u8, y: u16) -> PartialDate {
        PartialDate::day(y, m, d).unwrap()
    }

    fn until(birth: PartialDate, issued: PartialDate) -> Option<(i32, String)> {
        valid_until(birth, issued).map(|(age, day)| (age, day.to_string()))
    }

    #[test]
    fn a_card_holds_until_the_next_age_that_it_was_not_issued_shortly_before() {
        let birth = date(20, 11, 2001);
        assert_eq!(until(birth, date(1, 1, 2016)), Some((25, "20/11/2026".into())));
        // Two years before 25 it was renewed early: it holds until 40.
        assert_eq!(until(birth, date(19, 11, 2024)), Some((25, "20/11/2026".into())));
        assert_eq!(until(birth, date(20, 11, 2024)), Some((40, "20/11/2041".into())));
        // A child's card ends at 14; after 60 there is no end.
        assert_eq!(until(date(5, 5, 2014), date(1, 8, 2024)), Some((14, "05/05/2028".into())));
        assert_eq!(until(date(5, 5, 1960), date(5, 5, 2018)), None);
        assert_eq!(until(date(5, 5, 1960), date(4, 5, 2018)), Some((60, "05/05/2020".into())));
        assert_eq!(until(date(29, 2, 2004), date(1, 1, 2019)), Some((25, "01/03/2029".into())));
    }

    #[test]
    fn dates_that_leave_something_open_accuse_nobody() {
        let year = PartialDate::from_year(2001).unwrap();
        assert_eq!(until(year, date(1, 1, 2016)), Some((25, "31/12/2026".into())));
        // Issued in the year in which, at the earliest, two years before 25 begin.
        assert_eq!(until(year, date(1, 1, 2024)), Some((40, "31/12/2041".into())));
        assert_eq!(until(date(20, 11, 2001), PartialDate::from_year(2024).unwrap()).unwrap().0, 40);
    }

    #[test]
    fn du_15_a_card_past_the_age_to_which_it_holds() {
        use crate::domain::Kind;
        use crate::findings::testing::World;
        let resident = |text: &str| {
            let mut world = World::with(&[Kind::Welfare]);
            world.resident(text);
            world.found("DU-15")
        };
        let card = "birth_date=20/11/2001|card_issued=01/01/2016";
        assert_eq!(resident(card), ["residents:2 card_issued"]);
        // Within sixty days, and a day before.
        assert_eq!(resident("birth_date=19/01/2002|card_issued=01/01/2017").len(), 1);
        assert!(resident("birth_date=20/01/2002|card_issued=01/01/2017").is_empty());
        // Renewed shortly before, for life, without a date, of the dead, without a birth date.
        assert!(resident("birth_date=20/11/2001|card_issued=20/11/2024").is_empty());
        assert!(resident("birth_date=05/05/1960|card_issued=01/01/2021").is_empty());
        assert!(resident("birth_date=20/11/2001|card_issued=x").is_empty());
        assert!(resident("birth_date=20/11/2001|card_issued=").is_empty());
        assert!(resident(&format!("{card}|status=dead")).is_empty());
        assert!(resident("birth_date=|card_issued=01/01/2016").is_empty());
    }
}
