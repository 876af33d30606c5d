//! What is compared, and how each comparison may come out: the one list that parameters, counts, model files and
//! explanations follow.
//!
//! A comparison is added here (its levels, and its line in [`Comparison`]), in [`comparison`](super::comparison), and
//! under `data/`, which holds its parameters and its words.

use crate::domain::Comparison as Shown;

/// The levels of one comparison: how they are written, and which of them exclude each other.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Scale {
    /// Names of the levels, `Missing` left out: how model files and explanations write them.
    pub(crate) names: &'static [&'static str],
    /// Group of each level. The m-probabilities of a group sum to 1; which group it is depends on what the row
    /// writes (a full date, or a year alone), so that a less precise row is not held against the pair.
    pub(crate) groups: &'static [u8],
}

/// Most levels that a comparison may have, `Missing` included.
pub(crate) const MOST_LEVELS: usize = 16;

/// Declares the levels of a comparison, each with its written name and its group; `Missing` is added as the last.
macro_rules! levels {
    ($(#[$doc:meta])* $name:ident { $($(#[$of_level:meta])* $level:ident = $written:literal in $group:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name {
            $($(#[$of_level])* $level,)+
            /// Nothing to compare.
            Missing,
        }

        impl $name {
            const SCALE: Scale = Scale { names: &[$($written),+], groups: &[$($group),+] };
            const BY_CODE: &[Self] = &[$(Self::$level,)+ Self::Missing];
        }

        const _: () = assert!(($name::Missing as usize) < MOST_LEVELS);
    };
}

/// Declares the comparisons: name, field of the comparison vector, levels, written name, and under which heading
/// explanations show it.
macro_rules! comparisons {
    ($($(#[$doc:meta])* $name:ident as $field:ident: $levels:ident = $written:literal under $shown:ident,)+) => {
        /// What is compared of a pair. The order is that of model files and explanations.
        #[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Comparison {
            $($(#[$doc])* $name,)+
        }

        impl Comparison {
            /// All comparisons, in order.
            pub const ALL: [Self; [$(Self::$name),+].len()] = [$(Self::$name),+];
            /// How many there are.
            pub const COUNT: usize = Self::ALL.len();

            /// The name that model files and explanations use.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $written,)+
                }
            }

            /// The levels.
            pub(crate) fn scale(self) -> &'static Scale {
                match self {
                    $(Self::$name => &$levels::SCALE,)+
                }
            }

            /// The heading under which its weight is shown.
            pub(crate) fn shown(self) -> Shown {
                match self {
                    $(Self::$name => Shown::$shown,)+
                }
            }
        }

        /// The levels of a pair, one for each comparison: the comparison vector.
        #[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
        pub struct ComparisonVector {
            $($(#[$doc])* pub $field: $levels,)+
        }

        impl ComparisonVector {
            /// Nothing compared.
            pub(crate) const MISSING: Self = Self { $($field: $levels::Missing,)+ };

            /// The place of each comparison's level among its levels, in the order of [`Comparison::ALL`].
            pub(crate) fn codes(&self) -> [u8; Comparison::COUNT] {
                [$(self.$field as u8),+]
            }

            /// The vector of such places; `None` where one is no level's.
            pub(crate) fn of_codes(codes: [u8; Comparison::COUNT]) -> Option<Self> {
                let mut codes = codes.into_iter().map(usize::from);
                Some(Self { $($field: *$levels::BY_CODE.get(codes.next()?)?,)+ })
            }
        }
    };
}

comparisons! {
    /// Full name.
    Name as name: NameLevel = "name" under Name,
    /// Date of birth.
    Birth as birth: BirthLevel = "birth_date" under Birth,
    /// Gender.
    Gender as gender: GenderLevel = "gender" under Gender,
    /// Identity number.
    Id as id: IdLevel = "personal_id" under Id,
    /// Place of residence.
    Place as place: PlaceLevel = "place" under Place,
    /// Address or household.
    Address as address: AddressLevel = "address" under Place,
    /// Father as the row names him.
    Father as father: RelativeLevel = "father" under Relatives,
    /// Mother as the row names her.
    Mother as mother: RelativeLevel = "mother" under Relatives,
    /// Spouse as the row names him or her.
    Spouse as spouse: RelativeLevel = "spouse" under Relatives,
    /// The resident linked in another role of the row.
    Kin as kinship: KinLevel = "context" under Context,
    /// What the registry shows of life after the day by which the row says that the person is dead.
    Life as life: LifeLevel = "signs_of_life" under Context,
}

/// The relatives that a row may name, in the order of [`Record::relatives`](super::record::Record::relatives).
pub(crate) const RELATIVES: [Comparison; 3] = [Comparison::Father, Comparison::Mother, Comparison::Spouse];

impl ComparisonVector {
    /// How father, mother and spouse compare.
    pub(crate) fn relatives(&self) -> [RelativeLevel; 3] {
        [self.father, self.mother, self.spouse]
    }

    /// Each comparison with its level by name; `missing` where nothing was compared.
    pub fn level_names(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        Comparison::ALL.into_iter().zip(self.codes()).map(|(comparison, level)| {
            let names = comparison.scale().names;
            (comparison.name(), names.get(usize::from(level)).copied().unwrap_or("missing"))
        })
    }
}

/// Every comparison with each of its levels, as model files and explanations name them.
pub fn level_names() -> impl Iterator<Item = (&'static str, &'static str)> {
    Comparison::ALL
        .into_iter()
        .flat_map(|comparison| comparison.scale().names.iter().map(move |level| (comparison.name(), *level)))
}

levels! {
    /// How two names compare.
    NameLevel {
        /// Equal in normal form.
        Exact = "exact" in 0,
        /// Equal but for marks that one side lacks.
        MarksLost = "marks_lost" in 0,
        /// One or two syllables spelt otherwise: other marks, i/y, dialect.
        Spelling = "spelling" in 0,
        /// One syllable mistyped.
        Typo = "typo" in 0,
        /// A middle syllable dropped or added.
        MiddleMissing = "middle_missing" in 0,
        /// Syllables abbreviated.
        Abbreviated = "abbreviated" in 0,
        /// The same syllables in another order.
        Order = "order" in 0,
        /// One middle syllable is another.
        MiddleDiffers = "middle_differs" in 0,
        /// The given name is another, all else agrees.
        GivenDiffers = "given_differs" in 0,
        /// The surname is another, all else agrees.
        SurnameDiffers = "surname_differs" in 0,
        /// Several defects, yet at least half of the syllables agree.
        Mixed = "mixed" in 0,
        /// Unlike.
        Different = "different" in 0,
    }
}

impl NameLevel {
    /// Whether the names are the same person's but for writing.
    pub fn agrees(self) -> bool {
        self <= Self::Order
    }
}

levels! {
    /// How two birth dates compare. Levels up to [`BirthLevel::Different`] are of two full dates, those from
    /// [`BirthLevel::MonthAgrees`] on of dates of which one is less than full (or 01/01).
    BirthLevel {
        /// Two full dates, equal.
        Exact = "exact" in 0,
        /// Day and month swapped.
        Swapped = "swapped" in 0,
        /// One digit other, or two neighbouring digits swapped, in day, month or year.
        OneDigit = "one_digit" in 0,
        /// Same year, 20 to 50 days apart: one of them may be of the lunar calendar.
        Lunar = "lunar" in 0,
        /// Same year, otherwise unlike.
        SameYear = "same_year" in 0,
        /// Same day and month, another year.
        SameDay = "same_day" in 0,
        /// Years at most two apart, otherwise unlike.
        NearYear = "near_year" in 0,
        /// Unlike.
        Different = "different" in 0,
        /// One is less precise and agrees as far as it goes, month included.
        MonthAgrees = "month_agrees" in 1,
        /// One is a year alone (or 01/01, or an age) and agrees.
        PartAgrees = "part_agrees" in 1,
        /// As before, but the years are one apart (age counted the old way, lunar new year).
        PartNear = "part_near" in 1,
        /// As before, the years two to five apart.
        PartDiffers = "part_differs" in 1,
        /// As before, years further apart.
        PartFar = "part_far" in 1,
    }
}

impl BirthLevel {
    /// Whether the dates do not contradict each other.
    pub fn agrees(self) -> bool {
        matches!(self, Self::Exact | Self::MonthAgrees | Self::PartAgrees)
    }

    /// Whether the dates are one date but for a common slip.
    pub fn is_close(self) -> bool {
        self.agrees() || matches!(self, Self::Swapped | Self::OneDigit | Self::Lunar | Self::PartNear)
    }
}

levels! {
    /// How the gender written on a row compares.
    GenderLevel {
        /// The same.
        Same = "same" in 0,
        /// The other.
        Differs = "differs" in 0,
    }
}

levels! {
    /// How identity numbers compare.
    IdLevel {
        /// The same personal ID.
        Equal = "equal" in 0,
        /// Personal IDs one slip apart, and the row's is nobody else's.
        OneDigit = "one_digit" in 0,
        /// The row's ID is that of a relative or namesake of the resident.
        Relatives = "relatives" in 0,
        /// The row's ID is another's, or nobody's, and the resident has one.
        Differs = "differs" in 0,
        /// The same old ID (or the row's ID in the registry's old column).
        OldEqual = "old_equal" in 1,
        /// Old IDs on both sides, unlike.
        OldDiffers = "old_differs" in 1,
    }
}

levels! {
    /// How places of residence compare.
    PlaceLevel {
        /// Same commune and hamlet.
        SameHamlet = "same_hamlet" in 0,
        /// Same commune, another hamlet.
        OtherHamlet = "other_hamlet" in 0,
        /// Another commune, though the row tells a hamlet.
        OtherCommuneHamlet = "other_commune_hamlet" in 0,
        /// Same commune; no hamlet to compare.
        SameCommune = "same_commune" in 1,
        /// Another commune; no hamlet to compare.
        OtherCommune = "other_commune" in 1,
    }
}

levels! {
    /// How addresses compare.
    AddressLevel {
        /// The same household number or the same address text.
        Same = "same" in 0,
        /// Unlike.
        Differs = "differs" in 0,
    }
}

levels! {
    /// How the name of one relative compares.
    RelativeLevel {
        /// The same person by ID, or the same name but for marks.
        Same = "same" in 0,
        /// Much the same name.
        Near = "near" in 0,
        /// Another name.
        Differs = "differs" in 0,
    }
}

levels! {
    /// How a candidate stands to the resident who is linked in another role of the row.
    KinLevel {
        /// One household, or one names the other by ID.
        Related = "related" in 0,
        /// Not related though both rows tell of relatives; same commune and hamlet, or same address.
        ApartSameHamlet = "apart_same_hamlet" in 0,
        /// As before, in one commune only.
        ApartSameCommune = "apart_same_commune" in 0,
        /// As before, in different communes.
        ApartElsewhere = "apart_elsewhere" in 0,
        /// The rows cannot tell; same commune and hamlet, or same address.
        SameHamlet = "same_hamlet" in 1,
        /// The rows cannot tell; same commune.
        SameCommune = "same_commune" in 1,
        /// The rows cannot tell; different communes.
        Elsewhere = "elsewhere" in 1,
    }
}

levels! {
    /// Whether the registry shows life after the day by which a row says that the person is dead.
    LifeLevel {
        /// The identity card was issued before.
        CardBefore = "card_before" in 0,
        /// The identity card was issued, to the person in person, after that day.
        CardAfter = "card_after" in 0,
    }
}
