//! Floor 4: from data and links to findings.
//!
//! [`judge`] walks the rows of the extracts and the residents once, in parallel, and asks every rule of
//! each. What several rules need is found out before, once ([`facts`]). The rules stand in one file a
//! pillar ([`dung`], [`du`], [`sach`] with [`sach_rows`], [`song`]); what their codes mean to an officer
//! is data ([`catalogue`]).

pub mod catalogue;
pub mod code_help;
mod facts;
mod fields;
mod finding_id;
mod identity;
pub mod laws;
mod role_view;
mod rules;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod text;

pub use facts::coverage::Coverage;
pub use facts::whole::Whole;
pub(crate) use fields::{PersonFields, SELF, of as person_fields};
pub use finding_id::{FindingId, assign};
pub use identity::{resident_key, role_key, subject_content, subject_key, subject_trace, subjects};
pub(crate) use role_view::id_text;

use rayon::prelude::*;

use crate::domain::{Dataset, Finding, Links, NotRun, Origin, PersonalId, Presence, ResidentIx, Settings};
pub use crate::linkage::{ClerkHabit, MovedIds};
use crate::linkage::{clerk_habits, moved_ids};
use facts::{Facts, Linked};
use role_view::View;
use rules::{du, dung, sach, sach_rows, song};

/// Rows that one task judges: enough to be worth a task, few enough to keep all cores busy.
const TASK_ROWS: usize = 2048;

/// The outcome of judging.
#[derive(Debug)]
pub struct Judgement {
    /// The findings: by pillar and code, then extracts by row and role before residents, then by field.
    pub findings: Vec<Finding>,
    /// Rules that could not be run, in the order of the codes.
    pub not_run: Vec<NotRun>,
    /// What the births and deaths extracts cover.
    pub coverage: Vec<Coverage>,
    /// Blocks of rows whose IDs are those of the persons on other rows.
    pub moved: Vec<MovedIds>,
    /// Habits of whoever kept the lists, by commune.
    pub habits: Vec<ClerkHabit>,
}

/// What a part of a country adds to the counts over the whole.
pub fn count(data: &Dataset, links: &Links, settings: &Settings) -> Whole {
    Facts::new(data, links, settings, None).whole
}

/// Finds what must be corrected in linked data. The same data give the same findings in the same order,
/// whatever the number of threads. Of a part of a country the counts over the whole of it are given: what is found then
/// is right where it belongs to the part, and the caller knows what does.
pub fn judge(data: &Dataset, links: &Links, settings: &Settings, whole: Option<&Whole>) -> Judgement {
    let facts = Facts::new(data, links, settings, whole);
    let context = du::Context::new(&facts);
    let mut findings = sach_rows::all(&facts);
    for (extract, of) in data.extracts.iter().enumerate() {
        let roles = of.kind.roles().len();
        let on_row = |row: usize| {
            let mut found = Vec::new();
            let judged = if data.presences.row(extract, row) == Presence::Far { 0 } else { roles };
            for role in 0..judged {
                on_role(&View::new(&facts, Linked { extract, row, role }), &context, &mut found);
            }
            found
        };
        findings.par_extend((0..of.rows.len()).into_par_iter().with_min_len(TASK_ROWS).flat_map_iter(on_row));
    }
    let on_resident = |ix: u32| {
        let (ix, mut found) = (ResidentIx(ix), Vec::new());
        // A surplus row is to go: nothing else on it is worth mending.
        if data.presences.resident(ix) != Presence::Far && !facts.is_surplus(ix) {
            dung::on_resident(&facts, ix, &mut found);
            du::on_resident(&context, &facts, ix, &mut found);
            sach::on_resident(&facts, ix, &mut found);
            song::on_resident(&facts, ix, &mut found);
        }
        found
    };
    let residents = data.registry.residents.len() as u32;
    findings.par_extend((0..residents).into_par_iter().with_min_len(TASK_ROWS).flat_map_iter(on_resident));
    findings.retain(|finding| facts.runs(finding.code) && source_kind(finding, data).raises(finding.code));
    findings.par_sort_by_key(|finding| (finding.code, finding.origin, finding.field, finding.list));
    findings.dedup_by_key(|finding| (finding.code, finding.origin, finding.field, finding.list));
    let severity = &settings.rules.severity;
    if !severity.is_empty() {
        findings.par_iter_mut().for_each(|finding| {
            finding.severity = severity.get(&finding.code).copied().unwrap_or(finding.severity);
        });
    }
    let owner = |id: PersonalId| facts.personal_ids.owners(id.number()).next();
    // What a file shows as a whole, some of its rows do not.
    let (moved, habits) = match whole {
        None => (moved_ids(data, &owner), clerk_habits(data, &owner)),
        Some(_) => (Vec::new(), Vec::new()),
    };
    Judgement { findings, not_run: facts.not_run.clone(), coverage: facts.coverages(), moved, habits }
}

fn on_role(view: &View, context: &du::Context, found: &mut Vec<Finding>) {
    // A role that the row writes nothing of can only lack what the kind requires.
    if view.person.is_blank() {
        du::empty_on_row(view, found);
        if view.at.role == 0 {
            sach::on_role(view, found);
        }
        return;
    }
    dung::on_role(view, found);
    du::on_role(context, view, found);
    sach::on_role(view, found);
    song::on_role(view, found);
}

/// The kind of file that the row of a finding stands in.
pub fn source_kind(finding: &Finding, data: &Dataset) -> crate::domain::Kind {
    match finding.origin {
        Origin::Extract(point) => data.extracts[usize::from(point.extract)].kind,
        Origin::Registry(_) => crate::domain::Kind::Residents,
    }
}
