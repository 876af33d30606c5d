//! A text taken apart into numbers, words and signs, and the dates among them.

use smallvec::SmallVec;

use super::{How, day_month_year, one_number, two_digit_year};
use crate::domain::DateCell;
use crate::vietnamese::text;

/// What a piece of a text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A number, and how many digits it is written with.
    Number(u32, usize),
    /// A word, folded.
    Word(String),
    /// A sign.
    Sign(char),
}

/// A piece of a text and how it stands there.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) piece: Piece,
    /// White space stands before it.
    apart: bool,
    /// It stands in brackets.
    pub(super) inside: bool,
}

impl Token {
    fn number(&self) -> Option<(u32, usize)> {
        match self.piece {
            Piece::Number(n, length) => Some((n, length)),
            _ => None,
        }
    }

    pub(super) fn is_number(&self) -> bool {
        self.number().is_some()
    }

    pub(super) fn word(&self) -> Option<&str> {
        match &self.piece {
            Piece::Word(word) => Some(word),
            _ => None,
        }
    }

    pub(super) fn is_sign(&self, signs: &[char]) -> bool {
        matches!(self.piece, Piece::Sign(sign) if signs.contains(&sign))
    }

    fn separates(&self) -> bool {
        self.is_sign(&['/', '-', '.', '–', '\\'])
    }
}

/// Takes a text apart. Letters typed for digits are digits where digits stand beside them ("05/03/196O").
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let (mut run, mut apart, mut depth) = (String::new(), false, 0_u32);
    for c in text.chars().chain([' ']) {
        let c = if c.is_ascii() { c } else { text::lookalike(c).unwrap_or(c) };
        if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) {
            run.push(c);
            continue;
        }
        if !run.is_empty() {
            push_run(&mut tokens, &std::mem::take(&mut run), apart, depth > 0);
            apart = false;
        }
        match c {
            '\n' | '\r' => tokens.push(Token { piece: Piece::Sign('\n'), apart, inside: depth > 0 }),
            _ if c.is_whitespace() => apart = true,
            _ => {
                if matches!(c, '(' | '[') {
                    depth += 1;
                }
                tokens.push(Token { piece: Piece::Sign(c), apart, inside: depth > 0 });
                if matches!(c, ')' | ']') {
                    depth = depth.saturating_sub(1);
                }
                apart = false;
            }
        }
    }
    tokens
}

/// Adds a run of letters and digits, cut where one goes over into the other.
fn push_run(tokens: &mut Vec<Token>, run: &str, apart: bool, inside: bool) {
    let digits = |c: char| match c {
        'O' | 'o' => Some('0'),
        'l' | 'I' => Some('1'),
        _ => c.is_ascii_digit().then_some(c),
    };
    let typed: Option<String> =
        run.contains(|c: char| c.is_ascii_digit()).then(|| run.chars().map(digits).collect()).flatten();
    let run = typed.as_deref().unwrap_or(run);
    let mut rest = run;
    let mut first = true;
    while let Some(c) = rest.chars().next() {
        let is_number = c.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(rest.len());
        let (part, tail) = rest.split_at(end);
        let piece = if is_number {
            Piece::Number(part.parse().unwrap_or(u32::MAX), part.len())
        } else {
            Piece::Word(text::fold(part))
        };
        tokens.push(Token { piece, apart: apart && first, inside });
        first = false;
        rest = tail;
    }
}

/// A date found in a text.
#[derive(Copy, Clone, Debug)]
pub(super) struct Found {
    /// Its first token and the one behind its last.
    pub(super) start: usize,
    pub(super) end: usize,
    /// What it says; [`DateCell::Empty`] of a day and month without a year.
    pub(super) date: DateCell,
    /// Day and month where no year stands behind them.
    pub(super) yearless: Option<(u32, u32)>,
    pub(super) lunar: bool,
    pub(super) inside: bool,
}

