//! Which delimiter a text file has.

use std::io::Read;

use crate::domain::Kind;
use crate::ingest::columns::header::SEARCHED_ROWS;
use crate::ingest::columns::synonyms::Synonyms;
use crate::ingest::error::IngestError;
use crate::ingest::formats::row::{KeptRow, first_rows, is_blank};
use crate::ingest::formats::text::{TextRows, Window};

/// The delimiters that are looked for, the likeliest first.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// The delimiter that a first line `sep=;` names. Spreadsheets do not show that line, so it has no number.
pub(in crate::ingest) fn named_delimiter<R: Read>(window: &mut Window<R>) -> Option<u8> {
    let rest = window.ahead().strip_prefix(b"sep=")?;
    let (delimiter, rest) = rest.split_first()?;
    let end = if rest.starts_with(b"\r\n") { 2 } else { usize::from(rest.starts_with(b"\n")) };
    let delimiter = *delimiter;
    (end > 0 && b",;\t|".contains(&delimiter)).then(|| {
        window.pass(5 + end);
        delimiter
    })
}

/// Finds the delimiter of UTF-8 text by its first bytes: the one by which a row reads as a header; where
/// none or several do, the one that gives the rows the same number of cells.
///
/// # Errors
/// That of rows that cannot be read by any of them.
pub(in crate::ingest) fn delimiter(
    sample: &[u8],
    kind: Option<Kind>,
    synonyms: &Synonyms,
) -> Result<u8, IngestError> {
    let mut best = (0, 0, DELIMITERS[0]);
    for delimiter in DELIMITERS {
        // Reading from memory does not fail.
        let Ok(window) = Window::new(sample) else { continue };
        let mut rows = TextRows::new("".into(), window, delimiter, 0, usize::MAX).mended_to(u32::MAX);
        let rows = first_rows(&mut rows, SEARCHED_ROWS + 20)?;
        let score = (known_headers(&rows, kind, synonyms), evenness(&rows));
        if score > (best.0, best.1) {
            best = (score.0, score.1, delimiter);
        }
    }
    Ok(best.2)
}

/// The most cells of one row that are header texts, if more than one is.
fn known_headers(rows: &[KeptRow], kind: Option<Kind>, synonyms: &Synonyms) -> usize {
    let known = |row: &KeptRow, kind: Kind| {
        row.cells.iter().filter(|c| c.len() < 120 && synonyms.meaning(kind, c).is_some()).count()
    };
    let kinds = kind.map_or_else(|| Kind::SIX.to_vec(), |kind| vec![kind]);
    let searched = rows.iter().take(SEARCHED_ROWS / 2).filter(|row| row.cells.len() > 1);
    let most = searched.flat_map(|row| kinds.iter().map(move |&kind| known(row, kind))).max().unwrap_or(0);
    if most > 1 { most } else { 0 }
}

/// Share of the rows, in thousandths, that have the most frequent number of cells above one; wider rows
/// are the better evidence.
fn evenness(rows: &[KeptRow]) -> usize {
    let widths: Vec<usize> =
        rows.iter().filter(|r| r.cells.iter().any(|c| !is_blank(c))).map(|r| r.cells.len()).collect();
    let of = |width: usize| widths.iter().filter(|w| **w == width).count();
    widths.iter().filter(|w| **w > 1).map(|&w| of(w) * 1000 / widths.len() + w.min(50)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> char {
        char::from(delimiter(text.as_bytes(), None, &Synonyms::default()).unwrap())
    }

    #[test]
    fn delimiters_are_told() {
        assert_eq!(told("full_name,birth_date\nA,1960\n"), ',');
        assert_eq!(
            told("Họ và tên;Ngày sinh;Địa chỉ\nA;1960;\"Thôn 1; xã B\"\nB;1961;Thôn 1, xã B, huyện C\n"),
            ';'
        );
        assert_eq!(told("Họ và tên\tNgày, tháng, năm sinh\nA\t1960\n"), '\t');
        assert_eq!(told("DANH SÁCH\nHọ tên|Ngày sinh|Xã\nA|1960|B\n"), '|');
        // No header text known: by evenness.
        assert_eq!(told("x;y;z\n1,5;2;3\n4;5,5;6\n"), ';');
        assert_eq!(told("full_name\nNguyễn Văn A\n"), ',');
        assert_eq!(told(""), ',');
    }
}
