//! A look at the markup of a sheet of `.xlsx` for what the reader of workbooks does not tell, or tells only by
//! reading the sheet once more: hidden rows, and whether there are merged cells and formulas never computed at all.

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

/// What the markup of a sheet shows.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::ingest) struct Glance {
    /// Rows that are hidden.
    pub(in crate::ingest) hidden: u64,
    /// Whether cells are merged.
    pub(in crate::ingest) merged: bool,
    /// Whether formulas may stand there whose value was never computed.
    pub(in crate::ingest) uncomputed: bool,
}

/// How a cell ends that has a formula and no value.
const UNCOMPUTED: [&[u8]; 5] = [b"</f></c>", b"</f><v></v>", b"</f><v/>", b"</f><v />", b"\"/></c>"];

impl Glance {
    /// Looks at a sheet; `None` where the workbook cannot be looked into.
    pub(in crate::ingest) fn of(path: &Path, sheet: &str) -> Option<Self> {
        let mut archive = ZipArchive::new(BufReader::new(File::open(path).ok()?)).ok()?;
        let id = attribute_of(&mut archive, "xl/workbook.xml", b"sheet", (b"name", sheet), b"r:id")?;
        let links = "xl/_rels/workbook.xml.rels";
        let target = attribute_of(&mut archive, links, b"relationship", (b"id", &id), b"target")?;
        let entry = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
        look(archive.by_name(&entry).ok()?).ok()
    }
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

fn look(mut source: impl Read) -> std::io::Result<Glance> {
    let (row, hidden, merged) = (
        memmem::Finder::new(b"<row "),
        memmem::Finder::new(b" hidden=\"1\""),
        memmem::Finder::new(b"<mergeCell "),
    );
    let uncomputed = UNCOMPUTED.map(memmem::Finder::new);
    let (mut bytes, mut glance) = (Vec::new(), Glance::default());
    loop {
        let read = source.by_ref().take(CHUNK as u64).read_to_end(&mut bytes)?;
        // Hardly a sheet hides rows: most chunks are passed over as they are.
        let mut pos = if hidden.find(&bytes).is_some() { 0 } else { bytes.len().saturating_sub(MAX_TAG) };
        while let Some(at) = row.find(&bytes[pos..]) {
            let tag = &bytes[pos + at..];
            match memchr::memchr(b'>', &tag[..tag.len().min(MAX_TAG)]) {
                Some(end) => {
                    glance.hidden += u64::from(hidden.find(&tag[..end]).is_some());
                    pos += at + end;
                }
                None if tag.len() < MAX_TAG => break,
                None => pos += at + 1,
            }
        }
        // They stand behind the rows.
        glance.merged |= merged.find(&bytes).is_some();
        glance.uncomputed = glance.uncomputed || uncomputed.iter().any(|end| end.find(&bytes).is_some());
        if read < CHUNK {
            return Ok(glance);
        }
        // A tag that is cut is looked at again with what follows.
        let rest = row.find(&bytes[pos..]).map_or(bytes.len().saturating_sub(12).max(pos), |at| pos + at);
        bytes.drain(..rest);
    }
}

/// Whether the dates of a workbook are counted from 1904, as old Macs did. The crate heeds it and does not tell.
pub(super) fn counts_from_1904(path: &Path) -> bool {
    let of_book = || -> Option<String> {
        let mut archive = ZipArchive::new(BufReader::new(File::open(path).ok()?)).ok()?;
        let book = archive.by_name("xl/workbook.xml").ok()?;
        let mut text = String::new();
        book.take(1 << 20).read_to_string(&mut text).ok()?;
        Some(text)
    };
    of_book().is_some_and(|text| ["date1904=\"1\"", "date1904=\"true\""].iter().any(|on| text.contains(on)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(sheet: &str) -> u64 {
        look(sheet.as_bytes()).unwrap().hidden
    }

    #[test]
    fn tags_across_chunks_are_counted_once() {
        assert_eq!(
            hidden(&"<row r=\"1\" hidden=\"1\"><c/></row><row r=\"2\"><c/></row>".repeat(9_999)),
            9_999
        );
        let seldom = format!("<row r=\"1\" hidden=\"1\">{}", "<row r=\"2\"><c>x</c></row>".repeat(1_000));
        assert_eq!(hidden(&seldom.repeat(40)), 40);
        assert_eq!(hidden("<row r=\"1"), 0);
        assert_eq!(hidden(&"<row ".repeat(CHUNK)), 0);
    }

    #[test]
    fn formulas_without_a_value_are_seen() {
        let uncomputed = |sheet: &str| look(sheet.as_bytes()).unwrap().uncomputed;
        for cell in [
            "<c r=\"D2\"><f>A1</f></c>",
            "<c r=\"D2\"><f>A1</f><v></v></c>",
            "<c r=\"D2\"><f>A1</f><v/></c>",
            "<c r=\"D2\"><f>A1</f><v /></c>",
            "<c r=\"D2\"><f t=\"shared\" si=\"0\"/></c>",
        ] {
            assert!(uncomputed(cell), "{cell}");
        }
        assert!(!uncomputed("<c r=\"D2\"><f>A1</f><v>5</v></c><c r=\"D3\"><v>1</v></c>"));
    }

    #[test]
    fn merged_cells_are_seen_wherever_they_stand() {
        for before in CHUNK - 20..CHUNK + 3 {
            let sheet = format!("{}<mergeCell ref=\"A1:A2\"/>", "x".repeat(before));
            assert!(look(sheet.as_bytes()).unwrap().merged, "{before}");
        }
        assert!(!look("<row r=\"1\"/>".as_bytes()).unwrap().merged);
    }
}
