//! Messages: eight bytes of length (little-endian), then one Arrow IPC stream. What is asked and how it went stands in
//! the metadata of its schema.

use std::io::{self, Cursor, Read, Write};
use std::sync::Arc;

use polars::error::PolarsError;
use polars_arrow::array::Array;
use polars_arrow::datatypes::{ArrowSchema, Metadata};
use polars_arrow::io::ipc::read::{StreamReader, StreamState, read_stream_metadata};
use polars_arrow::io::ipc::write::{StreamWriter, WriteOptions};
use polars_arrow::record_batch::RecordBatchT;
use serde_json::Value;

use super::columns::{Columns, Made};

/// Version of what the two sides say to each other.
pub(super) const VERSION: &str = "1";
/// A message larger than this is no message: something else was sent.
const LARGEST: u64 = 1 << 36;

const KEY_VERSION: &str = "lamsach.version";
const KEY_OP: &str = "lamsach.op";
const KEY_PARAMETERS: &str = "lamsach.parameters";
const KEY_STATUS: &str = "lamsach.status";
const KEY_ANSWER: &str = "lamsach.answer";
const KEY_CODE: &str = "lamsach.code";
const KEY_MESSAGE: &str = "lamsach.message";

/// Why a message cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The other side is gone, or the pipe is broken.
    #[error("the stream of messages broke: {0}")]
    Io(#[from] io::Error),
    /// What came is no stream of Arrow record batches.
    #[error("a message is no Arrow stream: {0}")]
    Arrow(#[from] PolarsError),
    /// It is one of another version, or of another program.
    #[error("a message of version {0:?}, this program speaks {VERSION}")]
    Version(String),
    /// The length is no length.
    #[error("a message of {0} bytes")]
    Size(u64),
    /// The parameters are no JSON.
    #[error("the parameters of a message are no JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// What is asked.
#[derive(Debug)]
pub struct Question {
    /// The name of the step.
    pub op: String,
    /// Its parameters.
    pub parameters: Value,
    /// The rows.
    pub columns: Columns,
}

/// How it went.
#[derive(Debug)]
pub enum Answer {
    /// Done.
    Done {
        /// What there is to say beside the rows.
        answer: Value,
        /// The rows.
        columns: Made,
    },
    /// Not done: the question as a whole was wrong.
    Refused {
        /// A stable word.
        code: &'static str,
        /// One sentence, without a word of any row.
        message: String,
    },
}

impl Answer {
    /// Done, nothing to say.
    pub(super) fn done() -> Self {
        Self::rows(Made::default())
    }

    /// Done, with rows.
    pub(super) fn rows(columns: Made) -> Self {
        Self::Done { answer: Value::Object(serde_json::Map::new()), columns }
    }

    /// Done, with something to say.
    pub(super) fn said(answer: Value) -> Self {
        Self::Done { answer, columns: Made::default() }
    }
}

/// Reads a question; `None` at the end of the input.
///
/// # Errors
/// Where the input breaks off, or is something else.
pub fn read_question(input: &mut impl Read) -> Result<Option<Question>, FrameError> {
    let Some((metadata, columns)) = read(input)? else { return Ok(None) };
    let word = |key: &str| metadata.get(key).map(ToString::to_string).unwrap_or_default();
    let parameters = match word(KEY_PARAMETERS).as_str() {
        "" => Value::Null,
        text => serde_json::from_str(text)?,
    };
    Ok(Some(Question { op: word(KEY_OP), parameters, columns }))
}

/// Writes a question.
///
/// # Errors
/// Where it cannot be written.
pub fn write_question(
    out: &mut impl Write,
    op: &str,
    parameters: &Value,
    columns: &Made,
) -> Result<(), FrameError> {
    write(out, [(KEY_OP, op.to_owned()), (KEY_PARAMETERS, parameters.to_string())], columns)
}

/// Reads an answer.
///
/// # Errors
/// Where the input ends or is something else; a refusal is one in words.
pub fn read_answer(input: &mut impl Read) -> Result<(Value, Columns), FrameError> {
    let ended = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let (metadata, columns) = read(input)?.ok_or_else(ended)?;
    let word = |key: &str| metadata.get(key).map(ToString::to_string).unwrap_or_default();
    if word(KEY_STATUS) != "ok" {
        return Err(io::Error::other(format!("{}: {}", word(KEY_CODE), word(KEY_MESSAGE))).into());
    }
    Ok((serde_json::from_str(&word(KEY_ANSWER))?, columns))
}

/// Writes an answer.
pub(super) fn write_answer(out: &mut impl Write, answer: &Answer) -> Result<(), FrameError> {
    match answer {
        Answer::Done { answer, columns } => {
            write(out, [(KEY_STATUS, "ok".to_owned()), (KEY_ANSWER, answer.to_string())], columns)
        }
        Answer::Refused { code, message } => {
            let words = [
                (KEY_STATUS, "error".to_owned()),
                (KEY_ANSWER, "{}".to_owned()),
                (KEY_CODE, (*code).to_owned()),
                (KEY_MESSAGE, message.clone()),
            ];
            write(out, words, &Made::default())
        }
    }
}

fn read(input: &mut impl Read) -> Result<Option<(Metadata, Columns)>, FrameError> {
    let mut length = [0; 8];
    match input.read(&mut length[..1])? {
        0 => return Ok(None),
        _ => input.read_exact(&mut length[1..])?,
    }
    let length = u64::from_le_bytes(length);
    if length > LARGEST {
        return Err(FrameError::Size(length));
    }
    let mut bytes = Vec::new();
    // What is said to come need not come: memory grows with what does.
    input.take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    let (words, columns) = read_stream(bytes)?;
    match words.get(KEY_VERSION) {
        Some(version) if version.as_str() == VERSION => {}
        other => return Err(FrameError::Version(other.map(ToString::to_string).unwrap_or_default())),
    }
    Ok(Some((words, columns)))
}

/// The metadata and columns of one Arrow IPC stream.
pub(super) fn read_stream(bytes: Vec<u8>) -> Result<(Metadata, Columns), FrameError> {
    let mut bytes = Cursor::new(bytes);
    let metadata = read_stream_metadata(&mut bytes)?;
    let words = metadata.custom_schema_metadata.clone().unwrap_or_default();
    let names = metadata.schema.iter_names().map(ToString::to_string).collect();
    let mut batches = Vec::new();
    for state in StreamReader::new(bytes, metadata, None) {
        match state? {
            StreamState::Some(batch) => batches.push(batch),
            // All that was to come has come.
            StreamState::Waiting => break,
        }
    }
    Ok((words, Columns::new(names, batches)))
}

fn write(
    out: &mut impl Write,
    words: impl IntoIterator<Item = (&'static str, String)>,
    columns: &Made,
) -> Result<(), FrameError> {
    let mut metadata: Metadata =
        words.into_iter().map(|(key, word)| (key.into(), word.as_str().into())).collect();
    metadata.insert(KEY_VERSION.into(), VERSION.into());
    let bytes = stream(Some(metadata), columns)?;
    out.write_all(&(bytes.len() as u64).to_le_bytes())?;
    out.write_all(&bytes)?;
    out.flush()?;
    Ok(())
}

/// Writes columns as an Arrow IPC stream by itself, as files hold one.
///
/// # Errors
/// Where it cannot be written.
pub fn write_stream(out: &mut impl Write, columns: &Made) -> Result<(), FrameError> {
    Ok(out.write_all(&stream(None, columns)?)?)
}

fn stream(metadata: Option<Metadata>, columns: &Made) -> Result<Vec<u8>, FrameError> {
    let schema: ArrowSchema = columns.fields().collect();
    let mut stream = StreamWriter::new(Vec::new(), WriteOptions { compression: None });
    if let Some(metadata) = metadata {
        stream.set_custom_schema_metadata(Arc::new(metadata));
    }
    stream.start(&schema, None)?;
    let arrays: Vec<Box<dyn Array>> = columns.arrays();
    let batch = RecordBatchT::try_new(columns.rows(), Arc::new(schema), arrays)?;
    stream.write(&batch, None)?;
    stream.finish()?;
    Ok(stream.into_inner())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_question_arrives_as_it_was_asked() {
        let mut columns = Made::default();
        columns.longs("ordinal", [3, -1]);
        columns.texts("code", ["00001", ""]);
        columns.bytes("record", [&b"\x00\xff"[..], b""]);
        columns.lists("numbers", [vec![1, 2], vec![]]);
        columns.reals("p", [0.5, 1.0]);
        columns.flags("nobody", [true, false]);
        let mut pipe = Vec::new();
        write_question(&mut pipe, "find", &json!({"kind": "births"}), &columns).unwrap();
        write_question(&mut pipe, "ready", &Value::Null, &Made::default()).unwrap();
        let mut input = pipe.as_slice();
        let question = read_question(&mut input).unwrap().unwrap();
        assert_eq!((question.op.as_str(), &question.parameters), ("find", &json!({"kind": "births"})));
        let columns = question.columns;
        assert_eq!(columns.len(), 2);
        assert_eq!(columns.longs("ordinal").unwrap(), [3, -1]);
        assert_eq!(columns.texts("code").unwrap(), ["00001", ""]);
        assert_eq!(columns.bytes("record").unwrap(), [&b"\x00\xff"[..], b""]);
        assert_eq!(columns.lists("numbers").unwrap(), [vec![1, 2], vec![]]);
        assert_eq!(columns.reals("p").unwrap(), [0.5, 1.0]);
        assert_eq!(columns.flags("nobody").unwrap(), [true, false]);
        assert!(columns.longs("code").is_err() && columns.longs("absent").is_err());
        let ready = read_question(&mut input).unwrap().unwrap();
        assert_eq!((ready.op.as_str(), ready.columns.len()), ("ready", 0));
        assert!(read_question(&mut input).unwrap().is_none());
    }

    #[test]
    fn what_breaks_off_or_is_something_else_is_told() {
        let mut pipe = Vec::new();
        write_question(&mut pipe, "find", &Value::Null, &Made::default()).unwrap();
        for cut in [1, 7, 9, pipe.len() - 1] {
            assert!(read_question(&mut &pipe[..cut]).is_err(), "{cut}");
        }
        assert!(read_question(&mut &[0xff; 16][..]).is_err());
        assert!(read_question(&mut &[&4u64.to_le_bytes()[..], b"noise"].concat()[..]).is_err());
    }
}
