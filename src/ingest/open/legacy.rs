//! Legacy encodings of whole files: the bytes of TCVN3, VNI-Windows, Windows-1258, VISCII and VIQR, and Unicode files
//! whose text is that of legacy fonts throughout, headers and all.
//!
//! (Single cells of an otherwise sound file are not touched here: they stay as written, and are findings.)

use std::borrow::Cow;

use crate::domain::Kind;
use crate::ingest::columns::synonyms::Synonyms;
use crate::ingest::error::IngestError;
use crate::ingest::formats::row::{Cells, Content, KeptRow, Row, RowSource};
use crate::vietnamese::legacy::{decode_tcvn3, decode_viqr, decode_viscii, decode_vni, is_viqr};
use crate::vietnamese::{letter, syllable, text};

/// A legacy encoding.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Legacy {
    /// TCVN3 (ABC), one byte a letter.
    Tcvn3,
    /// VNI-Windows, a letter and a mark.
    VniWindows,
    /// Windows-1258, a letter and a combining mark.
    Windows1258,
    /// VISCII, one byte a letter.
    Viscii,
    /// VIQR, signs of ASCII for the marks.
    Viqr,
}

/// Of the words with letters beyond ASCII, so many must be Vietnamese syllables.
const SYLLABLES: f64 = 0.6;

impl Legacy {
    /// All of them, the likeliest first.
    pub(in crate::ingest) const ALL: [Self; 5] =
        [Self::Tcvn3, Self::VniWindows, Self::Windows1258, Self::Viscii, Self::Viqr];

    /// The name in `summary.json` and on the command line.
    pub(in crate::ingest) fn name(self) -> &'static str {
        match self {
            Self::Tcvn3 => "tcvn3",
            Self::VniWindows => "vni-windows",
            Self::Windows1258 => "windows-1258",
            Self::Viscii => "viscii",
            Self::Viqr => "viqr",
        }
    }

    /// Bytes as Unicode. A line that the encoding cannot have is left as Windows-1252: nothing is lost.
    pub(in crate::ingest) fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Windows1258 => {
                return text::nfc(
                    encoding_rs::WINDOWS_1258.decode_without_bom_handling(bytes).0.into_owned(),
                );
            }
            Self::Viscii => return decode_viscii(bytes),
            Self::Viqr => return decode_viqr(&String::from_utf8_lossy(bytes)),
            Self::Tcvn3 | Self::VniWindows => {}
        }
        let mut out = String::with_capacity(bytes.len() + bytes.len() / 4);
        for line in bytes.split_inclusive(|b| *b == b'\n') {
            // The fonts keep the typographic signs of Windows, in names the apostrophe.
            let (shown, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(line);
            out.push_str(&self.decode_text(&shown));
        }
        out
    }

    /// Text whose code points are the bytes of the encoding, as Unicode; as it is, where it cannot be that.
    pub(in crate::ingest) fn decode_text(self, text: &str) -> Cow<'_, str> {
        if text.is_ascii() {
            return Cow::Borrowed(text);
        }
        match self {
            Self::Tcvn3 => {
                decode_tcvn3(text).map(|decoded| capitals(text, &decoded)).map_or(text.into(), Cow::Owned)
            }
            Self::VniWindows => decode_vni(text).map_or(text.into(), Cow::Owned),
            Self::Windows1258 | Self::Viscii | Self::Viqr => text.into(),
        }
    }

    /// The encoding of bytes that are no UTF-8: the one in which they are Vietnamese. Of bytes that are ASCII,
    /// VIQR where they are that.
    pub(in crate::ingest) fn detect(sample: &[u8]) -> Option<Self> {
        if sample.is_ascii() {
            return std::str::from_utf8(sample).is_ok_and(is_viqr).then_some(Self::Viqr);
        }
        let share = |legacy: Self| (share_of_syllables(&legacy.decode(sample)), legacy);
        let best = [Self::Tcvn3, Self::VniWindows, Self::Windows1258, Self::Viscii]
            .map(share)
            .into_iter()
            .reduce(|a, b| if b.0 > a.0 { b } else { a })?;
        (best.0 >= SYLLABLES).then_some(best.1)
    }

    /// The encoding of a Unicode file all of whose text is that of legacy fonts: told by its header.
    pub(in crate::ingest) fn of_header(
        rows: &[KeptRow],
        header_row: u32,
        kind: Kind,
        synonyms: &Synonyms,
    ) -> Option<Self> {
        let header = rows.iter().filter(|row| row.number == header_row || row.number == header_row + 1);
        let cells: Vec<&str> =
            header.flat_map(|row| &row.cells).map(String::as_str).filter(|c| !c.is_ascii()).collect();
        let known = |text: &str| synonyms.knows_as_written(kind, text);
        if cells.iter().any(|cell| known(cell)) {
            return None;
        }
        let fonts = [Self::Tcvn3, Self::VniWindows];
        fonts
            .into_iter()
            .find(|legacy| cells.iter().filter(|cell| known(&legacy.decode_text(cell))).count() >= 2)
    }
}

/// What a header text says in the legacy fonts.
pub(in crate::ingest) fn readings(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let fonts: &[Legacy] = if text.is_ascii() { &[] } else { &[Legacy::Tcvn3, Legacy::VniWindows] };
    fonts.iter().map(move |legacy| legacy.decode_text(text))
}

