//! From a path to a stream of bytes: the file opened, told by its first bytes, digested while it is read.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::IngestError;

/// What a file is, by its first bytes.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Delimited text.
    Text,
    /// Anything that is not read, with what it is.
    Foreign(&'static str),
}

/// Tells the format by the first bytes of a file.
pub(super) fn recognise(head: &[u8]) -> Format {
    const SIGNATURES: &[(&[u8], &str)] = &[
        (b"%PDF", "PDF"),
        (b"\x89PNG", "PNG (image)"),
        (b"\xff\xd8\xff", "JPEG (image)"),
        (b"GIF8", "GIF (image)"),
        (b"II*\0", "TIFF (image)"),
        (b"MM\0*", "TIFF (image)"),
        (b"Rar!", "RAR"),
        (b"7z\xbc\xaf", "7-Zip"),
        (b"{\\rtf", "RTF (Word)"),
        (b"SQLite format 3", "SQLite"),
        (b"\x00\x01\x00\x00Standard", "Access"),
        (b"MZ", "EXE"),
        (b"\x7fELF", "ELF"),
        (b"<!DOCTYPE", "HTML"),
        (b"<!doctype", "HTML"),
        (b"<html", "HTML"),
        (b"<HTML", "HTML"),
        (b"<?xml", "XML"),
    ];
    let start = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    for (signature, name) in SIGNATURES {
        let exact = *name == "EXE" && !head.contains(&0);
        if start.starts_with(signature) && !exact {
            return Format::Foreign(name);
        }
    }
    Format::Text
}

/// A reader that digests what passes, and counts it where others can see.
pub(super) struct Digesting<'a> {
    file: BufReader<File>,
    hasher: blake3::Hasher,
    bytes: u64,
    counter: &'a AtomicU64,
}

impl<'a> Digesting<'a> {
    /// Opens a file.
    pub(super) fn open(path: &Path, counter: &'a AtomicU64) -> Result<Self, IngestError> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => IngestError::NotFound { file: path.to_owned() },
            kind => IngestError::Unreadable { file: path.to_owned(), detail: kind.to_string() },
        };
        if std::fs::metadata(path).map_err(failed)?.is_dir() {
            return Err(IngestError::IsFolder { file: path.to_owned() });
        }
        let file = BufReader::with_capacity(256 * 1024, File::open(path).map_err(failed)?);
        Ok(Self { file, hasher: blake3::Hasher::new(), bytes: 0, counter })
    }

    /// The first bytes, not passed over yet.
    pub(super) fn head(&mut self) -> io::Result<&[u8]> {
        self.file.fill_buf()
    }

    /// Reads what is left, and gives digest and size.
    pub(super) fn finish(mut self) -> io::Result<(String, u64)> {
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
pub(super) struct CarriageReturns<R>(pub(super) R);

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
