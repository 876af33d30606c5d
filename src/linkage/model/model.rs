//! The Fellegi–Sunter model: m-probabilities by comparison level, learned without labels.
//!
//! A pair's match weight is the sum over comparisons of log2(m / u). The m-probabilities (how often a
//! level occurs among true pairs) stand here, shipped as priors and re-estimated on the data by
//! expectation–maximisation; the u-probabilities are counted from the registry's own frequencies, value
//! by value (term-frequency adjustment), and never estimated. Levels that depend on what a row writes
//! (a full date or a year alone) are normalised within their group, so that a less precise row is not
//! held against the pair. (I. P. Fellegi, A. B. Sunter, A Theory for Record Linkage, JASA 64, 1969.)

use crate::linkage::compare::dates::BirthLevel;
use crate::linkage::compare::names::NameLevel;
use crate::linkage::resolve::kinship::KinLevel;

/// How the gender written on a row compares.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum GenderLevel {
    /// The same.
    Same,
    /// The other.
    Differs,
    /// Not known on one side.
    Missing,
}

/// How identity numbers compare.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum IdLevel {
    /// The same personal ID.
    Equal,
    /// Personal IDs one slip apart, and the row's is nobody else's.
    OneDigit,
    /// The row's ID is that of a relative or namesake of the resident.
    Relatives,
    /// The row's ID is another's, or nobody's, and the resident has one.
    Differs,
    /// The same old ID (or the row's ID in the registry's old column).
    OldEqual,
    /// Old IDs on both sides, unlike.
    OldDiffers,
    /// Nothing to compare.
    Missing,
}

/// How places of residence compare.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum PlaceLevel {
    /// Same commune and hamlet.
    SameHamlet,
    /// Same commune, another hamlet.
    OtherHamlet,
    /// Another commune, though the row tells a hamlet.
    OtherCommuneHamlet,
    /// Same commune; no hamlet to compare.
    SameCommune,
    /// Another commune; no hamlet to compare.
    OtherCommune,
    /// Not known on one side.
    Missing,
}

/// How addresses compare.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum AddressLevel {
    /// The same household number or the same address text.
    Same,
    /// Unlike.
    Differs,
    /// Not known on one side.
    Missing,
}

/// How the name of one relative compares.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum RelativeLevel {
    /// The same person by ID, or the same name but for marks.
    Same,
    /// Much the same name.
    Near,
    /// Another name.
    Differs,
    /// Not named on one side.
    Missing,
}

/// The levels of a pair, one for each comparison: the comparison vector.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    /// Full name.
    pub name: NameLevel,
    /// Birth date.
    pub birth: BirthLevel,
    /// Gender.
    pub gender: GenderLevel,
    /// Identity number.
    pub id: IdLevel,
    /// Place of residence.
    pub place: PlaceLevel,
    /// Address or household.
    pub address: AddressLevel,
    /// Father, mother, spouse as named on the row.
    pub relatives: [RelativeLevel; 3],
    /// The resident linked in another role of the row.
    pub kinship: KinLevel,
}

/// The levels of each comparison by name, in the order of their enums, `Missing` left out: how a model
/// file and explanations write them.
pub(crate) const LEVEL_NAMES: [(&str, &[&str]); 10] = [
    (
        "name",
        &[
            "exact",
            "marks_lost",
            "spelling",
            "typo",
            "middle_missing",
            "abbreviated",
            "order",
            "middle_differs",
            "given_differs",
            "surname_differs",
            "mixed",
            "different",
        ],
    ),
    (
        "birth_date",
        &[
            "exact",
            "swapped",
            "one_digit",
            "lunar",
            "same_year",
            "same_day",
            "near_year",
            "different",
            "month_agrees",
            "part_agrees",
            "part_near",
            "part_differs",
        ],
    ),
    ("gender", &["same", "differs"]),
    ("personal_id", &["equal", "one_digit", "relatives", "differs", "old_equal", "old_differs"]),
    ("place", &["same_hamlet", "other_hamlet", "other_commune_hamlet", "same_commune", "other_commune"]),
    ("address", &["same", "differs"]),
    ("father", &["same", "near", "differs"]),
    ("mother", &["same", "near", "differs"]),
    ("spouse", &["same", "near", "differs"]),
    (
        "context",
        &[
            "related",
            "apart_same_hamlet",
            "apart_same_commune",
            "apart_elsewhere",
            "same_hamlet",
            "same_commune",
            "elsewhere",
        ],
    ),
];

