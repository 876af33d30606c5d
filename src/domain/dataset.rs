//! Everything that was read, ready to be linked and judged.

use super::{Day, Extract, Kind, NamePool, Places, Registry, Table, TextPool};

/// The inputs of a run: tables as written, and the typed records made from them.
#[derive(Debug)]
pub struct Dataset {
    /// Every input file (or sheet), in the order of kinds and then as given.
    pub tables: Vec<Table>,
    /// The residents registry.
    pub registry: Registry,
    /// One for each kind of extract that was given, in the order of [`Kind::extracts`].
    pub extracts: Vec<Extract>,
    /// The names.
    pub names: NamePool,
    /// Other folded texts.
    pub texts: TextPool,
    /// The communes.
    pub places: Places,
    /// The date for which ages and deadlines are computed.
    pub as_of: Day,
}

impl Dataset {
    /// The position of a kind's extract in `extracts`.
    pub fn position(&self, kind: Kind) -> Option<usize> {
        self.extracts.iter().position(|e| e.kind == kind)
    }

    /// The extract of a kind.
    pub fn extract(&self, kind: Kind) -> Option<&Extract> {
        self.extracts.iter().find(|e| e.kind == kind)
    }

    /// Whether any file of a kind has a column for a field.
    pub fn has_column(&self, kind: Kind, field: super::Field) -> bool {
        self.tables.iter().any(|t| t.kind == kind && t.has(field))
    }
}
