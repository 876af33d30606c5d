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
            | Field::InformantId
            | Field::CardNo
            | Field::InsuranceNo
            | Field::BankAccount
    )
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
