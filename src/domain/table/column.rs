//! Columns of a table, and what they show as a whole.

use serde::{Deserialize, Serialize};

use crate::domain::Field;

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The header as written.
    pub header: String,
    /// The canonical field it was recognised as; `None` is carried along.
    pub field: Option<Field>,
}

/// A font of a legacy encoding: text typed in it stands in a Unicode file as the code points of its bytes.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LegacyFont {
    /// TCVN3 (ABC): .VnTime and its kin.
    Tcvn3,
    /// VNI-Windows: VNI-Times and its kin.
    Vni,
}

/// What a column shows as a whole: how it is written, or what happened to it on its way through a program.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ColumnHabit {
    /// The month stands before the day: the dates went through another country's settings. They are read so.
    MonthFirst,
    /// The dates are moments of universal time, a day early: they are read as days in Vietnam.
    UniversalTime,
    /// Numbers alone are ages.
    Ages,
    /// Names are typed in a legacy font throughout; they are read as what was typed.
    LegacyFont(LegacyFont),
    /// A spreadsheet took the zeros in front of the IDs throughout; they are given back where the row agrees.
    LostZeros,
    /// Days before months and months before days stand in one column: which of the others are exchanged nobody can
    /// tell.
    MixedOrder,
    /// IDs are the same on rows of different persons, one below the other: filled down.
    FilledDown,
    /// The column is written on the rows of heads of households alone: members below have what their head has.
    OfHeads,
    /// 1 stands for women and 0 or 2 for men, as IDs and names show: the column is read so.
    WomenOne,
    /// Digits of the IDs are hidden by stars throughout: nobody can be told by them.
    Masked,
    /// One value that tells nothing stands where others leave a cell blank: it is read as blank.
    Filler,
    /// Days and reasons of stops stand beside rows of others: a column was moved or sorted by itself. Who was stopped
    /// nobody can tell.
    Apart,
}

impl ColumnHabit {
    /// The name used in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::MonthFirst => "month_first",
            Self::UniversalTime => "universal_time",
            Self::Ages => "ages",
            Self::LegacyFont(_) => "legacy_font",
            Self::LostZeros => "lost_zeros",
            Self::MixedOrder => "mixed_order",
            Self::FilledDown => "filled_down",
            Self::OfHeads => "of_heads",
            Self::WomenOne => "women_one",
            Self::Masked => "masked",
            Self::Filler => "filler",
            Self::Apart => "apart",
        }
    }

    /// Whether what the cells mean is certain, so that they are read right; else somebody has to look.
    pub fn is_certain(self) -> bool {
        !matches!(self, Self::MixedOrder | Self::FilledDown | Self::Masked | Self::Apart)
    }
}

/// A habit of a column of a table: one case about the file, however many rows show it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WholeColumn {
    /// The field of the column.
    pub field: Field,
    /// What it shows.
    pub habit: ColumnHabit,
    /// The first data row (by index) that shows it.
    pub first: u32,
    /// Cells that show it, or that are filled where each alone shows nothing.
    pub cells: u64,
}
