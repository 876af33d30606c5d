//! Who saw a person, as the access log tells.

use std::collections::BTreeSet;

use super::CustodyError;
use super::known::Known;
use super::person::Person;
use super::search::Search;
use crate::archive::{Goes, standing};
use crate::findings::FindingId;
use crate::store::{LoggedAccess, Store};

/// About whom it is asked.
#[derive(Debug)]
pub enum Asked {
    /// The person of a case, as far as that case goes.
    Case(FindingId),
    /// Somebody by the number: all cases and rows that the runs at hand have of the person.
    Person(Person),
}

/// The lines of the access log that tell who saw somebody: pages, lists, exports and letters.
///
/// # Errors
/// [`CustodyError`] where a run or the store cannot be read.
pub fn who_saw(store: &Store, asked: &Asked) -> Result<Vec<LoggedAccess>, CustodyError> {
    let out = store.path().parent().unwrap_or(std::path::Path::new("."));
    let mut sought = BTreeSet::new();
    match asked {
        Asked::Case(case) => {
            sought.insert(case.to_string());
        }
        Asked::Person(person) => {
            let standing = standing(out).map_err(CustodyError::read(out))?;
            let is_run = |goes| goes == Some(Goes::Whole);
            let runs: Vec<_> = standing
                .into_iter()
                .filter(|at| at.is_folder() && is_run(at.goes()))
                .map(|at| at.path)
                .collect();
            let known = Known::of(person, &runs)?;
            let search = Search::new(&known);
            for run in &runs {
                sought.extend(search.cases(run)?.iter().map(ToString::to_string));
                let rows = search.rows(run).map_err(CustodyError::read(run))?;
                sought.extend(rows.into_iter().map(|(file, row)| format!("{file}:{row}")));
            }
        }
    }
    Ok(store.accesses_about(&sought)?)
}
