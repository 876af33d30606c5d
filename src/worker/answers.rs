//! What is told of rows, as columns: a row that could not be read has an error and nothing else.

use super::columns::Made;
use super::record::RecordError;
use crate::domain::RoleLink;
use crate::linkage::apart::{Claim, FoundRow};

/// The rows of an answer: those that could be read, and the others.
pub(super) struct Rows<'a, T> {
    /// The number of every row that came.
    pub(super) ordinals: &'a [i64],
    /// What is told, with the place among those that came.
    pub(super) told: Vec<(usize, T)>,
    /// Why others could not be read.
    pub(super) wrong: Vec<(usize, String)>,
}

impl<'a, T> Rows<'a, T> {
    pub(super) fn new(
        ordinals: &'a [i64],
        at: Vec<usize>,
        told: Vec<T>,
        wrong: Vec<(usize, RecordError)>,
    ) -> Self {
        let wrong = wrong.into_iter().map(|(at, error)| (at, error.to_string())).collect();
        Self { ordinals, told: at.into_iter().zip(told).collect(), wrong }
    }

    fn ordinals(&self) -> impl Iterator<Item = i64> {
        let told = self.told.iter().map(|(at, _)| *at);
        told.chain(self.wrong.iter().map(|(at, _)| *at)).map(|at| self.ordinals[at])
    }

    fn errors(&self) -> impl Iterator<Item = Option<&str>> {
        let fine = self.told.iter().map(|_| None);
        fine.chain(self.wrong.iter().map(|(_, error)| Some(error.as_str())))
    }

    fn bytes<'t>(&'t self, made: &mut Made, name: &'static str, of: impl Fn(&'t T) -> &'t [u8]) {
        let told = self.told.iter().map(|(_, told)| Some(of(told)));
        made.some_bytes(name, told.chain(self.wrong.iter().map(|_| None)));
    }

    fn lists(&self, made: &mut Made, name: &'static str, of: impl Fn(&T) -> Vec<i64>) {
        let told = self.told.iter().map(|(_, told)| of(told));
        made.lists(name, told.chain(self.wrong.iter().map(|_| Vec::new())));
    }
}

/// What was found.
pub(super) fn found(rows: &Rows<'_, FoundRow>) -> Made {
    let mut made = Made::default();
    made.longs("ordinal", rows.ordinals());
    rows.bytes(&mut made, "found", |row| &row.found);
    let of_claims =
        |of: fn(&Claim) -> i64| move |row: &FoundRow| row.claims.iter().map(of).collect::<Vec<i64>>();
    rows.lists(&mut made, "claim_resident", of_claims(|claim| i64::from(claim.resident)));
    rows.lists(&mut made, "claim_group", of_claims(|claim| claim.group.packed()));
    rows.lists(&mut made, "claim_parts", of_claims(|claim| i64::from(claim.parts.0)));
    rows.lists(&mut made, "numbers", |row| row.numbers.iter().map(|number| *number as i64).collect());
    rows.lists(&mut made, "nameless", |row| row.nameless.iter().map(|number| *number as i64).collect());
    rows.lists(&mut made, "dead", |row| distinct(&row.dead));
    rows.lists(&mut made, "alive", |row| distinct(&row.alive));
    rows.lists(&mut made, "keys", |row| row.keys.iter().map(|key| *key as i64).collect());
    rows.lists(&mut made, "act_resident", |row| row.acts.iter().map(|(who, _)| i64::from(*who)).collect());
    rows.lists(&mut made, "act_day", |row| row.acts.iter().map(|(_, day)| i64::from(day.0)).collect());
    made.some_texts("error", rows.errors());
    made
}

/// The decisions on one row.
pub(super) struct Decided {
    /// As bytes.
    pub(super) links: Vec<u8>,
    /// Residents whom the row claims.
    pub(super) claims: Vec<u32>,
    /// Whether the row is of nobody of the registry.
    pub(super) nobody: bool,
    /// Residents linked, or asked about.
    pub(super) residents: Vec<u32>,
}

impl Decided {
    pub(super) fn of(links: &[Option<RoleLink>], claims: Vec<u32>, nobody: bool) -> Self {
        let residents = links.iter().flatten().filter_map(|link| Some(link.resident?.0)).collect();
        // Writing to memory cannot fail; bytes that are none are told where they are read.
        Self { links: rmp_serde::to_vec(links).unwrap_or_default(), claims, nobody, residents }
    }
}

/// What was decided.
pub(super) fn decided(rows: &Rows<'_, Decided>) -> Made {
    let mut made = Made::default();
    made.longs("ordinal", rows.ordinals());
    rows.bytes(&mut made, "links", |row| &row.links);
    rows.lists(&mut made, "claims", |row| distinct(&row.claims));
    let nobody = rows.told.iter().map(|(_, row)| row.nobody);
    made.flags("nobody", nobody.chain(rows.wrong.iter().map(|_| false)));
    rows.lists(&mut made, "residents", |row| distinct(&row.residents));
    made.some_texts("error", rows.errors());
    made
}

fn distinct(residents: &[u32]) -> Vec<i64> {
    let mut residents: Vec<i64> = residents.iter().map(|resident| i64::from(*resident)).collect();
    residents.sort_unstable();
    residents.dedup();
    residents
}

/// Pairs of rows of one person.
pub(super) fn pairs(names: [&'static str; 2], pairs: impl Iterator<Item = (i64, i64, f32)>) -> Made {
    let (mut a, mut b, mut p) = (Vec::new(), Vec::new(), Vec::new());
    pairs.for_each(|(one, other, probability)| {
        a.push(one);
        b.push(other);
        p.push(probability);
    });
    let mut made = Made::default();
    made.longs(names[0], a);
    made.longs(names[1], b);
    made.reals("p", p);
    made
}
