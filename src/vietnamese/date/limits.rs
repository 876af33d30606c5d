//! Both ends of a time in one cell: "01/01/2024 - 31/12/2024", "đến hết 31/12/2024", "từ … đến …", "T8/2025".

use super::tokens::{Found, Piece, Token, dates, tokens};
use super::{DateColumn, Groups, How, Sense, numeric, read_as};
use crate::domain::{DateCell, Day};
use crate::vietnamese::text::{self, CellType};

/// What a cell says of the ends of a time. An end that is written and cannot be read is
/// [`DateCell::Impossible`]; one that is not written, or said to be open, is [`DateCell::Empty`].
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// The first day, where the cell says that it is one.
    pub from: DateCell,
    /// The last day, where the cell says that it is one.
    pub to: DateCell,
    /// A date alone, whose column says what it is.
    pub alone: DateCell,
}

impl Limits {
    fn alone(alone: DateCell) -> Self {
        Self { alone, ..Self::default() }
    }
}

/// Words before a first day.
const FROM: [&str; 5] = ["tu", "ke", "from", "bat", "since"];
/// Words before a last day.
const TO: [&str; 8] = ["den", "toi", "het", "han", "to", "till", "until", "hsd"];
/// Phrases that leave an end open.
const OPEN: [&str; 29] = [
    "dang huong",
    "con huong",
    "van huong",
    "tiep tuc huong",
    "chua dung",
    "chua cat",
    "chua thoi",
    "den hien tai",
    "den khi chet",
    "den khi mat",
    "den khi qua doi",
    "den khi co thay doi",
    "con han",
    "con gia tri",
    "con hieu luc",
    "vo thoi han",
    "khong thoi han",
    "khong han",
    "vo han",
    "khong ky han",
    "lau dai",
    "suot doi",
    "vinh vien",
    "den nay",
    "toi nay",
    "hien nay",
    "tro di",
    "khong xac dinh thoi han",
    "dai han",
];

/// The same, as the whole of a cell.
const OPEN_ALONE: [&str; 8] =
    ["nay", "con", "chua", "chua co", "hien tai", "hang thang", "thuong xuyen", "tiep tuc"];

/// Reads a cell that may say both ends of a time.
pub fn read_limits(raw: &str, as_of: Day, column: DateColumn) -> Limits {
    let how = How { column, ..How::of(as_of, Sense::Open) };
    let date = read_as(raw, how);
    // Nearly every cell is a date alone, blank, or nothing.
    if date != DateCell::Impossible && Groups::split(raw.trim()).is_some_and(|g| numeric(&g, how) == date) {
        return Limits::alone(date);
    }
    if matches!(date, DateCell::Empty) || raw.len() > 200 {
        return Limits::alone(date);
    }
    let decoded = text::decoded(raw);
    let folded = text::fold(&decoded);
    let open = is_open(&folded);
    let tokens = tokens(&decoded);
    let found: Vec<Found> = dates(&tokens, how).into_iter().filter(|f| !f.lunar).collect();
    if found.is_empty() {
        let nothing = open || text::is_placeholder(raw, CellType::Date);
        return match (nothing, date) {
            (true, DateCell::Placeholder) => Limits::alone(date),
            (true, _) => Limits::default(),
            (false, _) => Limits::alone(date),
        };
    }
    let mut limits = Limits::default();
    match found.as_slice() {
        [one] => match role(&tokens, 0, one) {
            Some(Role::From) => {
                limits.from = one.date;
                limits.to = lasting(&tokens[..one.start], one.date);
            }
            Some(Role::To) => limits.to = one.date,
            // "T1/2024 đến nay", "01/2024 - ": what stands before an end left open is the first day.
            None if one.date.value().is_some() && leaves_end_open(&tokens[one.end..], open) => {
                limits.from = one.date;
            }
            None if date == DateCell::Impossible && one.date.value().is_some() => limits.alone = one.date,
            None => limits.alone = date,
        },
        [first, second] => {
            let roles = (role(&tokens, 0, first), role(&tokens, first.end, second));
            let ends = match roles {
                (Some(Role::To), Some(Role::From)) => Some((second, first)),
                (Some(Role::To), _) | (_, Some(Role::From)) => None,
                (_, Some(Role::To)) => Some((first, second)),
                (_, None) => joins(&tokens[first.end..second.start]).then_some((first, second)),
            };
            match ends {
                Some((from, to)) => (limits.from, limits.to) = (with_year_of(from, to, how), to.date),
                None => return Limits::alone(date),
            }
        }
        _ => return Limits::alone(date),
    }
    let last = found.last().map_or(0, |f| f.end);
    if limits.to == DateCell::Empty && !open && !says_now(&tokens[last..]) && ends_open_ended(&tokens[last..])
    {
        limits.to = DateCell::Impossible;
    }
    // A day and month without a year is written, and not known.
    for end in [(&mut limits.from, 0), (&mut limits.to, found.len() - 1)] {
        if *end.0 == DateCell::Empty && found[end.1].yearless.is_some() && found.len() == 2 {
            *end.0 = DateCell::Impossible;
        }
    }
    limits
}

