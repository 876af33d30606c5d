//! Numbers of persons, shown in part until somebody asks for them: enough to tell two apart, too little to use.

use std::borrow::Cow;

use crate::domain::Field;

/// Digits in a row from which a number is taken for a person's: an old ID has nine.
const SHORTEST: usize = 8;

/// A text in which every number of a person is shown in part: `079*****2345`.
pub(crate) fn masked(text: &str) -> Cow<'_, str> {
    let mut hidden = String::new();
    let mut done = 0;
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let run = bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
        if run >= SHORTEST && !is_date(&text[at..at + run]) {
            hidden.push_str(&text[done..at]);
            push_masked(&text[at..at + run], &mut hidden);
            done = at + run;
        }
        at += run.max(1);
    }
    if done == 0 {
        return text.into();
    }
    hidden.push_str(&text[done..]);
    hidden.into()
}

/// A cell in which nothing but a number of a person stands, well-formed or not.
pub(crate) fn masked_cell(field: Field, text: &str) -> Cow<'_, str> {
    if is_number(field) && !text.is_empty() {
        let mut hidden = String::new();
        push_masked(text, &mut hidden);
        hidden.into()
    } else {
        masked(text)
    }
}

/// Whether a field holds a number by which a person, or a person's money, is found.
pub(crate) fn is_number(field: Field) -> bool {
    matches!(
        field,
        Field::PersonalId
            | Field::OldId
            | Field::HusbandPersonalId
            | Field::HusbandOldId
            | Field::WifePersonalId
            | Field::WifeOldId
            | Field::FatherId
            | Field::MotherId
            | Field::SpouseId
            | Field::GuardianId
            | Field::InformantId
            | Field::CardNo
            | Field::InsuranceNo
            | Field::BankAccount
    )
}

/// Digits in which two numbers may differ for the difference to be shown; more would tell too much of both.
const MOST_APART: usize = 3;

/// Two numbers side by side, shown in part, and with the digits in which they differ: `066*****9604` and `066*****9604`
/// say nothing of what is to be checked, `066**7**9604` and `066**1**9604` do.
pub(crate) fn apart(one: &str, other: &str) -> (String, String) {
    let hidden = |number: &str| {
        let mut hidden = String::new();
        push_masked(number, &mut hidden);
        hidden
    };
    let (plain_one, plain_other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let differs = |at: usize| plain_one[at] != plain_other[at];
    let comparable = plain_one.len() == plain_other.len() && plain_one.len() >= SHORTEST;
    if !comparable || (0..plain_one.len()).filter(|at| differs(*at)).count() > MOST_APART {
        return (hidden(one), hidden(other));
    }
    let shown = |plain: &[char], hidden: String| {
        hidden.chars().enumerate().map(|(at, c)| if differs(at) { plain[at] } else { c }).collect()
    };
    (shown(&plain_one, hidden(one)), shown(&plain_other, hidden(other)))
}

/// The ends of a number with stars between: a third of it stays hidden at least.
fn push_masked(number: &str, into: &mut String) {
    let chars: Vec<char> = number.chars().collect();
    let (head, tail) = match chars.len() {
        12.. => (3, 4),
        8..12 => (2, 3),
        4..8 => (1, 1),
        _ => (0, 0),
    };
    into.extend(&chars[..head]);
    into.extend(std::iter::repeat_n('*', chars.len() - head - tail));
    into.extend(&chars[chars.len() - tail..]);
}

/// `01021990` and `19900201`: dates typed without anything between.
fn is_date(digits: &str) -> bool {
    let number = |range: std::ops::Range<usize>| digits[range].parse::<u32>().unwrap_or(0);
    let fits = |day: u32, month: u32, year: u32| {
        (1..=31).contains(&day) && (1..=12).contains(&month) && (1880..2100).contains(&year)
    };
    digits.len() == 8
        && (fits(number(0..2), number(2..4), number(4..8)) || fits(number(6..8), number(4..6), number(0..4)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_numbers_what_differs_is_shown() {
        let shown = |one: &str, other: &str| {
            let (one, other) = apart(one, other);
            [one, other]
        };
        assert_eq!(shown("066090179604", "066090119604"), ["066****79604", "066****19604"]);
        assert_eq!(shown("066090179604", "066090179604"), ["066*****9604"; 2]);
        // Of numbers that have little in common nothing more is shown than of each alone.
        assert_eq!(shown("066090179604", "066812349604"), ["066*****9604"; 2]);
        assert_eq!(shown("66090179604", "066090179604"), ["66******604", "066*****9604"]);
        assert_eq!(shown("", "066090179604"), ["", "066*****9604"]);
    }

    #[test]
    fn numbers_are_hidden_wherever_they_stand() {
        assert_eq!(masked("chủ số 079190012345, CMND 024123456"), "chủ số 079*****2345, CMND 02****456");
        assert_eq!(masked("HS4010012345678"), "HS401******5678");
        assert_eq!(masked("sinh 01021990, dòng 12"), "sinh 01021990, dòng 12");
        assert_eq!(masked("Nguyễn Văn An"), "Nguyễn Văn An");
    }

    #[test]
    fn a_malformed_number_is_hidden_as_well() {
        assert_eq!(masked_cell(Field::PersonalId, "0791 9001 234X"), "079*******234X");
        assert_eq!(masked_cell(Field::OldId, "x1"), "**");
        assert_eq!(masked_cell(Field::FullName, "An"), "An");
        assert_eq!(masked_cell(Field::HouseholdId, "H12"), "H12");
    }
}
