//! What the cells of a column look like, told by the first rows below the header.

use crate::domain::{Day, Marital, Relation, Status};
use crate::ingest::formats::row::{KeptRow, is_blank, is_ditto};
use crate::vietnamese::{date, name, words};

/// Rows looked at: the first ones, so that the answer does not change with what is added at the end.
const ROWS: usize = 60;
/// Rows of which the cells are kept, for what is asked only where headers say too little.
const SAMPLE: u32 = 24;
/// With fewer filled cells nothing is held against a header.
const ENOUGH: u32 = 2;

/// Counts of what the filled cells of a column are. One cell may be several things.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::ingest) struct Profile {
    /// Rows looked at.
    pub(in crate::ingest) rows: u32,
    /// Cells that hold anything.
    pub(in crate::ingest) filled: u32,
    /// 11 or 12 digits.
    ids: u32,
    /// 8 or 9 digits.
    old_ids: u32,
    /// 10 digits.
    tens: u32,
    /// An insurance card: two letters and thirteen digits.
    cards: u32,
    /// Day, month and year, or a serial or ISO date.
    dates: u32,
    /// A date that is the last day of a month.
    month_ends: u32,
    /// Two dates in one cell.
    ranges: u32,
    /// A year or a month of a year.
    years: u32,
    /// A number up to 130.
    small: u32,
    /// "Nam", "Nữ", "M", "F".
    genders: u32,
    /// A mark: "x", "1", "✓".
    ticks: u32,
    /// Two to seven words of letters alone.
    names: u32,
    /// One word of letters alone.
    words: u32,
    /// Holds no letter.
    letterless: u32,
    /// Holds a digit.
    digits: u32,
    /// Begins with the word of a commune or hamlet.
    places: u32,
    /// A relation to the head of a household.
    relations: u32,
    /// A marital status.
    marital: u32,
    /// A residence status.
    statuses: u32,
    /// Names two persons.
    couples: u32,
    /// Cells of the first rows, each with its place among the rows looked at.
    sample: Vec<(u32, String)>,
}

/// How far cells bear out what a header says.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Fit {
    /// Most cells are such.
    Yes,
    /// There is too little to tell by.
    Unknown,
    /// Hardly a cell is.
    No,
}

impl Profile {
    /// Profiles of the columns below a header.
    pub(in crate::ingest) fn of_rows(rows: &[KeptRow], last_row: u32, width: usize) -> Vec<Self> {
        let mut profiles = vec![Self::default(); width];
        let below = rows.iter().filter(|row| row.number > last_row);
        // Rows with one cell are headings of groups, and rows of small numbers count the columns.
        let is_data = |row: &&KeptRow| {
            row.cells.iter().filter(|cell| !is_blank(cell)).count() > 1
                && !super::header::is_numbering(row.cells.iter().map(String::as_str))
        };
        for row in below.filter(is_data).take(ROWS) {
            for (profile, cell) in profiles.iter_mut().zip(&row.cells) {
                let cell = cell.trim();
                profile.add(cell);
                if profile.rows < SAMPLE && !is_blank(cell) {
                    profile.sample.push((profile.rows, cell.to_owned()));
                }
            }
            for profile in profiles.iter_mut() {
                profile.rows += 1;
            }
        }
        profiles
    }