/// Every comparison with each of its levels, as model files and explanations name them.
pub fn level_names() -> impl Iterator<Item = (&'static str, &'static str)> {
    LEVEL_NAMES
        .into_iter()
        .flat_map(|(comparison, levels)| levels.iter().map(move |level| (comparison, *level)))
}

impl Pattern {
    /// The level of each comparison as written in [`LEVEL_NAMES`]; `missing` where nothing was compared.
    pub fn level_names(&self) -> [(&'static str, &'static str); 10] {
        let levels = [
            self.name as u8,
            self.birth as u8,
            self.gender as u8,
            self.id as u8,
            self.place as u8,
            self.address as u8,
            self.relatives[0] as u8,
            self.relatives[1] as u8,
            self.relatives[2] as u8,
            self.kinship as u8,
        ];
        std::array::from_fn(|i| {
            let (comparison, names) = LEVEL_NAMES[i];
            (comparison, names.get(usize::from(levels[i])).copied().unwrap_or("missing"))
        })
    }
}

/// A multinomial over the levels of one comparison, in groups that are normalised by themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct Levels {
    /// Name of the comparison.
    pub name: &'static str,
    /// m-probability of each level; the last level, `Missing`, has none.
    pub m: Vec<f64>,
    /// Group of each level.
    groups: &'static [u8],
    /// log2 of `m`.
    log: Vec<f32>,
}

impl Levels {
    fn new(name: &'static str, m: &[f64], groups: &'static [u8]) -> Self {
        debug_assert_eq!(m.len(), groups.len());
        let mut levels = Self { name, m: m.to_vec(), groups, log: Vec::new() };
        levels.normalise();
        levels
    }

    /// log2 of the m-probability of a level; 0 for `Missing`.
    pub(crate) fn log_m(&self, level: u8) -> f32 {
        self.log.get(usize::from(level)).copied().unwrap_or(0.0)
    }

    /// Sets the m-probabilities, normalised within their groups.
    pub(crate) fn set(&mut self, m: &[f64]) {
        self.m.copy_from_slice(m);
        self.normalise();
    }

    fn normalise(&mut self) {
        for group in 0..=self.groups.iter().copied().max().unwrap_or(0) {
            let sum: f64 =
                self.m.iter().zip(self.groups).filter(|(_, g)| **g == group).map(|(m, _)| *m).sum();
            for (m, g) in self.m.iter_mut().zip(self.groups) {
                if *g == group {
                    // A level never seen is rare, not impossible.
                    *m = (*m / sum.max(1e-12)).max(1e-5);
                }
            }
        }
        self.log = self.m.iter().map(|m| m.log2() as f32).collect();
    }

    /// Takes expected counts of levels among true pairs; the shipped values count as `weight` pairs in
    /// each group, so that small files do not drift.
    fn learn(&mut self, counts: &[f64], prior: &Self, weight: f64) {
        for ((m, count), shipped) in self.m.iter_mut().zip(counts).zip(&prior.m) {
            *m = count + shipped * weight;
        }
        self.normalise();
    }
}

/// A line through the log-odds of pairs that no ID decides: what the audit found the probabilities to
/// want. The identity where nothing is to be mended.
#[derive(Copy, Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Calibration {
    /// Factor of the log-odds.
    pub slope: f32,
    /// Bits added.
    pub intercept: f32,
}

impl Calibration {
    /// Nothing to mend.
    pub const IDENTITY: Self = Self { slope: 1.0, intercept: 0.0 };

    /// The probability for log2-odds.
    pub fn probability(self, log_odds: f32) -> f32 {
        1.0 / (1.0 + (-(self.slope * log_odds + self.intercept)).exp2())
    }
}

