//! What the decision of a pair is worth: the cost that is to be expected as long as nobody decides it.
//!
//! Whoever had to guess would follow the probability and be wrong with `min(p, 1 - p)`; what a mistake costs
//! depends on what hangs on the pair. A death comes before all else: money goes on being paid to the dead, and
//! a living person taken for dead loses everything at once.

use crate::domain::{Capability, Kind, Role};

/// The expected cost of leaving a pair undecided, in units of the cost of a parent's pair.
pub(crate) fn of(source: Kind, role: Role, probability: f64) -> f64 {
    stake(source, role) * probability.min(1.0 - probability).max(0.0)
}

/// What a wrong answer costs.
fn stake(source: Kind, role: Role) -> f64 {
    match (role, source) {
        (Role::Deceased, _) => 10.0,
        (Role::Subject, kind) if kind.has(Capability::Payment) => 5.0,
        (Role::Child, _) => 4.0,
        (Role::Subject | Role::Husband | Role::Wife | Role::Spouse, _) => 3.0,
        (Role::Mother | Role::Father | Role::Guardian, _) => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubt_and_what_hangs_on_it_make_the_worth() {
        let death = of(Kind::Deaths, Role::Deceased, 0.6);
        assert!(death > of(Kind::Deaths, Role::Deceased, 0.9));
        assert!(death > of(Kind::Welfare, Role::Subject, 0.6));
        assert_eq!(of(Kind::Births, Role::Mother, 1.0), 0.0);
    }
}
