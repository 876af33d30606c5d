//! A date amid other words: "14/7 Ất Tỵ (05/9/2025)", "05/9/2025 tại nhà", "01/08/2025 (QĐ 123)".

use smallvec::SmallVec;

use super::How;
use super::tokens::{Found, Token, dates, tokens};
use crate::domain::{DateCell, PartialDate, Precision};
use crate::vietnamese::text;

/// Words right before a date that make another thing of it than the day itself.
const NOT_THE_DAY: [&str; 8] = ["truoc", "sau", "tren", "duoi", "chua", "khong", "tu", "den"];
/// Words before a date that is a paper's.
const OF_PAPER: [&str; 8] = ["qd", "quyet", "cv", "cong", "so", "gks", "bien", "cap"];

/// The one date that a text tells; [`DateCell::Impossible`] where there is none, or more than one.
pub(super) fn read(cell: &str, how: How) -> DateCell {
    let tokens = tokens(&text::decoded(cell));
    let found = dates(&tokens, how);
    let mut solar: SmallVec<[&Found; 2]> =
        found.iter().filter(|f| !f.lunar && f.yearless.is_none()).collect();
    if solar.is_empty() {
        let years = found.iter().filter(|f| f.lunar).filter_map(|f| f.date.value());
        return years.map(|date| DateCell::About(date.year_only())).next().unwrap_or(DateCell::Impossible);
    }
    if solar.iter().any(|f| !f.inside) {
        solar.retain(|f| !f.inside);
    }
    if solar.len() > 1 {
        let own: SmallVec<[&Found; 2]> =
            solar.iter().copied().filter(|f| !is_of_paper(&tokens, &found, f)).collect();
        if !own.is_empty() {
            solar = own;
        }
    }
    if solar.iter().any(|f| is_another_day(&tokens, f)) {
        return DateCell::Impossible;
    }
    let Some(dates) = solar.iter().map(|f| f.date.value()).collect::<Option<SmallVec<[PartialDate; 2]>>>()
    else {
        // Of one date that is none the mark says why; beside others nothing is sure.
        return if let [one] = solar.as_slice() { one.date } else { DateCell::Impossible };
    };
    // Of "March 32, 1960" the year alone is no reading.
    let partial = dates.iter().all(|date| date.precision() == Precision::Year);
    if partial && has_loose_figures(&tokens, &found) {
        return DateCell::Impossible;
    }
    let agree = dates.iter().all(|a| dates.iter().all(|b| a.agrees(*b)));
    match dates.iter().copied().max_by_key(|date| date.precision()) {
        Some(date) if agree => DateCell::Sound(date),
        _ => DateCell::Impossible,
    }
}

/// Whether figures outside brackets belong to no date.
fn has_loose_figures(tokens: &[Token], found: &[Found]) -> bool {
    let of_date = |ix: usize| found.iter().any(|f| f.yearless.is_none() && (f.start..f.end).contains(&ix));
    tokens.iter().enumerate().any(|(ix, token)| token.is_number() && !token.inside && !of_date(ix))
}

/// Whether the words between a date and the one before it say that it is a paper's.
fn is_of_paper(tokens: &[Token], found: &[Found], date: &Found) -> bool {
    let from = found.iter().filter(|f| f.end <= date.start).map(|f| f.end).max().unwrap_or(0);
    tokens[from..date.start].iter().filter_map(Token::word).any(|word| OF_PAPER.contains(&word))
}

fn is_another_day(tokens: &[Token], date: &Found) -> bool {
    let mut before = tokens[..date.start].iter().rev().map_while(Token::word);
    before
        .find(|word| !matches!(*word, "ngay" | "nam" | "thang"))
        .is_some_and(|word| NOT_THE_DAY.contains(&word))
}
