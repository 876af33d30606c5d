//! Flat indexes over millions of rows: who is linked to a resident, who bears an ID.

use rayon::prelude::*;

use crate::domain::ResidentIx;

/// For each resident the persons of one extract that are linked to it, in the order of the rows
/// (compressed sparse rows: four bytes a resident and four a link).
#[derive(Debug)]
pub(crate) struct ByResident {
    starts: Vec<u32>,
    persons: Vec<u32>,
}

impl ByResident {
    /// Indexes `links`: for each person of the extract the resident it is linked to.
    pub(crate) fn new(residents: usize, links: impl Iterator<Item = Option<ResidentIx>> + Clone) -> Self {
        let mut starts = vec![0_u32; residents + 1];
        for resident in links.clone().flatten() {
            starts[resident.0 as usize + 1] += 1;
        }
        for ix in 1..starts.len() {
            starts[ix] += starts[ix - 1];
        }
        let mut next = starts.clone();
        let mut persons = vec![0_u32; starts.last().map_or(0, |&n| n as usize)];
        for (person, resident) in links.enumerate() {
            if let Some(resident) = resident {
                let slot = &mut next[resident.0 as usize];
                persons[*slot as usize] = person as u32;
                *slot += 1;
            }
        }
        Self { starts, persons }
    }

    /// Indices into the extract's persons.
    pub(crate) fn of(&self, resident: ResidentIx) -> &[u32] {
        let ix = resident.0 as usize;
        &self.persons[self.starts[ix] as usize..self.starts[ix + 1] as usize]
    }
}

/// Which residents bear an ID: pairs sorted by number, so that a number borne twice is seen.
#[derive(Debug)]
pub(crate) struct IdIndex(Vec<(u64, u32)>);

impl IdIndex {
    /// Sorts the pairs of number and resident.
    pub(crate) fn new(mut pairs: Vec<(u64, u32)>) -> Self {
        pairs.par_sort_unstable();
        Self(pairs)
    }

    /// The residents that bear a number, in the order of the registry.
    pub(crate) fn owners(&self, number: u64) -> impl Iterator<Item = ResidentIx> + '_ {
        let first = self.0.partition_point(|&(n, _)| n < number);
        self.0[first..].iter().take_while(move |&&(n, _)| n == number).map(|&(_, ix)| ResidentIx(ix))
    }

    /// The numbers that more than one resident bears, with them.
    pub(crate) fn shared(&self) -> impl Iterator<Item = &[(u64, u32)]> {
        self.0.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_by_resident_in_row_order() {
        let links = [Some(2), None, Some(0), Some(2)].map(|r: Option<u32>| r.map(ResidentIx));
        let index = ByResident::new(3, links.into_iter());
        assert_eq!(index.of(ResidentIx(0)), [2]);
        assert!(index.of(ResidentIx(1)).is_empty());
        assert_eq!(index.of(ResidentIx(2)), [0, 3]);
    }

    #[test]
    fn all_owners_of_a_number_are_found() {
        let index = IdIndex::new(vec![(7, 1), (5, 0), (7, 0)]);
        assert_eq!(index.owners(7).collect::<Vec<_>>(), [ResidentIx(0), ResidentIx(1)]);
        assert_eq!(index.owners(6).count(), 0);
        assert_eq!(index.shared().count(), 1);
    }
}
