//! Which rows of an extract are one too many (SACH-01).

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use super::events::ByResident;
use super::names::within_three_letters;
use super::periods::Period;
use crate::domain::{
    Column, Dataset, Detail, Extract, Links, PartialDate, Person, RegistrationKind, ResidentIx, Role,
    RoleLink, RowRef, Surplus, Table,
};
use crate::vietnamese::date::of_titles;
use crate::vietnamese::words;

/// The surplus rows of an extract, sorted by row, each with the row kept in its stead.
pub(crate) fn surplus_rows(
    data: &Dataset,
    links: &Links,
    linked: &ByResident,
    extract: usize,
) -> Vec<Surplus<u32>> {
    let of_months = data.tables.iter().map(month_column).collect();
    let of = Rows { data, links, extract, of: &data.extracts[extract], of_months };
    let mut found = Vec::new();
    let roles = of.of.kind.roles();
    for ix in 0..data.registry.residents.len() as u32 {
        let persons = linked.of(ResidentIx(ix));
        // Nearly every resident stands at most once; a second row must be of the same role.
        if persons.len() < 2 {
            continue;
        }
        for (role, _) in roles.iter().enumerate().filter(|(_, role)| !role.stands_beside()) {
            let rows = persons.iter().map(|&p| p as usize).filter(|p| p % roles.len() == role);
            let rows = rows.map(|p| (p / roles.len()) as u32).collect();
            of.settle(rows, None, &mut found);
        }
    }
    let mut unlinked: Vec<_> = links.unlinked_duplicates.get(extract).map_or(&[][..], Vec::as_slice).to_vec();
    unlinked.sort_by_key(|s| (s.kept, s.row));
    for group in unlinked.chunk_by(|a, b| a.kept == b.kept) {
        let probability = group.iter().map(|s| s.probability).fold(1.0, f32::min);
        let rows = group.iter().map(|s| s.kept).take(1).chain(group.iter().map(|s| s.row)).collect();
        of.settle(rows, Some(probability), &mut found);
    }
    // A marriage is found by the husband and by the wife.
    found.sort_by_key(|s| s.row);
    found.dedup_by_key(|s| s.row);
    // A row found surplus on one side may have been kept on the other: follow it to the one that stays.
    let kept: FxHashMap<u32, u32> = found.iter().map(|s| (s.row, s.kept)).collect();
    for surplus in &mut found {
        // Each step goes to a row of better rank, so this ends.
        while let Some(&next) = kept.get(&surplus.kept) {
            surplus.kept = next;
        }
    }
    found
}

/// The column that tells for which month, quarter or instalment each row of a table is.
fn month_column(table: &Table) -> Option<usize> {
    let is_of_months = |column: &Column| column.field.is_none() && words::heads_months(&column.header);
    table.columns.iter().position(is_of_months)
}

struct Rows<'a> {
    data: &'a Dataset,
    links: &'a Links,
    extract: usize,
    of: &'a Extract,
    /// By table, the column of months.
    of_months: Vec<Option<usize>>,
}

