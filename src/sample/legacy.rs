//! Text as legacy encodings and their misreadings leave it inside an otherwise Unicode file.

use rustc_hash::FxHashMap;

use super::SampleError;

/// Encoders of the two legacy encodings that still occur in cells.
#[derive(Debug)]
pub(super) struct Legacy {
    tcvn3: FxHashMap<char, char>,
    vni: FxHashMap<char, String>,
}

/// Windows-1252 at 0x80 to 0x9F; `\0` where it has nothing.
const CP1252: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“',
    '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

impl Legacy {
    /// Reads the built-in table.
    pub(super) fn load() -> Result<Self, SampleError> {
        let mut legacy = Self { tcvn3: FxHashMap::default(), vni: FxHashMap::default() };
        let bad = |e: csv::Error| SampleError::Table("encodings.csv", e.to_string());
        let text = include_str!("../../data/encodings.csv");
        for row in csv::Reader::from_reader(text.as_bytes()).into_records() {
            let row = row.map_err(bad)?;
            let Some(letter) = row.get(0).and_then(|c| c.chars().next()) else { continue };
            let byte = row.get(2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
            // TCVN3 has no capital with a tone: those bytes are another standard's.
            if let Some(byte) = byte.filter(|b| *b >= 0xA1)
                && (letter.is_lowercase() || "ĂÂÊÔƠƯĐ".contains(letter))
            {
                legacy.tcvn3.insert(letter, char::from(byte));
            }
            if let Some(vni) = row.get(5).filter(|v| !v.is_empty()) {
                legacy.vni.insert(letter, vni.to_owned());
            }
        }
        Ok(legacy)
    }

    /// A name typed in a TCVN3 font; `None` where a letter has no place in it, or too little would change to
    /// show what happened.
    pub(super) fn tcvn3(&self, text: &str) -> Option<String> {
        let out: Option<String> = text
            .chars()
            .map(|c| {
                if c.is_ascii() {
                    return Some(c);
                }
                let lower = c.to_lowercase().next()?;
                self.tcvn3.get(&c).or_else(|| self.tcvn3.get(&lower)).copied()
            })
            .collect();
        out.filter(|_| tells(text))
    }

    /// A name typed in a VNI font; `None` as for TCVN3.
    pub(super) fn vni(&self, text: &str) -> Option<String> {
        let mut out = String::new();
        for c in text.chars() {
            if c.is_ascii() {
                out.push(c);
            } else {
                out.push_str(self.vni.get(&c)?);
            }
        }
        Some(out).filter(|_| tells(text))
    }
}

/// Whether enough letters change for anyone to see an encoding behind it: one odd letter alone may be a
/// sound name of its own (VNI's `THÒ` is `THỊ`).
fn tells(text: &str) -> bool {
    text.chars().filter(|c| !c.is_ascii()).count() >= 2
}

/// UTF-8 misread as Windows-1252; `None` where a byte has no character there or nothing would change.
pub(super) fn mojibake(text: &str) -> Option<String> {
    let out: Option<String> = text
        .bytes()
        .map(|b| match b {
            0x80..=0x9F => Some(CP1252[usize::from(b - 0x80)]).filter(|c| *c != '\0'),
            b => Some(char::from(b)),
        })
        .collect();
    out.filter(|o| o != text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_spellings_of_damage() {
        let legacy = Legacy::load().unwrap();
        assert_eq!(legacy.tcvn3("Nguyễn Văn Hùng").as_deref(), Some("NguyÔn V¨n Hïng"));
        assert_eq!(legacy.vni("Nguyễn Thị").as_deref(), Some("Nguyeãn Thò"));
        assert_eq!(legacy.vni("Cao Thị Mai"), None);
        assert_eq!(mojibake("Nguyễn").as_deref(), Some("Nguyá»…n"));
        assert_eq!(legacy.tcvn3("Ba"), None);
    }
}
