//! Pages that show one: a case, or a pair with both sides.

pub(crate) mod case;
pub(crate) mod known;
pub(crate) mod pair;
pub(crate) mod shown;
pub(crate) mod sides;
