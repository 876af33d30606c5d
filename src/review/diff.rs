//! Which characters of two values differ, for marking them side by side.

/// A piece of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The text.
    pub(crate) text: String,
    /// Whether the other value has no such text in this place.
    pub(crate) differs: bool,
}

/// Values longer than this are marked as a whole: nobody compares them letter by letter.
const LONGEST: usize = 200;

/// Both values in pieces: what they share, in order, and what only one of them has.
pub(crate) fn marked(a: &str, b: &str) -> (Vec<Part>, Vec<Part>) {
    if a == b || a.is_empty() || b.is_empty() {
        return (whole(a, false), whole(b, false));
    }
    let (left, right): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if left.len() > LONGEST || right.len() > LONGEST {
        return (whole(a, true), whole(b, true));
    }
    let (kept_left, kept_right) = shared(&left, &right);
    (pieces(&left, &kept_left), pieces(&right, &kept_right))
}

/// A value in one piece; none where it is empty.
pub(crate) fn whole(text: &str, differs: bool) -> Vec<Part> {
    if text.is_empty() { Vec::new() } else { vec![Part { text: text.to_string(), differs }] }
}

/// Which characters of either side belong to the longest common subsequence.
fn shared(a: &[char], b: &[char]) -> (Vec<bool>, Vec<bool>) {
    let width = b.len() + 1;
    // longest[i * width + j]: of a[i..] and b[j..]
    let mut longest = vec![0u16; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i * width + j] = if a[i] == b[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut in_a, mut in_b) = (vec![false; a.len()], vec![false; b.len()]);
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            (in_a[i], in_b[j]) = (true, true);
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    (in_a, in_b)
}

fn pieces(chars: &[char], kept: &[bool]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for (&c, &kept) in chars.iter().zip(kept) {
        match parts.last_mut().filter(|part| part.differs != kept) {
            Some(part) => part.text.push(c),
            None => parts.push(Part { text: c.to_string(), differs: !kept }),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(parts: &[Part]) -> String {
        parts.iter().map(|p| if p.differs { format!("[{}]", p.text) } else { p.text.clone() }).collect()
    }

    #[test]
    fn differing_characters_are_marked_on_both_sides() {
        let (a, b) = marked("Nguyễn Thị Hoa", "Nguyễn Thị Hòa");
        assert_eq!((shown(&a), shown(&b)), ("Nguyễn Thị H[o]a".into(), "Nguyễn Thị H[ò]a".into()));
        let (a, b) = marked("12/03/1960", "12/03/1966");
        assert_eq!((shown(&a), shown(&b)), ("12/03/196[0]".into(), "12/03/196[6]".into()));
        let (a, b) = marked("An", "");
        assert_eq!((shown(&a), b.len()), ("An".into(), 0));
    }

    #[test]
    fn a_long_value_is_marked_as_a_whole() {
        let long = "x".repeat(10_000);
        let (a, b) = marked(&long, "y");
        assert!(a.len() == 1 && a[0].differs && b[0].differs);
    }

    proptest! {
        #[test]
        fn pieces_make_up_the_value_and_what_is_shared_is_the_same(a in ".{0,20}", b in ".{0,20}") {
            let (left, right) = marked(&a, &b);
            let all = |parts: &[Part]| parts.iter().map(|p| p.text.as_str()).collect::<String>();
            prop_assert_eq!(all(&left), a.clone());
            prop_assert_eq!(all(&right), b.clone());
            if !a.is_empty() && !b.is_empty() {
                let same = |parts: &[Part]| -> String {
                    parts.iter().filter(|p| !p.differs).map(|p| p.text.as_str()).collect()
                };
                prop_assert_eq!(same(&left), same(&right));
            }
        }
    }
}
