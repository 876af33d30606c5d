//! A file read once more and cut for all parts that have rows in it.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;

use super::piece::Piece;
use crate::domain::{Dataset, Day, Kind};
use crate::ingest::{self, InputSpec, ReadOptions, records};
use crate::worker::columns::Made;
use crate::worker::frame::{Answer, FrameError, read_question, write_answer};
use crate::worker::rows::RowsError;

/// What is known of a file beside its rows: a piece without any.
pub(in crate::worker) fn head(data: &Dataset) -> Vec<u8> {
    Piece::cut(data, &[]).packed()
}

/// Reads a file of a kind, takes one question and answers it: which rows each part has of it, in; for each part its piece,
/// out. The question has for each row its `part` and `position`, the place among the data rows of the file, and as
/// parameter `followed` the lists by which tables of the file were followed, by number of the table.
///
/// # Errors
/// Where the file cannot be understood, the question is none or asks for rows that there are not, or nobody takes the
/// answer.
pub fn cut_file(
    path: &Path,
    kind: Kind,
    as_of: Day,
    input: &mut impl Read,
    out: &mut impl Write,
) -> Result<(), RowsError> {
    let question = read_question(input)?.ok_or_else(|| broken("no question came"))?;
    let followed: BTreeMap<String, String> =
        serde_json::from_value(question.parameters["followed"].clone()).unwrap_or_default();
    let file = InputSpec { kind: Some(kind), ..InputSpec::new(path) };
    let tables = ingest::read_all(&[file], &ReadOptions::default(), &|_| ())?;
    let followed: Vec<Option<String>> =
        (0..tables.len()).map(|table| followed.get(&table.to_string()).cloned()).collect();
    let data = records::build_file(tables, &followed, as_of);
    let rows = data.extracts.first().map_or(data.registry.residents.len(), |extract| extract.rows.len());
    let (parts, positions) = (question.columns.texts("part")?, question.columns.longs("position")?);
    let mut wanted: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (part, position) in parts.into_iter().zip(positions) {
        let at = usize::try_from(position).ok().filter(|at| *at < rows);
        wanted.entry(part).or_default().push(at.ok_or_else(|| broken("a row that the file does not have"))?);
    }
    let mut made = Made::default();
    let pieces: Vec<Vec<u8>> = wanted
        .values_mut()
        .map(|rows| {
            rows.sort_unstable();
            rows.dedup();
            Piece::cut(&data, rows).packed()
        })
        .collect();
    made.texts("part", wanted.keys().copied());
    made.bytes("piece", pieces.iter().map(Vec::as_slice));
    Ok(write_answer(out, &Answer::rows(made))?)
}

fn broken(why: &str) -> FrameError {
    std::io::Error::other(why.to_owned()).into()
}
