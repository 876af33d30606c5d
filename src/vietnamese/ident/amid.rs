//! Numbers amid notes: "036…, cấp ngày 05/7/2021, tại Cục …", "CCCD 036… (CMND cũ 161…)", "036… - 0912345678".

use smallvec::SmallVec;

use super::{is_filling, number, personal_id};
use crate::domain::{IdCell, OldId};
use crate::vietnamese::text;

/// Words that make the number beside them somebody else's.
const OTHERS: [&str; 16] = [
    "me", "bo", "cha", "vo", "chong", "con", "chau", "ong", "ba", "ngoai", "noi", "ho", "giam", "nguoi",
    "chu", "thay",
];
/// Words before a number of another kind.
const FOREIGN: [&str; 14] =
    ["bhxh", "bhyt", "dt", "sdt", "dien", "phone", "tel", "gks", "khai", "chieu", "khau", "shk", "qd", "tk"];
/// Words of which the number behind is a year or a page, or says where or when a paper was issued.
const OF_ISSUE: [&str; 10] = ["cap", "nam", "ngay", "thang", "lan", "quyen", "to", "doi", "phong", "pc"];

/// Words beside a number that is no longer the person's.
const FORMER: [&str; 4] = ["cu", "truoc", "huy", "hoi"];

/// A number and the words on either side, folded.
struct Chunk {
    digits: SmallVec<[u8; 16]>,
    /// Letters stand right behind it: it may be a part of something else.
    glued: bool,
    before: Vec<String>,
    /// Words in brackets right behind it, or at the end, that no further number follows.
    behind: Vec<String>,
}

/// Whether digits of a number are hidden: "038*****2345", "xxxxxxxx2345".
pub fn is_masked(cell: &str) -> bool {
    const LEAST_HIDDEN: usize = 3;
    const LONGEST: usize = 15;
    let is_mask = |c: char| matches!(c, '*' | 'x' | 'X' | '#' | '•' | '●' | '·' | '∗');
    let cell = cell.trim();
    cell.chars().count() <= LONGEST
        && cell.chars().all(|c| c.is_ascii_digit() || is_mask(c) || c == ' ')
        && cell.chars().filter(|c| is_mask(*c)).count() >= LEAST_HIDDEN
}

/// Reads a cell of numbers and notes: the personal ID before an old one, and the old one beside it. `None` where no
/// number is surely the person's own, or more than one may be.
pub(super) fn read(cell: &str) -> Option<(IdCell, Option<OldId>)> {
    let chunks = chunks(&text::decoded(cell));
    let (mut personal, mut former, mut old) = (None, None, None);
    for chunk in &chunks {
        let says = |words: &[&str]| chunk.before.iter().any(|word| words.contains(&word.as_str()));
        if says(&FOREIGN) {
            continue;
        }
        let is_beside =
            |words: &[&str]| says(words) || chunk.behind.iter().any(|word| words.contains(&word.as_str()));
        let others = is_beside(&OTHERS);
        let read = number(&chunk.digits);
        match chunk.digits.len() {
            8.. if chunk.glued => return None,
            12 | 9 if is_filling(&chunk.digits) => {}
            // Whose number it is, the words beside it say.
            12 | 9 if others => {}
            12 => {
                let id = personal_id(read)?;
                let place = if is_beside(&FORMER) { &mut former } else { &mut personal };
                if place.replace(id).is_some_and(|known| known != id) {
                    return None;
                }
            }
            9 => {
                let id = u32::try_from(read).ok().and_then(OldId::from_number)?;
                if old.replace(id).is_some_and(|known| known != id) {
                    return None;
                }
            }
            // A telephone number.
            10 | 11 if chunk.digits[0] == b'0' => {}
            1..=4 if says(&OF_ISSUE) => {}
            4 if (1950..2100).contains(&read) => {}
            _ => return None,
        }
    }
    match (personal.or(former), old) {
        (Some(id), old) => Some((IdCell::Personal(id), old)),
        (None, Some(id)) => Some((IdCell::Old(id), None)),
        (None, None) => None,
    }
}

