//! Encodings of whole files.

use super::legacy::Legacy;

/// The encoding of a text file.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-8 with a byte order mark.
    Utf8Bom,
    /// UTF-16, the lower byte first.
    Utf16Le,
    /// UTF-16, the higher byte first.
    Utf16Be,
    /// A legacy Vietnamese encoding.
    Legacy(Legacy),
}

impl Encoding {
    /// All encodings.
    pub const ALL: [Self; 9] = [
        Self::Utf8,
        Self::Utf8Bom,
        Self::Utf16Le,
        Self::Utf16Be,
        Self::Legacy(Legacy::Windows1258),
        Self::Legacy(Legacy::Tcvn3),
        Self::Legacy(Legacy::VniWindows),
        Self::Legacy(Legacy::Viscii),
        Self::Legacy(Legacy::Viqr),
    ];

    /// The name in `summary.json` and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf8Bom => "utf-8-bom",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Legacy(legacy) => legacy.name(),
        }
    }

    /// The encoding of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        Self::ALL.into_iter().find(|e| e.name() == name)
    }

    /// Tells the encoding by the first bytes of a file.
    pub(in crate::ingest) fn detect(sample: &[u8]) -> Self {
        match sample {
            [0xef, 0xbb, 0xbf, ..] => return Self::Utf8Bom,
            [0xff, 0xfe, ..] => return Self::Utf16Le,
            [0xfe, 0xff, ..] => return Self::Utf16Be,
            _ => {}
        }
        // Delimiters, digits and line ends make every other byte of UTF-16 a zero often enough.
        let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
        let (high_first, low_first) = (zeros(0), zeros(1));
        let many = sample.len() / 10;
        if low_first > many && high_first * 10 < low_first {
            return Self::Utf16Le;
        }
        if high_first > many && low_first * 10 < high_first {
            return Self::Utf16Be;
        }
        // A few damaged rows do not make UTF-8 anything else.
        let (mut sound, mut broken) = (0, 0);
        let mut lines: Vec<&[u8]> = sample.split(|b| *b == b'\n').collect();
        if lines.len() > 1 {
            // The last line of a sample may be cut within a letter.
            lines.pop();
        }
        for line in lines.into_iter().filter(|line| !line.is_ascii()) {
            *(if std::str::from_utf8(line).is_ok() { &mut sound } else { &mut broken }) += 1;
        }
        let is_legacy = broken > sound || sample.is_ascii();
        let legacy = if is_legacy { Legacy::detect(sample) } else { None };
        legacy.map_or(Self::Utf8, Self::Legacy)
    }

    /// Whether text in it is read as it streams by; any other is decoded as a whole first.
    pub(in crate::ingest) fn streams(self) -> bool {
        matches!(self, Self::Utf8 | Self::Utf8Bom)
    }

    /// The text, NFC where the encoding has composed letters; a byte order mark is passed over. What
    /// cannot be decoded becomes U+FFFD.
    pub(in crate::ingest) fn decode(self, bytes: &[u8]) -> String {
        let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
            let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
            let text = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
            text.skip_while(|c| *c == '\u{feff}').collect()
        };
        match self {
            Self::Utf8 | Self::Utf8Bom => String::from_utf8_lossy(bytes).into_owned(),
            Self::Utf16Le => utf16(bytes, u16::from_le_bytes),
            Self::Utf16Be => utf16(bytes, u16::from_be_bytes),
            Self::Legacy(legacy) => legacy.decode(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Họ và tên,Ngày sinh\nNguyễn Văn An,01/02/1960\n";

    #[test]
    fn encodings_are_told_and_decoded() {
        let little: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let marked = [b"\xff\xfe".as_slice(), &little].concat();
        let cases = [
            (TEXT.as_bytes().to_vec(), Encoding::Utf8),
            (little, Encoding::Utf16Le),
            (big, Encoding::Utf16Be),
            (marked, Encoding::Utf16Le),
        ];
        for (bytes, encoding) in cases {
            assert_eq!(Encoding::detect(&bytes), encoding);
            assert_eq!(encoding.decode(&bytes), TEXT);
        }
    }

    #[test]
    fn names_lead_back() {
        for encoding in Encoding::ALL {
            assert_eq!(Encoding::from_name(encoding.name()), Some(encoding));
        }
        assert_eq!(Encoding::from_name("UTF-16LE"), Some(Encoding::Utf16Le));
    }
}