impl Rows<'_> {
    /// Among rows of one person, finds those that repeat a row that is kept.
    fn settle(&self, mut rows: Vec<u32>, probability: Option<f32>, found: &mut Vec<Surplus<u32>>) {
        rows.retain(|&row| !self.is_second_by_right(row));
        rows.sort_by_key(|&row| self.rank(row));
        rows.dedup();
        let mut kept: Vec<u32> = Vec::new();
        for row in rows {
            match kept.iter().find(|&&k| self.same_matter(k, row)) {
                Some(&k) => {
                    let probability =
                        probability.unwrap_or_else(|| self.probability(k).min(self.probability(row)));
                    found.push(Surplus { row, kept: k, probability });
                }
                None => kept.push(row),
            }
        }
    }

    /// The best row to keep comes first: sound personal ID, then more cells filled, then first.
    fn rank(&self, row: u32) -> (Reverse<usize>, Reverse<u16>, u32) {
        let persons = self.of.persons_of(row as usize).iter().zip(self.of.kind.roles());
        let sound = persons.filter(|(p, role)| !role.stands_beside() && p.personal_id().is_some()).count();
        (Reverse(sound), Reverse(self.of.rows[row as usize].filled), row)
    }

    /// A repeated registration is a second record of the person by right.
    fn is_second_by_right(&self, row: u32) -> bool {
        match &self.of.rows[row as usize].detail {
            Detail::Birth(record) => record.registration == RegistrationKind::Again,
            Detail::Death(record) => record.registration == RegistrationKind::Again,
            _ => false,
        }
    }

    /// Whether two rows of one person are about the same thing: the same programme, cards valid at the
    /// same time, the same record. Benefits and cards that follow one another are not.
    fn same_matter(&self, a: u32, b: u32) -> bool {
        let (x, y) = (&self.of.rows[a as usize], &self.of.rows[b as usize]);
        match (&x.detail, &y.detail) {
            (Detail::Welfare(p), Detail::Welfare(q)) => {
                // Without a programme the group says what is drawn.
                let same = p.programme == q.programme && (!p.programme.is_blank() || p.group == q.group);
                same && Period::of_benefit(p).overlaps(Period::of_benefit(q))
                    && !self.of_two_lists(x.row, y.row)
                    && !self.of_two_months(x.row, y.row)
            }
            (Detail::Insurance(p), Detail::Insurance(q)) => Period::of_card(p).overlaps(Period::of_card(q)),
            (Detail::Entry(p), Detail::Entry(q)) if p.lasts => {
                p.matter == q.matter && Period::of_entry(p).overlaps(Period::of_entry(q))
            }
            (Detail::Entry(p), Detail::Entry(q)) => p.matter == q.matter && p.start == q.start,
            (Detail::Marriage, Detail::Marriage) => (0..2).all(|role| self.same_spouse(a, b, role)),
            _ => true,
        }
    }

    /// Whether rows stand in lists of two months or years: whoever is paid every month stands in each. Titles say which.
    fn of_two_lists(&self, a: RowRef, b: RowRef) -> bool {
        let date = |at: RowRef| of_titles(&self.data.tables[at.table.at()].titles, self.data.as_of);
        let months = |a: PartialDate, b: PartialDate| a.month().zip(b.month()).is_some_and(|(a, b)| a != b);
        let differ = |(a, b): (PartialDate, PartialDate)| a.year() != b.year() || months(a, b);
        a.table != b.table && date(a).zip(date(b)).is_some_and(differ)
    }

    /// Whether rows of one list are for two months: a list of payments has a row a month.
    fn of_two_months(&self, a: RowRef, b: RowRef) -> bool {
        let table = a.table.at();
        let Some(column) = self.of_months[table].filter(|_| a.table == b.table) else { return false };
        let month = |at: RowRef| self.data.tables[table].cell_at(at.index, column).trim();
        !month(a).is_empty() && !month(b).is_empty() && month(a) != month(b)
    }

    /// Whether husband or wife of two marriage rows can be one person: a person may marry twice.
    fn same_spouse(&self, a: u32, b: u32, role: usize) -> bool {
        let linked = |row: u32| self.link(row, role).and_then(RoleLink::linked);
        if let (Some(x), Some(y)) = (linked(a), linked(b)) {
            return x == y;
        }
        let person = |row: u32| -> &Person { &self.of.persons_of(row as usize)[role] };
        let (x, y) = (person(a), person(b));
        let dates = x.birth.value().zip(y.birth.value());
        within_three_letters(&self.data.names, x.name.id, y.name.id)
            && dates.is_none_or(|(x, y)| x.compatible(y))
    }

    fn link(&self, row: u32, role: usize) -> Option<&RoleLink> {
        self.links.of(self.extract, row as usize, role, self.of.kind)
    }

    fn probability(&self, row: u32) -> f32 {
        let roles = self.of.kind.roles().iter().enumerate();
        roles
            .filter(|(_, role): &(usize, &Role)| !role.stands_beside())
            .filter_map(|(ix, _)| self.link(row, ix))
            .filter(|link| link.linked().is_some())
            .map(|link| link.probability)
            .fold(1.0, f32::min)
    }
}
