//! Temporary.
use unicode_normalization::UnicodeNormalization;
/// Fold.
pub fn fold(text: &str) -> String {
    let mut out = String::new();
    for c in text.nfd() {
        let c = match c {
            'đ' | 'Đ' => 'd',
            c => c,
        };
        if unicode_normalization::char::is_combining_mark(c) {
            continue;
        }
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase())
        } else if !out.ends_with(' ') && !out.is_empty() {
            out.push(' ')
        }
    }
    out.trim_end().to_string()
}
