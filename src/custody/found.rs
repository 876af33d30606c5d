//! Where a person stands in an output folder, place by place of its table.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::CustodyError;
use super::erase::{Erased, Files, attached};
use super::pending::Pending;
use super::redact::Redacted;
use super::search::Search;
use crate::archive::{Goes, OutDir, Standing, standing};
use crate::findings::FindingId;
use crate::publish::{WorkbookPasswords, workbook_folder};

/// What an erasure has found.
#[derive(Default)]
pub(super) struct Found {
    /// Runs that tell of the person.
    runs: Vec<String>,
    /// The findings of these runs that do.
    pub(super) cases: BTreeSet<FindingId>,
    /// Files that do and go as a whole.
    whole: Vec<PathBuf>,
    /// Files that the user dropped.
    sources: Vec<PathBuf>,
    papers: Vec<PathBuf>,
    /// All copies of the store.
    pub(super) copies: Vec<PathBuf>,
    /// All that was made of runs.
    pub(super) derived: Vec<PathBuf>,
    workbooks: Vec<Redacted>,
    /// How much was begun and never finished that may tell of the person.
    remnants: u64,
    /// What cannot be erased or looked through, by path from the output folder.
    left: Vec<String>,
}

impl Found {
    /// Looks for a person everywhere, and for what an erasure has begun.
    pub(super) fn of(
        out: &OutDir,
        search: &Search<'_>,
        begun: Option<&Pending>,
        passwords: &WorkbookPasswords,
    ) -> Result<Self, CustodyError> {
        let standing = standing(out.path()).map_err(CustodyError::read(out.path()))?;
        let mut found = Self { cases: begun.map(Pending::cases).unwrap_or_default(), ..Self::default() };
        for at in &standing {
            found.look(at, search, begun)?;
        }
        // Lines of workbooks and papers are told by findings, too, and these by all runs.
        for file in workbook_folder::workbooks(out.path()) {
            let gone = |cells: &[String]| {
                search.finds(cells.join("\t").as_bytes())
                    || cells
                        .iter()
                        .filter_map(|cell| FindingId::parse(cell))
                        .any(|case| found.cases.contains(&case))
            };
            if let Some(without) = Redacted::of(&out.path().join(file), &gone, passwords)? {
                found.workbooks.push(without);
            }
        }
        found.papers = attached(out.path(), |finding| Ok(found.cases.contains(&finding)))?;
        Ok(found)
    }

    fn look(
        &mut self,
        at: &Standing,
        search: &Search<'_>,
        begun: Option<&Pending>,
    ) -> Result<(), CustodyError> {
        let path = &at.path;
        match at.goes() {
            Some(Goes::Whole) if at.is_folder() => {
                let is_begun = begun.is_some_and(|begun| begun.runs.contains(&at.within));
                if search.stands_in(path)? {
                    self.cases.extend(search.cases(path)?);
                    self.runs.push(at.within.clone());
                } else if is_begun {
                    self.runs.push(at.within.clone());
                }
            }
            Some(Goes::Whole) if search.stands_in_file(path)? => self.whole.push(path.clone()),
            Some(Goes::Source) => match search.stands_in_source(path)? {
                Some(true) => self.sources.push(path.clone()),
                Some(false) => {}
                None => self.left.push(at.within.clone()),
            },
            Some(Goes::Copy) => self.copies.push(path.clone()),
            Some(Goes::Derived) => self.derived.push(path.clone()),
            Some(Goes::Begun | Goes::BegunByAny) if search.may_stand_in(path)? => self.remnants += 1,
            None if path.is_file() && search.may_stand_in(path)? => self.left.push(at.within.clone()),
            _ => {}
        }
        Ok(())
    }

    /// What it comes to, but for what the store holds; copies of the store and what is made of runs are not counted: they
    /// go whether they tell of the person or not.
    pub(super) fn counted(&self) -> Erased {
        Erased {
            runs: self.runs.clone(),
            rejects: self.whole.len() as u64,
            papers: self.papers.len() as u64,
            workbooks: self.workbooks.len() as u64,
            sources: self.sources.len() as u64,
            remnants: self.remnants,
            left: self.left.clone(),
            ..Erased::default()
        }
    }

    /// The files that go, with those that an erasure has begun and left, and the runs.
    pub(super) fn files(self, begun: Option<&Pending>, out: &Path) -> (Files, Vec<String>) {
        let Self { runs, whole, sources, papers, copies, derived, workbooks, .. } = self;
        let mut indices = derived;
        let left = begun.into_iter().flat_map(|begun| begun.files_left(out));
        let known = [&papers, &whole, &sources, &copies];
        let left: Vec<PathBuf> = left.filter(|path| !known.iter().any(|of| of.contains(path))).collect();
        indices.extend(left);
        indices.sort();
        indices.dedup();
        (Files { papers, rejects: whole, sources, backups: copies, indices, workbooks }, runs)
    }
}
