//! What stands beside a name without brackets: another name, a year of birth, a death, another person.

use super::{ADDRESS, NameReading, Word};
use crate::domain::NameMarks;
use crate::vietnamese::{death, text};

/// Whether a cell names more than one person: parts between commas, lines or the like of which each begins with a
/// surname and has another word.
pub(super) fn names_several(name: &str) -> bool {
    const BETWEEN: [char; 6] = [',', ';', '\n', '&', '+', '/'];
    if !name.contains(BETWEEN) && !name.contains(" và ") {
        return false;
    }
    let begins_with_surname = |part: &str| {
        let key = text::key(part);
        let mut words = key.split(' ');
        words.next().is_some_and(|first| ADDRESS.surnames.contains(first)) && words.next().is_some()
    };
    let mut parts =
        name.split(BETWEEN).flat_map(|part| part.split(" và ")).map(str::trim).filter(|p| !p.is_empty());
    let first = parts.next().unwrap_or("");
    text::key(first).contains(' ') && parts.next().is_some_and(begins_with_surname)
}

/// Drops what else a person is called ("Vũ Thị Cói tức Bé"), and words before a year of birth ("Vũ Thị Cói SN 1960").
pub(super) fn drop_other_names(words: &mut Vec<Word>, name: &str) {
    let begins = |at: usize, phrase: &Vec<String>| {
        words.len() >= at + phrase.len() && words[at..].iter().zip(phrase).all(|(word, key)| word.is_key(key))
    };
    let other = |at: usize| {
        ADDRESS.other_name.iter().any(|phrase| words.len() > at + phrase.len() && begins(at, phrase))
    };
    // "Trần Văn Tự Do" is a name; "Hồ Văn Bá tự Ba Đen" has one more.
    let small = |at: usize| {
        let known = |phrase: &&Vec<String>| words.len() > at + phrase.len() && begins(at, phrase);
        ADDRESS.other_name_small.iter().find(known).is_some_and(|phrase| {
            let written = &words[at..at + phrase.len()];
            let beside = [&words[at - 1], &words[at + phrase.len()]];
            written.iter().all(Word::is_small) && !beside.iter().any(|word| word.is_small())
        })
    };
    let cut = (2..words.len()).find(|at| other(*at) || small(*at));
    // Digits are no words of the name: the word before them is its last.
    let year = || {
        let ends = |phrase: &Vec<String>| {
            words.len().checked_sub(phrase.len()).filter(|at| *at >= 2 && begins(*at, phrase))
        };
        name.contains(|c: char| c.is_ascii_digit())
            .then(|| ADDRESS.before_year.iter().find_map(ends))
            .flatten()
    };
    if let Some(at) = cut.or_else(year) {
        words.truncate(at);
    }
}

/// Drops the letter by which a list tells namesakes apart ("Đặng Thị Hoa A"): a capital alone behind a whole name.
pub(super) fn drop_letter_of_namesakes(words: &mut Vec<Word>) {
    let is_letter = |word: &Word| matches!(*word.letters, ['A'..='D']) && !word.dot;
    let is_whole = words.len() > 3 && words[..words.len() - 1].iter().all(|word| word.letters.len() > 1);
    if is_whole && words.last().is_some_and(is_letter) {
        words.pop();
    }
}

/// Drops words of death at the end of a name ("Nguyễn Văn A - đã chết") and marks them.
pub(super) fn drop_death_words(words: &mut Vec<Word>, reading: &mut NameReading) {
    let Some(last) = words.last().map(Word::key) else { return };
    for phrase in death::after_name().iter().filter(|phrase| phrase.last() == Some(&last)) {
        let n = phrase.len();
        if words.len() >= n + 2
            && words[words.len() - n..].iter().zip(phrase).all(|(word, key)| word.is_key(key))
        {
            words.truncate(words.len() - n);
            reading.mark(NameMarks::DEAD);
            return;
        }
    }
}
