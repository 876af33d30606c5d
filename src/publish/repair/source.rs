//! Where in the file a value stands: in one cell, or put together from several.

use std::borrow::Cow;

use super::changes::{Change, Why};
use crate::domain::Table;

/// The columns that a column of a table is put together from; `None` where it is one of the file's own.
pub(super) fn parts_of(table: &Table, column: usize) -> Option<&[usize]> {
    let at = column.checked_sub(table.own_columns)?;
    Some(table.parts.get(at).map_or(&[], Vec::as_slice))
}

/// The cells of the file that a value of a row comes from.
pub(super) enum Source<'t> {
    /// One cell.
    Cell(usize),
    /// Words over several cells, each with its text: a name in two or three columns.
    Words(Vec<(usize, &'t str)>),
    /// Several cells of which none is the value by itself; the first of them.
    Made(usize),
    /// No cell of this file.
    None,
}

impl<'t> Source<'t> {
    /// Where the value of a column stands on a row.
    pub(super) fn of(table: &'t Table, row: u32, column: usize) -> Self {
        let Some(parts) = parts_of(table, column) else { return Self::Cell(column) };
        let value = table.cell_at(row, column).trim();
        let cells = || parts.iter().map(|&at| (at, table.cell_at(row, at).trim()));
        if let Some((at, _)) = cells().find(|(_, cell)| *cell == value && !value.is_empty()) {
            return Self::Cell(at);
        }
        let words: Vec<(usize, &str)> = cells().filter(|(_, cell)| !cell.is_empty()).collect();
        let joined = words.iter().map(|(_, cell)| *cell).collect::<Vec<_>>().join(" ");
        match parts.first() {
            Some(_) if words.len() > 1 && joined == value => Self::Words(words),
            Some(&first) => Self::Made(first),
            None => Self::None,
        }
    }

    /// The changes that give the file a new value; where none is sure, the place that somebody has to look at.
    pub(super) fn changes<'a>(
        self,
        row: u32,
        new: Option<Cow<'a, str>>,
        proposed: &'a str,
        why: Why,
    ) -> Vec<Change<'a>> {
        let change = |column: usize, new| Change { row, column, new, proposed, why };
        match self {
            Self::Cell(column) => vec![change(column, new)],
            Self::Made(column) => vec![change(column, None)],
            Self::None => Vec::new(),
            Self::Words(cells) => {
                let parted = new.and_then(|new| parted(&new, &cells)).unwrap_or_default();
                if parted.is_empty() {
                    let first = cells.first().map(|(column, _)| change(*column, None));
                    return first.into_iter().collect();
                }
                let changed = parted.into_iter().zip(&cells).filter(|(new, (_, old))| new != old);
                changed.map(|(new, (column, _))| change(*column, Some(Cow::Owned(new)))).collect()
            }
        }
    }
}

/// A new value parted over the cells of the old one, word for word; `None` where it has another number of words, so that
/// nobody can tell which word goes where.
fn parted(new: &str, cells: &[(usize, &str)]) -> Option<Vec<String>> {
    let mut words = new.split_whitespace();
    let mut part = |(_, old): &(usize, &str)| {
        let count = old.split_whitespace().count();
        let taken: Vec<&str> = words.by_ref().take(count).collect();
        (taken.len() == count).then(|| taken.join(" "))
    };
    let parts: Option<Vec<String>> = cells.iter().map(&mut part).collect();
    parts.filter(|_| words.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_parted_as_it_was() {
        let cells = [(1, "Leâ Thò"), (2, "Thu")];
        assert_eq!(parted("Lê Thị Thu", &cells), Some(vec!["Lê Thị".to_owned(), "Thu".to_owned()]));
        assert_eq!(parted("Lê Thu", &cells), None);
        assert_eq!(parted("Lê Thị Thu Hà", &cells), None);
    }
}
