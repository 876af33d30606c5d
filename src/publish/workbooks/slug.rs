//! Names that are safe as file names on every system.

use unicode_normalization::UnicodeNormalization;

/// Longest slug in bytes; with code, extension and folder it stays well below the limits of file systems.
const LONGEST: usize = 60;

/// A text in lower-case ASCII letters, digits and single hyphens (`Phường Ba Đình` gives
/// `phuong-ba-dinh`); empty where nothing of it can be written so.
pub(crate) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.nfd().flat_map(char::to_lowercase) {
        let c = if c == 'đ' || c == 'ð' { 'd' } else { c };
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !is_mark(c) && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= LONGEST {
            break;
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// Combining marks that Vietnamese and the minority languages use; they go without leaving a hyphen.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_plain_ascii() {
        assert_eq!(slug("Phường Ba Đình"), "phuong-ba-dinh");
        assert_eq!(slug("Xã Ea H'Đing"), "xa-ea-h-ding");
        assert_eq!(slug("../etc/passwd"), "etc-passwd");
        assert_eq!(slug(" -- "), "");
    }
}