    fn add(&mut self, cell: &str) {
        // What repeats the cell above is as that one is.
        if is_blank(cell) || is_ditto(cell) {
            return;
        }
        self.filled += 1;
        // "1960-03-04T17:00:00.000Z": the time of day says nothing more.
        let cell = match cell.split_once('T') {
            Some((date, time)) if date.len() == 10 && time.contains(':') => date,
            _ => cell,
        };
        let digits = cell.bytes().filter(u8::is_ascii_digit).count();
        let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
        let short = cell.len() <= 40;
        let add = |counter: &mut u32, is: bool| *counter += u32::from(is);
        add(&mut self.digits, digits > 0);
        add(&mut self.letterless, letters == 0);
        if letters == 0 && short {
            let is_plain = digits + 2 >= cell.trim_start_matches('\'').len();
            // Of one person, or of each of two.
            let runs = || cell.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
            let two = runs().count() == 2 && runs().all(|run| matches!(run.len(), 11 | 12));
            add(&mut self.ids, two || (is_plain && matches!(digits, 11 | 12)));
            add(&mut self.old_ids, is_plain && matches!(digits, 8 | 9));
            add(&mut self.tens, is_plain && digits == 10);
            self.add_date(cell, digits);
            let number = cell.parse::<u32>().ok();
            add(&mut self.small, number.is_some_and(|n| n <= 130));
            add(&mut self.ticks, digits == 0 || cell == "1" || cell == "0");
            return;
        }
        let dates = dates_in(cell);
        add(&mut self.ranges, dates >= 2);
        if dates == 1 || (dates == 0 && (names_day(cell) || names_month(cell, digits))) {
            self.dates += 1;
        }
        // "… cấp ngày …", "CMND số …": a number with a note.
        let run = cell.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
        add(&mut self.ids, letters > 2 && matches!(run, 11 | 12));
        add(&mut self.old_ids, letters > 2 && matches!(run, 8 | 9));
        if digits == 0 && short {
            let relation = words::relation(cell);
            add(&mut self.relations, !matches!(relation, Relation::Other | Relation::Unknown));
            add(&mut self.marital, words::marital(cell) != Marital::Unknown);
            add(&mut self.statuses, words::status(cell) != Status::Unknown);
        }
        let lower = cell.to_lowercase();
        add(&mut self.ticks, matches!(lower.as_str(), "x" | "v" | "có" | "co"));
        add(
            &mut self.genders,
            matches!(lower.as_str(), "nam" | "nữ" | "nu" | "m" | "f" | "male" | "female" | "trai" | "gái"),
        );
        add(&mut self.cards, (14..=16).contains(&(digits + letters)) && letters == 2 && digits >= 12);
        add(&mut self.years, lower.ends_with("tuổi") || lower.ends_with("tuoi"));
        let words = cell.split_whitespace().count();
        add(&mut self.couples, words >= 4 && name::couple(cell).is_some());
        if digits == 0 {
            let plain = cell.chars().all(|c| {
                c.is_alphabetic() || c.is_whitespace() || matches!(c, '\'' | '’' | '.' | '-' | '(' | ')')
            });
            add(&mut self.words, plain && words == 1);
            let place = [
                "xã ",
                "phường ",
                "thị trấn ",
                "thôn ",
                "tổ ",
                "ấp ",
                "bản ",
                "xóm ",
                "khu ",
                "tỉnh ",
                "huyện ",
            ];
            let is_place = place.iter().any(|start| lower.starts_with(start));
            add(&mut self.places, is_place);
            add(&mut self.names, plain && (2..=7).contains(&words));
        } else {
            add(
                &mut self.places,
                lower.starts_with("xã ") || lower.starts_with("phường ") || lower.starts_with("thôn "),
            );
        }
    }

    fn add_date(&mut self, cell: &str, digits: usize) {
        let parts: Vec<&str> =
            cell.split(['/', '-', '.', ' ', ',', '\\']).filter(|part| !part.is_empty()).collect();
        let number = |at: usize| parts.get(at).and_then(|part| part.parse::<u32>().ok()).unwrap_or(0);
        let is_year = |n: u32| (1880..=2040).contains(&n);
        match parts.len() {
            1 => {
                let n = number(0);
                self.years += u32::from(is_year(n));
                // As yyyymmdd or ddmmyyyy, or as spreadsheets count days; with a time of day as hospitals write it.
                let packed = digits == 8 && (is_year(n / 10_000) || is_year(n % 10_000));
                let timed = matches!(digits, 12 | 14)
                    && cell
                        .get(..6)
                        .and_then(|month| month.parse().ok())
                        .is_some_and(|month: u32| is_year(month / 100) && (1..=12).contains(&(month % 100)));
                self.dates += u32::from(packed || timed || (digits == 5 && (10_000..60_000).contains(&n)));
            }
            2 => self.years += u32::from(is_year(number(1)) && number(0) <= 12),
            3.. if dates_in(cell) >= 2 => self.ranges += 1,
            3..=6 => {
                let is_date = (number(0) <= 31 && number(1) <= 31 && number(2) < 2100 && parts[2].len() != 3)
                    || is_year(number(0)) && number(1) <= 12;
                let apart = parts.len() == 3 && digits >= 6 && is_year(number(0).max(number(2)));
                self.dates += u32::from(is_date && (apart || cell.contains(['/', '-', '.'])));
                let ends = matches!((number(0), number(1)), (31, _) | (30, 4 | 6 | 9 | 11) | (28 | 29, 2));
                self.month_ends += u32::from(is_date && ends);
            }
            _ => {}
        }
    }

    /// Whether a cell names two persons.
    pub(in crate::ingest) fn names_two(&self) -> bool {
        self.couples > 0
    }

