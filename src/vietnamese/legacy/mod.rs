//! Legacy encodings: TCVN3 (ABC), VNI-Windows, Windows-1258 and mojibake, told apart by likelihood.

#[cfg(test)]
mod accuracy;
mod cell;
mod likelihood;
mod tables;

pub use cell::{font_of_column, repair, repair_text, repair_typed};
pub use tables::{decode_mojibake, decode_tcvn3, decode_vni, encode_tcvn3, encode_vni};
