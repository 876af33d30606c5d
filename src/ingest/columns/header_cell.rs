//! A header cell of one to three rows, and what it says.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::key::key;
use super::reading::{Aside, Reading, Said};

/// Longer texts are titles or remarks: they are not read as a header.
const LONGEST: usize = 240;

/// A header of one row, or of two or three with merged cells in the upper ones.
#[derive(Clone, Debug, Default)]
pub(in crate::ingest) struct HeaderCell {
    /// What the rows say, from above; what stands merged over several rows is said once.
    levels: Vec<String>,
    /// What that means.
    pub(in crate::ingest) reading: Reading,
}

impl HeaderCell {
    /// A cell of what the rows of the header say, from above.
    pub(in crate::ingest) fn new<'t>(levels: impl IntoIterator<Item = &'t str>, texts: &mut Texts) -> Self {
        let mut said: Vec<&str> = Vec::with_capacity(3);
        for level in levels.into_iter().map(str::trim).filter(|level| !level.is_empty()) {
            if said.last() != Some(&level) {
                said.push(level);
            }
        }
        let reading = Reading::of(&said.iter().map(|text| texts.said(text)).collect::<Vec<_>>());
        Self { levels: said.into_iter().map(str::to_owned).collect(), reading }
    }

    /// The text shown for the column.
    pub(in crate::ingest) fn text(&self) -> String {
        self.levels.join(" ")
    }

    /// The cell read by its lowest text, what stands over it being no more than the name of a part of the form.
    pub(in crate::ingest) fn alone(&self) -> Self {
        let reading = Reading::of(&[Said::of_any_font(self.lowest())]);
        Self { levels: self.levels.clone(), reading: Reading { aside: Aside::Section, ..reading } }
    }

    /// The lowest text.
    pub(in crate::ingest) fn lowest(&self) -> &str {
        self.levels.last().map_or("", String::as_str)
    }

    /// What stands over the lowest text, from above.
    pub(in crate::ingest) fn above(&self) -> &[String] {
        self.levels.split_last().map_or(&[], |(_, above)| above)
    }
}

/// The columns of a header by what stands over them: those side by side below one heading belong together.
pub(in crate::ingest) fn blocks(header: &[HeaderCell]) -> impl Iterator<Item = Range<usize>> {
    let groups = header.chunk_by(|a, b| !a.above().is_empty() && a.above() == b.above());
    groups.scan(0, |from, group| {
        let columns = *from..*from + group.len();
        *from = columns.end;
        Some(columns)
    })
}

/// Lends the person of the name to the left to columns that name nobody and have a header that stands more than once:
/// "Họ tên chồng, Ngày sinh, Họ tên vợ, Ngày sinh". Whose each is, the name before it says.
pub(in crate::ingest) fn lend_persons(cells: &mut [HeaderCell]) {
    let anchors: Vec<usize> =
        (0..cells.len()).filter(|at| cells[*at].reading.is_name_of_somebody()).collect();
    let of = |at: usize| anchors.iter().copied().rev().find(|anchor| *anchor <= at);
    if anchors.len() < 2 {
        return;
    }
    let mut seen: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    for (at, cell) in cells.iter().enumerate() {
        if !cell.reading.is_blank && !cell.reading.names_somebody() && !anchors.contains(&at) {
            seen.entry(key(&cell.text())).or_default().push(at);
        }
    }
    let mut lent: Vec<(usize, usize)> = seen
        .into_values()
        .filter(|columns| {
            let owners: Vec<Option<usize>> = columns.iter().map(|at| of(*at)).collect();
            owners.windows(2).all(|pair| pair[0] != pair[1]) && owners.len() > 1
        })
        .flatten()
        .filter_map(|at| Some((at, of(at)?)))
        .collect();
    lent.sort_unstable();
    for (at, anchor) in lent {
        let owner = cells[anchor].reading.clone();
        cells[at].reading.take_person_of(&owner);
    }
}

/// Texts that were cut up before: header rows are tried in several ways, and forms repeat themselves.
#[derive(Default)]
pub(in crate::ingest) struct Texts {
    said: FxHashMap<String, Said>,
}

impl Texts {
    /// What a text says.
    pub(in crate::ingest) fn said(&mut self, text: &str) -> Said {
        if let Some(said) = self.said.get(text) {
            return said.clone();
        }
        let said = if text.len() > LONGEST {
            Said { unknown: vec![String::new()], ..Said::default() }
        } else {
            Said::of_any_font(text)
        };
        self.said.insert(text.to_owned(), said.clone());
        said
    }
}