/// The dates of a text, in order.
pub(super) fn dates(tokens: &[Token], how: How) -> SmallVec<[Found; 2]> {
    let mut found: SmallVec<[Found; 2]> = SmallVec::new();
    let mut at = 0;
    while at < tokens.len() {
        let since = found.last().map_or(0, |f: &Found| f.end);
        let Some((length, date, yearless)) = date_at(tokens, since, at, how) else {
            at += 1;
            continue;
        };
        let end = at + length;
        let lunar = is_lunar(tokens, at, end);
        found.push(Found { start: at, end, date, yearless, lunar, inside: tokens[at].inside });
        at = end;
    }
    found
}

type AtToken = Option<(usize, DateCell, Option<(u32, u32)>)>;

/// The date that begins with a token: its length, and what it says. Tokens before `since` belong to the date before.
fn date_at(tokens: &[Token], since: usize, at: usize, how: How) -> AtToken {
    let rest = &tokens[at..];
    // A number that letters or other figures stand right before, as in "A12/2025", is that of a paper.
    let glued = match &tokens[since..at] {
        _ if rest[0].number().is_none() || rest[0].apart => false,
        [.., before] if before.word().is_some() => {
            !matches!(before.word(), Some("t" | "th" | "thg" | "thang" | "ngay" | "nam" | "sn" | "ns"))
        }
        [.., figures, sign] => sign.is_sign(&['/', '-', '.']) && !sign.apart && figures.number().is_some(),
        _ => false,
    };
    if glued {
        return None;
    }
    let read = in_words(rest, how).or_else(|| in_figures(rest, how))?;
    // "12/2025/QĐ-UBND" is no date.
    let behind = rest.get(read.0..).unwrap_or(&[]);
    let of_paper = matches!(behind, [slash, next, ..] if slash.is_sign(&['/']) && !slash.apart && !next.apart
        && (next.number().is_some() || next.word().is_some()));
    (!of_paper).then_some(read)
}

/// The year that a number writes.
fn year_of((n, length): (u32, usize), how: How) -> Option<u32> {
    match length {
        4 if (1800..2200).contains(&n) || n == 9999 => Some(n),
        2 => Some(two_digit_year(n, how)),
        _ => None,
    }
}

/// The month of a number, of a Roman one or of a name.
fn month_of(token: &Token) -> Option<u32> {
    if let Some((n, 1 | 2)) = token.number() {
        return Some(n);
    }
    const ROMAN: [&str; 12] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
    const NAMES: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let word = token.word()?;
    let among = |names: &[&str]| names.iter().position(|name| *name == word).map(|ix| ix as u32 + 1);
    among(&ROMAN).or_else(|| among(&NAMES))
}

/// "05/03/1960", "5/III/1960", "1960-03-05", "03/1960", "05031960", "1960", and "05/03" without a year.
fn in_figures(rest: &[Token], how: How) -> AtToken {
    let (n, length) = rest[0].number()?;
    let read = |day, month, year| day_month_year(day, month, year, how);
    if let [_, a, second, b, third, ..] = rest
        && a.separates()
        && b.separates()
        && (a.piece == b.piece
            || (!(a.apart || b.apart) && third.number().is_some_and(|(_, length)| length == 4)))
    {
        let year = third.number().and_then(|third| year_of(third, how));
        if let (1 | 2, Some(month), Some(year)) = (length, month_of(second), year) {
            return Some((5, read(n, month, year), None));
        }
        if let (4, Some((month, 1 | 2)), Some((day, 1 | 2))) = (length, second.number(), third.number()) {
            return Some((5, read(day, month, n), None));
        }
    }
    if let [_, a, second, ..] = rest
        && a.separates()
    {
        match (length, second.number()) {
            (1 | 2, Some((year, 4))) if n <= 12 && (1800..2200).contains(&year) => {
                return Some((3, read(0, n, year), None));
            }
            (1 | 2, Some((month, 1 | 2)))
                if a.is_sign(&['/']) && (1..=12).contains(&month) && (1..=31).contains(&n) =>
            {
                return Some((3, DateCell::Empty, Some((n, month))));
            }
            _ => {}
        }
    }
    match length {
        4 if (1900..2200).contains(&n) => Some((1, read(0, 0, n), None)),
        8 => match one_number(n, 8, how) {
            date @ DateCell::Sound(_) => Some((1, date, None)),
            _ => None,
        },
        _ => None,
    }
}

