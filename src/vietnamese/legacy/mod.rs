//! Legacy encodings: TCVN3 (ABC), VNI-Windows, Windows-1258 and mojibake, told apart by likelihood; and those
//! of whole files, VISCII and VIQR.

#[cfg(test)]
mod accuracy;
mod cell;
mod likelihood;
mod lost;
mod mail;
mod tables;

pub use cell::{font_of_column, is_typed_in, repair, repair_text, repair_typed, shows_font};
pub(super) use cell::{is_beyond_latin_1, stands_as_written};
pub use lost::decode_lossy_mojibake;
pub use mail::{decode_viqr, decode_viscii, is_viqr};
pub use tables::{decode_mojibake, decode_tcvn3, decode_vni, encode_tcvn3, encode_vni};
