//! Figures that leave the office: small ones are left out, and others with them, so that none can be reckoned back.
//!
//! What is shared adds up: of each table every line belongs to one class, classes add up to a total, hamlets to communes,
//! communes to the whole. Of persons only the corrected registry is shared: the difference of the two bases would tell of
//! few. Totals are looked at first and are the same on all tables; where one is left out, so is its whole line.

use std::collections::BTreeMap;

use super::Demography;
use super::table::{Label, Row, Table, Topic, Value, Where};
use crate::population::{Arc, protect};

/// Counts by place and class.
type Counts = BTreeMap<(Where, Label), u64>;

/// The tables that are shared, with small counts left out. `threshold` is the least count that is shown besides nought.
/// A table that cannot be protected is not shared at all.
pub(super) fn shared(of: &Demography, threshold: u64) -> Vec<Table> {
    let persons: [(Topic, usize); 4] =
        [(Topic::AgeGroups, 1), (Topic::ResidenceStatus, 0), (Topic::Ethnicity, 0), (Topic::Sexes, 0)];
    // Who lives in no known commune is left out of the whole: so few would take a commune with them.
    let communes = &of.places.communes;
    let nowhere = communes.iter().position(|(code, name)| code.is_empty() && name.is_empty());
    let nowhere = nowhere.map(|at| at as u32);
    let mut tables = Vec::new();
    // All tables of persons have the same totals, so the same totals are left out.
    for (topic, label) in persons {
        let source = if topic == Topic::Sexes { Topic::AgeGroups } else { topic };
        let counts = of.table(source).map(|table| classes(table, (label, 1), nowhere)).unwrap_or_default();
        tables.extend(protected(topic, source.labels()[label], &counts, threshold));
    }
    let others: [(Topic, usize, usize); 5] = [
        (Topic::HouseholdSize, 0, 1),
        (Topic::HouseholdType, 0, 1),
        (Topic::Births, 1, 0),
        (Topic::Deaths, 1, 0),
        (Topic::Marriages, 0, 0),
    ];
    for (topic, label, value) in others {
        let counts = of.table(topic).map(|table| classes(table, (label, value), nowhere)).unwrap_or_default();
        tables.extend(protected(topic, topic.labels()[label], &counts, threshold));
    }
    tables
}

/// The counts of a table by one of its labels; of acts those counted by their own date. The whole is the sum of its
/// communes.
fn classes(table: &Table, (label, value): (usize, usize), nowhere: Option<u32>) -> Counts {
    let mut counts = Counts::new();
    for row in table.rows.iter().filter(|row| row.at.commune.is_some() && row.at.commune != nowhere) {
        let by_registration = matches!(table.topic, Topic::Births | Topic::Deaths)
            && row.labels.first() != Some(&Label::Word("act"));
        if let (false, Some(label), Some(Value::Count(count))) =
            (by_registration, row.labels.get(label), row.values.get(value))
        {
            *counts.entry((row.at, label.clone())).or_default() += count;
            if row.at.place.is_none() {
                *counts.entry((Where::ALL, label.clone())).or_default() += count;
            }
        }
    }
    counts
}

/// A table of classes whose small counts are left out; none where that cannot be done.
fn protected(topic: Topic, label: &'static str, counts: &Counts, threshold: u64) -> Option<Table> {
    let grid = Grid::of(counts);
    let hidden = grid.hidden(threshold)?;
    let value = |hidden: bool, count: u64| if hidden { Value::Hidden } else { Value::Count(count) };
    let mut rows = Vec::new();
    for (at, place) in grid.places.iter().enumerate() {
        let total: u64 = grid.counts[at].iter().sum();
        let line = |label: Label, value| Row { at: *place, labels: vec![label], values: vec![value] };
        rows.push(line(Label::Word("everybody"), value(hidden.totals[at], total)));
        for (class, label) in grid.classes.iter().enumerate() {
            rows.push(line(label.clone(), value(hidden.cells[at][class], grid.counts[at][class])));
        }
    }
    Some(Table { topic, labels: vec![label], values: vec!["count"], rows })
}

