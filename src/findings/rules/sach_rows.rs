//! Sạch, row against row: the same person twice (SACH-01, SACH-02), one ID on several persons (SACH-04).

use rayon::prelude::*;

use crate::domain::{Capability, Clue, Code, Finding, Origin, PersonalId, ResidentIx, Severity, TableIx};
use crate::findings::facts::names::within_three_letters;
use crate::findings::facts::{Facts, Linked};
use crate::findings::fields;
use crate::findings::role_view::View;

/// Rows with the same ID that are named in the evidence of each.
const NAMED: usize = 3;

/// All findings of this file.
pub(crate) fn all(facts: &Facts) -> Vec<Finding> {
    let mut found = surplus_in_extracts(facts);
    found.extend(surplus_in_registry(facts));
    found.extend(shared_in_registry(facts));
    for extract in 0..facts.data.extracts.len() {
        shared_in_extract(facts, extract, &mut found);
    }
    found
}

/// SACH-01.
fn surplus_in_extracts(facts: &Facts) -> Vec<Finding> {
    let mut found = Vec::new();
    for (extract, surplus) in facts.surplus_rows.iter().enumerate() {
        for surplus in surplus {
            let view = told_by(facts, extract, surplus.row as usize);
            let mut finding = view.linked_finding(Code::sach(1), None);
            finding.confidence = surplus.probability;
            // What is paid or insured twice is money.
            if view.kind.has(Capability::Payment) || view.kind.has(Capability::Card) {
                finding.severity = Severity::High;
            }
            let kept = told_by(facts, extract, surplus.kept as usize).at;
            finding.evidence.push(Clue::Kept(Origin::Extract(kept.point())));
            found.push(finding);
        }
    }
    found
}

/// The role by which a row is known to be one too many: the first that is linked (of a marriage the
/// wife, where the husband is in no registry), else the first.
fn told_by<'a>(facts: &'a Facts<'a>, extract: usize, row: usize) -> View<'a> {
    let view = |role| View::new(facts, Linked { extract, row, role });
    let roles = facts.data.extracts[extract].kind.roles();
    let mut told = (0..roles.len()).map(view).filter(|v| !v.role.stands_beside());
    told.find(|v| v.resident_ix.is_some()).unwrap_or_else(|| view(0))
}

/// SACH-02.
fn surplus_in_registry(facts: &Facts) -> Vec<Finding> {
    let describe = |surplus: &crate::domain::Surplus<ResidentIx>| {
        let mut finding = facts.resident_finding(Code::sach(2), surplus.row, None);
        finding.confidence = surplus.probability;
        finding.evidence.push(Clue::Kept(Origin::Registry(surplus.kept)));
        finding
    };
    facts.links.registry_duplicates.par_iter().map(describe).collect()
}

/// SACH-04 in the registry. Rows of one person (SACH-02) may share an ID; a surplus row raises nothing.
fn shared_in_registry(facts: &Facts) -> Vec<Finding> {
    let mut found = Vec::new();
    for group in facts.personal_ids.shared() {
        let mut bearers: Vec<(TableIx, ResidentIx)> = group
            .iter()
            .map(|&(_, ix)| ResidentIx(ix))
            .filter(|&ix| !facts.is_surplus(ix))
            .map(|ix| (facts.resident(ix).row.table, ix))
            .collect();
        bearers.sort_unstable();
        for file in bearers.chunk_by(|a, b| a.0 == b.0).filter(|file| file.len() > 1) {
            for &(_, ix) in file {
                let person = &facts.resident(ix).person;
                let field = fields::SELF.of_personal_id(person);
                let mut finding = facts.resident_finding(Code::sach(4), ix, Some(field));
                finding.source_value = person.personal_id().map(|id| id.to_string()).unwrap_or_default();
                finding.registry_value = finding.source_value.clone();
                let others = file.iter().filter(|other| other.1 != ix);
                let others = others.take(NAMED).map(|other| Origin::Registry(other.1));
                name_others(&mut finding, others, file.len() - 1);
                found.push(finding);
            }
        }
    }
    found
}

/// SACH-04 in an extract.
fn shared_in_extract(facts: &Facts, extract: usize, found: &mut Vec<Finding>) {
    let of = &facts.data.extracts[extract];
    let roles = of.kind.roles().len();
    let key = |ix: usize| {
        let id = of.persons[ix].personal_id()?;
        Some(((of.rows[ix / roles].row.table, id), ix as u32))
    };
    let mut bearers: Vec<((TableIx, PersonalId), u32)> =
        (0..of.persons.len()).into_par_iter().filter_map(key).collect();
    bearers.par_sort_unstable();
    let groups: Vec<_> = bearers.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1).collect();
    let view = |&(_, ix): &((TableIx, PersonalId), u32)| {
        View::new(facts, Linked { extract, row: ix as usize / roles, role: ix as usize % roles })
    };
    let judge = |group: &&[((TableIx, PersonalId), u32)]| {
        let persons: Vec<View> = group.iter().map(view).collect();
        let several = persons.iter().skip(1).any(|p| are_different(&persons[0], p))
            || persons.windows(2).any(|pair| are_different(&pair[0], &pair[1]));
        if !several {
            return Vec::new();
        }
        let finding = |(ix, bearer): (usize, &View)| {
            let field = bearer.fields.of_personal_id(bearer.person);
            let mut finding = bearer.finding(Code::sach(4), field);
            finding.source_value = bearer.person.personal_id().map(|id| id.to_string()).unwrap_or_default();
            if let Some((_, resident)) = bearer.resident() {
                let registered = resident.person.personal_id().map(|id| id.to_string()).unwrap_or_default();
                if registered != finding.source_value {
                    finding.proposed_value = registered.clone();
                }
                finding.registry_value = registered;
            }
            // Of many bearers those that are somebody else tell most.
            let mut others: Vec<usize> = (0..persons.len()).filter(|&other| other != ix).collect();
            others.sort_by_key(|&other| !are_different(bearer, &persons[other]));
            let named = others.iter().take(NAMED).map(|&other| persons[other].origin());
            name_others(&mut finding, named, persons.len() - 1);
            finding
        };
        // A row that bears the ID in two roles is one finding, told with the first of them.
        let first_of_row =
            |(ix, bearer): &(usize, &View)| *ix == 0 || persons[ix - 1].at.row != bearer.at.row;
        persons.iter().enumerate().filter(first_of_row).map(finding).collect()
    };
    found.par_extend(groups.par_iter().flat_map_iter(judge));
}

fn name_others(finding: &mut Finding, others: impl Iterator<Item = Origin>, count: usize) {
    let rows: Vec<Origin> = others.collect();
    let more = count.saturating_sub(rows.len());
    finding.evidence.push(Clue::SameId { rows, more });
}

/// Whether two roles are different persons: linked to different residents or, where one is not linked,
/// with names and birth dates that contradict each other.
fn are_different(a: &View, b: &View) -> bool {
    if let (Some(x), Some(y)) = (a.resident_ix, b.resident_ix) {
        return a.facts.kept(x) != b.facts.kept(y);
    }
    let (x, y) = (a.person.name.id, b.person.name.id);
    if x.is_blank() || y.is_blank() || within_three_letters(&a.facts.data.names, x, y) {
        return false;
    }
    a.birth().value().zip(b.birth().value()).is_none_or(|(x, y)| !x.compatible(y))
}

#[cfg(test)]
#[path = "sach_rows_tests.rs"]
mod tests;