fn is_open(folded: &str) -> bool {
    OPEN_ALONE.contains(&folded)
        || OPEN.iter().any(|phrase| format!(" {folded} ").contains(&format!(" {phrase} ")))
}

#[derive(Copy, Clone, PartialEq, Eq)]
enum Role {
    From,
    To,
}

/// What the words before a date say it is: the last of them counts.
fn role(tokens: &[Token], after: usize, date: &Found) -> Option<Role> {
    tokens[after..date.start].iter().rev().filter_map(Token::word).find_map(|word| {
        if FROM.contains(&word) { Some(Role::From) } else { TO.contains(&word).then_some(Role::To) }
    })
}

/// Whether what stands between two dates makes a time of them: a dash, an arrow, a new line.
fn joins(between: &[Token]) -> bool {
    let sign = |token: &Token| token.is_sign(&['-', '–', '—', '~', '→', '>', '\n', '÷']);
    (between.is_empty() || between.iter().any(sign))
        && between
            .iter()
            .all(|token| sign(token) || matches!(&token.piece, Piece::Sign(',' | ';' | ':' | '.')))
}

/// Whether behind a first day its end is left open: in words ("đến nay", "- nay"), or by a dash and nothing more.
fn leaves_end_open(behind: &[Token], open: bool) -> bool {
    match behind {
        [dash] if dash.word().is_none() => dash.is_sign(&['-', '–', '—', '→']),
        _ => behind.iter().any(|token| token.word().is_some()) && (open || says_now(behind)),
    }
}

/// Whether the last word is "nay": up to now.
fn says_now(behind: &[Token]) -> bool {
    behind.iter().filter_map(Token::word).next_back().is_some_and(|word| matches!(word, "nay" | "now"))
}

/// Whether an end is begun behind the last date: "01/7/2024 đến khi đủ 16 tuổi".
fn ends_open_ended(behind: &[Token]) -> bool {
    behind.iter().filter_map(Token::word).any(|word| matches!(word, "den" | "toi"))
}

/// The first day of a time whose year stands behind its last ("01/01 - 31/12/2025").
fn with_year_of(first: &Found, last: &Found, how: How) -> DateCell {
    match (first.yearless, last.date.value()) {
        (Some((day, month)), Some(date)) => super::day_month_year(day, month, u32::from(date.year()), how),
        _ => first.date,
    }
}

