//! Which characters of two values differ, for marking them side by side.

use similar::{Algorithm, DiffTag, capture_diff_slices};

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
    let (mut in_left, mut in_right) = (Vec::new(), Vec::new());
    for op in capture_diff_slices(Algorithm::Lcs, &left, &right) {
        let differs = op.tag() != DiffTag::Equal;
        add(&mut in_left, &left[op.old_range()], differs);
        add(&mut in_right, &right[op.new_range()], differs);
    }
    (in_left, in_right)
}

/// A value in one piece; none where it is empty.
pub(crate) fn whole(text: &str, differs: bool) -> Vec<Part> {
    if text.is_empty() { Vec::new() } else { vec![Part { text: text.to_string(), differs }] }
}

/// Adds characters to the last piece where that is of their kind, else as a piece of their own.
fn add(parts: &mut Vec<Part>, chars: &[char], differs: bool) {
    match parts.last_mut().filter(|part| part.differs == differs) {
        Some(part) => part.text.extend(chars),
        None if chars.is_empty() => {}
        None => parts.push(Part { text: chars.iter().collect(), differs }),
    }
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
        // What is shared on both sides of a gap of the other side is one piece.
        let (a, b) = marked("Trần Văn An", "Trần An");
        assert_eq!((shown(&a), shown(&b)), ("Trần [Văn ]An".into(), "Trần An".into()));
        assert_eq!(b.len(), 1);
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
