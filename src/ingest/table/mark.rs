//! How headings are numbered: "I.", "1.1", "a)", "-", "Phần II:". Headings numbered alike stand on one level.

/// The last part of a number.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum MarkKind {
    /// No number.
    None,
    /// As rows of data are numbered, where it is of one part.
    Number,
    Roman,
    Letter,
    /// A dash, a star.
    Sign,
    /// "Phần I", "Mục 2".
    Part,
}

/// The number of a heading.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) kind: MarkKind,
    /// Parts: two of "I.1".
    pub(super) depth: u8,
    /// Whether it stands in brackets on both sides, as the numbers of footnotes do.
    pub(super) bracketed: bool,
}

/// Words before the number of a part of a list.
const PARTS: [&str; 4] = ["phần", "mục", "chương", "tiểu mục"];
/// Signs that end a number.
const CLOSING: [char; 6] = ['.', ')', '-', ':', '/', ']'];

impl Mark {
    pub(super) const NONE: Self = Self { kind: MarkKind::None, depth: 0, bracketed: false };

    fn new(kind: MarkKind, depth: u8) -> Self {
        Self { kind, depth, bracketed: false }
    }

    /// Whether it may be the number of a row of data: "1", "12.", "3a".
    pub(super) fn is_of_rows(self) -> bool {
        self.kind == MarkKind::Number && self.depth == 1
    }

    /// The mark that a cell holds alone: "I", "1.1", "A", "*".
    pub(super) fn of_cell(cell: &str) -> Option<Self> {
        let cell = cell.trim();
        let inner = cell.trim_end_matches([' ', '.', ')', '-', ':', '/', ']']).trim_start_matches(['(', '[']);
        if inner.is_empty() || !inner.contains(char::is_alphanumeric) {
            let is_sign = !cell.is_empty() && cell.chars().count() <= 3;
            return is_sign.then(|| Self::new(MarkKind::Sign, 1));
        }
        let bracketed = cell.starts_with('(') && cell.ends_with(')');
        Self::of_number(inner).map(|mark| Self { bracketed, ..mark })
    }

    /// A number in parts: "I", "I.1", "12", "3a".
    fn of_number(text: &str) -> Option<Self> {
        let (mut kind, mut depth) = (MarkKind::None, 0_u8);
        // "12.500" is an amount.
        let is_short = |part: &str| part.len() <= 2 || is_roman(part);
        if text.contains('.') && !text.split('.').all(is_short) {
            return None;
        }
        for part in text.split('.') {
            kind = part_kind(part)?;
            depth = depth.checked_add(1)?;
        }
        (depth <= 4).then(|| Self::new(kind, depth))
    }

    /// The mark that a text begins with, and the rest.
    pub(super) fn split(text: &str) -> (Self, &str) {
        let text = text.trim();
        let signs = text.trim_start_matches(['-', '*', '+', '•', '–', '—', '●', '▪', ' ']);
        if signs.len() < text.len() && !signs.is_empty() {
            return (Self::new(MarkKind::Sign, 1), signs);
        }
        let of_part = |word: &&str| {
            let start = text.get(..word.len()).filter(|start| start.to_lowercase() == **word)?;
            let rest = text[start.len()..].strip_prefix(' ')?.trim_start();
            let end = rest.find([' ', ':', '.', '-', ')']).unwrap_or(rest.len());
            Self::of_number(&rest[..end])?;
            Some(rest[end..].trim_start_matches([' ', ':', '.', '-', ')']))
        };
        if let Some(rest) = PARTS.iter().find_map(of_part) {
            return (Self::new(MarkKind::Part, 1), rest);
        }
        let inner = text.trim_start_matches(['(', '[']);
        let end = inner.find(|c: char| !(c.is_alphanumeric() || c == '.')).unwrap_or(inner.len());
        // "1.Trẻ em": the number ends where letters begin; "II.1 Trẻ em" has two parts.
        let parts = inner[..end].trim_end_matches('.');
        let is_short = |part: &str| part.len() <= 2 || is_roman(part);
        let in_parts =
            parts.contains('.') && parts.split('.').all(is_short) && Self::of_number(parts).is_some();
        let end = if in_parts { parts.len() } else { inner[..end].rfind('.').unwrap_or(end) };
        let (number, rest) = inner.split_at(end);
        let number = number.trim_end_matches('.');
        let after = rest.trim_start_matches([' ', '.', ')', '-', ':', '/', ']', '*', '+']);
        let closed = rest.trim_start().starts_with(CLOSING);
        let Some(mark) = Self::of_number(number).filter(|_| !after.is_empty()) else {
            return (Self::NONE, text);
        };
        let bracketed = inner.len() < text.len() && rest.starts_with(')');
        // "1.500", "05/11/2025", "08:15" are no numbers of headings.
        let goes_on = after.starts_with(|c: char| c.is_ascii_digit()) && !rest.contains(' ');
        let is_told = match mark.kind {
            MarkKind::Roman => closed || rest.starts_with(' '),
            _ if mark.depth > 1 => closed || rest.starts_with(' '),
            _ => closed && !goes_on,
        };
        if is_told { (Self { bracketed, ..mark }, after) } else { (Self::NONE, text) }
    }
}

