//! The accounting identity: no row and no role is lost between the files and the outputs.

use std::fmt;

use crate::archive::{Accounting, FileAccount};
use crate::domain::{Dataset, Links, Table};

/// A figure that does not add up: a defect of the program, never of the data.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub struct Imbalance {
    /// The file.
    pub file: String,
    /// What was compared.
    pub what: &'static str,
    /// What the file demands.
    pub expected: u64,
    /// What was found.
    pub found: u64,
}

impl fmt::Display for Imbalance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, what, expected, found } = self;
        write!(f, "{file}: {what}: {expected} expected, {found} found")
    }
}

/// Checks the identity: for every file, rows read = used + rejected + skipped, every used row is a record,
/// and the roles that it writes something of are those that linkage decided, each once.
///
/// # Errors
/// [`Imbalance`]: the first file and sum that do not add up.
pub fn check(data: &Dataset, links: &Links) -> Result<Accounting, Imbalance> {
    let mut records = vec![0u64; data.tables.len()];
    let mut written = vec![0u64; data.tables.len()];
    let mut linked = vec![0u64; data.tables.len()];
    let mut misplaced = vec![0u64; data.tables.len()];
    for resident in &data.registry.residents {
        records[resident.row.table.at()] += 1;
    }
    for (position, extract) in data.extracts.iter().enumerate() {
        let roles = extract.kind.roles().len();
        let decided = links.extracts.get(position).map_or(&[][..], |l| &l.roles[..]);
        for (ix, row) in extract.rows.iter().enumerate() {
            let table = row.row.table.at();
            records[table] += 1;
            for (role, person) in extract.persons_of(ix).iter().enumerate() {
                let writes = !person.is_blank();
                let decides = decided.get(ix * roles + role).is_some_and(Option::is_some);
                written[table] += u64::from(writes);
                linked[table] += u64::from(decides);
                misplaced[table] += u64::from(writes != decides);
            }
        }
    }
    let mut files = Vec::with_capacity(data.tables.len());
    for (ix, table) in data.tables.iter().enumerate() {
        let counts = table.counts;
        let equal = |what, expected, found| same(table, what, expected, found);
        equal("rows read", counts.used + counts.rejected + counts.skipped, counts.read)?;
        equal("rows skipped by class", counts.skipped, table.skipped.total())?;
        equal("rows rejected", counts.rejected, table.rejects.len() as u64)?;
        equal("rows used", counts.used, table.len() as u64)?;
        equal("records", counts.used, records[ix])?;
        equal("roles decided", written[ix], linked[ix])?;
        equal("roles written but not decided, or decided but not written", 0, misplaced[ix])?;
        files.push(FileAccount {
            file: table.name.clone(),
            kind: table.kind.name().to_owned(),
            read: counts.read,
            used: counts.used,
            rejected: counts.rejected,
            skipped: counts.skipped,
            roles_written: written[ix],
            roles_linked: linked[ix],
        });
    }
    Ok(Accounting { balanced: true, files })
}

fn same(table: &Table, what: &'static str, expected: u64, found: u64) -> Result<(), Imbalance> {
    if expected == found {
        return Ok(());
    }
    Err(Imbalance { file: table.name.clone(), what, expected, found })
}
