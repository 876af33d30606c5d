//! Children whom the state insures, and their cards.

use super::Facts;
use super::periods::age;
use crate::domain::{CardCell, Detail, ExtractRow, Field, ResidentIx};

/// Group of a card for children under 6.
const CHILD_GROUP: &str = "TE";

/// Age until which a child is insured by the state.
const CHILD_AGE: i32 = 6;

/// Whether a resident is a living child whom the state insures, beyond doubt.
pub(crate) fn is_young_child(facts: &Facts, ix: ResidentIx) -> bool {
    facts.is_living(ix) && age(facts.birth_of(ix), facts.dates.as_of).is_some_and(|age| age.most < CHILD_AGE)
}

/// Whether a row is a card of group TE. Of a malformed number (SACH-08) the group can still be read.
pub(crate) fn is_child_card(facts: &Facts, row: &ExtractRow) -> bool {
    match &row.detail {
        Detail::Insurance(card) => match (card.group, card.card) {
            (Some(group), _) => group == CHILD_GROUP.as_bytes(),
            (None, CardCell::Malformed) => {
                let written = facts.raw(row.row, Field::CardNo);
                written.get(..2).is_some_and(|group| group.eq_ignore_ascii_case(CHILD_GROUP))
            }
            (None, _) => false,
        },
        _ => false,
    }
}