    /// Both columns as one, for what each of them holds of every other row: dates and marks alone.
    pub(in crate::ingest) fn beside(&self, other: &Self) -> Self {
        Self {
            filled: self.filled + other.filled,
            dates: self.dates + other.dates,
            years: self.years + other.years,
            small: self.small + other.small,
            ticks: self.ticks + other.ticks,
            ..Self::default()
        }
    }

    fn share(&self, count: u32) -> Fit {
        if self.filled < ENOUGH {
            Fit::Unknown
        } else if count * 2 >= self.filled {
            Fit::Yes
        } else if count * 5 <= self.filled {
            Fit::No
        } else {
            Fit::Unknown
        }
    }

    /// Whether cells are names of persons. Damaged ones, and such with notes and titles, may be.
    pub(in crate::ingest) fn names(&self) -> Fit {
        match (self.share(self.names.saturating_sub(self.places)), self.share(self.letterless)) {
            (Fit::Yes, _) => Fit::Yes,
            (_, Fit::Yes) => Fit::No,
            _ => Fit::Unknown,
        }
    }

    /// Whether cells are such as lists of persons alone have: names, numbers of persons or cards, or whole dates.
    pub(in crate::ingest) fn tells_of_persons(&self) -> bool {
        [self.names.saturating_sub(self.places), self.ids, self.old_ids, self.cards, self.dates]
            .into_iter()
            .any(|count| count > 0)
    }

    /// Whether cells are dates, years or ages.
    pub(in crate::ingest) fn dates(&self) -> Fit {
        self.share(self.dates + self.years + self.ranges + self.small)
    }

    /// Whether cells hold two dates.
    pub(in crate::ingest) fn ranges(&self) -> Fit {
        self.share(self.ranges)
    }

    /// Whether the dates are last days of months.
    pub(in crate::ingest) fn month_ends(&self) -> Fit {
        self.share(self.month_ends)
    }

    /// Whether cells are numbers of persons: personal or old IDs, damaged ones among them.
    pub(in crate::ingest) fn numbers(&self) -> Fit {
        match self.share(self.ids + self.old_ids + self.tens) {
            // With notes, letters for digits, or destroyed by a spreadsheet.
            Fit::No
                if self.share(self.digits) == Fit::Yes
                    && self.share(self.dates + self.years + self.small) == Fit::No =>
            {
                Fit::Unknown
            }
            fit => fit,
        }
    }

    /// Whether cells are of the length of personal IDs, or have lost a zero.
    pub(in crate::ingest) fn ids(&self) -> Fit {
        self.share(self.ids)
    }

    /// Whether cells are of the length of old IDs, or have lost a zero.
    pub(in crate::ingest) fn old_ids(&self) -> Fit {
        // A date has eight digits too.
        if self.share(self.dates) == Fit::Yes { Fit::No } else { self.share(self.old_ids) }
    }

    /// Whether cells are numbers of insurance cards.
    pub(in crate::ingest) fn cards(&self) -> Fit {
        self.share(self.cards)
    }

    /// Whether cells are of ten digits.
    pub(in crate::ingest) fn tens(&self) -> Fit {
        self.share(self.tens)
    }

    /// Whether cells say a gender.
    pub(in crate::ingest) fn genders(&self) -> Fit {
        self.share(self.genders)
    }

    /// Whether cells are marks, or blank for the greater part.
    pub(in crate::ingest) fn ticks(&self) -> Fit {
        self.share(self.ticks)
    }

    /// Whether cells are small numbers.
    pub(in crate::ingest) fn small(&self) -> Fit {
        self.share(self.small)
    }

    /// Whether cells are relations to the head of a household.
    pub(in crate::ingest) fn relations(&self) -> Fit {
        self.share(self.relations)
    }

    /// Whether cells are marital statuses.
    pub(in crate::ingest) fn marital(&self) -> Fit {
        self.share(self.marital)
    }

    /// Whether cells are residence statuses.
    pub(in crate::ingest) fn statuses(&self) -> Fit {
        self.share(self.statuses)
    }

    /// Whether cells hold no letter.
    pub(in crate::ingest) fn letterless(&self) -> Fit {
        self.share(self.letterless)
    }

    /// Whether cells hold digits.
    pub(in crate::ingest) fn digits(&self) -> Fit {
        self.share(self.digits)
    }

    /// Cells of the first rows, each with its place among the rows looked at.
    pub(in crate::ingest) fn sample(&self) -> &[(u32, String)] {
        &self.sample
    }

