//! Floor 1: how Vietnam writes names, dates, numbers and words. Pure functions and tables.

pub mod card;
pub mod date;
pub mod death;
pub mod ident;
pub mod legacy;
pub mod letter;
pub mod name;
pub mod syllable;
pub mod text;
pub mod words;

/// A built-in TOML table. The tables are part of the program and every one is read by a test, so that a
/// broken one cannot be shipped.
fn data<T: serde::de::DeserializeOwned>(toml: &str) -> T {
    match toml::from_str(toml) {
        Ok(table) => table,
        Err(error) => panic!("built-in table: {error}"),
    }
}
