//! Numbers of persons within what people type: remarks and reasons. Nobody asks for them there, and there they
//! stand all the same.

/// Fewest digits of a number that may be a person's: an old ID has nine, a personal ID twelve.
const FEWEST: usize = 9;

/// Fewest digits of a group, where a number is written in groups: those of a date are shorter.
const FEWEST_OF_GROUP: usize = 3;

/// Whether a character may stand between two groups of one number.
fn divides(c: char) -> bool {
    matches!(c, ' ' | '.' | '-' | '_' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\u{2010}'..='\u{2013}')
}

/// Whether a number stands in a text, in one piece or in groups, and not as part of a longer one.
pub fn mentions(text: &str, number: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let digits: Vec<char> = number.chars().collect();
    let stands_at = |start: usize| {
        let before = start.checked_sub(1).and_then(|at| chars.get(at));
        if digits.is_empty() || before.is_some_and(char::is_ascii_digit) {
            return false;
        }
        let mut at = start;
        for (n, digit) in digits.iter().enumerate() {
            // Nobody puts more than a blank and a hyphen between two groups.
            let gap = chars[at..].iter().take(3).take_while(|c| n > 0 && divides(**c)).count();
            at += gap;
            if chars.get(at) != Some(digit) {
                return false;
            }
            at += 1;
        }
        !chars.get(at).is_some_and(char::is_ascii_digit)
    };
    (0..chars.len()).any(stands_at)
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
        ] {
            assert!(mentions(text, number), "{text}");
        }
        for text in ["", "0791900123456", "1079190012345", "079190012346", "079190 và 012345", "0791900"] {
            assert!(!mentions(text, number), "{text}");
        }
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
