//! Texts in the order of the numbers within them: hamlet 2 before hamlet 10, house 9 before house 10.

use super::text::fold;

/// A key by which texts stand so. Letters count without case and marks; where a number and letters compete, the number
/// comes first.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct NaturalKey(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// By its length without zeros in front, then by its digits: numbers of any length.
    Number(usize, String),
    Text(String),
}

impl NaturalKey {
    /// The key of a text.
    pub fn of(text: &str) -> Self {
        let folded = fold(text);
        let mut parts = Vec::new();
        let mut rest = folded.as_str();
        while let Some(first) = rest.chars().next() {
            let is_number = first.is_ascii_digit();
            let end = rest.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(rest.len());
            let (part, further) = rest.split_at(end);
            parts.push(if is_number {
                let digits = part.trim_start_matches('0');
                Part::Number(digits.len(), digits.to_owned())
            } else {
                Part::Text(part.trim().to_owned())
            });
            rest = further;
        }
        Self(parts)
    }

    /// Whether the text says nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_within_texts_stand_in_the_order_of_numbers() {
        let sorted = |mut texts: Vec<&'static str>| {
            texts.sort_by_cached_key(|text| NaturalKey::of(text));
            texts
        };
        assert_eq!(
            sorted(vec!["Thôn 10", "thôn 2", "Xóm Đình", "Thôn 1"]),
            ["Thôn 1", "thôn 2", "Thôn 10", "Xóm Đình"]
        );
        assert_eq!(
            sorted(vec!["Số 10, ngõ 2", "Số 9, ngõ 12", "Số 9, ngõ 3", "số 9b", ""]),
            ["", "số 9b", "Số 9, ngõ 3", "Số 9, ngõ 12", "Số 10, ngõ 2"]
        );
        // Numbers of households have more digits than a machine's number.
        assert_eq!(
            sorted(vec!["100000000000000000000000", "99999999999999999999999", "0007"]),
            ["0007", "99999999999999999999999", "100000000000000000000000"]
        );
        assert_eq!(NaturalKey::of("Thôn 02"), NaturalKey::of("thon 2"));
        assert!(NaturalKey::of("").is_empty() && !NaturalKey::of("1").is_empty());
    }
}