/// The numbers of a text with the words beside them. Digits apart by spaces, dots and dashes are one number where
/// none of them is long enough to be one alone.
fn chunks(cell: &str) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    let (mut words, mut word) = (Vec::new(), String::new());
    // Whether digits may go on with the number before, and whether that is made of short groups.
    let (mut joins, mut short) = (false, true);
    // How many words stand before a bracket that is open.
    let mut opened = None;
    let mut rest = cell;
    let end_word = |word: &mut String, words: &mut Vec<String>| {
        if !word.is_empty() {
            words.push(text::fold(&std::mem::take(word)));
        }
    };
    while let Some(c) = rest.chars().next() {
        let digit = text::lookalike(c).unwrap_or(c);
        if digit.is_ascii_digit() {
            // A letter right before a digit belongs to it: "PC08", "A1".
            if let Some(length) = date_length(rest) {
                end_word(&mut word, &mut words);
                rest = &rest[length..];
                joins = false;
                continue;
            }
            let end =
                rest.find(|c: char| !text::lookalike(c).unwrap_or(c).is_ascii_digit()).unwrap_or(rest.len());
            let digits: SmallVec<[u8; 16]> =
                rest[..end].chars().map(|c| text::lookalike(c).unwrap_or(c) as u8).collect();
            rest = &rest[end..];
            let glued = !word.is_empty() && word.chars().all(char::is_alphabetic) && digits.len() <= 3;
            end_word(&mut word, &mut words);
            if glued {
                joins = false;
                continue;
            }
            match chunks.last_mut() {
                Some(last)
                    if joins
                        && short
                        && words.is_empty()
                        && digits.len() < 8
                        && last.digits.len() + digits.len() <= 12 =>
                {
                    last.digits.extend(digits);
                }
                _ => {
                    short = digits.len() < 8;
                    chunks.push(Chunk {
                        digits,
                        glued: false,
                        before: std::mem::take(&mut words),
                        behind: Vec::new(),
                    });
                }
            }
            joins = true;
            if let (Some(next), Some(last)) = (rest.chars().next(), chunks.last_mut()) {
                last.glued = next.is_alphabetic();
            }
            continue;
        }
        rest = &rest[c.len_utf8()..];
        if c.is_alphabetic() || unicode_normalization::char::is_combining_mark(c) {
            word.push(c);
            joins = false;
            continue;
        }
        end_word(&mut word, &mut words);
        match (c, opened, chunks.last_mut()) {
            ('(', ..) => opened = Some(words.len()),
            // "036… (cũ)": the words are of the number before them.
            (')', Some(from), Some(last)) if from <= words.len() => last.behind.extend(words.drain(from..)),
            _ => {}
        }
        if c == '+' {
            words.push("tel".to_owned());
        }
        let weak = matches!(c, '.' | '-' | '–')
            || (c.is_whitespace() && !matches!(c, '\n' | '\r'))
            || text::is_apostrophe(c);
        joins &= weak;
    }
    end_word(&mut word, &mut words);
    if let Some(last) = chunks.last_mut() {
        last.behind.extend(words);
    }
    chunks
}

/// The length of a date that a text begins with: "05/07/2021", "5.7.2021", "05-07-21".
fn date_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut number = || {
        let start = at;
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        let value = text.get(start..at)?.parse::<u32>().ok()?;
        let length = at - start;
        let sign = bytes.get(at).copied();
        at += 1;
        Some((value, length, sign, at - 1))
    };
    let (day, a, first, _) = number()?;
    let (month, b, second, _) = number()?;
    let (year, c, next, end) = number()?;
    let is_sign = |sign: Option<u8>| matches!(sign, Some(b'/' | b'.' | b'-'));
    let goes_on = is_sign(next) && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
    let sound = (1..=2).contains(&a)
        && (1..=2).contains(&b)
        && is_sign(first)
        && first == second
        && (1..=31).contains(&day)
        && (1..=12).contains(&month)
        && ((c == 4 && (1950..2100).contains(&year)) || c == 2);
    (sound && !goes_on).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PersonalId;

    #[test]
    fn of_two_personal_ids_the_one_that_is_not_the_former() {
        let id = |number| IdCell::Personal(PersonalId::from_number(number).unwrap());
        let (now, before) = (24_175_528_069, 24_175_331_907);
        for cell in ["024175528069 (số ĐDCN cũ: 024175331907)", "024175331907 (cũ)\n024175528069 (mới)"]
        {
            assert_eq!(read(cell), Some((id(now), None)), "{cell}");
        }
        assert_eq!(read("CCCD cũ 024175331907"), Some((id(before), None)));
        assert_eq!(read("024175528069 / 024175331907"), None);
    }
}
