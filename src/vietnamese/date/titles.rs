//! The date of a list, as the rows above its header tell it: "tính đến 31/12/2024", "DANH SÁCH … NĂM 2021".

use super::tokens::{Found, Token, dates, tokens};
use super::{How, Sense};
use crate::domain::{Day, PartialDate, Precision};
use crate::vietnamese::text;

/// Words before the date of a paper that a title names: a decree, a decision.
const OF_PAPER: [&str; 16] = [
    "qd", "quyet", "nghi", "nd", "cp", "thong", "tt", "luat", "so", "cv", "cong", "mau", "kem", "ban",
    "khoa", "doan",
];
/// Words before the day on which a list was drawn up.
const AS_OF: [&str; 4] = ["tinh", "den", "diem", "chot"];

/// The date of a list by the texts above its header: the day it says it was drawn up to, else the fullest date, else
/// the year. Dates of decrees and papers are none, nor is one to come.
pub fn of_titles(titles: &[String], as_of: Day) -> Option<PartialDate> {
    let how = How::of(as_of, Sense::Open);
    let mut best: Option<(bool, Precision, PartialDate)> = None;
    for title in titles.iter().filter(|title| title.bytes().any(|b| b.is_ascii_digit())) {
        let tokens = tokens(&text::decoded(title));
        let found = dates(&tokens, how);
        for (ix, date) in found.iter().enumerate().filter(|(_, date)| !date.lunar) {
            let Some(read) =
                date.date.sound().filter(|read| read.first_day() <= as_of && read.year() >= 1990)
            else {
                continue;
            };
            let before = words_before(&tokens, &found, ix);
            // "giai đoạn 2021 - 2025" is no date of a list.
            let is_range = ix > 0 && before.is_empty() || next_joins(&tokens, &found, ix);
            if is_range || before.iter().any(|word| OF_PAPER.contains(word)) {
                continue;
            }
            let offer = (before.iter().any(|word| AS_OF.contains(word)), read.precision(), read);
            if best.is_none_or(|known| (offer.0, offer.1, offer.2) > known) {
                best = Some(offer);
            }
        }
    }
    best.map(|(_, _, date)| date)
}

/// The words between a date and the one before it, the nearest six.
fn words_before<'t>(tokens: &'t [Token], found: &[Found], ix: usize) -> Vec<&'t str> {
    let from = if ix == 0 { 0 } else { found[ix - 1].end };
    tokens[from..found[ix].start].iter().rev().filter_map(Token::word).take(6).collect()
}

/// Whether a date goes over into the next with a dash.
fn next_joins(tokens: &[Token], found: &[Found], ix: usize) -> bool {
    found
        .get(ix + 1)
        .is_some_and(|next| tokens[found[ix].end..next.start].iter().all(|token| token.word().is_none()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_tell_the_date_of_their_list() {
        let as_of = Day::from_civil(2026, 11, 20).unwrap();
        let of = |titles: &[&str]| {
            let titles: Vec<String> = titles.iter().map(|title| (*title).to_owned()).collect();
            of_titles(&titles, as_of).map(|date| date.to_string()).unwrap_or_default()
        };
        assert_eq!(of(&["DANH SÁCH NGƯỜI CAO TUỔI NĂM 2021"]), "2021");
        assert_eq!(of(&["DANH SÁCH", "(tính đến 31/12/2024)"]), "31/12/2024");
        assert_eq!(of(&["Danh sách tháng 8 năm 2025"]), "08/2025");
        assert_eq!(of(&["Danh sách T8/2025"]), "08/2025");
        assert_eq!(of(&["DANH SÁCH NĂM 2025", "Hưng Chính, ngày 15 tháng 12 năm 2024"]), "15/12/2024");
        assert_eq!(of(&["(Kèm theo Quyết định số 12/QĐ-UBND ngày 03/02/2020)", "Năm 2023"]), "2023");
        assert_eq!(of(&["Theo Nghị định 20/2021/NĐ-CP"]), "");
        assert_eq!(of(&["Hộ nghèo giai đoạn 2022 - 2025"]), "");
        assert_eq!(of(&["Kế hoạch năm 2030"]), "");
        assert_eq!(of(&["DANH SÁCH HỘ NGHÈO", ""]), "");
    }
}