/// The parameters for one role of one kind of extract.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Probability that a written role is a resident of the registry at all.
    pub coverage: f64,
    /// How probabilities are mended.
    pub calibration: Calibration,
    /// Full name.
    pub name: Levels,
    /// Birth date.
    pub birth: Levels,
    /// Gender.
    pub gender: Levels,
    /// Identity number.
    pub id: Levels,
    /// Place.
    pub place: Levels,
    /// Address or household.
    pub address: Levels,
    /// Father, mother, spouse.
    pub relatives: [Levels; 3],
    /// Resident linked in another role of the row.
    pub kinship: Levels,
}

/// How many pairs the shipped parameters weigh beside the data's.
const PRIOR_PAIRS: f64 = 200.0;

impl Model {
    /// The shipped parameters.
    pub fn shipped() -> Self {
        let relative = |name| Levels::new(name, &[0.90, 0.06, 0.04], &[0; 3]);
        Self {
            coverage: 0.93,
            calibration: Calibration::IDENTITY,
            //    exact  marks  spell  typo   middle abbr   order  midDif givDif surDif mixed  diff
            name: Levels::new(
                "name",
                &[0.885, 0.040, 0.020, 0.016, 0.012, 0.008, 0.001, 0.006, 0.002, 0.002, 0.006, 0.002],
                &[0; 12],
            ),
            //    exact  swap   digit  lunar  sameY  sameD  nearY  diff  | month part  near  differs
            birth: Levels::new(
                "birth_date",
                &[0.955, 0.008, 0.016, 0.002, 0.006, 0.003, 0.003, 0.007, 0.10, 0.83, 0.05, 0.02],
                &[0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1],
            ),
            gender: Levels::new("gender", &[0.994, 0.006], &[0; 2]),
            //    equal  digit  relat  differs | old eq differs
            id: Levels::new("personal_id", &[0.940, 0.025, 0.010, 0.025, 0.92, 0.08], &[0, 0, 0, 0, 1, 1]),
            //    hamlet other  commune' | commune other
            place: Levels::new("place", &[0.90, 0.05, 0.05, 0.95, 0.05], &[0, 0, 0, 1, 1]),
            address: Levels::new("address", &[0.75, 0.25], &[0; 2]),
            relatives: [relative("father"), relative("mother"), relative("spouse")],
            //    related hamlet commune elsewhere | hamlet commune elsewhere
            kinship: Levels::new(
                "context",
                &[0.85, 0.06, 0.05, 0.04, 0.55, 0.35, 0.10],
                &[0, 0, 0, 0, 1, 1, 1],
            ),
        }
    }

    /// The multinomials of all comparisons, in a fixed order.
    pub fn all_levels(&self) -> impl Iterator<Item = &Levels> {
        [&self.name, &self.birth, &self.gender, &self.id, &self.place, &self.address]
            .into_iter()
            .chain(&self.relatives)
            .chain([&self.kinship])
    }

    /// The same, to be changed.
    pub(crate) fn all_levels_mut(&mut self) -> impl Iterator<Item = &mut Levels> {
        [&mut self.name, &mut self.birth, &mut self.gender, &mut self.id, &mut self.place, &mut self.address]
            .into_iter()
            .chain(&mut self.relatives)
            .chain([&mut self.kinship])
    }

    /// Re-estimates the parameters from expected counts.
    pub(crate) fn learn(&mut self, counts: &Counts, prior: &Self) {
        self.name.learn(&counts.name, &prior.name, PRIOR_PAIRS);
        self.birth.learn(&counts.birth, &prior.birth, PRIOR_PAIRS);
        self.gender.learn(&counts.gender, &prior.gender, PRIOR_PAIRS);
        self.id.learn(&counts.id, &prior.id, PRIOR_PAIRS);
        self.place.learn(&counts.place, &prior.place, PRIOR_PAIRS);
        self.address.learn(&counts.address, &prior.address, PRIOR_PAIRS);
        for i in 0..3 {
            self.relatives[i].learn(&counts.relatives[i], &prior.relatives[i], PRIOR_PAIRS);
        }
        self.learn_kinship(counts, prior);
        let pairs = counts.matched + PRIOR_PAIRS * prior.coverage;
        self.coverage = (pairs / (counts.rows + PRIOR_PAIRS)).clamp(0.05, 0.999);
    }
}

