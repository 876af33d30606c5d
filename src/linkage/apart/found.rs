//! What was found for a person, as bytes: it is put aside between the steps of linkage, and carried to other machines.

use smallvec::SmallVec;

use crate::linkage::compare::levels::{Comparison, ComparisonVector};
use crate::linkage::compare::pair::{Bits, Pair};
use crate::linkage::compare::stratum::Stratum;
use crate::linkage::model::posterior::Candidates;

/// Bits of the second byte.
const ASSERTS_DEATH: u8 = 1;
const IS_IN_DOUBT: u8 = 2;
const ASKS_THE_OWNER: u8 = 4;

/// First byte of a person of whom the row writes nothing.
const NOTHING: u8 = u8::MAX;

/// Writes what was found for the persons of a row, in order.
pub(super) fn write(found: &[Option<Candidates>]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(96 * found.len());
    for found in found {
        let Some(found) = found else {
            bytes.push(NOTHING);
            continue;
        };
        let flag = |set: bool, flag: u8| if set { flag } else { 0 };
        bytes.push(found.stratum as u8);
        bytes.push(
            flag(found.asserts_death, ASSERTS_DEATH)
                | flag(found.is_in_doubt, IS_IN_DOUBT)
                | flag(found.asks_the_owner, ASKS_THE_OWNER),
        );
        bytes.push(found.top.len() as u8);
        bytes.extend_from_slice(&found.log_rest.to_le_bytes());
        for (pair, weight) in &found.top {
            bytes.extend_from_slice(&pair.resident.to_le_bytes());
            bytes.extend_from_slice(&pair.vector.codes());
            pair.bits.0.iter().for_each(|bits| bytes.extend_from_slice(&bits.to_le_bytes()));
            bytes.push(u8::from(pair.same_given));
            bytes.extend_from_slice(&weight.to_le_bytes());
        }
    }
    bytes
}

/// Reads what [`write`] wrote for so many persons; `None` where it is something else.
pub(super) fn read(bytes: &[u8], persons: usize) -> Option<Vec<Option<Candidates>>> {
    let mut from = Reader(bytes);
    let found = (0..persons).map(|_| from.person()).collect::<Option<Vec<_>>>()?;
    from.0.is_empty().then_some(found)
}

struct Reader<'b>(&'b [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn real(&mut self) -> Option<f32> {
        self.take().map(f32::from_le_bytes)
    }

    /// A person; within it `None` where the row writes nothing of one.
    fn person(&mut self) -> Option<Option<Candidates>> {
        let stratum = match self.byte()? {
            NOTHING => return Some(None),
            code => *Stratum::ALL.get(usize::from(code))?,
        };
        let (flags, candidates) = (self.byte()?, self.byte()?);
        let log_rest = self.real()?;
        let top = (0..candidates).map(|_| self.candidate()).collect::<Option<SmallVec<_>>>()?;
        Some(Some(Candidates {
            stratum,
            asserts_death: flags & ASSERTS_DEATH != 0,
            is_in_doubt: flags & IS_IN_DOUBT != 0,
            asks_the_owner: flags & ASKS_THE_OWNER != 0,
            top,
            log_rest,
        }))
    }

    fn candidate(&mut self) -> Option<(Pair, f32)> {
        let resident = self.take().map(u32::from_le_bytes)?;
        let vector = ComparisonVector::of_codes(self.take::<{ Comparison::COUNT }>()?)?;
        let mut bits = Bits::default();
        for of in &mut bits.0 {
            *of = self.real()?;
        }
        let same_given = self.byte()? == 1;
        Some((Pair { resident, vector, bits, same_given }, self.real()?))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pair() -> impl Strategy<Value = (Pair, f32)> {
        let levels = Comparison::ALL.map(|comparison| 0..=comparison.scale().names.len() as u8);
        let bits = prop::array::uniform::<_, { Comparison::COUNT }>(-50f32..50.0);
        (any::<u32>(), levels.to_vec(), bits, any::<bool>(), -100f32..100.0).prop_map(
            |(resident, codes, bits, same_given, weight)| {
                let mut of = [0; Comparison::COUNT];
                of.copy_from_slice(&codes);
                let vector = ComparisonVector::of_codes(of).unwrap_or(ComparisonVector::MISSING);
                (Pair { resident, vector, bits: Bits(bits), same_given }, weight)
            },
        )
    }

    fn found() -> impl Strategy<Value = Option<Candidates>> {
        let top = prop::collection::vec(pair(), 0..4);
        let flags = prop::array::uniform3(any::<bool>());
        prop::option::of((top, 0..Stratum::COUNT, flags, -100f32..100.0).prop_map(
            |(top, stratum, [asserts_death, is_in_doubt, asks_the_owner], log_rest)| Candidates {
                stratum: Stratum::ALL[stratum],
                asserts_death,
                is_in_doubt,
                asks_the_owner,
                top: top.into(),
                log_rest,
            },
        ))
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(found in prop::collection::vec(found(), 1..4)) {
            let bytes = write(&found);
            let again = read(&bytes, found.len()).unwrap();
            prop_assert_eq!(format!("{found:?}"), format!("{again:?}"));
            prop_assert!(read(&bytes[..bytes.len() - 1], found.len()).is_none());
            prop_assert!(read(&[&bytes[..], &[0]].concat(), found.len()).is_none());
        }

        #[test]
        fn other_bytes_are_nothing(bytes in prop::collection::vec(any::<u8>(), 0..200), persons in 1..4usize) {
            let _ = read(&bytes, persons);
        }
    }
}