/// What one part of a number is.
fn part_kind(part: &str) -> Option<MarkKind> {
    let mut letters = part.chars();
    let is_digits =
        |text: &str| !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    if is_roman(part) {
        return Some(MarkKind::Roman);
    }
    match (letters.next()?, letters.next()) {
        (letter, None) if letter.is_ascii_alphabetic() || matches!(letter, 'Đ' | 'đ') => {
            Some(MarkKind::Letter)
        }
        _ if is_digits(part) => Some(MarkKind::Number),
        // "3a" and "A3" number rows that were put in between.
        (letter, Some(_)) if letter.is_ascii_alphabetic() && is_digits(&part[1..]) && part.len() <= 4 => {
            Some(MarkKind::Number)
        }
        _ => {
            let number = part.strip_suffix(|c: char| c.is_ascii_alphabetic())?;
            is_digits(number).then_some(MarkKind::Number)
        }
    }
}

fn is_roman(text: &str) -> bool {
    !text.is_empty() && text.len() <= 6 && text.bytes().all(|b| matches!(b, b'I' | b'V' | b'X' | b'L'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_alone() {
        let of = |cell| Mark::of_cell(cell).map(|mark| (mark.kind, mark.depth));
        use MarkKind as K;
        for (cell, wanted) in [
            ("I", Some((K::Roman, 1))),
            ("I/", Some((K::Roman, 1))),
            ("I.1", Some((K::Number, 2))),
            ("1.1", Some((K::Number, 2))),
            ("A.1", Some((K::Number, 2))),
            ("A", Some((K::Letter, 1))),
            ("đ)", Some((K::Letter, 1))),
            ("(1)", Some((K::Number, 1))),
            ("12.", Some((K::Number, 1))),
            ("3a", Some((K::Number, 1))),
            ("A1", Some((K::Number, 1))),
            ("*", Some((K::Sign, 1))),
            ("Thôn 1", None),
            ("KP2", None),
            ("036050001234", None),
            ("", None),
        ] {
            assert_eq!(of(cell), wanted, "{cell}");
        }
    }

    #[test]
    fn marks_before_a_text() {
        let of = |text| {
            let (mark, rest) = Mark::split(text);
            (mark.kind, mark.depth, rest.to_owned())
        };
        use MarkKind as K;
        for (text, kind, depth, rest) in [
            ("I. Thôn 1", K::Roman, 1, "Thôn 1"),
            ("II GIẢM", K::Roman, 1, "GIẢM"),
            ("A) Hộ nghèo", K::Letter, 1, "Hộ nghèo"),
            ("a) Con đẻ", K::Letter, 1, "Con đẻ"),
            ("1.1. Lao động", K::Number, 2, "Lao động"),
            ("1.Trẻ em", K::Number, 1, "Trẻ em"),
            ("II.1 Người tham gia", K::Number, 2, "Người tham gia"),
            ("1.1 Lao động", K::Number, 2, "Lao động"),
            ("- Xóm Mới", K::Sign, 1, "Xóm Mới"),
            ("* Thôn Nam", K::Sign, 1, "Thôn Nam"),
            ("Phần I: Đăng ký", K::Part, 1, "Đăng ký"),
            ("Thôn 1", K::None, 0, "Thôn 1"),
            ("Nguyễn Văn An", K::None, 0, "Nguyễn Văn An"),
            ("H' Hen", K::None, 0, "H' Hen"),
            ("5 người", K::None, 0, "5 người"),
            ("Trang 2/5", K::None, 0, "Trang 2/5"),
            ("05/11/2025", K::None, 0, "05/11/2025"),
            ("1.500", K::None, 0, "1.500"),
        ] {
            assert_eq!(of(text), (kind, depth, rest.to_owned()), "{text}");
        }
        assert!(Mark::split("(1) Ghi rõ").0.bracketed && !Mark::split("1) Ghi rõ").0.bracketed);
    }
}
