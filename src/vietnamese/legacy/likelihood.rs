//! How likely a text is as Vietnamese names: the judge between two readings of the same bytes.
//!
//! A word is likely as a known syllable of names, less so as any syllable that onset, rime and tone allow
//! (with probabilities learned from the known ones), least as a string of letters. The figures are natural
//! logarithms, comparable between readings of one text only.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::super::{letter, syllable};

use crate::builtin;

/// Share of words of names that are known syllables, and that are syllables not known.
const KNOWN_SHARE: f32 = 0.95;
const SYLLABLE_SHARE: f32 = 0.005;
/// Of the known words, the share told by their place in the name; the rest stands at any.
const PLACE_SHARE: f32 = 0.8;
/// Logarithm: of one letter of a word that is no syllable.
const ASCII_LETTER: f32 = -3.0;
/// Logarithms: of a word that is no syllable, and of its other characters by class.
const STRANGE_WORD: f32 = -3.0;
const VIETNAMESE_LETTER: f32 = -5.0;
const OTHER_LETTER: f32 = -4.5;
const SIGN: f32 = -9.0;
/// A capital within a word that also has small letters: NguyÔn.
const CAPITAL_INSIDE: f32 = -3.0;

struct Model {
    /// Logarithms of the likelihood of known words at each [`Place`].
    known: FxHashMap<Box<str>, [f32; 3]>,
    onset: Vec<f32>,
    rime: Vec<f32>,
    tone: [[f32; 6]; 2],
}

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let table = include_str!("../../../data/vietnamese/name_syllables.csv");
    let counts: Vec<(Vec<char>, [f32; 3])> = builtin::csv("name_syllables.csv", table)
        .map(|[word, counts @ ..]: [&str; 4]| {
            (word.chars().collect(), counts.map(|count| builtin::number("name_syllables.csv", count)))
        })
        .collect();
    let at_place = [0, 1, 2].map(|place| counts.iter().map(|(_, n)| n[place]).sum::<f32>());
    let total: f32 = at_place.iter().sum();
    let mut known = FxHashMap::default();
    let mut onset = vec![1.0; syllable::ONSET_COUNT];
    let mut rime = vec![1.0; syllable::rime_count()];
    let mut tone = [[1.0; 6]; 2];
    for (mut word, by_place) in counts {
        let n: f32 = by_place.iter().sum();
        if let Some(s) = syllable::parse(&word) {
            // Square roots: a surname borne by a third of all people says little about syllables.
            onset[usize::from(s.onset)] += n.sqrt();
            rime[usize::from(s.rime)] += n.sqrt();
            tone[usize::from(s.stop)][s.tone as usize] += n.sqrt();
        }
        syllable::place_tone(&mut word);
        let likelihood = |place: usize| {
            let told = PLACE_SHARE * by_place[place] / at_place[place];
            (KNOWN_SHARE * (told + (1.0 - PLACE_SHARE) * n / total)).ln()
        };
        known.insert(word.into_iter().collect::<String>().into(), [0, 1, 2].map(likelihood));
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

/// Where in a name a word stands. The discriminant indexes tables by place.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The first of several words.
    First,
    /// Between the first and the last.
    Inner,
    /// The last word, or the only one.
    Last,
}

/// How likely a text is.
#[derive(Copy, Clone, Debug)]
pub(super) struct Score {
    /// The logarithm of the likelihood.
    pub log: f32,
    /// Whether a word with letters or signs beyond ASCII is no syllable.
    pub strange: bool,
}

/// The likelihood of a text (NFC) as a name of a person. `reads` is the number of
/// characters that the text was decoded from: a word that is no syllable is likelier the shorter it is,
/// so that the characters which a reading saved in such words are paid for.
pub(super) fn of_text(text: &str, reads: usize) -> Score {
    let mixed_case = text.chars().any(char::is_lowercase) && text.chars().any(char::is_uppercase);
    // A full stop or comma is no part of a word and costs both readings the same.
    let is_gap = |c: char| c == ' ' || c == '\u{a0}' || (c.is_ascii_punctuation() && c != '\'');
    let mut words = text.split(is_gap).filter(|word| !word.is_empty()).peekable();
    let (mut log, mut first) = (0.0, true);
    let (mut strange, mut strange_letters) = (false, 0);
    let mut letters: SmallVec<[char; 16]> = SmallVec::new();
    while let Some(word) = words.next() {
        let place = match (words.peek(), first) {
            (None, _) => Place::Last,
            (_, true) => Place::First,
            _ => Place::Inner,
        };
        first = false;
        letters.clear();
        letters.extend(word.chars());
        let (of_word, is_strange) = of_word(&mut letters, place, mixed_case);
        log += of_word;
        strange_letters += if is_strange { letters.len() } else { 0 };
        strange |= is_strange && !word.is_ascii();
    }
    let length = text.chars().count().max(1);
    let saved = reads.saturating_sub(length) * strange_letters / length;
    Score { log: log + saved as f32 * ASCII_LETTER, strange }
}

/// The logarithm of the likelihood of one word, and whether it is no more than a string of letters; the
/// word is lower-cased in place.
fn of_word(word: &mut [char], place: Place, mixed_case: bool) -> (f32, bool) {
    let mut score = 0.0;
    if mixed_case {
        let inside = word.windows(2).filter(|w| w[0].is_alphabetic() && w[1].is_uppercase()).count();
        score += inside as f32 * CAPITAL_INSIDE;
    }
    word.iter_mut().for_each(|c| *c = letter::lower(*c));
    let (of_word, is_strange) = of_lower_word(word, place);
    (score + of_word, is_strange)
}

/// The logarithm of the likelihood of a lower-case word (NFC), and whether it is no more than a string of
/// letters.
pub(super) fn of_lower_word(word: &[char], place: Place) -> (f32, bool) {
    let model = &*MODEL;
    let mut placed: SmallVec<[char; 16]> = SmallVec::from_slice(word);
    syllable::place_tone(&mut placed);
    let mut buffer = String::with_capacity(32);
    buffer.extend(placed.iter());
    let strange = STRANGE_WORD + word.iter().map(|&c| of_char(c)).sum::<f32>();
    let known = model.known.get(buffer.as_str()).map_or(f32::NEG_INFINITY, |places| places[place as usize]);
    let as_syllable = match syllable::parse(word).filter(syllable::Syllable::is_well_formed) {
        Some(s) => {
            let parts = model.onset[usize::from(s.onset)]
                + model.rime[usize::from(s.rime)]
                + model.tone[usize::from(s.stop)][s.tone as usize];
            SYLLABLE_SHARE.ln() + parts
        }
        None => f32::NEG_INFINITY,
    };
    let best = known.max(as_syllable);
    (best.max(strange), strange > best)
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
            let (sound_score, damaged_score) = (of_text(sound, 0).log, of_text(damaged, 0).log);
            assert!(sound_score > damaged_score + 4.0, "{sound} {sound_score} {damaged_score}");
        }
    }
}