/// The last day of a time told by its length: "12 tháng kể từ 15/03/2025".
fn lasting(before: &[Token], from: DateCell) -> DateCell {
    let length = before.windows(2).find_map(|pair| match (&pair[0].piece, &pair[1].piece) {
        (Piece::Number(n, 1..=3), Piece::Word(unit)) => match unit.as_str() {
            "thang" => Some(*n),
            "nam" => n.checked_mul(12),
            _ => None,
        },
        _ => None,
    });
    let (Some(months), Some(date)) = (length, from.sound().filter(|date| date.is_full())) else {
        return DateCell::Empty;
    };
    let month = date.month().unwrap_or(1);
    let total = i32::from(date.year()) * 12 + i32::from(month) - 1 + months as i32;
    let (year, month) = (total.div_euclid(12), total.rem_euclid(12) as u8 + 1);
    let day = date.day_of_month().unwrap_or(1).min(crate::domain::days_in_month(year, month));
    let next = Day::from_civil(year, month, day).and_then(|day| Day(day.0 - 1).to_partial());
    next.map_or(DateCell::Impossible, DateCell::Sound)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn as_of() -> Day {
        Day::from_civil(2026, 11, 20).unwrap()
    }

    fn read(cell: &str) -> (String, String, String) {
        let limits = read_limits(cell, as_of(), DateColumn::default());
        let shown = |date: DateCell| match date {
            DateCell::Sound(date) => date.to_string(),
            DateCell::Empty => String::new(),
            other => format!("{other:?}"),
        };
        (shown(limits.from), shown(limits.to), shown(limits.alone))
    }

    #[test]
    fn both_ends_of_one_cell() {
        for cell in [
            "01/01/2025 - 31/12/2025",
            "01/01/2025-31/12/2025",
            "Từ ngày 01/01/2025 đến ngày 31/12/2025",
            "từ 1/1/2025 đến hết 31/12/2025",
            "01/01/2025\n31/12/2025",
            "01.01.25-31.12.25",
            "01.01.2025 – 31.12.2025",
            "20250101-20251231",
            "01/01/2025 đến 31/12/2025",
            "01/01/2025 -> 31/12/2025",
            "01/01/2025 → 31/12/2025",
            "01/01 - 31/12/2025",
            "từ ngày 01 tháng 01 năm 2025 đến ngày 31 tháng 12 năm 2025",
            "GT: 01/01/2025 - 31/12/2025",
            "01/01/2025 31/12/2025",
            "01/01-31/12/2025",
            "12 tháng kể từ 01/01/2025",
            "đến 31/12/2025, từ 01/01/2025",
        ] {
            assert_eq!(read(cell), ("01/01/2025".into(), "31/12/2025".into(), String::new()), "{cell}");
        }
        for cell in [
            "01/2025-12/2025",
            "T1/2025 - T12/2025",
            "từ tháng 1 đến tháng 12/2025",
            "từ 1/2025 đến hết tháng 12 năm 2025",
        ] {
            assert_eq!(read(cell), ("01/2025".into(), "12/2025".into(), String::new()), "{cell}");
        }
        assert_eq!(read("2024 - 2025"), ("2024".into(), "2025".into(), String::new()));
    }

    #[test]
    fn one_end_and_open_ones() {
        for (cell, from, to, alone) in [
            ("đến hết 31/12/2024", "", "31/12/2024", ""),
            ("hết tháng 8/2025", "", "08/2025", ""),
            ("đến hết tháng 9/2026", "", "09/2026", ""),
            ("HSD: 31/12/2024", "", "31/12/2024", ""),
            ("từ 01/07/2025", "01/07/2025", "", ""),
            ("từ 01/07/2025 trở đi", "01/07/2025", "", ""),
            ("T1/2024 đến nay", "01/2024", "", ""),
            ("01/01/2024 - nay", "01/01/2024", "", ""),
            ("01/2024 - hiện nay", "01/2024", "", ""),
            ("tháng 1/2024 đến nay", "01/2024", "", ""),
            ("T1/2024 - ", "01/2024", "", ""),
            ("từ 01/07/2025 đến nay", "01/07/2025", "", ""),
            ("thôi hưởng từ 01/10/2025", "01/10/2025", "", ""),
            ("từ 01/07/2025 đến khi đủ 16 tuổi", "01/07/2025", "Impossible", ""),
            ("T8/2025", "", "", "08/2025"),
            ("31/12/2024", "", "", "31/12/2024"),
            ("01/08/2025 (QĐ 123)", "", "", "01/08/2025"),
            ("31/12/2024 (chết)", "", "", "31/12/2024"),
            ("không thời hạn", "", "", ""),
            ("Đang hưởng", "", "", ""),
            ("còn hưởng", "", "", ""),
            ("Chưa dừng", "", "", ""),
            ("Đến khi chết", "", "", ""),
            ("nay", "", "", ""),
            ("Còn", "", "", ""),
            ("chưa", "", "", ""),
            ("Còn hưởng đến 31/12/2026", "", "31/12/2026", ""),
            ("vô thời hạn", "", "", ""),
            ("", "", "", ""),
            ("-", "", "", "Placeholder"),
            ("sau Tết", "", "", "Impossible"),
            ("31/02/2025", "", "", "Impossible"),
            ("đến 31/02/2025", "", "Impossible", ""),
            ("01/01/2024, 01/01/2025, 01/01/2026", "", "", "Impossible"),
        ] {
            assert_eq!(read(cell), (from.into(), to.into(), alone.into()), "{cell}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(raw in any::<String>(), parts in "(từ |đến |hết |tháng |T)?[0-9OI/.-]{0,10}( - | đến |\n)?[0-9/.-]{0,10}[ a-z(]{0,4}") {
            read_limits(&raw, as_of(), DateColumn::default());
            read_limits(&parts, as_of(), DateColumn::default());
        }

        #[test]
        fn two_days_are_read_in_every_dress(a in 15_000_i32..22_000, b in 15_000_i32..22_000) {
            let (a, b) = (Day(a), Day(b));
            for cell in [
                format!("{a} - {b}"), format!("{a}-{b}"), format!("từ {a} đến {b}"), format!("Từ ngày {a} đến hết ngày {b}"),
                format!("{a}\n{b}"), format!("{a} đến {b}"),
            ] {
                prop_assert_eq!(read(&cell), (a.to_string(), b.to_string(), String::new()), "{}", cell);
            }
        }
    }
}
