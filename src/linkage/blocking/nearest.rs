//! Of a posting that is too long to be compared as a whole, those who are likeliest meant: whoever lives near.

use crate::linkage::compare::residents::Nearness;

/// The posting as it is where it has at most `limit` members.
///
/// # Errors
/// A longer posting is given back.
pub(super) fn within<I: Iterator + Clone>(posting: I, limit: usize) -> Result<I, I> {
    let most = posting.size_hint().1;
    if most.is_some_and(|most| most <= limit) || posting.clone().nth(limit).is_none() {
        Ok(posting)
    } else {
        Err(posting)
    }
}

/// The `limit` nearest of a posting, and of those as near the first of the registry.
pub(super) fn nearest<T>(
    posting: impl Iterator<Item = T> + Clone,
    limit: usize,
    nearness: impl Fn(&T) -> Nearness,
) -> Vec<T> {
    let mut near: Vec<T> = Vec::with_capacity(limit);
    for wanted in [Nearness::Commune, Nearness::Province, Nearness::Elsewhere] {
        let left = limit - near.len();
        near.extend(posting.clone().filter(|member| nearness(member) == wanted).take(left));
    }
    near
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_posting_gives_the_near_whichever_way_it_lies() {
        let nearness = |n: &u32| match n {
            17 => Nearness::Commune,
            3 | 18 => Nearness::Province,
            _ => Nearness::Elsewhere,
        };
        assert!(within(0..20u32, 20).is_ok());
        assert!(within(0..20u32, 4).is_err());
        assert_eq!(nearest(0..20u32, 4, nearness), [17, 3, 18, 0]);
        assert_eq!(nearest((0..20u32).rev(), 4, nearness), [17, 18, 3, 19]);
    }
}
