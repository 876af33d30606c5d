//! Packed text, refused where it unpacks to more than tables ever do.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// Any file may unpack to so much, ...
const LITTLE: u64 = 16 << 20;
/// ... and to so many times what was read of it so far: tables of persons shrink to a fifth or a thirtieth, a bomb to a
/// thousandth. Of a bomb behind a sound list no more than this is unpacked.
const MAX_RATIO: u64 = 200;

/// What an unpacked text says that grows beyond all measure.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unpacks to more than {MAX_RATIO} times its size")]
pub(in crate::ingest) struct Overblown;

/// A stream of packed bytes that tells how many were read of it.
pub(in crate::ingest) struct Packed<R> {
    source: R,
    read: Rc<Cell<u64>>,
}

impl<R: Read> Packed<R> {
    /// The stream, and the count of its bytes.
    pub(in crate::ingest) fn new(source: R) -> (Self, Rc<Cell<u64>>) {
        let read = Rc::new(Cell::new(0));
        (Self { source, read: Rc::clone(&read) }, read)
    }
}

impl<R: Read> Read for Packed<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = self.source.read(out)?;
        self.read.set(self.read.get() + len as u64);
        Ok(len)
    }
}

/// A stream of unpacked bytes that fails with [`Overblown`] where it gives too many.
pub(in crate::ingest) struct Unpacked<R> {
    source: R,
    /// What was read of the packed file.
    packed: Rc<Cell<u64>>,
    given: u64,
}

impl<R: Read> Unpacked<R> {
    /// Of a file of which so many packed bytes are read.
    pub(in crate::ingest) fn new(source: R, packed: Rc<Cell<u64>>) -> Self {
        Self { source, packed, given: 0 }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = self.source.read(out)?;
        self.given += len as u64;
        if self.given > LITTLE && self.given > self.packed.get().saturating_mul(MAX_RATIO) {
            return Err(io::Error::other(Overblown));
        }
        Ok(len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_large_passes_and_what_is_overblown_does_not() {
        let read = |len: u64, packed| {
            let text = io::repeat(b'\n').take(len);
            io::copy(&mut Unpacked::new(text, Rc::new(Cell::new(packed))), &mut io::sink())
        };
        assert_eq!(read(LITTLE, 10).unwrap(), LITTLE);
        assert_eq!(read(3 * LITTLE, LITTLE / 10).unwrap(), 3 * LITTLE);
        let error = read(LITTLE + 1, 10).unwrap_err();
        assert!(error.get_ref().is_some_and(|inner| inner.is::<Overblown>()));
    }

    #[test]
    fn a_bomb_behind_a_sound_list_is_refused_where_it_begins() {
        // A megabyte that does not pack, and then nothing but line ends.
        let noise: Vec<u8> =
            (0..1_u32 << 18).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let text = io::Cursor::new(noise).chain(io::repeat(b'\n').take(2 << 30));
        let (packed, read) = Packed::new(flate2::read::GzEncoder::new(text, flate2::Compression::fast()));
        let mut unpacked = Unpacked::new(flate2::read::GzDecoder::new(packed), Rc::clone(&read));
        assert!(io::copy(&mut unpacked, &mut io::sink()).is_err());
        assert!(unpacked.given < (2 << 30) / 2, "{}", unpacked.given);
    }
}
