//! The tables that the program ships, compiled in from `data/`: one way to read them, one way to fail.
//!
//! What they say was written by the people who write the code, and tests read every one of them. A table that
//! cannot be read is a mistake in the program, so it stops the program by name; it is never taken for an empty one.

use std::fmt::Display;
use std::str::FromStr;

use serde::de::DeserializeOwned;

/// A table in TOML.
///
/// # Panics
/// Where the shipped table is no TOML of this form.
pub fn toml<T: DeserializeOwned>(name: &str, text: &str) -> T {
    toml::from_str(text).unwrap_or_else(|error| broken(name, &error))
}

/// A table in JSON.
///
/// # Panics
/// Where the shipped table is no JSON of this form.
pub fn json<T: DeserializeOwned>(name: &str, text: &str) -> T {
    serde_json::from_str(text).unwrap_or_else(|error| broken(name, &error))
}

/// The lines of a table of `N` columns set apart by commas, without its header. No cell is quoted; empty lines and
/// lines of `#` are no data.
///
/// # Panics
/// Where a line of the shipped table has another number of cells.
pub fn csv<'t, const N: usize>(name: &'t str, text: &'t str) -> impl Iterator<Item = [&'t str; N]> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).skip(1);
    lines.map(move |line| {
        let cells: Vec<&str> = line.split(',').collect();
        cells
            .try_into()
            .unwrap_or_else(|cells: Vec<_>| broken(name, &format!("{N} cells expected: {cells:?}")))
    })
}

/// A number in a cell of a table.
///
/// # Panics
/// Where the cell of the shipped table holds no such number.
pub fn number<T: FromStr<Err: Display>>(name: &str, cell: &str) -> T {
    cell.parse().unwrap_or_else(|error: T::Err| broken(name, &format_args!("{cell}: {error}")))
}

/// The one way to fail.
#[expect(clippy::panic, reason = "a shipped table that cannot be read is a mistake in the program")]
pub fn broken(name: &str, why: &dyn Display) -> ! {
    panic!("the built-in table {name} cannot be read: {why}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_whole() {
        let rows: Vec<[&str; 2]> = csv("t", "# source\na,b\n1,2\n\n3,4\n").collect();
        assert_eq!(rows, [["1", "2"], ["3", "4"]]);
    }

    #[test]
    #[should_panic(expected = "the built-in table t cannot be read: 2 cells expected: [\"1\"]")]
    fn a_line_that_lacks_a_cell_stops_the_program() {
        csv::<2>("t", "a,b\n1\n").for_each(drop);
    }

    #[test]
    #[should_panic(expected = "the built-in table t cannot be read: x: invalid digit")]
    fn a_cell_that_is_no_number_stops_the_program() {
        assert_eq!(number::<u8>("t", "7"), 7);
        number::<u8>("t", "x");
    }

    #[test]
    #[should_panic(expected = "the built-in table t cannot be read")]
    fn a_table_that_is_no_toml_stops_the_program() {
        let _: std::collections::BTreeMap<String, String> = toml("t", "a = ");
    }
}
