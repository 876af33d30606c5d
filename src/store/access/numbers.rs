//! Numbers of persons within what people type: remarks and reasons. Nobody asks for them there, and there they
//! stand all the same.

/// Fewest digits of a number that may be a person's: an old ID has nine, a personal ID twelve.
const FEWEST: usize = 9;

/// Fewest digits of a group, where a number is written in groups: those of a date are shorter.
const FEWEST_OF_GROUP: usize = 3;

/// Digits at the end of a number that are never divided from each other.
const LAST: usize = 3;
/// Fewest digits of a number without its zeros in front that may be written in groups: fewer in groups are an amount.
const FEWEST_WITHOUT_ZEROS: usize = 10;

/// Whether a character may stand between two groups of one number.
fn divides(c: char) -> bool {
    matches!(c, ' ' | '.' | '-' | '_' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\u{2010}'..='\u{2013}')
}

/// The number of a person as it may stand in a text: in one piece or in groups, with its zeros in front or, as spreadsheets
/// leave it, without them; and not as part of a longer one.
#[derive(Clone, Debug)]
pub struct Number {
    digits: Vec<u8>,
    /// How many zeros it begins with.
    zeros: usize,
    last: memchr::memmem::Finder<'static>,
}

impl Number {
    /// A number by its digits.
    pub fn new(digits: &str) -> Self {
        let digits = digits.as_bytes().to_vec();
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        let last = memchr::memmem::Finder::new(&digits[digits.len().saturating_sub(LAST)..]).into_owned();
        Self { digits, zeros, last }
    }

    /// Whether it stands in a text (UTF-8).
    pub fn stands_in(&self, text: &[u8]) -> bool {
        self.digits.len() > LAST && self.last.find_iter(text).any(|at| self.ends_at(text, at))
    }

    /// Whether it stands before and at the place of its last digits.
    fn ends_at(&self, text: &[u8], last: usize) -> bool {
        if text.get(last + LAST).is_some_and(u8::is_ascii_digit) {
            return false;
        }
        let (mut before, mut left, mut divided) = (&text[..last], self.digits.len() - LAST, false);
        loop {
            if left == 0 {
                return !before.last().is_some_and(u8::is_ascii_digit);
            }
            // Nobody puts more than a blank and a hyphen between two groups.
            let apart = without_dividers(before);
            if apart.last() == Some(&self.digits[left - 1]) {
                divided |= apart.len() < before.len();
                before = &apart[..apart.len() - 1];
                left -= 1;
                continue;
            }
            let is_whole = left <= self.zeros && !before.last().is_some_and(u8::is_ascii_digit);
            return is_whole && (!divided || self.digits.len() - left >= FEWEST_WITHOUT_ZEROS);
        }
    }
}

/// A text without the two characters at its end that may divide groups.
fn without_dividers(text: &[u8]) -> &[u8] {
    let mut rest = text;
    for _ in 0..2 {
        let start = rest.iter().rposition(|byte| byte & 0xc0 != 0x80).unwrap_or(0);
        let last = std::str::from_utf8(&rest[start..]).ok().and_then(|text| text.chars().next());
        if !last.is_some_and(divides) {
            break;
        }
        rest = &rest[..start];
    }
    rest
}

/// Whether a number stands in a text, as [`Number::stands_in`] has it.
pub fn mentions(text: &str, number: &str) -> bool {
    Number::new(number).stands_in(text.as_bytes())
}

/// The text with every number masked that may be a person's; `None` where there is none.
pub fn mask(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut masked = chars.clone();
    let mut at = 0;
    while at < chars.len() {
        if !chars[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        // Groups that one character divides each from the next.
        let mut groups: Vec<(usize, usize)> = Vec::new();
        loop {
            let length = chars[at..].iter().take_while(|c| c.is_ascii_digit()).count();
            groups.push((at, at + length));
            at += length;
            let next = chars.get(at).is_some_and(|c| divides(*c))
                && chars.get(at + 1).is_some_and(char::is_ascii_digit);
            if !next {
                break;
            }
            at += 1;
        }
        let long = |(from, to): &(usize, usize)| to - from >= FEWEST_OF_GROUP;
        let together = groups.iter().all(long) && groups.iter().map(|(a, b)| b - a).sum::<usize>() >= FEWEST;
        for (from, to) in groups.into_iter().filter(|(from, to)| together || to - from >= FEWEST) {
            masked[from..to].fill('*');
        }
    }
    (masked != chars).then(|| masked.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_however_it_is_written() {
        let number = "079190012345";
        for text in [
            "079190012345",
            "số 079 190 012 345.",
            "079.190.012345;",
            "CCCD:0791-9001-2345",
            "2 079190012345",
            "79190012345",
            "ID 79 190 012 345",
            "(79190012345)",
        ] {
            assert!(mentions(text, number), "{text}");
        }
        for text in [
            "",
            "0791900123456",
            "1079190012345",
            "079190012346",
            "079190 và 012345",
            "0791900",
            "179190012345",
            "9190012345",
        ] {
            assert!(!mentions(text, number), "{text}");
        }
        // An amount is no old number.
        assert!(mentions("CMND 12345678", "012345678") && !mentions("12.345.678 đồng", "012345678"));
    }

    #[test]
    fn numbers_of_persons_are_masked_and_dates_are_not() {
        for (text, masked) in [
            ("theo đơn của 079190012345", "theo đơn của ************"),
            ("CMND 123 456 789, ngày 20/11/2026", "CMND *** *** ***, ngày 20/11/2026"),
            ("0791.9001.2345", "****.****.****"),
            ("079190012345 ngày 20-11-2026", "************ ngày 20-11-2026"),
            ("1234567890123456", "****************"),
        ] {
            assert_eq!(mask(text).as_deref(), Some(masked));
        }
        for text in ["", "công văn 123/2026", "20-11-2026 10.30", "ngày 20.11.2026", "xã 00001", "quý 4-2026"]
        {
            assert_eq!(mask(text), None, "{text}");
        }
    }
}
