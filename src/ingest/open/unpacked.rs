//! Packed text, refused where it unpacks to more than tables ever do.

use std::io::{self, Read};

/// Any file may unpack to so much, ...
const LITTLE: u64 = 64 << 20;
/// ... and to so many times its size: tables of persons shrink to a fifth or a thirtieth, a bomb to a thousandth.
const MAX_RATIO: u64 = 200;

/// What an unpacked text says that grows beyond all measure.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unpacks to more than {MAX_RATIO} times its size")]
pub(in crate::ingest) struct Overblown;

/// A stream of unpacked bytes that fails with [`Overblown`] where it gives too many.
pub(in crate::ingest) struct Unpacked<R> {
    source: R,
    left: u64,
}

impl<R: Read> Unpacked<R> {
    /// Of a file of so many packed bytes.
    pub(in crate::ingest) fn new(source: R, packed: u64) -> Self {
        Self { source, left: packed.saturating_mul(MAX_RATIO).max(LITTLE) }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = self.source.read(out)?;
        self.left = self.left.checked_sub(len as u64).ok_or_else(|| io::Error::other(Overblown))?;
        Ok(len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_large_passes_and_what_is_overblown_does_not() {
        let read = |len: u64, packed| {
            io::copy(&mut Unpacked::new(io::repeat(b'\n').take(len), packed), &mut io::sink())
        };
        assert_eq!(read(LITTLE, 10).unwrap(), LITTLE);
        assert_eq!(read(3 * LITTLE, LITTLE / 10).unwrap(), 3 * LITTLE);
        let error = read(LITTLE + 1, 10).unwrap_err();
        assert!(error.get_ref().is_some_and(|inner| inner.is::<Overblown>()));
    }
}
