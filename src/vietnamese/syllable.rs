//! Syllables: onset, rime and tone, and where the tone mark is placed.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::letter::{self, Tone};

use crate::builtin;

/// Onsets, the longer before the shorter ones that they begin with.
const ONSETS: [&str; 28] = [
    "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", "b", "c", "d", "đ", "g", "h", "k",
    "l", "m", "n", "p", "r", "s", "t", "v", "x", "",
];

/// The number of onsets, the absent one included.
pub const ONSET_COUNT: usize = ONSETS.len();

/// Longest syllable (nghiêng).
const LONGEST: usize = 7;

/// A rime as the grammar knows it.
#[derive(Copy, Clone, Debug)]
struct Rime {
    index: u16,
    tone_letter: u8,
    stop: bool,
}

/// The rimes of `data/vietnamese/rimes.csv`, by [`pack`]ed letters.
static RIMES: LazyLock<FxHashMap<u64, Rime>> = LazyLock::new(|| {
    builtin::csv("rimes.csv", include_str!("../../data/vietnamese/rimes.csv"))
        .enumerate()
        .filter_map(|(index, [rime, tone_letter])| {
            let letters: SmallVec<[char; 8]> = rime.chars().collect();
            let stop = matches!(letters.last(), Some('c' | 'p' | 't')) || rime.ends_with("ch");
            Some((pack(&letters), Rime { index: index as u16, tone_letter: tone_letter.parse().ok()?, stop }))
        })
        .collect()
});

/// Up to eight letters in one number. All letters of the grammar lie below U+0200 (9 bits), so four to
/// six of them fit with room; longer words are no rimes.
fn pack(letters: &[char]) -> u64 {
    letters.iter().fold(0, |packed, &c| packed << 9 | u64::from(c) & 0x1ff)
}

/// The number of rimes that the grammar knows.
pub fn rime_count() -> usize {
    RIMES.len()
}

/// The parts of a syllable, as indices; `tone_letter` is the position in the word of the letter that
/// bears the tone mark.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Syllable {
    /// Index of the onset, below [`ONSET_COUNT`].
    pub onset: u8,
    /// Index of the rime, below [`rime_count`].
    pub rime: u16,
    /// The tone.
    pub tone: Tone,
    /// Whether the rime ends in a stop (c, ch, p, t).
    pub stop: bool,
    /// Position of the letter over which the tone mark belongs.
    pub tone_letter: usize,
    spelt: bool,
}

impl Syllable {
    /// Whether the syllable is one that Vietnamese has: a rime that ends in a stop bears sắc or nặng, and
    /// c/k, g/gh, ng/ngh are spelt as the vowel wants.
    pub fn is_well_formed(&self) -> bool {
        self.spelt && (!self.stop || matches!(self.tone, Tone::Acute | Tone::Dot))
    }
}

/// Takes a lower-case word (NFC) apart; `None` where no onset and rime make it up, or where it bears two
/// tone marks. The tone mark may stand over any of its vowels.
pub fn parse(word: &[char]) -> Option<Syllable> {
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let mut base: SmallVec<[char; 8]> = SmallVec::new();
    let mut tone = Tone::Level;
    for &c in word {
        if !letter::is_vietnamese(c) {
            return None;
        }
        let (letter, mark) = letter::split(c);
        if mark != Tone::Level {
            if tone != Tone::Level {
                return None;
            }
            tone = mark;
        }
        base.push(letter);
    }
    ONSETS.iter().enumerate().find_map(|(index, onset)| {
        let length = onset.chars().count();
        if length >= base.len() || !onset.chars().eq(base[..length].iter().copied()) {
            return None;
        }
        let rest = &base[length..];
        let rime = if rest.len() <= 4 { RIMES.get(&pack(rest))? } else { return None };
        Some(Syllable {
            onset: index as u8,
            rime: rime.index,
            tone,
            stop: rime.stop,
            tone_letter: length + usize::from(rime.tone_letter),
            spelt: is_spelt(onset, rest[0]),
        })
    })
}

/// Whether an onset is the spelling of its sound before that vowel.
fn is_spelt(onset: &str, vowel: char) -> bool {
    let front = matches!(vowel, 'e' | 'ê' | 'i' | 'y');
    match onset {
        "c" => !front,
        "k" => front,
        "g" => !matches!(vowel, 'e' | 'ê'),
        "ng" => !front,
        "gh" | "ngh" => front,
        _ => true,
    }
}

/// Whether a lower-case word (NFC) is a well-formed syllable.
pub fn is_well_formed(word: &[char]) -> bool {
    parse(word).is_some_and(|s| s.is_well_formed())
}

/// Puts the tone mark of a lower-case word (NFC) over the letter where one style puts it (hòa, hoà → hoà;
/// tòan → toàn). Words that are no syllables stay as they are.
///
/// ```
/// let mut word: Vec<char> = "tòan".chars().collect();
/// lamsach::vietnamese::syllable::place_tone(&mut word);
/// assert!(word.into_iter().eq("toàn".chars()));
/// ```
pub fn place_tone(word: &mut [char]) {
    // Most words have their mark where it belongs or could not have it elsewhere.
    let vowels = word.iter().filter(|c| letter::is_vowel(**c)).count();
    if vowels < 2 || word.iter().all(|&c| letter::split(c).1 == Tone::Level) {
        return;
    }
    if let Some(syllable) = parse(word) {
        for c in word.iter_mut() {
            *c = letter::split(*c).0;
        }
        word[syllable.tone_letter] = letter::join(word[syllable.tone_letter], syllable.tone);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(word: &str) -> Vec<char> {
        word.chars().collect()
    }

    #[test]
    fn knows_syllables() {
        for word in [
            "nguyễn", "văn", "hùng", "quý", "quyết", "già", "giếng", "gì", "nghiêng", "huỳnh", "thuở",
            "khuya", "oanh", "yến", "ý", "á", "phúc", "ngọc", "quốc", "xoong", "thiết", "giữ", "gìn",
            "quỳnh",
        ] {
            assert!(is_well_formed(&chars(word)), "{word}");
        }
        for word in
            ["nguyôn", "hïng", "phuc", "phùc", "kan", "ce", "nge", "bliă", "huệệ", "qa", "", "x", "nguyeãn"]
        {
            assert!(!is_well_formed(&chars(word)), "{word}");
        }
    }

    #[test]
    fn places_tones_one_way() {
        for (a, b) in [
            ("hòa", "hoà"),
            ("khỏe", "khoẻ"),
            ("thủy", "thuỷ"),
            ("tòan", "toàn"),
            ("qúy", "quý"),
            ("gìa", "già"),
            ("tíên", "tiến"),
            ("huy", "huy"),
            ("của", "của"),
            ("mùa", "mùa"),
            ("thúy", "thuý"),
        ] {
            let (mut x, mut y) = (chars(a), chars(b));
            place_tone(&mut x);
            place_tone(&mut y);
            assert_eq!(x, y, "{a} {b}");
        }
        let mut minority = chars("bliằ");
        place_tone(&mut minority);
        assert_eq!(minority, chars("bliằ"));
    }
}