impl Model {
    /// Re-estimates how the right resident stands to the one linked in another role.
    pub(crate) fn learn_kinship(&mut self, counts: &Counts, prior: &Self) {
        self.kinship.learn(&counts.kinship, &prior.kinship, PRIOR_PAIRS);
    }
}

/// Expected counts of levels among true pairs, gathered by the E-step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    name: [f64; NameLevel::COUNT],
    birth: [f64; BirthLevel::COUNT],
    gender: [f64; 3],
    id: [f64; 7],
    place: [f64; 6],
    address: [f64; 3],
    relatives: [[f64; 4]; 3],
    kinship: [f64; KinLevel::COUNT],
    matched: f64,
    rows: f64,
}

impl Counts {
    /// Adds a candidate pair with its posterior probability.
    pub(crate) fn add(&mut self, p: &Pattern, probability: f64) {
        self.name[p.name as usize] += probability;
        self.birth[p.birth as usize] += probability;
        self.gender[p.gender as usize] += probability;
        self.id[p.id as usize] += probability;
        self.place[p.place as usize] += probability;
        self.address[p.address as usize] += probability;
        for (counts, level) in self.relatives.iter_mut().zip(p.relatives) {
            counts[level as usize] += probability;
        }
        self.matched += probability;
    }

    /// Adds a candidate's kinship with its posterior probability.
    pub(crate) fn add_kinship(&mut self, level: KinLevel, probability: f64) {
        self.kinship[level as usize] += probability;
    }

    /// Counts a row, linked or not.
    pub(crate) fn add_row(&mut self) {
        self.rows += 1.0;
    }

    /// Adds the counts of another part of the data.
    pub(crate) fn merge(&mut self, other: &Self) {
        let add = |a: &mut [f64], b: &[f64]| a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
        add(&mut self.name, &other.name);
        add(&mut self.birth, &other.birth);
        add(&mut self.gender, &other.gender);
        add(&mut self.id, &other.id);
        add(&mut self.place, &other.place);
        add(&mut self.address, &other.address);
        for i in 0..3 {
            add(&mut self.relatives[i], &other.relatives[i]);
        }
        add(&mut self.kinship, &other.kinship);
        self.matched += other.matched;
        self.rows += other.rows;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_sum_to_one_and_nothing_is_impossible() {
        let model = Model::shipped();
        for levels in [&model.name, &model.birth, &model.gender, &model.id, &model.place, &model.address] {
            for group in 0..=levels.groups.iter().copied().max().unwrap() {
                let sum: f64 =
                    levels.m.iter().zip(levels.groups).filter(|(_, g)| **g == group).map(|(m, _)| *m).sum();
                assert!((sum - 1.0).abs() < 1e-3, "{} {sum}", levels.name);
            }
            assert!(levels.m.iter().all(|m| *m > 0.0 && *m <= 1.0));
        }
    }

    #[test]
    fn learning_moves_towards_the_counts_but_not_on_little_data() {
        let prior = Model::shipped();
        let pattern = Pattern {
            name: NameLevel::Typo,
            birth: BirthLevel::Exact,
            gender: GenderLevel::Same,
            id: IdLevel::Missing,
            place: PlaceLevel::Missing,
            address: AddressLevel::Missing,
            relatives: [RelativeLevel::Missing; 3],
            kinship: KinLevel::Missing,
        };
        let learned = |n: usize| {
            let mut counts = Counts::default();
            (0..n).for_each(|_| {
                counts.add_row();
                counts.add(&pattern, 1.0);
            });
            let mut model = prior.clone();
            model.learn(&counts, &prior);
            model.name.m[NameLevel::Typo as usize]
        };
        assert!(learned(2) < 0.05 && learned(100_000) > 0.95);
    }
}
