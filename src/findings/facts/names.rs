//! How two names differ: not at all, by diacritics alone, or in earnest.

use unicode_normalization::char::decompose_canonical;

use crate::domain::{NameId, NamePool};
use crate::vietnamese::name::after_address;

/// How far apart two written names are.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Difference {
    /// None, or one of the names is not written.
    None,
    /// One name is the other without some of its diacritics.
    Diacritics,
    /// Anything else.
    Other,
}

/// Compares two names, `a` as a row has it and `b` as the registry does. A letter lost for good (`?`) agrees with any
/// letter; a blank more or less ("Điểu N Rươi", N'Rươi) is no difference, nor is a word of address that might be a
/// surname ("Ông Bá Văn Quyến").
pub(crate) fn difference(names: &NamePool, a: NameId, b: NameId) -> Difference {
    if a == b || a.is_blank() || b.is_blank() {
        return Difference::None;
    }
    let (a, b) = (names.key(a), names.key(b));
    let is_spelling = |a: &str| spaced_alike(a, b) || spaced_alike(b, a);
    if (a.contains('?') || b.contains('?')) && wild_equal(a, b)
        || is_spelling(a)
        || after_address(a).is_some_and(|name| name == b || is_spelling(name))
    {
        Difference::None
    } else if lacks_marks_of(a, b) || lacks_marks_of(b, a) {
        Difference::Diacritics
    } else {
        Difference::Other
    }
}

/// Whether two names are at most three letters apart, diacritics lost being no distance.
pub(crate) fn within_three_letters(names: &NamePool, a: NameId, b: NameId) -> bool {
    match difference(names, a, b) {
        Difference::None | Difference::Diacritics => true,
        Difference::Other => strsim::levenshtein(names.key(a), names.key(b)) <= 3,
    }
}

/// Whether two keys agree when each `?` stands for one letter.
fn wild_equal(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.chars(), b.chars());
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some(x), Some(y)) if x == y || (x == '?' && y != ' ') || (y == '?' && x != ' ') => {}
            _ => return false,
        }
    }
}

/// Whether `a` is `b` with some blanks left out. Each blank of `a` is one of `b`: "hoà ngân" is not "hoàng ân".
fn spaced_alike(a: &str, b: &str) -> bool {
    let mut a = a.chars().peekable();
    b.chars().all(|c| a.next_if_eq(&c).is_some() || c == ' ') && a.next().is_none()
}

/// Whether `a` is `b` with some diacritics left out and nothing else changed.
fn lacks_marks_of(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.chars(), b.chars());
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some(x), Some(y)) => {
                let (x, y) = (Letter::of(x), Letter::of(y));
                if x.base != y.base || x.marks & !y.marks != 0 {
                    return false;
                }
            }
            _ => return false,
        }
    }
}

/// A letter taken apart: the bare letter, and its diacritics as a set of bits.
struct Letter {
    base: char,
    marks: u32,
}

impl Letter {
    fn of(c: char) -> Self {
        if c.is_ascii() {
            return Self { base: c, marks: 0 };
        }
        if c == 'đ' {
            return Self { base: 'd', marks: 1 << 31 };
        }
        let mut letter = Self { base: '\0', marks: 0 };
        decompose_canonical(c, |part| match part {
            '\u{300}'..='\u{31b}' => letter.marks |= 1 << (part as u32 - 0x300),
            '\u{323}' => letter.marks |= 1 << 30,
            _ => letter.base = part,
        });
        letter
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(a: &str, b: &str) -> Difference {
        let mut names = NamePool::default();
        let (a, b) = (names.intern(a), names.intern(b));
        difference(&names, a, b)
    }

    #[test]
    fn lost_letters_agree_with_any_one_letter() {
        assert_eq!(compare("nguy?n v?n a", "nguyễn văn a"), Difference::None);
        assert_eq!(compare("nguy?n v?n a", "nguyễn vn a"), Difference::Other);
        assert_eq!(compare("nguy?n v?n a", "nguyễn văn b"), Difference::Other);
        assert_eq!(compare("an?bình", "an bình"), Difference::Other);
    }

    #[test]
    fn blanks_and_words_of_address_are_no_difference() {
        assert_eq!(compare("điểu n rươi", "điểu nrươi"), Difference::None);
        assert_eq!(compare("thạch thị sôkha", "thạch thị sô kha"), Difference::None);
        assert_eq!(compare("lê hoàng ân", "lê hoà ngân"), Difference::Other);
        assert_eq!(compare("ông bá văn quyến", "bá văn quyến"), Difference::None);
        assert_eq!(compare("bá văn quyến", "ông bá văn quyến"), Difference::Other);
        assert_eq!(compare("ông bá văn quyến", "bá văn quyết"), Difference::Other);
        assert_eq!(compare("ông thị lịch", "thị lịch"), Difference::None);
        assert_eq!(compare("ông lịch", "lịch"), Difference::Other);
    }

    #[test]
    fn diacritics_alone_are_told_from_other_letters() {
        assert_eq!(compare("nguyen van dung", "nguyễn văn đúng"), Difference::Diacritics);
        assert_eq!(compare("nguyên van đung", "nguyễn văn đúng"), Difference::Diacritics);
        assert_eq!(compare("nguyễn văn đúng", "nguyen van dung"), Difference::Diacritics);
        assert_eq!(compare("nguyễn văn đũng", "nguyễn văn đúng"), Difference::Other);
        assert_eq!(compare("ng v hùng", "nguyễn văn hùng"), Difference::Other);
        assert_eq!(compare("", "nguyễn văn hùng"), Difference::None);
    }

    #[test]
    fn three_letters_are_near() {
        let mut names = NamePool::default();
        let lan = names.intern("trần thị lan");
        let near = ["trần thị hoa", "tran thi lan", "trần thị lành"];
        for other in near {
            let other = names.intern(other);
            assert!(within_three_letters(&names, lan, other));
        }
        let far = names.intern("lê thị hoa");
        assert!(!within_three_letters(&names, lan, far));
    }
}
