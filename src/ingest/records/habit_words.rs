//! What a habit of a column means and what to do about it, in words.

use crate::domain::{ColumnHabit, Lang, LegacyFont};
use crate::words::text;

/// What the column shows.
pub fn what(habit: ColumnHabit, lang: Lang) -> &'static str {
    match habit {
        ColumnHabit::MonthFirst => text!(lang, "files.habit.month_first"),
        ColumnHabit::UniversalTime => text!(lang, "files.habit.universal_time"),
        ColumnHabit::Ages => text!(lang, "files.habit.ages"),
        ColumnHabit::LegacyFont(LegacyFont::Tcvn3) => text!(lang, "files.habit.tcvn3"),
        ColumnHabit::LegacyFont(LegacyFont::Vni) => text!(lang, "files.habit.vni"),
        ColumnHabit::LostZeros => text!(lang, "files.habit.lost_zeros"),
        ColumnHabit::MixedOrder => text!(lang, "files.habit.mixed_order"),
        ColumnHabit::FilledDown => text!(lang, "files.habit.filled_down"),
        ColumnHabit::OfHeads => text!(lang, "files.habit.of_heads"),
        ColumnHabit::WomenOne => text!(lang, "files.habit.women_one"),
        ColumnHabit::Masked => text!(lang, "files.habit.masked"),
        ColumnHabit::Filler => text!(lang, "files.habit.filler"),
        ColumnHabit::Apart => text!(lang, "files.habit.apart"),
    }
}

/// What whoever keeps the file should do.
pub fn remedy(habit: ColumnHabit, lang: Lang) -> &'static str {
    match habit {
        ColumnHabit::MonthFirst => text!(lang, "files.remedy.month_first"),
        ColumnHabit::UniversalTime => text!(lang, "files.remedy.universal_time"),
        ColumnHabit::Ages => text!(lang, "files.remedy.ages"),
        ColumnHabit::LegacyFont(_) => text!(lang, "files.remedy.legacy_font"),
        ColumnHabit::LostZeros => text!(lang, "files.remedy.lost_zeros"),
        ColumnHabit::MixedOrder => text!(lang, "files.remedy.mixed_order"),
        ColumnHabit::FilledDown => text!(lang, "files.remedy.filled_down"),
        ColumnHabit::OfHeads => text!(lang, "files.remedy.of_heads"),
        ColumnHabit::WomenOne => text!(lang, "files.remedy.women_one"),
        ColumnHabit::Masked => text!(lang, "files.remedy.masked"),
        ColumnHabit::Filler => text!(lang, "files.remedy.filler"),
        ColumnHabit::Apart => text!(lang, "files.remedy.apart"),
    }
}
