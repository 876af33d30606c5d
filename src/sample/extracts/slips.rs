//! The slips of a hand: letters, marks and digits that come out wrong.

use unicode_normalization::UnicodeNormalization;

use super::cells::{IdW, capital};
use crate::domain::IdCell;
use crate::sample::draw::Luck;

/// One digit wrong, or two changed about, behind the province.
pub(super) fn mistype(id: u64, luck: &mut Luck) -> u64 {
    let mut digits: Vec<u8> = format!("{id:012}").into_bytes();
    let at = luck.between(4, 10) as usize;
    if digits[at] != digits[at + 1] && luck.coin(0.5) {
        digits.swap(at, at + 1);
    } else {
        digits[at] = b'0' + (digits[at] - b'0' + luck.between(1, 9) as u8) % 10;
    }
    digits.iter().fold(0, |n, d| n * 10 + u64::from(d - b'0'))
}

pub(super) fn malformed(id: u64, luck: &mut Luck) -> IdW {
    let id = format!("{id:012}");
    let text = match luck.below(4) {
        0 => format!("{id}{}", luck.between(0, 9)),
        1 => format!("0{}", &id[2..]),
        2 => format!("{}A{}", &id[..6], &id[7..]),
        // No province has this code.
        _ => format!("099{}", &id[3..]),
    };
    IdW { text, is: IdCell::Malformed }
}

/// `Nguyễn Văn Hùng` as `Ng. V. Hùng` or `Ng V Hùng`.
pub(super) fn abbreviate(name: &str, dots: bool) -> String {
    let words: Vec<_> = name.split(' ').collect();
    let last = words.len() - 1;
    let short: Vec<String> = words
        .iter()
        .enumerate()
        .map(|(i, word)| match i {
            _ if i == last => (*word).to_owned(),
            _ => {
                let letters = if i == 0 && word.starts_with("Ng") { 2 } else { 1 };
                let head: String = word.chars().take(letters).collect();
                if dots { format!("{head}.") } else { head }
            }
        })
        .collect();
    short.join(" ")
}

/// A letter replaced by one that looks the same.
pub(super) fn lookalike(text: &str) -> Option<String> {
    let pairs = [("Đ", "Ð"), ("a", "а"), ("A", "А"), ("o", "о"), ("O", "О"), ("H", "Н")];
    pairs.iter().find(|(sound, _)| text.contains(sound)).map(|(sound, other)| text.replacen(sound, other, 1))
}

/// One marked letter turned into a question mark.
pub(super) fn lose_letter(text: &str, luck: &mut Luck) -> Option<String> {
    let marked: Vec<usize> =
        text.char_indices().filter(|(_, c)| !c.is_ascii() && *c != 'Đ').map(|(i, _)| i).collect();
    if marked.is_empty() {
        return None;
    }
    let at = *luck.one(&marked);
    let next = at + text[at..].chars().next().map_or(0, char::len_utf8);
    Some(format!("{}?{}", &text[..at], &text[next..]))
}

/// A way of misspelling a word.
#[derive(Copy, Clone, Debug)]
pub(super) enum Change {
    IOrY,
    Dialect,
    Tone,
    Letter,
}

impl Change {
    /// The word misspelt; `None` where it cannot be in this way.
    pub(super) fn apply(self, word: &str, luck: &mut Luck) -> Option<String> {
        let lower = word.to_lowercase();
        let wrong = match self {
            Self::IOrY => i_or_y(&lower)?,
            Self::Dialect => dialect(&lower, luck)?,
            Self::Tone => wrong_tone(&lower)?,
            Self::Letter => wrong_letter(&lower, luck)?,
        };
        Some(capital(&wrong)).filter(|w| w != word)
    }
}

/// Lý and Lí, Mỹ and Mĩ: after h k l m s t v.
pub(super) fn i_or_y(word: &str) -> Option<String> {
    let parts: Vec<char> = word.nfd().collect();
    let at = parts.iter().position(|c| matches!(c, 'y' | 'i'))?;
    let end = parts[at + 1..].iter().all(|c| ('\u{300}'..='\u{36f}').contains(c));
    let after = at.checked_sub(1).map(|i| parts[i])?;
    if !end || !"hklmstv".contains(after) {
        return None;
    }
    let mut parts = parts;
    parts[at] = if parts[at] == 'y' { 'i' } else { 'y' };
    Some(parts.into_iter().nfc().collect())
}

/// Sounds that dialects run together.
pub(super) fn dialect(word: &str, luck: &mut Luck) -> Option<String> {
    const ONSETS: [(&str, &str); 10] = [
        ("tr", "ch"),
        ("ch", "tr"),
        ("gi", "d"),
        ("s", "x"),
        ("x", "s"),
        ("d", "gi"),
        ("v", "d"),
        ("r", "g"),
        ("l", "n"),
        ("n", "l"),
    ];
    const FINALS: [(&str, &str); 4] = [("ng", "n"), ("n", "ng"), ("t", "c"), ("c", "t")];
    let onset = ONSETS.iter().find(|(from, _)| word.starts_with(from));
    let onset =
        onset.filter(|(from, _)| !(*from == "n" && (word.starts_with("ng") || word.starts_with("nh"))));
    let last = FINALS.iter().find(|(from, _)| word.ends_with(from) && word.len() > from.len() + 1);
    match (onset, last) {
        (Some((from, to)), last) if last.is_none() || luck.coin(0.5) => {
            Some(format!("{to}{}", &word[from.len()..]))
        }
        (_, Some((from, to))) => Some(format!("{}{to}", &word[..word.len() - from.len()])),
        _ => None,
    }
}

/// Another tone: hỏi and ngã changed about, others lost.
pub(super) fn wrong_tone(word: &str) -> Option<String> {
    let mut changed = false;
    let parts: Vec<char> = word
        .nfd()
        .filter_map(|c| {
            let other = match c {
                '\u{309}' => Some('\u{303}'),
                '\u{303}' => Some('\u{309}'),
                '\u{300}' | '\u{301}' | '\u{323}' => None,
                c => return Some(c),
            };
            changed = true;
            other
        })
        .collect();
    changed.then(|| parts.into_iter().nfc().collect())
}

/// A letter doubled or left out.
pub(super) fn wrong_letter(word: &str, luck: &mut Luck) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < 3 {
        return None;
    }
    let at = luck.between(1, letters.len() as i32 - 1) as usize;
    let mut out = letters.clone();
    if luck.coin(0.5) {
        out.insert(at, letters[at]);
    } else {
        out.remove(at);
    }
    Some(out.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_change() {
        let mut luck = Luck::new(5, 5, 1.0);
        assert_eq!(i_or_y("lý").as_deref(), Some("lí"));
        assert_eq!(i_or_y("thúy"), None);
        assert_eq!(wrong_tone("vũ").as_deref(), Some("vủ"));
        assert_eq!(dialect("sơ", &mut luck).as_deref(), Some("xơ"));
        assert_eq!(abbreviate("Nguyễn Thị Thu Hà", true), "Ng. T. T. Hà");
        assert_eq!(lose_letter("Văn", &mut luck).as_deref(), Some("V?n"));
        for _ in 0..50 {
            assert_ne!(mistype(66_190_123_456, &mut luck), 66_190_123_456);
        }
    }
}
