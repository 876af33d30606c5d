//! The package around a document of a word processor (ECMA-376, part 2): a zip with parts.

use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The part that holds the text.
const DOCUMENT: &str = "word/document.xml";

/// Bytes of that part, at most: a letter of one page has some thousand.
const MOST: u64 = 8 << 20;

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;

const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;

/// A package that holds nothing but a document.
pub(super) fn new(document: &str) -> Result<Vec<u8>, String> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in
        [("[Content_Types].xml", CONTENT_TYPES), ("_rels/.rels", RELATIONS), (DOCUMENT, document)]
    {
        write(&mut zip, name, text)?;
    }
    Ok(zip.finish().map_err(|error| error.to_string())?.into_inner())
}

/// The document of a package.
pub(super) fn document(package: &[u8]) -> Result<String, String> {
    let mut zip = ZipArchive::new(Cursor::new(package)).map_err(|error| error.to_string())?;
    let part = zip.by_name(DOCUMENT).map_err(|error| error.to_string())?;
    let mut text = String::new();
    part.take(MOST + 1).read_to_string(&mut text).map_err(|error| error.to_string())?;
    if text.len() as u64 > MOST { Err("the document is too long for a letter".to_owned()) } else { Ok(text) }
}

/// The package with another document; all other parts as they are.
pub(super) fn replaced(package: &[u8], document: &str) -> Result<Vec<u8>, String> {
    let mut from = ZipArchive::new(Cursor::new(package)).map_err(|error| error.to_string())?;
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..from.len() {
        let part = from.by_index_raw(at).map_err(|error| error.to_string())?;
        if part.name().is_ok_and(|name| name == DOCUMENT) {
            drop(part);
            write(&mut to, DOCUMENT, document)?;
        } else {
            to.raw_copy_file(part).map_err(|error| error.to_string())?;
        }
    }
    Ok(to.finish().map_err(|error| error.to_string())?.into_inner())
}

fn write(zip: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, text: &str) -> Result<(), String> {
    zip.start_file(name, SimpleFileOptions::default()).map_err(|error| error.to_string())?;
    zip.write_all(text.as_bytes()).map_err(|error| error.to_string())
}
