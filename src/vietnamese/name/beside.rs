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
    let first = text::key(parts.next().unwrap_or(""));
    let Some((_, last)) = first.rsplit_once(' ') else { return false };
    // No name ends in "Thị": the line broke within it.
    let goes_on = matches!(last, "thi" | "thị") && !name.contains([',', ';', '&', '+', '/']);
    !goes_on && parts.next().is_some_and(begins_with_surname)
}

/// Whether a cell names a person by somebody else alone ("Vợ ông Trần Văn Hải"): the name is not that of whom the row is
/// about, who may well be alive where the other is dead.
pub(super) fn names_a_relative(name: &str) -> bool {
    let mut keys = name.split_whitespace().take(4).map(text::key);
    let Some(first) = keys.next() else { return false };
    // The first word settles it for nearly every name.
    if !ADDRESS.related.iter().any(|phrase| phrase[0] == first) {
        return false;
    }
    let words: Vec<String> = std::iter::once(first).chain(keys).collect();
    let follows = |phrase: &Vec<String>| {
        words.starts_with(phrase)
            && words.get(phrase.len()).is_some_and(|word| ADDRESS.of_whom.contains(word))
            && words.len() > phrase.len() + 1
    };
    ADDRESS.related.iter().any(follows)
}

/// Signs and words between two persons; between the first ones nothing else is written.
const FIRM: [&str; 7] = [";", "\n", "&", "+", " và ", " Và ", " VÀ "];
/// Signs that stand before a place or a note as well.
const LOOSE: [char; 4] = [',', '/', '-', '–'];
/// Words before the name of one of two persons.
const BEFORE: [&str; 11] = ["hộ", "ông", "bà", "cụ", "vợ", "chồng", "là", "với", "cùng", "anh", "chị"];
/// Words that begin the second person where no sign does.
const SECOND: [&str; 8] = [" bà ", " Bà ", " BÀ ", " ông ", " Ông ", " ÔNG ", " vợ ", " chồng "];

/// The two persons of a cell, each from the surname on: "Ông Nguyễn Văn A và bà Trần Thị B". None where it names one, or
/// more than two.
///
/// ```
/// use lamsach::vietnamese::name::couple;
/// assert_eq!(couple("Ông Nguyễn Văn An và bà Trần Thị Bình"), Some(["Nguyễn Văn An", "Trần Thị Bình"]));
/// assert_eq!(couple("Nguyễn Văn An - chủ hộ"), None);
/// ```
pub fn couple(cell: &str) -> Option<[&str; 2]> {
    let mut firm = vec![cell];
    for sign in FIRM {
        firm = firm.iter().flat_map(|part| part.split(sign)).collect();
    }
    let mut names: Vec<&str> = Vec::new();
    for part in &firm {
        for (at, part) in part.split(LOOSE).enumerate() {
            let Some((name, is_addressed)) = one_of_two(part) else { continue };
            if at == 0 || is_addressed || name.split_whitespace().count() > 2 {
                names.push(name);
            }
        }
    }
    if let [one] = names[..] {
        // "Ông Nguyễn Văn An bà Trần Thị Bình".
        let at = SECOND.iter().filter_map(|word| one.find(word)).min()?;
        let (first, second) = one.split_at(at);
        let is_addressed = one_of_two(cell).is_some_and(|(_, is_addressed)| is_addressed);
        let (second, _) = one_of_two(second).filter(|(name, _)| name.split_whitespace().count() > 2)?;
        names = vec![one_of_two(first).filter(|_| is_addressed)?.0, second];
    }
    <[&str; 2]>::try_from(names).ok()
}

/// The name of one of two persons without the words before it, and whether there are such; none where it is no name.
fn one_of_two(part: &str) -> Option<(&str, bool)> {
    let mut name = part.trim();
    let mut is_addressed = false;
    let first =
        |name: &str| text::key(name.split_whitespace().next().unwrap_or("").trim_end_matches([':', '.']));
    while let Some((_, rest)) = name.split_once(char::is_whitespace) {
        let (word, next, rest) = (first(name), first(rest), rest.trim_start());
        // "Ông Văn Tùng" bears the surname Ông.
        let is_surname =
            word == "ông" && matches!(&*next, "văn" | "thị") && rest.split_whitespace().count() == 2;
        let leads = BEFORE.contains(&next.as_str()) || ADDRESS.surnames.contains(&next);
        if is_surname || !BEFORE.contains(&word.as_str()) || !leads {
            break;
        }
        (name, is_addressed) = (rest, true);
    }
    let words = name.split_whitespace().count();
    let is_name = (2..=10).contains(&words)
        && ADDRESS.surnames.contains(&first(name))
        && !name.contains(|c: char| c.is_ascii_digit() || c == '(');
    is_name.then_some((name, is_addressed))
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

/// Drops words of death at the end of a name ("Nguyễn Văn A - đã chết") and marks them. One word alone is a given name
/// ("Lê Văn Chết") unless it is written small behind capitals, or apart from the name by a sign.
pub(super) fn drop_death_words(words: &mut Vec<Word>, name: &str, reading: &mut NameReading) {
    let Some(last) = words.last().map(Word::key) else { return };
    let is_apart = || {
        let before = name.trim_end().trim_end_matches(char::is_alphabetic).trim_end();
        before.ends_with(['-', '–', '—', ',', ';', '/', ':', '.'])
    };
    for phrase in death::after_name().iter().filter(|phrase| phrase.last() == Some(&last)) {
        let n = phrase.len();
        if words.len() >= n + 2
            && words[words.len() - n..].iter().zip(phrase).all(|(word, key)| word.is_key(key))
            && (n > 1 || is_apart() || words[words.len() - 1].is_small() && !words[0].is_small())
        {
            words.truncate(words.len() - n);
            reading.mark(NameMarks::DEAD);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::couple;

    #[test]
    fn two_persons_of_a_cell_are_told_apart() {
        let both = Some(["Nguyễn Văn An", "Trần Thị Bình"]);
        for cell in [
            "Ông Nguyễn Văn An và bà Trần Thị Bình",
            "ông Nguyễn Văn An bà Trần Thị Bình",
            "Hộ ông Nguyễn Văn An và vợ là bà Trần Thị Bình",
            "Nguyễn Văn An, Trần Thị Bình",
            "Nguyễn Văn An - Trần Thị Bình",
            "Ông: Nguyễn Văn An\nBà: Trần Thị Bình",
            "Ông Nguyễn Văn An, sinh năm 1960, và bà Trần Thị Bình, sinh năm 1962",
            "Nguyễn Văn An; vợ: Trần Thị Bình",
        ] {
            assert_eq!(couple(cell), both, "{cell}");
        }
        assert_eq!(couple("Y Moan Niê và H'Hen Niê"), None);
        assert_eq!(couple("Lê An và Võ Tâm"), Some(["Lê An", "Võ Tâm"]));
    }

    #[test]
    fn one_person_is_one_and_heirs_are_not_a_couple() {
        for cell in [
            "Ông Nguyễn Văn An",
            "Nguyễn Văn An - chủ hộ",
            "Nguyễn Văn An - Thái Bình",
            "Trần Bà Giang",
            "Ông Văn Tùng",
            "Nguyễn Văn An, con ông Trần Văn Bình",
            "Nguyễn Văn An, Nguyễn Thị Bình, Nguyễn Văn Cường",
            "UBND xã Tân Lập",
            "",
        ] {
            assert_eq!(couple(cell), None, "{cell}");
        }
    }
}
