//! Text as legacy encodings and their misreadings leave it inside an otherwise Unicode file.

use rustc_hash::FxHashMap;

use crate::builtin;

/// Encoders of the two legacy encodings that still occur in cells.
#[derive(Debug)]
pub(crate) struct Legacy {
    tcvn3: FxHashMap<char, char>,
    vni: FxHashMap<char, String>,
    windows_1258: FxHashMap<char, Vec<u8>>,
}

/// Windows-1252 at 0x80 to 0x9F; `\0` where it has nothing.
const CP1252: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“',
    '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

impl Legacy {
    /// Reads the built-in table.
    pub(crate) fn load() -> Self {
        let mut legacy = Self {
            tcvn3: FxHashMap::default(),
            vni: FxHashMap::default(),
            windows_1258: FxHashMap::default(),
        };
        let byte = |hex: &str| u8::from_str_radix(hex, 16).ok();
        let table = include_str!("../../../data/vietnamese/encodings.csv");
        for [letter, _, tcvn3, _, windows_1258, vni, _] in builtin::csv("encodings.csv", table) {
            let Some(letter) = letter.chars().next() else { continue };
            // TCVN3 has no capital with a tone: those bytes are another standard's.
            if let Some(byte) = byte(tcvn3).filter(|b| *b >= 0xA1)
                && (letter.is_lowercase() || "ĂÂÊÔƠƯĐ".contains(letter))
            {
                legacy.tcvn3.insert(letter, char::from(byte));
            }
            if let Some(spelling) = windows_1258.split(' ').map(byte).collect::<Option<Vec<u8>>>() {
                legacy.windows_1258.insert(letter, spelling);
            }
            if !vni.is_empty() {
                legacy.vni.insert(letter, vni.to_owned());
            }
        }
        legacy
    }

    /// A name typed in a TCVN3 font; `None` where a letter has no place in it, or too little would change to
    /// show what happened.
    pub(crate) fn tcvn3(&self, text: &str) -> Option<String> {
        let out: Option<String> =
            text.chars().map(|c| if c.is_ascii() { Some(c) } else { self.tcvn3_letter(c) }).collect();
        out.filter(|_| tells(text))
    }

    /// The character of a TCVN3 font for a letter; a capital with a tone mark has only its small letter's.
    fn tcvn3_letter(&self, c: char) -> Option<char> {
        let lower = c.to_lowercase().next()?;
        self.tcvn3.get(&c).or_else(|| self.tcvn3.get(&lower)).copied()
    }

    /// A name typed in a VNI font; `None` as for TCVN3.
    pub(crate) fn vni(&self, text: &str) -> Option<String> {
        self.vni_cell(text).filter(|_| tells(text))
    }

    /// Any text typed in a VNI font; `None` where a letter has no place in it.
    pub(crate) fn vni_cell(&self, text: &str) -> Option<String> {
        let mut out = String::new();
        for c in text.chars() {
            if c.is_ascii() {
                out.push(c);
            } else {
                out.push_str(self.vni.get(&c)?);
            }
        }
        Some(out)
    }

    /// Writes a character's TCVN3 byte; `false` where it has none.
    pub(crate) fn write_tcvn3(&self, c: char, out: &mut Vec<u8>) -> bool {
        let letter = if c.is_ascii() { Some(c) } else { self.tcvn3_letter(c) };
        // The fonts leave the typographic signs of Windows where they are.
        let sign = || {
            let at = CP1252.iter().position(|&s| s == c && is_typographic(s))?;
            Some(char::from(0x80 + at as u8))
        };
        let byte = letter.or_else(sign).and_then(|c| u8::try_from(u32::from(c)).ok());
        out.extend(byte);
        byte.is_some()
    }

    /// Writes a character's Windows-1258 bytes; `false` where it has none.
    pub(crate) fn write_1258(&self, c: char, out: &mut Vec<u8>) -> bool {
        if c.is_ascii() {
            out.push(c as u8);
            return true;
        }
        if let Some(bytes) = self.windows_1258.get(&c) {
            out.extend_from_slice(bytes);
            return true;
        }
        let mut buffer = [0; 4];
        let (bytes, _, lost) = encoding_rs::WINDOWS_1258.encode(c.encode_utf8(&mut buffer));
        if !lost {
            out.extend_from_slice(&bytes);
        }
        !lost
    }
}

fn is_typographic(c: char) -> bool {
    matches!(c, '‘' | '’' | '“' | '”' | '–' | '—' | '…')
}

/// Whether enough letters change for anyone to see an encoding behind it: one odd letter alone may be a
/// sound name of its own (VNI's `THÒ` is `THỊ`).
pub(crate) fn tells(text: &str) -> bool {
    text.chars().filter(|c| !c.is_ascii()).count() >= 2
}

/// UTF-8 misread as Windows-1252; `None` where a byte has no character there or nothing would change.
pub(crate) fn mojibake(text: &str) -> Option<String> {
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
        let legacy = Legacy::load();
        assert_eq!(legacy.tcvn3("Nguyễn Văn Hùng").as_deref(), Some("NguyÔn V¨n Hïng"));
        assert_eq!(legacy.vni("Nguyễn Thị").as_deref(), Some("Nguyeãn Thò"));
        assert_eq!(legacy.vni("Cao Thị Mai"), None);
        assert_eq!(mojibake("Nguyễn").as_deref(), Some("Nguyá»…n"));
        assert_eq!(legacy.tcvn3("Ba"), None);
    }
}