/// "ngày 5 tháng 3 năm 1960", "tháng 3/1960", "T8/2025", "năm 1960".
fn in_words(rest: &[Token], how: How) -> AtToken {
    let mut at = 0;
    let skip = |at: &mut usize, words: &[&str]| {
        while rest.get(*at).and_then(Token::word).is_some_and(|word| words.contains(&word)) {
            *at += 1;
        }
    };
    let named = |at: usize, words: &[&str]| {
        rest.get(at).and_then(Token::word).is_some_and(|word| words.contains(&word))
    };
    skip(&mut at, &["ngay", "mung", "mong"]);
    let mut day = 0;
    if let Some((n, 1 | 2)) = rest.get(at).and_then(Token::number)
        && named(at + 1, &["thang", "thg"])
    {
        day = n;
        at += 1;
    } else if at > 0 {
        return None;
    }
    if named(at, &["thang", "thg", "th", "t"]) {
        at += 1;
        if rest.get(at).is_some_and(|token| token.is_sign(&['.'])) {
            at += 1;
        }
        let (month, _) =
            rest.get(at).and_then(Token::number).filter(|(n, length)| *length <= 2 && *n <= 12)?;
        at += 1;
        let mut year_at = at;
        if rest.get(year_at).is_some_and(|token| token.separates() || token.is_sign(&[','])) {
            year_at += 1;
        }
        skip(&mut year_at, &["nam"]);
        let year = rest.get(year_at).filter(|_| year_at > at).and_then(Token::number);
        let year = year.or_else(|| rest.get(at).and_then(Token::number).filter(|(_, length)| *length == 4));
        let length = if year_at > at { year_at + 1 } else { at + 1 };
        return match year.and_then(|year| year_of(year, how)) {
            Some(year) => Some((length, day_month_year(day, month, year, how), None)),
            None => Some((at, DateCell::Empty, Some((day, month)))),
        };
    }
    if day == 0 && named(0, &["nam"]) {
        let year = rest.get(1).and_then(Token::number).and_then(|year| year_of(year, how))?;
        return Some((2, day_month_year(0, 0, year, how), None));
    }
    None
}

/// Whether a date is one of the moon's: a year of the cycle stands behind it, or a word that says so.
fn is_lunar(tokens: &[Token], start: usize, end: usize) -> bool {
    const STEMS: [&str; 10] = ["giap", "at", "binh", "dinh", "mau", "ky", "canh", "tan", "nham", "quy"];
    const BRANCHES: [&str; 13] =
        ["ty", "ti", "suu", "dan", "mao", "thin", "ngo", "mui", "than", "dau", "tuat", "hoi", "meo"];
    let mut behind = tokens[end..]
        .iter()
        .take_while(|token| !token.is_number())
        .filter_map(Token::word)
        .skip_while(|word| *word == "nam");
    let next = (behind.next().unwrap_or(""), behind.next().unwrap_or(""));
    let is_said = |pair: (&str, &str)| {
        pair.0 == "al" || pair == ("am", "lich") || (STEMS.contains(&pair.0) && BRANCHES.contains(&pair.1))
    };
    let mut before = tokens[..start].iter().rev().filter_map(Token::word).filter(|word| *word != "ngay");
    let second = before.next().unwrap_or("");
    let first = before.next().unwrap_or("");
    is_said(next) || second == "al" || (first, second) == ("am", "lich")
}
