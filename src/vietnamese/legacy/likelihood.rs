//! How likely a text is as Vietnamese names: the judge between two readings of the same bytes.
//!
//! A word is likely as a known syllable of names, less so as any syllable that onset, rime and tone allow
//! (with probabilities learned from the known ones), least as a string of letters. The figures are natural
//! logarithms, comparable between readings of one text only.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::super::{letter, syllable};

/// Share of words of names that are known syllables, and that are syllables not known.
const KNOWN_SHARE: f32 = 0.95;
const SYLLABLE_SHARE: f32 = 0.02;
/// Logarithm: of one letter of a word that is no syllable.
pub(super) const ASCII_LETTER: f32 = -3.0;
/// Logarithms: of a word that is no syllable, and of its other characters by class.
const STRANGE_WORD: f32 = -3.0;
const VIETNAMESE_LETTER: f32 = -5.0;
const OTHER_LETTER: f32 = -4.0;
const SIGN: f32 = -9.0;
/// A capital within a word that also has small letters: NguyÔn.
const CAPITAL_INSIDE: f32 = -3.0;

struct Model {
    known: FxHashMap<Box<str>, f32>,
    onset: Vec<f32>,
    rime: Vec<f32>,
    tone: [[f32; 6]; 2],
}

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let lines = include_str!("../../../data/name_syllables.csv").lines();
    let counts: Vec<(Vec<char>, f32)> = lines
        .filter_map(|line| {
            let (word, count) = line.split_once(',')?;
            Some((word.chars().collect(), count.parse().ok()?))
        })
        .collect();
    let total: f32 = counts.iter().map(|(_, n)| n).sum();
    let mut known = FxHashMap::default();
    let mut onset = vec![1.0; syllable::ONSET_COUNT];
    let mut rime = vec![1.0; syllable::rime_count()];
    let mut tone = [[1.0; 6]; 2];
    for (word, n) in counts {
        if let Some(s) = syllable::parse(&word) {
            // Square roots: a surname borne by a third of all people says little about syllables.
            onset[usize::from(s.onset)] += n.sqrt();
            rime[usize::from(s.rime)] += n.sqrt();
            tone[usize::from(s.stop)][s.tone as usize] += n.sqrt();
        }
        let mut word = word;
        syllable::place_tone(&mut word);
        known.insert(word.into_iter().collect::<String>().into(), (KNOWN_SHARE * n / total).ln());
    }
    let logs = |counts: &mut [f32]| {
        let total: f32 = counts.iter().sum();
        counts.iter_mut().for_each(|n| *n = (*n / total).ln());
    };
    logs(&mut onset);
    logs(&mut rime);
    tone.iter_mut().for_each(|of_tone| logs(of_tone));
    Model { known, onset, rime, tone }
});

/// The logarithm of the likelihood of a text (NFC) as names of people.
pub(super) fn of_text(text: &str) -> f32 {
    let mixed_case = text.chars().any(char::is_lowercase) && text.chars().any(char::is_uppercase);
    let mut score = 0.0;
    let mut word: SmallVec<[char; 16]> = SmallVec::new();
    // A full stop or comma is no part of a word and costs both readings the same.
    for c in text.chars().chain([' ']) {
        if c == ' ' || c == '\u{a0}' || (c.is_ascii_punctuation() && c != '\'') {
            if !word.is_empty() {
                score += of_word(&mut word, mixed_case);
                word.clear();
            }
        } else {
            word.push(c);
        }
    }
    score
}

/// The logarithm of the likelihood of one word; the word is lower-cased in place.
fn of_word(word: &mut [char], mixed_case: bool) -> f32 {
    let mut score = 0.0;
    if mixed_case {
        let inside = word.windows(2).filter(|w| w[0].is_alphabetic() && w[1].is_uppercase()).count();
        score += inside as f32 * CAPITAL_INSIDE;
    }
    word.iter_mut().for_each(|c| *c = letter::lower(*c));
    score + of_lower_word(word)
}

/// The logarithm of the likelihood of a lower-case word (NFC).
pub(super) fn of_lower_word(word: &[char]) -> f32 {
    let model = &*MODEL;
    let mut placed: SmallVec<[char; 16]> = SmallVec::from_slice(word);
    syllable::place_tone(&mut placed);
    let mut buffer = String::with_capacity(32);
    buffer.extend(placed.iter());
    let strange = STRANGE_WORD + word.iter().map(|&c| of_char(c)).sum::<f32>();
    let best = model.known.get(buffer.as_str()).copied().unwrap_or(strange).max(strange);
    match syllable::parse(word).filter(syllable::Syllable::is_well_formed) {
        Some(s) => {
            let parts = model.onset[usize::from(s.onset)]
                + model.rime[usize::from(s.rime)]
                + model.tone[usize::from(s.stop)][s.tone as usize];
            best.max(SYLLABLE_SHARE.ln() + parts)
        }
        None => best,
    }
}

fn of_char(c: char) -> f32 {
    match c {
        'a'..='z' => ASCII_LETTER,
        '\'' | '’' => ASCII_LETTER,
        // Alphabetic to Unicode, but signs to a reader.
        'ª' | 'º' | 'µ' => SIGN,
        _ if letter::is_vietnamese(c) => VIETNAMESE_LETTER,
        _ if c.is_alphabetic() => OTHER_LETTER,
        _ => SIGN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_likelier_than_their_damage() {
        for (sound, damaged) in [
            ("Nguyễn", "NguyÔn"),
            ("Hùng", "Hïng"),
            ("Vũ", "Vò"),
            ("Thị", "Thò"),
            ("Sơn", "Sôn"),
            ("Huệ", "Hueä"),
            ("Niê", "Niª"),
        ] {
            assert!(
                of_text(sound) > of_text(damaged) + 4.0,
                "{sound} {} {}",
                of_text(sound),
                of_text(damaged)
            );
        }
    }
}
