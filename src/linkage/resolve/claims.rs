//! What the claims of several persons on the same residents leave to each of them.
//!
//! Taken alone, two rows that fit one resident are both that resident, nearly for certain; together they cannot be. The
//! probability of a pair given the others' claims is its share of all ways in which the claimants may be given
//! residents, each way weighing the product of its odds. On the few claimants of a component that sum is exact: it goes
//! over sets of residents already taken, not over the ways one by one (the permanent by dynamic programming; H. J.
//! Ryser, Combinatorial Mathematics, 1963). Record linkage knows it as the posterior over bipartite matchings
//! (M. Sadinle, Bayesian estimation of bipartite matchings for record linkage, JASA 112, 2017).

/// Claimants of a component that is summed over exactly.
const MOST_CLAIMANTS: usize = 16;
/// Residents wanted by several of them.
const MOST_CONTESTED: usize = 10;

/// Odds in bits against two rows of a file, unlike as they look, being of one person: one row in a hundred or two is a
/// second one (a record registered again, the card of the period before). What another row claims is therefore never
/// wholly lost.
const TWICE_IN_A_FILE: f64 = 6.0;

/// Least share that others leave, in bits: so small, it is nothing.
const LEAST_LEFT: f64 = -60.0;

/// What others leave of one claim.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(super) struct Left {
    /// Bits by which the claim weighs less, given the others.
    pub(super) bits: f64,
    /// Whether the claimant can hardly be the resident unless it is a second row of another claimant's person.
    pub(super) only_as_second: bool,
}

impl Left {
    /// Nobody else wants the resident.
    pub(super) const ALL: Self = Self { bits: 0.0, only_as_second: false };
    /// The resident is somebody else.
    pub(super) const NOTHING: Self = Self { bits: LEAST_LEFT, only_as_second: false };
    /// The resident is another claimant's person.
    pub(super) const AS_SECOND: Self = Self { bits: -TWICE_IN_A_FILE, only_as_second: true };
}

/// What the others leave of each claim. `odds[c][r]` is log2 of the odds of claimant `c` being resident `r` against
/// being nobody of the component, `None` where they do not go together; `may_be_one` tells whether two claimants may
/// be one person after all; `gains` are the bits by which residents gain where they would have no row otherwise, which a
/// second row does not. `None` where there are too many to sum over.
pub(super) fn left(
    odds: &[Vec<Option<f64>>],
    gains: &[f64],
    may_be_one: impl Fn(usize, usize) -> bool,
) -> Option<Vec<Vec<Left>>> {
    let residents = odds.first().map_or(0, Vec::len);
    let claimed = |r: usize| odds.iter().filter(|of| of[r].is_some()).count();
    let contested: Vec<usize> = (0..residents).filter(|r| claimed(*r) > 1).collect();
    if odds.len() > MOST_CLAIMANTS || contested.len() > MOST_CONTESTED {
        return None;
    }
    let ways: Vec<Ways> = odds.iter().map(|of| Ways::of(of, &contested)).collect();
    let twice = (-TWICE_IN_A_FILE).exp2();
    let of_claimant = |claimant: usize| {
        let taken = taken(&ways, claimant, contested.len());
        let all: f64 = taken.iter().sum();
        (0..residents)
            .map(|r| {
                let Some(bit) = contested.iter().position(|c| *c == r) else {
                    return Left::ALL;
                };
                let is_taken = |set: &usize| set & (1 << bit) != 0;
                let gone: f64 =
                    taken.iter().enumerate().filter(|(set, _)| is_taken(set)).map(|(_, w)| w).sum();
                let free = all - gone;
                let rival = (0..odds.len())
                    .filter(|other| *other != claimant && odds[*other][r].is_some())
                    .max_by(|a, b| odds[*a][r].unwrap_or(0.0).total_cmp(&odds[*b][r].unwrap_or(0.0)));
                let second = if rival.is_some_and(|rival| may_be_one(claimant, rival)) {
                    gone * twice * (-gains[r]).exp2()
                } else {
                    0.0
                };
                let bits = ((free + second) / all.max(f64::MIN_POSITIVE)).log2().clamp(LEAST_LEFT, 0.0);
                Left { bits, only_as_second: second > free }
            })
            .collect()
    };
    Some((0..odds.len()).map(of_claimant).collect())
}

/// What one claimant may be, each with its relative odds.
struct Ways {
    /// Nobody, or a resident whom no other claimant wants.
    apart: f64,
    /// Contested residents, by their place among these.
    contested: Vec<(usize, f64)>,
}

