//! Everything that was read, ready to be linked and judged.

use serde::{Deserialize, Serialize};

use super::{Day, Extract, Kind, NamePool, Places, Registry, Resident, ResidentIx, Table, TextPool};

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
    /// Which rows stand here for the sake of others; where the data are no part of a country all are at home.
    pub presences: Presences,
}

impl Dataset {
    /// Data without rows, of communes that are known.
    pub fn new(places: Places, as_of: Day) -> Self {
        Self {
            tables: Vec::new(),
            registry: Registry::default(),
            extracts: Vec::new(),
            names: NamePool::default(),
            texts: TextPool::default(),
            places,
            as_of,
            presences: Presences::default(),
        }
    }

    /// The position of a kind's extract in `extracts`.
    pub fn position(&self, kind: Kind) -> Option<usize> {
        self.extracts.iter().position(|e| e.kind == kind)
    }

    /// The extract of a kind.
    pub fn extract(&self, kind: Kind) -> Option<&Extract> {
        self.extracts.iter().find(|e| e.kind == kind)
    }

    /// The residents who are at home in the data: all of them, where these are no part of a country.
    pub fn at_home(&self) -> impl Iterator<Item = &Resident> {
        let all = (0..).map(ResidentIx).zip(&self.registry.residents);
        all.filter(|(ix, _)| self.presences.has_resident(*ix)).map(|(_, resident)| resident)
    }

    /// Whether any file of a kind has a column for a field.
    pub fn has_column(&self, kind: Kind, field: super::Field) -> bool {
        self.tables.iter().any(|t| t.kind == kind && t.has(field))
    }
}

/// Why a row stands in a part.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Presence {
    /// It is the part's own: every row is at home in one part.
    #[default]
    Home,
    /// A finding about it may be the part's, or share a number with one: it is judged too.
    Near,
    /// What is judged here needs to know it.
    Far,
}

impl Presence {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::Home, Self::Near, Self::Far];
}

/// Why each row stands in a part; where nothing is told, all are at home.
#[derive(Clone, Debug, Default)]
pub struct Presences {
    /// By resident.
    pub residents: Vec<Presence>,
    /// By extract and row.
    pub rows: Vec<Vec<Presence>>,
}

impl Presences {
    /// That of a resident.
    pub fn resident(&self, ix: ResidentIx) -> Presence {
        self.residents.get(ix.0 as usize).copied().unwrap_or_default()
    }

    /// That of a row of an extract.
    pub fn row(&self, extract: usize, row: usize) -> Presence {
        self.rows.get(extract).and_then(|rows| rows.get(row)).copied().unwrap_or_default()
    }

    /// Whether a resident is at home.
    pub fn has_resident(&self, ix: ResidentIx) -> bool {
        self.resident(ix) == Presence::Home
    }

    /// Whether a row of an extract is at home.
    pub fn has_row(&self, extract: usize, row: usize) -> bool {
        self.row(extract, row) == Presence::Home
    }
}
