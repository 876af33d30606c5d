//! A header cell of one to three rows, and what it says.

use rustc_hash::FxHashMap;

use super::reading::{Reading, Said};

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

    /// The lowest text.
    pub(in crate::ingest) fn lowest(&self) -> &str {
        self.levels.last().map_or("", String::as_str)
    }

    /// What stands over the lowest text, from above.
    pub(in crate::ingest) fn above(&self) -> &[String] {
        self.levels.split_last().map_or(&[], |(_, above)| above)
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
