//! Text of other encodings as a stream of UTF-8: what is held is one buffer, never the file.

use std::io::Read;

use super::encoding::Encoding;

/// Bytes read before they are decoded.
const CHUNK: usize = 256 * 1024;
/// A line longer than this is decoded in parts.
const MAX_LINE: usize = 8 << 20;

/// Decodes line by line what it reads: in none of the encodings a line end is part of anything else, so that
/// the parts are what the whole would be.
pub(in crate::ingest) struct Decoding<R> {
    source: R,
    encoding: Encoding,
    bytes: Vec<u8>,
    ended: bool,
    text: String,
    given: usize,
}

impl<R: Read> Decoding<R> {
    pub(in crate::ingest) fn new(source: R, encoding: Encoding) -> Self {
        Self { source, encoding, bytes: Vec::new(), ended: false, text: String::new(), given: 0 }
    }

    /// Decodes the next lines. After it there is text to be given, or the source has ended.
    fn decode_lines(&mut self) -> std::io::Result<()> {
        self.given = 0;
        self.text.clear();
        while !self.ended {
            let read = self.source.by_ref().take(CHUNK as u64).read_to_end(&mut self.bytes)?;
            self.ended = read < CHUNK;
            let whole = match self.line_ends() {
                _ if self.ended => self.bytes.len(),
                None if self.bytes.len() > MAX_LINE => self.bytes.len() / 4 * 4,
                None => continue,
                Some(end) => end,
            };
            self.text = self.encoding.decode(&self.bytes[..whole]);
            self.bytes.drain(..whole);
            if !self.text.is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// Where the last line that is whole ends.
    fn line_ends(&self) -> Option<usize> {
        let is_end = |unit: &[u8]| match (self.encoding, unit) {
            (Encoding::Utf16Le, [b'\n' | b'\r', 0]) | (Encoding::Utf16Be, [0, b'\n' | b'\r']) => true,
            (_, [unit]) => matches!(unit, b'\n' | b'\r'),
            _ => false,
        };
        let width = if matches!(self.encoding, Encoding::Utf16Le | Encoding::Utf16Be) { 2 } else { 1 };
        self.bytes.chunks_exact(width).rposition(is_end).map(|at| (at + 1) * width)
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.given == self.text.len() {
            self.decode_lines()?;
        }
        let len = out.len().min(self.text.len() - self.given);
        out[..len].copy_from_slice(&self.text.as_bytes()[self.given..self.given + len]);
        self.given += len;
        Ok(len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vietnamese::legacy::encode_vni;

    /// Gives few bytes at a time, and never as many as are asked for.
    struct Dripping<'a>(&'a [u8]);

    impl Read for Dripping<'_> {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let len = self.0.len().min(out.len()).min(1009);
            out[..len].copy_from_slice(&self.0[..len]);
            self.0 = &self.0[len..];
            Ok(len)
        }
    }

    #[test]
    fn a_stream_reads_as_the_whole() {
        let text = "Nguyễn Thị Hồng,05/03/1960,Xã Hưng Chính 𠀀\r\n".repeat(40_000);
        let vni: Vec<u8> = encode_vni(&text.replace('𠀀', "x")).chars().map(|c| u32::from(c) as u8).collect();
        let cases = [
            (Encoding::Utf16Le, text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
            (Encoding::Utf16Be, text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            (Encoding::detect(&vni), vni.clone()),
            // One line beyond all measure.
            (Encoding::Utf16Le, "ễ".repeat(5 << 20).encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ];
        for (encoding, bytes) in cases {
            let mut read = String::new();
            Decoding::new(Dripping(&bytes), encoding).read_to_string(&mut read).unwrap();
            assert!(read == encoding.decode(&bytes), "{}", encoding.name());
        }
        assert_eq!(Encoding::detect(&vni).name(), "vni-windows");
    }
}
