//! One-to-one assignment: within one role of an extract two different persons cannot be one resident.
//!
//! Rows whose best candidate is the same resident are either rows of one person (two programmes, a
//! duplicate: both keep the link) or rivals. Rivals and their candidates form small components of the
//! candidate graph; on each the assignment of greatest total weight is found exactly (H. W. Kuhn, The
//! Hungarian method for the assignment problem, 1955).

/// Assigns rows to columns so that the sum of weights is greatest; every row may stay unassigned at
/// weight 0. `weights[r][c]` is `None` where row and column do not go together. Returns the column of
/// each row. Ties fall to the lower row and column.
///
/// ```
/// // Both rows like column 0 best; the sum is greatest where the first gives way.
/// let weights = [vec![Some(5.0), Some(4.0)], vec![Some(5.0), None]];
/// assert_eq!(lamsach::domain::assign::assign(&weights), [Some(1), Some(0)]);
/// ```
pub fn assign(weights: &[Vec<Option<f64>>]) -> Vec<Option<usize>> {
    let rows = weights.len();
    let real = weights.first().map_or(0, Vec::len);
    if rows == 0 {
        return Vec::new();
    }
    // Each row gets a column of its own that means "nobody", so that a full assignment always exists.
    let columns = real + rows;
    let far = 1e9;
    let cost = |r: usize, c: usize| -> f64 {
        if c < real {
            weights[r][c].map_or(far, |w| -w)
        } else if c - real == r {
            0.0
        } else {
            far
        }
    };
    // Shortest augmenting paths with potentials, one row at a time; index 0 is a sentinel.
    let mut u = vec![0.0; rows + 1];
    let mut v = vec![0.0; columns + 1];
    let mut owner = vec![0usize; columns + 1];
    for row in 1..=rows {
        owner[0] = row;
        let mut column = 0usize;
        let mut least = vec![f64::INFINITY; columns + 1];
        let mut previous = vec![0usize; columns + 1];
        let mut done = vec![false; columns + 1];
        loop {
            done[column] = true;
            let r = owner[column];
            let (mut delta, mut next) = (f64::INFINITY, 0usize);
            for c in 1..=columns {
                if done[c] {
                    continue;
                }
                let reduced = cost(r - 1, c - 1) - u[r] - v[c];
                if reduced < least[c] {
                    least[c] = reduced;
                    previous[c] = column;
                }
                if least[c] < delta {
                    delta = least[c];
                    next = c;
                }
            }
            for c in 0..=columns {
                if done[c] {
                    u[owner[c]] += delta;
                    v[c] -= delta;
                } else {
                    least[c] -= delta;
                }
            }
            column = next;
            if owner[column] == 0 {
                break;
            }
        }
        while column != 0 {
            let back = previous[column];
            owner[column] = owner[back];
            column = back;
        }
    }
    let mut result = vec![None; rows];
    for c in 1..=real {
        if owner[c] != 0 && weights[owner[c] - 1][c - 1].is_some() {
            result[owner[c] - 1] = Some(c - 1);
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn total(weights: &[Vec<Option<f64>>], chosen: &[Option<usize>]) -> f64 {
        chosen.iter().enumerate().filter_map(|(r, c)| weights[r][(*c)?]).sum()
    }

    fn best_by_trial(weights: &[Vec<Option<f64>>], row: usize, used: u32) -> f64 {
        if row == weights.len() {
            return 0.0;
        }
        let mut best = best_by_trial(weights, row + 1, used);
        for (c, w) in weights[row].iter().enumerate() {
            if let Some(w) = w
                && used & (1 << c) == 0
            {
                best = best.max(w + best_by_trial(weights, row + 1, used | (1 << c)));
            }
        }
        best
    }

    #[test]
    fn the_twin_takes_his_own_record() {
        // Row 1 fits both records, row 0 only the first.
        let weights = vec![vec![Some(12.0), None], vec![Some(14.0), Some(13.5)]];
        assert_eq!(assign(&weights), vec![Some(0), Some(1)]);
    }

    proptest! {
        #[test]
        fn assignment_is_optimal(w in proptest::collection::vec(proptest::collection::vec(proptest::option::of(-5.0..20.0f64), 4), 1..5)) {
            let chosen = assign(&w);
            let mut seen = [false; 4];
            for c in chosen.iter().flatten() {
                prop_assert!(!seen[*c]);
                seen[*c] = true;
            }
            prop_assert!((total(&w, &chosen) - best_by_trial(&w, 0, 0)).abs() < 1e-6);
        }
    }
}
