//! Packed text, refused where it unpacks to more than tables ever do.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// So much of unpacked text is looked at together: a bomb may stand behind a sound list, ...
const STRETCH: u64 = 16 << 20;
/// ... and comes of so many times less, whatever stands before it: tables of persons shrink to a fifth or a thirtieth, a
/// bomb to a thousandth.
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
    /// The same where the stretch began, and what was given of it.
    began: u64,
    given: u64,
}

impl<R: Read> Unpacked<R> {
    /// Of a file of which so many packed bytes are read.
    pub(in crate::ingest) fn new(source: R, packed: Rc<Cell<u64>>) -> Self {
        Self { source, began: packed.get(), packed, given: 0 }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = self.source.read(out)?;
        self.given += len as u64;
        if self.given > STRETCH {
            let packed = self.packed.get() - self.began;
            if self.given > packed.saturating_mul(MAX_RATIO) {
                return Err(io::Error::other(Overblown));
            }
            (self.began, self.given) = (self.packed.get(), 0);
        }
        Ok(len)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn what_is_large_passes_and_what_is_overblown_does_not() {
        let read = |len: u64, packed: u64| {
            let count = Rc::new(Cell::new(0));
            let mut unpacked = Unpacked::new(io::repeat(b'\n').take(len), Rc::clone(&count));
            count.set(packed);
            io::copy(&mut unpacked, &mut io::sink())
        };
        assert_eq!(read(STRETCH, 10).unwrap(), STRETCH);
        assert_eq!(read(STRETCH + STRETCH / 2, STRETCH / 10).unwrap(), STRETCH + STRETCH / 2);
        let error = read(STRETCH + 1, 10).unwrap_err();
        assert!(error.get_ref().is_some_and(|inner| inner.is::<Overblown>()));
    }

    #[test]
    fn a_bomb_behind_a_sound_list_is_refused_where_it_begins() {
        // Megabytes that do not pack well, and then nothing but line ends.
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        let list = |n: u32| format!("{},{},{}\n", n, n.wrapping_mul(2_654_435_761), n.wrapping_mul(40_503));
        let sound: String = (0..100_000).map(list).collect();
        packer.write_all(sound.as_bytes()).unwrap();
        io::copy(&mut io::repeat(b'\n').take(100 << 20), &mut packer).unwrap();
        let bomb = packer.finish().unwrap();
        assert!((100 << 20) / bomb.len() < 200, "by its size alone it is none");
        let (packed, read) = Packed::new(bomb.as_slice());
        let mut unpacked = Unpacked::new(flate2::read::MultiGzDecoder::new(packed), read);
        let mut passed = 0;
        let mut buffer = [0; 64 << 10];
        let error = loop {
            match unpacked.read(&mut buffer) {
                Ok(0) => panic!("read to its end"),
                Ok(len) => passed += len,
                Err(error) => break error,
            }
        };
        assert!(error.get_ref().is_some_and(|inner| inner.is::<Overblown>()));
        assert!(passed > sound.len() && passed < 40 << 20, "{passed}");
    }
}