    /// Whether the cells are numbers or codes, each another: with fewer than five there is too little to tell by.
    pub(in crate::ingest) fn are_numbers_apart(&self) -> bool {
        let digits = |cell: &str| cell.bytes().filter(u8::is_ascii_digit).count();
        let mut cells: Vec<&str> = self.sample.iter().map(|(_, cell)| cell.as_str()).collect();
        let (count, numbered) = (cells.len(), cells.iter().filter(|cell| digits(cell) >= 3).count());
        cells.sort_unstable();
        cells.dedup();
        count >= 5 && cells.len() == count && numbered == count
    }

    /// Whether no cell holds anything.
    pub(in crate::ingest) fn is_empty(&self) -> bool {
        self.filled == 0
    }
}

/// Whether a text names a day in words, or one of the moon's calendar: "mùng 3 tháng Giêng", "15/8 ÂL".
fn names_day(text: &str) -> bool {
    let lower = text.to_lowercase();
    let by_moon = lower.contains("âl") || lower.contains("âm lịch");
    lower.len() <= 60
        && (by_moon && lower.contains(|c: char| c.is_ascii_digit())
            || lower.contains("tháng ")
                && ["ngày ", "mùng ", "mồng ", "năm "].iter().any(|word| lower.contains(word)))
}

/// Whether a cell is a date with the name of its month: "10-Mar-1950".
fn names_month(text: &str, digits: usize) -> bool {
    // Later than any date that matters, so that none lies ahead.
    const LATE: Day = Day(36_500);
    text.len() <= 20
        && (3..=6).contains(&digits)
        && text.contains(['-', ' ', '/'])
        && date::read(text, LATE).sound().is_some_and(|date| date.is_full())
}

/// How many dates a text holds: groups of digits joined by `/`, `-` or `.` that end in a year.
fn dates_in(text: &str) -> usize {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '/' | '.');
    let is_date = |group: &str| {
        let parts: Vec<&str> = group.split(['/', '.']).filter(|part| !part.is_empty()).collect();
        (2..=3).contains(&parts.len())
            && parts.last().is_some_and(|year| year.len() == 4)
            && parts[..parts.len() - 1].iter().all(|part| part.len() <= 2)
    };
    let slashed = text.split(|c| !is_part(c)).filter(|group| is_date(group)).count();
    if slashed > 0 {
        return slashed;
    }
    // Joined by hyphens: "01-01-2024", which may stand twice.
    let groups: Vec<&str> = text.split(|c: char| !(c.is_ascii_digit() || c == '-')).collect();
    groups.iter().filter(|group| is_date(&group.replace('-', "/"))).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(cells: &[&str]) -> Profile {
        let mut profile = Profile::default();
        cells.iter().for_each(|cell| profile.add(cell));
        profile
    }

    #[test]
    fn dates_in_every_notation() {
        for cells in [
            ["18332", "25569"],
            ["195103250000", "196812011530"],
            ["10-Mar-1950", "05-Thg3-60"],
            ["10 03 1950", "5 12 1961"],
            ["10,03,1950", "05,12,1961"],
            ["10\\03\\1950", "05\\12\\1961"],
        ] {
            assert_eq!(profile(&cells).dates(), Fit::Yes, "{cells:?}");
        }
        for cells in
            [["079185012345", "001099000123"], ["Thôn 3 xã 1950", "Tổ 5 khu 12"], ["20 12 5", "3 4 7"]]
        {
            assert_ne!(profile(&cells).dates(), Fit::Yes, "{cells:?}");
        }
    }

    #[test]
    fn what_cells_are() {
        assert_eq!(profile(&["Nguyễn Văn An", "Lê Thị Hoa", "H'Hen Niê"]).names(), Fit::Yes);
        assert_eq!(profile(&["01/02/1960", "1970", "3/1980"]).dates(), Fit::Yes);
        assert_eq!(profile(&["001060000001", "01060000001", "123456789"]).numbers(), Fit::Yes);
        assert_eq!(profile(&["038150283316 cấp 2021", "CMT 184009000 cấp 01/02/2010"]).numbers(), Fit::Yes);
        assert_eq!(profile(&["HN2383820240001", "TE1383820240003"]).cards(), Fit::Yes);
        assert_eq!(profile(&["01/01/2024 - 31/12/2024", "từ 1/1/2024 đến 31/12/2024"]).ranges(), Fit::Yes);
        assert_eq!(profile(&["Xã Quang Trung", "Xã Nga Sơn"]).names(), Fit::Unknown);
        assert_eq!(profile(&["x", "x"]).ticks(), Fit::Yes);
        assert_eq!(profile(&["01/02/1960", "02/03/1970"]).names(), Fit::No);
        assert_eq!(profile(&[]).names(), Fit::Unknown);
    }
}
