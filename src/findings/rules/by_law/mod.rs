//! Rules that read off a law whether something is due: ages at which a card ends, groups with a right to support.

pub(super) mod card_age;
pub(super) mod funeral;
