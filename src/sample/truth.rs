//! What is true of a sample: who each role is, and what a faultless run would find.

use crate::domain::{Code, Field, Kind, Role};

/// A role of a row and who it is.
#[derive(Copy, Clone, Debug)]
pub(super) struct LinkTruth {
    pub(super) kind: Kind,
    /// Row number as a spreadsheet shows it.
    pub(super) row: u32,
    pub(super) role: Role,
    /// Row index of the resident; `None` for nobody.
    pub(super) resident: Option<u32>,
    /// Nobody could decide it by what the rows say.
    pub(super) hard: bool,
}

/// A finding that a faultless run makes.
#[derive(Copy, Clone, Debug)]
pub(super) struct FindingTruth {
    pub(super) code: Code,
    pub(super) kind: Kind,
    pub(super) row: u32,
    pub(super) role: Option<Role>,
    pub(super) resident: Option<u32>,
    pub(super) field: Option<Field>,
    /// It rests on a row that nobody could decide, or on a reading that the contract leaves open.
    pub(super) hard: bool,
}

/// What is known of a resident from the extracts.
#[derive(Copy, Clone, Debug, Default)]
pub(super) struct Known {
    /// Of [`mark`].
    pub(super) marks: u16,
    /// Date of the first death record that has a usable one.
    pub(super) death: Option<crate::domain::PartialDate>,
}

/// Marks of [`Known`].
pub(super) mod mark {
    pub(crate) const DEATH_RECORD: u16 = 1;
    pub(crate) const BIRTH_RECORD: u16 = 2;
    pub(crate) const CHILD_CARD: u16 = 4;
    pub(crate) const CARD: u16 = 8;
    pub(crate) const SIGN_OF_LIFE: u16 = 16;
    pub(crate) const FULLER_BIRTH: u16 = 32;
    pub(crate) const STATE_INSURED: u16 = 64;
    pub(crate) const SAID_DEAD: u16 = 128;
}

/// What is known of a resident, once by the rows that can be decided and once by all.
#[derive(Copy, Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) easy: Known,
    pub(super) all: Known,
}

impl Facts {
    /// Notes a mark that a row gives.
    pub(super) fn note(&mut self, mark: u16, hard: bool) {
        self.all.marks |= mark;
        if !hard {
            self.easy.marks |= mark;
        }
    }
}

impl Known {
    /// Whether a mark is set.
    pub(super) fn has(self, mark: u16) -> bool {
        self.marks & mark != 0
    }
}
