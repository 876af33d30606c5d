//! Text as the bytes of the encodings that offices still write.

use super::legacy::Legacy;

/// The encoding of a text file.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Charset {
    /// UTF-8 after a byte order mark, as spreadsheets save it.
    Utf8Bom,
    /// UTF-16 after a byte order mark, the lower byte first: a spreadsheet's "Unicode text".
    Utf16Le,
    /// TCVN3 (ABC), typed in the .VnTime fonts.
    Tcvn3,
    /// Windows-1258: tone marks that it has no letters for stand after their vowel.
    Windows1258,
}

impl Charset {
    /// What the file begins with.
    pub(crate) fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8Bom => b"\xef\xbb\xbf",
            Self::Utf16Le => b"\xff\xfe",
            Self::Tcvn3 | Self::Windows1258 => b"",
        }
    }

    /// Writes the text's bytes; `false`, and nothing is written, where a character has no place in the
    /// encoding.
    pub(crate) fn encode(self, text: &str, legacy: &Legacy, out: &mut Vec<u8>) -> bool {
        let before = out.len();
        let whole = match self {
            Self::Utf8Bom => {
                out.extend_from_slice(text.as_bytes());
                true
            }
            Self::Utf16Le => {
                out.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
                true
            }
            Self::Tcvn3 => text.chars().all(|c| legacy.write_tcvn3(c, out)),
            Self::Windows1258 => text.chars().all(|c| legacy.write_1258(c, out)),
        };
        if !whole {
            out.truncate(before);
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(charset: Charset, text: &str) -> Option<Vec<u8>> {
        let mut out = b"x".to_vec();
        let whole = charset.encode(text, &Legacy::load(), &mut out);
        assert!(whole || out == b"x");
        whole.then(|| out.split_off(1))
    }

    #[test]
    fn letters_become_the_bytes_of_the_encoding() {
        assert_eq!(encoded(Charset::Tcvn3, "Nguyễn").unwrap(), b"Nguy\xd4n");
        assert_eq!(encoded(Charset::Tcvn3, "Ánh, Ân ở H’Hen").unwrap(), b"\xb8nh, \xa2n \xeb H\x92Hen");
        assert_eq!(
            encoded(Charset::Windows1258, "Nguyễn Thị Đào").unwrap(),
            b"Nguy\xea\xden Thi\xf2 \xd0\xe0o"
        );
        assert_eq!(encoded(Charset::Utf16Le, "Ạn").unwrap(), b"\xa0\x1en\0");
    }

    #[test]
    fn what_has_no_place_is_not_written() {
        for name in ["Y Knŭl", "H'Čih", "Đi\u{302}nh", "Ð\u{430}"] {
            assert_eq!(encoded(Charset::Tcvn3, name), None, "{name}");
            assert_eq!(encoded(Charset::Windows1258, name), None, "{name}");
        }
        assert_eq!(encoded(Charset::Tcvn3, "Ñiê"), None);
    }
}
