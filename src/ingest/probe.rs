//! Inner steps of reading, opened to the fuzz targets.

use super::columns::header::find;
use super::columns::lexicon::{Lexicon, Piece};
use super::columns::reading::Said;
use super::columns::synonyms::Synonyms;
use super::formats::row::KeptRow;
use super::open::encoding::Encoding;
use super::open::legacy::Legacy;
use crate::domain::Kind;

/// The encoding that bytes are taken for, and their text in that encoding and in all others.
pub(crate) fn decoded(bytes: &[u8]) -> (Encoding, Vec<String>) {
    let detected = Encoding::detect(bytes);
    let texts = [detected].into_iter().chain(Encoding::ALL).map(|encoding| encoding.decode(bytes));
    (detected, texts.collect())
}

/// Looks for the header in rows of cells. Where one is found: its first and last row, and the number of its
/// columns and of the reasons given for them.
pub(crate) fn header(rows: Vec<Vec<String>>, kind: Option<Kind>, name: &str) -> Option<[usize; 4]> {
    let synonyms = Synonyms::default();
    let rows: Vec<KeptRow> = (1..).zip(rows).map(|(number, cells)| KeptRow::new(number, cells)).collect();
    let header = find(&rows, kind, name, &synonyms).ok()?;
    // Fonts are told by the rows around the header.
    Legacy::of_header(&rows, header.row, header.kind, &synonyms);
    let columns = &header.columns;
    Some([header.row as usize, header.last_row as usize, columns.columns.len(), columns.reasons.len()])
}

/// Cuts a text into the words of headers and asks what it means for a kind: how many pieces are known, and those that
/// are not.
pub(crate) fn words_of_header(text: &str, kind: Kind) -> (usize, Vec<String>) {
    let mut unknown = Vec::new();
    let mut known = 0;
    for piece in Lexicon::built_in().cut(text) {
        match piece {
            Piece::Known(_) => known += 1,
            Piece::Unknown(word) => unknown.push(word),
        }
    }
    Said::of_any_font(text);
    Synonyms::default().meaning(kind, text);
    (known, unknown)
}