/// TCVN3 has no capitals with tone marks: the fonts drew them. A word with no other small letter has them.
fn capitals(source: &str, decoded: &str) -> String {
    // One code point gives one letter, so that the two run side by side.
    let mut out = String::with_capacity(decoded.len());
    let mut from = source.chars();
    for word in decoded.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let written: Vec<char> = from.by_ref().take(word.chars().count()).collect();
        // One capital begins a name; two with no small letter beside them are a word in capitals.
        let capital = written.iter().filter(|c| c.is_ascii_uppercase()).count() > 1
            && !written.iter().any(char::is_ascii_lowercase);
        if capital {
            out.extend(word.chars().map(letter::upper));
        } else {
            out.push_str(word);
        }
    }
    out
}

/// Share of the words with letters beyond ASCII that are well-formed syllables.
fn share_of_syllables(text: &str) -> f64 {
    let words = text.split(|c: char| c.is_ascii() && !c.is_ascii_alphabetic()).filter(|w| !w.is_ascii());
    let (mut sound, mut all) = (0u32, 0u32);
    for word in words {
        let lower: Vec<char> = word.chars().map(letter::lower).collect();
        all += 1;
        sound += u32::from(syllable::parse(&lower).is_some_and(|s| s.is_well_formed()));
    }
    if all == 0 { 0.0 } else { f64::from(sound) / f64::from(all) }
}

/// The rows of a file whose text is that of legacy fonts, decoded.
pub(in crate::ingest) struct DecodedRows<'a> {
    source: &'a mut dyn RowSource,
    legacy: Legacy,
    text: String,
    spans: Vec<(u32, u32)>,
}

impl<'a> DecodedRows<'a> {
    pub(in crate::ingest) fn new(source: &'a mut dyn RowSource, legacy: Legacy) -> Self {
        Self { source, legacy, text: String::new(), spans: Vec::new() }
    }
}

impl RowSource for DecodedRows<'_> {
    fn next_row(&mut self) -> Result<Option<Row<'_>>, IngestError> {
        let Some(row) = self.source.next_row()? else { return Ok(None) };
        let Content::Cells(cells) = row.content else { return Ok(Some(row)) };
        self.text.clear();
        self.spans.clear();
        for cell in cells.iter() {
            let start = self.text.len() as u32;
            self.text.push_str(&self.legacy.decode_text(cell));
            self.spans.push((start, self.text.len() as u32));
        }
        let content = Content::Cells(Cells { text: &self.text, spans: &self.spans });
        Ok(Some(Row { content, ..row }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vietnamese::legacy::{encode_tcvn3, encode_vni};

    const TEXT: &str = "Họ và tên,Ngày sinh,Địa chỉ\nNguyễn Thị Hồng,05/03/1960,Xã Hưng Chính\nLê Văn Đức,1970,Phường Bến Thuỷ\n";

    fn bytes(text: &str) -> Vec<u8> {
        text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
    }

    #[test]
    fn bytes_of_each_encoding_are_told() {
        for (encoded, legacy) in [(encode_tcvn3(TEXT), Legacy::Tcvn3), (encode_vni(TEXT), Legacy::VniWindows)]
        {
            let bytes = bytes(&encoded);
            assert_eq!(Legacy::detect(&bytes), Some(legacy));
            assert_eq!(legacy.decode(&bytes), TEXT);
        }
        // "Nguyễn Thị Hồng": letters with a circumflex, marks after them.
        let text = b"H\xf2 t\xean,Nguy\xea\xden Th\xf2i H\xf4\xccng,\xd0i\xf2a chi\xd2\n";
        let decoded = Legacy::Windows1258.decode(text);
        assert!(decoded.contains("Nguyễn"), "{decoded}");
        assert_eq!(Legacy::Tcvn3.decode(b"H\x92Bli\xa8 Ni\xaa\n"), "H’Bliă Niê\n");
        assert_eq!(Legacy::detect(b"\x80\x81\xfe\xff garbage \x90\x91"), None);
        // "Nguyễn Thị Hồng, Xã Hưng Chính", "Đặng Văn Đức".
        let viscii =
            b"Nguy\xadn Th\xb8 H\xb0ng,X\xe3 H\xdfng Ch\xednh\n\xd0\xa3ng V\xe5n \xd0\xd1c,T\xb1 1\n";
        assert_eq!(Legacy::detect(viscii), Some(Legacy::Viscii));
        assert!(
            Legacy::Viscii.decode(viscii).starts_with("Nguyễn Thị Hồng,Xã Hưng"),
            "{}",
            Legacy::Viscii.decode(viscii)
        );
        assert_eq!(Legacy::detect(b"Nguye^~n Thi. Ho^`ng,Le^ Va(n A\n"), Some(Legacy::Viqr));
        assert_eq!(Legacy::detect(b"Nguyen Thi Hong,O+\n"), None);
    }

    #[test]
    fn capitals_come_back_where_the_word_shows_them() {
        let legacy = encode_tcvn3("NGUYễN VăN AN");
        assert_eq!(Legacy::Tcvn3.decode_text(&legacy), "NGUYỄN VĂN AN");
        assert_eq!(Legacy::Tcvn3.decode_text(&encode_tcvn3("Nguyễn Văn Ân")), "Nguyễn Văn Ân");
    }
}