/// Counts of places by classes; the whole stands first, each commune before its hamlets.
struct Grid {
    places: Vec<Where>,
    classes: Vec<Label>,
    counts: Vec<Vec<u64>>,
}

/// What is left out.
struct Hidden {
    totals: Vec<bool>,
    cells: Vec<Vec<bool>>,
}

impl Grid {
    fn of(counts: &Counts) -> Self {
        let mut places: Vec<Where> = counts.keys().map(|(at, _)| *at).collect();
        places.dedup();
        let mut classes: Vec<Label> = counts.keys().map(|(_, label)| label.clone()).collect();
        classes.sort();
        classes.dedup();
        let of = |at: &Where| {
            classes.iter().map(|class| counts.get(&(*at, class.clone())).copied().unwrap_or(0)).collect()
        };
        let counts = places.iter().map(of).collect();
        Self { places, classes, counts }
    }

    /// The place that a place adds up to. Places stand in their order.
    fn parent(&self, at: usize) -> Option<usize> {
        let Where { commune, place } = self.places[at];
        let parent = match (commune, place) {
            (None, _) => return None,
            (Some(_), None) => Where::ALL,
            (Some(commune), Some(_)) => Where::commune(commune),
        };
        self.places.binary_search(&parent).ok()
    }

    fn hidden(&self, threshold: u64) -> Option<Hidden> {
        let small = |count: u64| count > 0 && count < threshold;
        let places = self.places.len();
        if places == 0 {
            return None;
        }
        let total = |at: usize| self.counts[at].iter().sum::<u64>();
        let parents: Vec<Option<usize>> = (0..places).map(|at| self.parent(at)).collect();
        // Totals by themselves: from the whole to communes to hamlets, and back.
        let mut is_leaf = vec![true; places];
        parents.iter().flatten().for_each(|parent| is_leaf[*parent] = false);
        let leaf = |at: usize| is_leaf[at];
        let arcs: Vec<Arc> = (0..places)
            .map(|at| Arc {
                from: parents[at].unwrap_or(places),
                to: if leaf(at) { places } else { at },
                value: total(at),
                may_hide: true,
            })
            .collect();
        let mut totals: Vec<bool> = arcs.iter().map(|arc| small(arc.value)).collect();
        if !protect(places + 1, &arcs, &mut totals).is_empty() {
            return None;
        }
        // The whole: places and classes. A place is a node that its total flows into and its classes out of; a class
        // of a place that others add up to is a node as well. The whole place is the last node for all classes.
        let classes = self.classes.len();
        let node = |at: usize, class: usize| places + 1 + at * classes + class;
        let nodes = places + 1 + places * classes;
        let (mut arcs, mut hidden) = (Vec::new(), Vec::new());
        for at in 0..places {
            arcs.push(Arc { from: parents[at].unwrap_or(places), to: at, value: total(at), may_hide: false });
            hidden.push(totals[at]);
        }
        for at in 0..places {
            for class in 0..classes {
                // Those of a hamlet flow from it into the class of its commune; that into the class of the whole; that
                // to the end. Where there are no hamlets, communes are what flows.
                let from = if leaf(at) { at } else { node(at, class) };
                let to = parents[at].map_or(places, |parent| node(parent, class));
                let value = self.counts[at][class];
                arcs.push(Arc { from, to, value, may_hide: true });
                hidden.push(small(value) || totals[at]);
            }
        }
        if !protect(nodes, &arcs, &mut hidden).is_empty() {
            return None;
        }
        let (totals, cells) = hidden.split_at(places);
        Some(Hidden {
            totals: totals.into(),
            cells: cells.chunks(classes.max(1)).map(<[bool]>::to_vec).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counts(communes: &[Vec<[u64; 3]>]) -> Counts {
        let mut counts = Counts::new();
        let mut place = 0;
        for (commune, hamlets) in (0..).zip(communes) {
            for hamlet in hamlets {
                for (class, count) in (0..).zip(hamlet) {
                    let at = Where { commune: Some(commune), place: Some(place) };
                    for at in [Where::ALL, Where::commune(commune), at] {
                        *counts.entry((at, Label::Number(class))).or_default() += count;
                    }
                }
                place += 1;
            }
        }
        counts
    }

    /// Place and class.
    type Cell = (usize, usize);

    /// What somebody who sees the table and knows that counts are not negative can say of each cell, by tightening
    /// bounds over every sum again and again. It finds less than there may be to find, and nothing that is not so.
    fn bounds(communes: &[Vec<[u64; 3]>], hidden: &Hidden, grid: &Grid) -> Vec<Vec<[u64; 2]>> {
        let most: u64 = communes.iter().flatten().flatten().sum();
        let classes = grid.classes.len();
        // The last column is the total of a place.
        let mut bounds: Vec<Vec<[u64; 2]>> = (0..grid.places.len())
            .map(|at| {
                let of = |class: usize| match class == classes {
                    true if hidden.totals[at] => [0, most],
                    true => [grid.counts[at].iter().sum(); 2],
                    false if hidden.cells[at][class] => [0, most],
                    false => [grid.counts[at][class]; 2],
                };
                (0..=classes).map(of).collect()
            })
            .collect();
        let mut sums: Vec<(Cell, Vec<Cell>)> = Vec::new();
        for at in 0..grid.places.len() {
            sums.push(((at, classes), (0..classes).map(|class| (at, class)).collect()));
            let children: Vec<usize> =
                (0..grid.places.len()).filter(|of| grid.parent(*of) == Some(at)).collect();
            if !children.is_empty() {
                for class in 0..=classes {
                    sums.push(((at, class), children.iter().map(|of| (*of, class)).collect()));
                }
            }
        }
        for _ in 0..50 {
            for (sum, parts) in &sums {
                let low: u64 = parts.iter().map(|(at, class)| bounds[*at][*class][0]).sum();
                let high: u64 = parts.iter().map(|(at, class)| bounds[*at][*class][1]).sum();
                let whole = &mut bounds[sum.0][sum.1];
                *whole = [whole[0].max(low), whole[1].min(high)];
                let whole = *whole;
                for (at, class) in parts {
                    let own = bounds[*at][*class];
                    let others = [low - own[0], high - own[1]];
                    let slot = &mut bounds[*at][*class];
                    *slot = [
                        own[0].max(whole[0].saturating_sub(others[1])),
                        own[1].min(whole[1].saturating_sub(others[0])),
                    ];
                }
            }
        }
        bounds
    }

    proptest! {
        #[test]
        fn nothing_that_is_left_out_follows_from_what_is_shown(
            communes in prop::collection::vec(prop::collection::vec(prop::array::uniform3(0_u64..12), 1..4), 1..4),
        ) {
            let counts = counts(&communes);
            let grid = Grid::of(&counts);
            let Some(hidden) = grid.hidden(5) else { return Ok(()) };
            let bounds = bounds(&communes, &hidden, &grid);
            for (at, bounds) in bounds.iter().enumerate() {
                let total: u64 = grid.counts[at].iter().sum();
                prop_assert!(hidden.totals[at] || total == 0 || total >= 5);
                for (class, count) in grid.counts[at].iter().enumerate() {
                    prop_assert!(hidden.cells[at][class] || *count == 0 || *count >= 5);
                    if hidden.cells[at][class] {
                        let [low, high] = bounds[class];
                        prop_assert!(low < high, "{communes:?}: {:?} class {class}", grid.places[at]);
                    }
                }
            }
        }
    }

    #[test]
    fn a_large_table_is_shared_and_its_small_cells_are_not() {
        let communes = [vec![[40, 3, 20], [50, 60, 70]], vec![[30, 20, 10], [90, 80, 7]]];
        let table = protected(Topic::Ethnicity, "ethnic_group", &counts(&communes), 5).unwrap();
        let hidden: Vec<&Row> = table.rows.iter().filter(|row| row.values == [Value::Hidden]).collect();
        assert!(hidden.len() >= 4, "{hidden:?}");
        assert!(table.rows.iter().any(|row| row.values == [Value::Count(40 + 3 + 20)]));
        assert!(table.rows.iter().all(|row| row.values != [Value::Count(3)]));
    }
}
