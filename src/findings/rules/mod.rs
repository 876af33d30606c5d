//! The rules: one file a pillar, `sach_rows` for what concerns whole rows.

mod by_law;
pub(crate) mod du;
pub(crate) mod dung;
pub(crate) mod expected;
pub(crate) mod sach;
pub(crate) mod sach_rows;
pub(crate) mod song;