impl Ways {
    fn of(odds: &[Option<f64>], contested: &[usize]) -> Self {
        // Relative to the likeliest, so that no product of many overflows.
        let most = odds.iter().flatten().copied().fold(0.0, f64::max);
        let place = |r: usize| contested.iter().position(|c| *c == r);
        let mut ways = Self { apart: (-most).exp2(), contested: Vec::new() };
        for (r, odds) in odds.iter().enumerate().filter_map(|(r, odds)| Some((r, (*odds)?))) {
            let relative = (odds - most).exp2();
            match place(r) {
                Some(bit) => ways.contested.push((bit, relative)),
                None => ways.apart += relative,
            }
        }
        ways
    }
}

/// For each set of contested residents, how much the ways weigh in which just these are taken by the claimants other
/// than one.
fn taken(ways: &[Ways], but: usize, contested: usize) -> Vec<f64> {
    let twice = (-TWICE_IN_A_FILE).exp2();
    let mut by_set = vec![0.0; 1 << contested];
    by_set[0] = 1.0;
    for (_, of) in ways.iter().enumerate().filter(|(claimant, _)| *claimant != but) {
        let mut next = vec![0.0; by_set.len()];
        for (set, weight) in by_set.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
            next[set] += weight * of.apart;
            for (bit, odds) in &of.contested {
                let share = if set & (1 << bit) == 0 { 1.0 } else { twice };
                next[set | (1 << bit)] += weight * odds * share;
            }
        }
        by_set = next;
    }
    by_set
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The probability of a claim once the others' are reckoned with.
    fn probability(odds: &[Option<f64>], left: &[Left], r: usize) -> f64 {
        let weight = |r: usize| odds[r].map_or(0.0, |odds| (odds + left[r].bits).exp2());
        weight(r) / (1.0 + (0..odds.len()).map(weight).sum::<f64>())
    }

    /// By going over all ways one by one, two claimants never sharing a resident.
    fn by_hand(odds: &[Vec<Option<f64>>], claimant: usize, r: usize) -> f64 {
        let residents = odds[0].len();
        let (mut all, mut with) = (0.0, 0.0);
        let ways = (residents + 1).pow(odds.len() as u32);
        for way in 0..ways {
            let choice = |c: usize| (way / (residents + 1).pow(c as u32)) % (residents + 1);
            let chosen: Vec<usize> = (0..odds.len()).map(choice).collect();
            let real: Vec<usize> = chosen.iter().copied().filter(|c| *c < residents).collect();
            let is_matching = real.iter().enumerate().all(|(i, a)| !real[..i].contains(a));
            let weight: Option<f64> = (chosen.iter().enumerate())
                .map(|(c, at)| if *at == residents { Some(1.0) } else { odds[c][*at].map(f64::exp2) })
                .product();
            let Some(weight) = weight.filter(|_| is_matching) else { continue };
            all += weight;
            with += if chosen[claimant] == r { weight } else { 0.0 };
        }
        with / all
    }

    #[test]
    fn the_sum_over_sets_is_the_sum_over_ways() {
        let odds = [
            vec![Some(3.0), Some(1.0), None],
            vec![Some(2.5), None, Some(0.5)],
            vec![Some(-1.0), Some(2.0), Some(1.5)],
        ];
        // Never one person: what the ways one by one assume too. Others sharing a resident is left out there.
        let left = left(&odds, &[0.0; 3], |_, _| false).unwrap();
        for (c, of) in odds.iter().enumerate() {
            for r in 0..3 {
                let (exact, sum) = (by_hand(&odds, c, r), probability(of, &left[c], r));
                assert!((exact - sum).abs() < 0.02, "{c} {r}: {exact} {sum}");
            }
        }
    }

    #[test]
    fn of_two_that_fit_alike_neither_is_sure() {
        let odds = [vec![Some(30.0)], vec![Some(30.0)]];
        let left = left(&odds, &[0.0; 3], |_, _| false).unwrap();
        for c in 0..2 {
            assert!((probability(&odds[c], &left[c], 0) - 0.5).abs() < 0.01);
        }
    }

    #[test]
    fn the_better_keeps_what_the_worse_claims() {
        let odds = [vec![Some(40.0)], vec![Some(15.0)]];
        let two = left(&odds, &[0.0; 3], |_, _| false).unwrap();
        assert!(probability(&odds[0], &two[0], 0) > 0.999_999);
        assert!(probability(&odds[1], &two[1], 0) < 1e-6);
        // It may be a second row of the same person: a question.
        let one = left(&odds, &[0.0; 3], |_, _| true).unwrap();
        assert!(one[1][0].only_as_second && probability(&odds[1], &one[1], 0) > 0.9);
    }

    #[test]
    fn too_many_are_not_summed_over() {
        let odds = vec![vec![Some(1.0); 11]; 2];
        assert!(left(&odds, &[0.0; 11], |_, _| false).is_none());
    }
}
