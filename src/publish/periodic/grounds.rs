//! What the figures of a report stand on, as the last run of the period left it: how many rows and residents there
//! were, what was paid after deaths, and how the cases went from run to run.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use super::Figures;
use super::lines::Base;
use crate::archive::Summary;
use crate::domain::{Day, Kind};
use crate::findings::FindingId;
use crate::publish::{FINDINGS, RunTable};
use crate::store::{Store, StoreError};

/// Days on which there was a run that the trend goes back.
const DAYS: u32 = 14;

/// Money paid after deaths, as the last run found it.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PaidAfterDeath {
    /// In đồng.
    pub(super) amount: u64,
    /// Benefits that were paid on.
    pub(super) benefits: u64,
}

/// What the last run of a period tells beside its cases. What nobody knows any more, since the folder of the run is
/// gone, is `None`.
#[derive(Clone, Debug, Default)]
pub(super) struct Grounds {
    /// Residents of the communes that are reported on.
    residents: Option<u64>,
    /// Rows by kind; `None` too where the report is on a part of the communes, for rows are counted by file.
    rows: Option<BTreeMap<String, u64>>,
    /// What was paid after deaths.
    pub(super) paid: Option<PaidAfterDeath>,
    /// Outstanding cases by the day of the run, oldest first; none where the report is on a part of the communes.
    pub(super) trend: Vec<(Day, u64)>,
}

impl Grounds {
    /// Reads them for a period, for the communes of these codes; for all where none is given.
    pub(super) fn read(
        out: &Path,
        store: &Store,
        figures: &Figures,
        only: &[String],
    ) -> Result<Self, StoreError> {
        let folder = figures.last_run.as_ref().map(|(name, _)| out.join(name));
        let summary = folder.as_deref().and_then(|folder| Summary::read(folder).ok());
        let paid = folder.as_deref().and_then(|folder| paid_after_death(folder, figures).ok());
        let is_whole = only.is_empty();
        let residents = summary.as_ref().map(|summary| match is_whole {
            true => summary.residents,
            false => {
                let communes = summary.findings.by_commune.iter();
                communes.filter(|of| only.contains(&of.commune_code)).map(|of| of.residents).sum()
            }
        });
        let rows = summary.filter(|_| is_whole).map(|summary| {
            let mut rows: BTreeMap<String, u64> = BTreeMap::new();
            for (kind, count) in summary.files.into_iter().flat_map(|file| file.rows) {
                *rows.entry(kind).or_default() += count;
            }
            rows
        });
        let mut trend = Vec::new();
        if is_whole && let Some(last) = figures.last_day {
            let days = store.last_days(DAYS)?.into_iter().filter(|run| run.day <= last);
            trend.extend(days.map(|run| (run.day, run.tally.outstanding)));
        }
        Ok(Self { residents, rows, paid, trend })
    }

    /// How many there are of what a line is a part of.
    pub(super) fn of(&self, base: Base) -> Option<u64> {
        let kinds: &[Kind] = match base {
            Base::Residents => return self.residents.filter(|count| *count > 0),
            Base::CivilStatus => &[Kind::Births, Kind::Deaths, Kind::Marriages],
            Base::Births => &[Kind::Births],
            Base::Deaths => &[Kind::Deaths],
            Base::Marriages => &[Kind::Marriages],
            Base::Welfare => &[Kind::Welfare],
            Base::Insurance => &[Kind::Insurance],
            Base::Rows => &[],
        };
        let rows = self.rows.as_ref()?.iter();
        let wanted = |kind: &str| match kinds {
            [] => kind != Kind::Residents.name(),
            kinds => kinds.iter().any(|wanted| wanted.name() == kind),
        };
        let count = rows.filter(|(kind, _)| wanted(kind)).map(|(_, count)| *count).sum();
        (count > 0).then_some(count)
    }
}

/// Sums what the findings of a run say was paid after deaths, of those that still stand when the period ends: what was
/// mended or is no error has nothing to be claimed back. The page of the leader counts by the same rule.
fn paid_after_death(run: &Path, figures: &Figures) -> io::Result<PaidAfterDeath> {
    let mut table = RunTable::open(&run.join(FINDINGS))?;
    let mut paid = PaidAfterDeath::default();
    for group in 0..table.groups() {
        let amounts = table.values::<i64>(group, "paid_after_death")?;
        if amounts.iter().all(Option::is_none) {
            continue;
        }
        let numbers = table.words(group, "finding_id")?;
        for (row, amount) in amounts.into_iter().enumerate() {
            let amount = amount.and_then(|amount| u64::try_from(amount).ok());
            let stands =
                || FindingId::parse(numbers.get(row)).is_some_and(|id| figures.standing.contains(&id));
            if let Some(amount) = amount.filter(|_| stands()) {
                paid.amount += amount;
                paid.benefits += 1;
            }
        }
    }
    Ok(paid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_part_of_what_it_names() {
        let rows = [("residents", 100), ("births", 7), ("deaths", 2), ("welfare", 30), ("pupils", 5)];
        let rows = rows.map(|(kind, count)| (kind.to_owned(), count)).into();
        let grounds = Grounds { residents: Some(100), rows: Some(rows), ..Grounds::default() };
        let of = |base| grounds.of(base);
        assert_eq!(
            (of(Base::Residents), of(Base::CivilStatus), of(Base::Rows)),
            (Some(100), Some(9), Some(44))
        );
        assert_eq!((of(Base::Welfare), of(Base::Marriages)), (Some(30), None));
        assert_eq!(Grounds::default().of(Base::Rows), None);
    }
}
