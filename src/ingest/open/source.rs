//! From a path to a stream of bytes: the file opened, told by its first bytes, digested while it is read.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use super::encoding::Encoding;
use crate::ingest::error::{BINARY, IngestError, PIPE};
use crate::ingest::formats::markup::Markup;
use crate::ingest::formats::workbook::WorkbookFormat;

/// What a file is, by its first bytes.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Format {
    /// Delimited text.
    Text,
    /// Text, packed by gzip.
    Gzip,
    /// Text, packed by zstd.
    Zstd,
    /// A workbook.
    Workbook(WorkbookFormat),
    /// A workbook under a password.
    Locked,
    /// Parquet.
    Parquet,
    /// Anything that is not read, with what it is.
    Foreign(&'static str),
}

/// Beginnings of files that are not read.
const FOREIGN: &[(&[u8], &str)] = &[
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"{\\rtf", "RTF (Word)"),
    (b"SQLite format 3", "SQLite"),
    (b"\x00\x01\x00\x00Standard", "Access"),
    (b"\x7fELF", "ELF"),
    (b"MZ\x90\0", "EXE"),
    (b"MIME-Version:", "MHTML"),
    (b"<?xml", "XML"),
];

/// What a page of HTML begins with, lower case.
const HTML: &[&[u8]] = &[
    b"<!doctype html",
    b"<html",
    b"<head",
    b"<meta",
    b"<body",
    b"<style",
    b"<table",
    b"<tr",
    b"<div",
    b"<center",
    b"<p>",
    b"<h1",
    b"<h2",
    b"<h3",
    b"<br",
    b"<b>",
    b"<font",
];

/// Tells the format by the first bytes of a file: the ending of its name may say anything.
pub(in crate::ingest) fn recognise(head: &[u8]) -> Format {
    let contains = |wanted: &[u8]| memchr::memmem::find(head, wanted).is_some();
    let wide = |word: &str| word.bytes().flat_map(|b| [b, 0]).collect::<Vec<u8>>();
    match head {
        [0x1f, 0x8b, ..] => return Format::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => return Format::Zstd,
        [b'P', b'A', b'R', b'1', ..] => return Format::Parquet,
        [b'P', b'K', 3, 4, ..] => {
            return if contains(b"application/vnd.oasis.opendocument.spreadsheet") {
                Format::Workbook(WorkbookFormat::Ods)
            } else if contains(b"word/document.xml") {
                Format::Foreign("Word (.docx)")
            } else if contains(b"[Content_Types].xml") || contains(b"xl/") || contains(b"_rels/") {
                Format::Workbook(WorkbookFormat::Xlsx)
            } else {
                Format::Foreign("ZIP")
            };
        }
        [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            return if contains(&wide("WordDocument")) {
                Format::Foreign("Word (.doc)")
            } else if contains(&wide("EncryptedPackage")) {
                Format::Locked
            } else {
                Format::Workbook(WorkbookFormat::Xls)
            };
        }
        _ => {}
    }
    let sample = &head[..head.len().min(4096)];
    let encoding = Encoding::detect(sample);
    let decoded = if encoding.streams() { String::new() } else { encoding.decode(sample) };
    let start = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if let Some(markup) = markup(start).or_else(|| markup(decoded.as_bytes().trim_ascii_start())) {
        return Format::Workbook(WorkbookFormat::Markup(markup));
    }
    if let Some((_, name)) = FOREIGN.iter().find(|(signature, _)| start.starts_with(signature)) {
        return Format::Foreign(name);
    }
    let strange = |b: &&u8| **b < 9 || (14..32).contains(*b) && **b != 0x1a;
    if encoding.streams() && sample.iter().filter(strange).count() * 20 > sample.len() {
        return Format::Foreign(BINARY);
    }
    Format::Text
}

/// The markup that a text begins with, where it may hold tables.
fn markup(start: &[u8]) -> Option<Markup> {
    let lower = start[..start.len().min(4096)].to_ascii_lowercase();
    let mut rest = lower.as_slice();
    // Comments, and the declaration of XHTML, come before what tells.
    loop {
        let end: &[u8] = match rest {
            [b'<', b'!', b'-', b'-', ..] => b"-->",
            [b'<', b'?', ..] => b"?>",
            _ => break,
        };
        rest = rest[memchr::memmem::find(rest, end)? + end.len()..].trim_ascii_start();
    }
    if HTML.iter().any(|start| rest.starts_with(start)) {
        return Some(Markup::Html);
    }
    let is_spreadsheet =
        memchr::memmem::find(&lower, b"urn:schemas-microsoft-com:office:spreadsheet").is_some();
    (rest.starts_with(b"<") && is_spreadsheet).then_some(Markup::Xml2003)
}

/// A reader that digests what passes, and counts it where others can see.
pub(in crate::ingest) struct Digesting<'a> {
    file: BufReader<File>,
    hasher: blake3::Hasher,
    bytes: u64,
    /// Of the file as it lies on the disk.
    size: u64,
    counter: &'a AtomicU64,
}

impl<'a> Digesting<'a> {
    /// Opens a file.
    ///
    /// # Errors
    /// [`IngestError::NotFound`], [`IngestError::Unreadable`].
    pub(in crate::ingest) fn open(path: &Path, counter: &'a AtomicU64) -> Result<Self, IngestError> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => IngestError::NotFound { file: path.to_owned() },
            kind => IngestError::Unreadable { file: path.to_owned(), detail: kind.to_string() },
        };
        let about = std::fs::metadata(path).map_err(failed)?;
        if about.is_dir() {
            return Err(IngestError::IsFolder { file: path.to_owned() });
        }
        // A pipe or a device may never end, and is gone once it was looked at.
        if !about.is_file() {
            return Err(IngestError::WrongFormat { file: path.to_owned(), recognised: PIPE });
        }
        let file = BufReader::with_capacity(256 * 1024, File::open(path).map_err(failed)?);
        Ok(Self { file, hasher: blake3::Hasher::new(), bytes: 0, size: about.len(), counter })
    }

    /// Bytes of the file as it lies on the disk.
    pub(in crate::ingest) fn size(&self) -> u64 {
        self.size
    }

    /// The first bytes, not passed over yet.
    ///
    /// # Errors
    /// That of the file.
    pub(in crate::ingest) fn head(&mut self) -> io::Result<&[u8]> {
        self.file.fill_buf()
    }

    /// Reads what is left, and gives digest and size.
    ///
    /// # Errors
    /// That of the file.
    pub(in crate::ingest) fn finish(mut self) -> io::Result<(String, u64)> {
        io::copy(&mut self, &mut io::sink())?;
        Ok((self.hasher.finalize().to_hex().to_string(), self.bytes))
    }
}

impl Read for Digesting<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = self.file.read(out)?;
        self.hasher.update(&out[..len]);
        self.bytes += len as u64;
        self.counter.fetch_add(len as u64, Ordering::Relaxed);
        Ok(len)
    }
}

/// A reader for text whose lines end in CR alone.
pub(in crate::ingest) struct CarriageReturns<R>(pub(in crate::ingest) R);

impl<R: Read> Read for CarriageReturns<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = self.0.read(out)?;
        for byte in &mut out[..len] {
            if *byte == b'\r' {
                *byte = b'\n';
            }
        }
        Ok(len)
    }
}
