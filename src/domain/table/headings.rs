//! What the rows of a file are that hold no data, and what they say of the data below them.

use serde::{Deserialize, Serialize, Serializer};

use crate::domain::ByDeath;

/// What a row is that holds no data.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowClass {
    /// Above the header.
    Title,
    /// The header, and its repetitions.
    Header,
    /// Numbers or letters of the columns under the header.
    Numbering,
    /// Code names, types or samples of the columns under the header.
    CodeNames,
    /// A heading of the rows below it: a hamlet, a category, a section.
    Group,
    /// A sum or a count.
    Sum,
    /// A sum carried from one page to the next.
    Carried,
    /// A title of office, the name of who signs, the place and date above.
    Signature,
    /// A remark.
    Note,
    /// The second line of the person above, with nothing of its own.
    Continued,
    /// Nothing, or signs and zeros alone.
    Blank,
}

impl RowClass {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Title,
        Self::Header,
        Self::Numbering,
        Self::CodeNames,
        Self::Group,
        Self::Sum,
        Self::Carried,
        Self::Signature,
        Self::Note,
        Self::Continued,
        Self::Blank,
    ];

    /// The name used in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "titles",
            Self::Header => "headers",
            Self::Numbering => "numbering",
            Self::CodeNames => "code_names",
            Self::Group => "groups",
            Self::Sum => "sums",
            Self::Carried => "carried",
            Self::Signature => "signatures",
            Self::Note => "notes",
            Self::Continued => "continued",
            Self::Blank => "blank",
        }
    }
}

/// Rows skipped, counted by class.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct SkippedRows([u64; RowClass::ALL.len()]);

impl SkippedRows {
    /// Counts a row.
    pub fn add(&mut self, class: RowClass) {
        self.0[class as usize] += 1;
    }

    /// The rows of a class.
    pub fn of(&self, class: RowClass) -> u64 {
        self.0[class as usize]
    }

    /// All rows skipped.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}

impl Serialize for SkippedRows {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(RowClass::ALL.map(|class| (class.name(), self.of(class))))
    }
}

/// What the headings above a data row say of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The hamlet ("I. Thôn 1"); blank where none is named.
    pub hamlet: String,
    /// The category of people ("Hộ cận nghèo"); blank where none is named.
    pub category: String,
    /// Where a heading or the title says that those below it no longer have what the list is about.
    pub stop: Option<Stop>,
}

/// A heading of those whose benefit or card was stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// The heading as written; its date, where it bears one, is that of the stop.
    pub heading: String,
    /// Whether it says that they died.
    pub by_death: ByDeath,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_its_own_count_and_name() {
        let mut skipped = SkippedRows::default();
        RowClass::ALL.into_iter().for_each(|class| skipped.add(class));
        skipped.add(RowClass::Sum);
        assert!(
            RowClass::ALL.iter().all(|class| skipped.of(*class) == 1 + u64::from(*class == RowClass::Sum))
        );
        assert_eq!(skipped.total(), 12);
        let written = serde_json::to_value(skipped).unwrap();
        assert_eq!((written["sums"].as_u64(), written["code_names"].as_u64()), (Some(2), Some(1)));
        assert_eq!(written.as_object().unwrap().len(), RowClass::ALL.len());
    }
}
