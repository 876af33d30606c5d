//! What is true of a sample: who each role is, and what a faultless run would find.

use crate::domain::{Code, Field, Kind, Role};

/// A role of a row and who it is.
#[derive(Copy, Clone, Debug)]
pub(crate) struct LinkTruth {
    pub(crate) kind: Kind,
    /// Row number as a spreadsheet shows it.
    pub(crate) row: u32,
    pub(crate) role: Role,
    /// Row index of the resident; `None` for nobody.
    pub(crate) resident: Option<u32>,
    /// Nobody could decide it by what the rows say.
    pub(crate) hard: bool,
}

/// A finding that a faultless run makes.
#[derive(Copy, Clone, Debug)]
pub(crate) struct FindingTruth {
    pub(crate) code: Code,
    pub(crate) kind: Kind,
    pub(crate) row: u32,
    pub(crate) role: Option<Role>,
    pub(crate) resident: Option<u32>,
    pub(crate) field: Option<Field>,
    /// It rests on a row that nobody could decide, or on a reading that the contract leaves open.
    pub(crate) hard: bool,
}

/// What is known of a resident from the extracts.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Known {
    /// Of [`mark`].
    pub(crate) marks: u16,
    /// Date of the first death record that has a usable one.
    pub(crate) death: Option<crate::domain::PartialDate>,
}

/// Marks of [`Known`].
pub(crate) mod mark {
    pub(crate) const DEATH_RECORD: u16 = 1;
    pub(crate) const BIRTH_RECORD: u16 = 2;
    pub(crate) const CHILD_CARD: u16 = 4;
    pub(crate) const CARD: u16 = 8;
    pub(crate) const SIGN_OF_LIFE: u16 = 16;
    pub(crate) const FULLER_BIRTH: u16 = 32;
    pub(crate) const STATE_INSURED: u16 = 64;
    pub(crate) const SAID_DEAD: u16 = 128;
    pub(crate) const FUNERAL: u16 = 256;
    pub(crate) const ON_LIST: u16 = 512;
}

/// What is known of a resident, once by the rows that can be decided and once by all.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) easy: Known,
    pub(crate) all: Known,
}

impl Facts {
    /// Notes a mark that a row gives.
    pub(crate) fn note(&mut self, mark: u16, hard: bool) {
        self.all.marks |= mark;
        if !hard {
            self.easy.marks |= mark;
        }
    }
}

impl Known {
    /// Whether a mark is set.
    pub(crate) fn has(self, mark: u16) -> bool {
        self.marks & mark != 0
    }
}
