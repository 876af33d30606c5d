//! Strata of coverage: rows of one file that are found in the registry in very different shares.

/// What a row's numbers and place say of whether its person is a resident at all.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Default)]
#[repr(u8)]
pub enum Stratum {
    /// The ID is a resident's.
    IdFound,
    /// The ID is nobody's.
    IdUnknown,
    /// There is no ID.
    #[default]
    NoId,
    /// The ID is a resident's; the commune is none of the registry's.
    IdFoundOutside,
    /// The ID is nobody's, nor is the commune of the registry's.
    IdUnknownOutside,
    /// There is no ID; the commune is none of the registry's.
    NoIdOutside,
}

impl Stratum {
    /// All strata.
    pub const ALL: [Self; 6] = [
        Self::IdFound,
        Self::IdUnknown,
        Self::NoId,
        Self::IdFoundOutside,
        Self::IdUnknownOutside,
        Self::NoIdOutside,
    ];
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The name that model files use.
    pub fn name(self) -> &'static str {
        match self {
            Self::IdFound => "id_found",
            Self::IdUnknown => "id_unknown",
            Self::NoId => "no_id",
            Self::IdFoundOutside => "id_found_outside",
            Self::IdUnknownOutside => "id_unknown_outside",
            Self::NoIdOutside => "no_id_outside",
        }
    }

    /// As a row without its ID would be.
    pub(crate) fn without_id(self) -> Self {
        match self {
            Self::IdFound | Self::IdUnknown | Self::NoId => Self::NoId,
            _ => Self::NoIdOutside,
        }
    }

    /// Of a row whose ID (if it has one) is known or not, inside or outside the registry's communes.
    pub(crate) fn of(id_known: Option<bool>, inside: bool) -> Self {
        match (id_known, inside) {
            (Some(true), true) => Self::IdFound,
            (Some(false), true) => Self::IdUnknown,
            (None, true) => Self::NoId,
            (Some(true), false) => Self::IdFoundOutside,
            (Some(false), false) => Self::IdUnknownOutside,
            (None, false) => Self::NoIdOutside,
        }
    }
}
