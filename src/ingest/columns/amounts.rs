//! The column of what a person gets each month, where its header says so but half: "Thực lĩnh", "Tháng 11", "Trợ cấp".
//!
//! Who is still paid after a death is told by it alone; so the one column of sums of money is taken for it, if its header
//! speaks of money or of a benefit, and of nothing that is paid once, in, or for work.

use super::claims::Claims;
use super::profile::Profile;
use super::resolve::Columns;
use super::witness::{give, is_open, says, unused};
use crate::domain::{Capability, Field, Kind};
use crate::vietnamese::words;

/// Cells that have to be there before they bear witness.
const ENOUGH: usize = 3;
/// What is paid in a month lies between these, in đồng.
const MONTHLY: std::ops::RangeInclusive<u64> = 50_000..=9_000_000;
/// And is a multiple of this.
const UNIT: u64 = 100;

/// Signs of money and of benefits.
const OF_MONEY: [&str; 8] =
    ["amount", "total", "paid", "benefit", "pay", "programme", "standard", "month_of_pay"];
/// Signs of what is paid once, paid in, paid back, or paid for work.
const OF_OTHERS: [&str; 12] = [
    "arrears",
    "contribution",
    "salary",
    "coefficient",
    "first",
    "account",
    "bank",
    "number",
    "date",
    "support",
    "stop",
    "end",
];
/// Signs of lists of what is paid once: for a funeral, or as a gift.
const OF_LISTS: [&str; 4] = ["death", "deathreg", "s.dead", "arrears"];

/// Gives the open field of monthly amounts to the column of sums, unless one of several may be anything.
pub(super) fn testify(columns: &mut Columns, claims: &Claims<'_>, kind: Kind, profiles: &[Profile]) {
    if !kind.has(Capability::Payment) || !is_open(columns, kind, Field::MonthlyAmount) {
        return;
    }
    let mut sums = unused(columns, claims);
    sums.retain(|at| profiles.get(*at).is_some_and(are_sums));
    let months = sums.iter().filter(|at| is_month(&claims.header()[**at].text())).count();
    let is_of_one_time = claims.header().iter().any(|cell| says(&cell.reading, &OF_LISTS));
    // What a standard comes to stands behind it; a sum of benefits behind them.
    let (amounts, others): (Vec<usize>, Vec<usize>) =
        sums.into_iter().partition(|at| claims.may_be_amount(*at));
    let is_plain = |at: &&usize| !says(&claims.header()[**at].reading, &["total", "standard"]);
    if months < 2
        && !is_of_one_time
        && others.iter().all(|at| claims.is_other_amount(*at))
        && let Some(at) = amounts.iter().find(is_plain).or(amounts.last())
    {
        give(columns, *at, Field::MonthlyAmount);
    }
}

impl Claims<'_> {
    /// Whether a header may be that of a monthly amount of whom the rows are about.
    fn may_be_amount(&self, at: usize) -> bool {
        let cell = &self.header()[at];
        let reading = &cell.reading;
        if reading.is_blank || self.is_told(cell) || !self.is_of_subject(reading) {
            return false;
        }
        if is_month(&cell.text()) {
            return true;
        }
        reading.unknown.is_empty() && says(reading, &OF_MONEY) && !says(reading, &OF_OTHERS)
    }

    /// Whether a header says that it is another amount: arrears, what is paid in.
    fn is_other_amount(&self, at: usize) -> bool {
        let reading = &self.header()[at].reading;
        reading.unknown.is_empty() && says(reading, &OF_OTHERS)
    }
}

/// Whether a header names a month and nothing else: "Tháng 11", "T11/2026".
fn is_month(header: &str) -> bool {
    let lower = header.trim().to_lowercase();
    let rest = lower
        .strip_prefix("tháng")
        .or_else(|| lower.strip_prefix("thang"))
        .or_else(|| lower.strip_prefix('t'));
    rest.is_some_and(|rest| {
        rest.bytes().any(|b| b.is_ascii_digit())
            && rest.chars().all(|c| c.is_ascii_digit() || " ./-".contains(c))
    })
}

/// Whether most cells are sums of money as they are paid in a month.
fn are_sums(profile: &Profile) -> bool {
    let cells = profile.sample();
    let sums = cells.iter().filter(|(_, cell)| sum(cell).is_some_and(|sum| MONTHLY.contains(&sum))).count();
    cells.len() >= ENOUGH && sums * 5 >= cells.len() * 4
}

/// The đồng of a cell, where it may be a sum of money.
fn sum(cell: &str) -> Option<u64> {
    words::money(cell).filter(|sum| sum % UNIT == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_months_are_told_from_other_numbers() {
        assert_eq!(
            ["540.000", "1,083,000 đ", "360000.0", "750 000"].map(sum),
            [Some(540_000), Some(1_083_000), Some(360_000), Some(750_000)]
        );
        assert_eq!(["0912345678", "1951", "x", ""].map(sum), [None; 4]);
        assert!(["Tháng 11", "T11/2026", "thang 3", "T. 5"].iter().all(|header| is_month(header)));
        assert!(!["Tháng", "Tuổi 11", "Tiền", "T11 truy lĩnh"].iter().any(|header| is_month(header)));
    }
}
