//! How many rows of a sheet of `.xlsx` are hidden, which the reader of workbooks does not tell.
//!
//! Hidden rows are read like any other; whoever inspects a file is told of them.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use html5gum::{IoReader, StartTag, Token, Tokenizer};
use memchr::memmem;
use zip::ZipArchive;

/// Bytes of a sheet looked at at a time.
const CHUNK: usize = 64 * 1024;
/// No tag of a row is longer.
const MAX_TAG: usize = 1024;

type Archive = ZipArchive<BufReader<File>>;

/// The number of hidden rows of a sheet; `None` where the workbook cannot be looked into.
pub(super) fn hidden_rows(path: &Path, sheet: &str) -> Option<u64> {
    let mut archive = ZipArchive::new(BufReader::new(File::open(path).ok()?)).ok()?;
    let id = attribute_of(&mut archive, "xl/workbook.xml", b"sheet", (b"name", sheet), b"r:id")?;
    let target =
        attribute_of(&mut archive, "xl/_rels/workbook.xml.rels", b"relationship", (b"id", &id), b"target")?;
    let entry = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
    count_hidden(archive.by_name(&entry).ok()?).ok()
}

/// Of the first element of that name which has an attribute of that value, another attribute.
fn attribute_of(
    archive: &mut Archive,
    entry: &str,
    element: &[u8],
    (key, value): (&[u8], &str),
    wanted: &[u8],
) -> Option<String> {
    let reader = archive.by_name(entry).ok()?;
    let of = |tag: &StartTag<()>, name: &[u8]| {
        tag.attributes.get(name).map(|found| String::from_utf8_lossy(found).into_owned())
    };
    Tokenizer::new(IoReader::new(reader)).map_while(Result::ok).find_map(|token| match token {
        Token::StartTag(tag) if *tag.name == *element && of(&tag, key).as_deref() == Some(value) => {
            of(&tag, wanted)
        }
        _ => None,
    })
}

fn count_hidden(mut source: impl Read) -> std::io::Result<u64> {
    let begin = memmem::Finder::new(b"<row ");
    let (mut bytes, mut hidden) = (Vec::new(), 0);
    loop {
        let read = source.by_ref().take(CHUNK as u64).read_to_end(&mut bytes)?;
        let mut pos = 0;
        while let Some(at) = begin.find(&bytes[pos..]) {
            let tag = &bytes[pos + at..];
            match memchr::memchr(b'>', &tag[..tag.len().min(MAX_TAG)]) {
                Some(end) => {
                    hidden += u64::from(memmem::find(&tag[..end], b" hidden=\"1\"").is_some());
                    pos += at + end;
                }
                None if tag.len() < MAX_TAG => break,
                None => pos += at + 1,
            }
        }
        if read < CHUNK {
            return Ok(hidden);
        }
        // A tag that is cut is looked at again with what follows.
        let rest = begin.find(&bytes[pos..]).map_or(bytes.len().saturating_sub(4).max(pos), |at| pos + at);
        bytes.drain(..rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_across_chunks_are_counted_once() {
        let sheet = "<row r=\"1\" hidden=\"1\"><c/></row><row r=\"2\"><c/></row>".repeat(9_999);
        assert_eq!(count_hidden(sheet.as_bytes()).unwrap(), 9_999);
        assert_eq!(count_hidden("<row r=\"1".as_bytes()).unwrap(), 0);
        assert_eq!(count_hidden("<row ".repeat(CHUNK).as_bytes()).unwrap(), 0);
    }
}
