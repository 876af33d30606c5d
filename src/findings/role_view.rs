//! One role of one row, with all that a rule asks of it.

use super::catalogue;
use super::facts::{Facts, Linked};
use super::fields::{self, PersonFields};
use crate::domain::{
    Cells, Clue, Code, DateCell, Decision, Evidence, ExtractRow, Field, Finding, IdCell, Kind, Origin,
    Person, Resident, ResidentIx, Role, RoleLink, RowRef,
};
use crate::vietnamese::death::says_death;

/// A finding with the severity of the catalogue and nothing said yet.
pub(super) fn blank(code: Code, origin: Origin, field: Option<Field>) -> Finding {
    Finding {
        code,
        severity: catalogue::entry(code).severity,
        origin,
        resident: None,
        field,
        source_value: String::new(),
        registry_value: String::new(),
        proposed_value: String::new(),
        confidence: 1.0,
        evidence: Evidence::default(),
        list: None,
    }
}

/// A role of a row of an extract.
#[derive(Copy, Clone)]
pub(super) struct View<'a> {
    pub(super) facts: &'a Facts<'a>,
    pub(super) at: Linked,
    pub(super) kind: Kind,
    pub(super) row: &'a ExtractRow,
    pub(super) role: Role,
    pub(super) person: &'a Person,
    pub(super) fields: PersonFields,
    /// The outcome of linkage; `None` where the row writes nothing of the role.
    pub(super) link: Option<&'a RoleLink>,
    /// The resident that the role is linked to.
    pub(super) resident_ix: Option<ResidentIx>,
}

impl<'a> View<'a> {
    /// The view of a role.
    pub(super) fn new(facts: &'a Facts<'a>, at: Linked) -> Self {
        let extract = &facts.data.extracts[at.extract];
        let link = facts.link(at);
        let role = extract.kind.roles()[at.role];
        Self {
            facts,
            at,
            kind: extract.kind,
            row: &extract.rows[at.row],
            role,
            person: &extract.persons_of(at.row)[at.role],
            fields: fields::of(role),
            link,
            resident_ix: link.and_then(RoleLink::linked),
        }
    }

    /// The view of another role of the same row.
    pub(super) fn other(&self, role: usize) -> Self {
        Self::new(self.facts, Linked { role, ..self.at })
    }

    /// The linked resident.
    pub(super) fn resident(&self) -> Option<(ResidentIx, &'a Resident)> {
        self.resident_ix.map(|ix| (ix, self.facts.resident(ix)))
    }

    /// Whether the person is not in the registry; under review it is not known.
    pub(super) fn is_unknown(&self) -> bool {
        self.link.is_some_and(|link| link.decision == Decision::None)
    }

    /// What gave rise to a finding here.
    pub(super) fn origin(&self) -> Origin {
        Origin::Extract(self.at.point())
    }

    /// The birth date, [`DateCell::Impossible`] where nobody can have it.
    pub(super) fn birth(&self) -> DateCell {
        let main = &self.facts.data.extracts[self.at.extract].persons_of(self.at.row)[0];
        self.facts.dates.birth_on_row(self.row, self.person, main)
    }

    /// A cell of the row as written, without spaces at its ends.
    pub(super) fn raw(&self, field: Field) -> &'a str {
        self.facts.raw(self.row.row, field)
    }

    /// What is written of why a benefit or card was stopped: the cell of the reason, else a remark or the heading that
    /// tells of a death.
    pub(super) fn reason_of_stop(&self) -> Option<&'a str> {
        let row = self.row.row;
        let table = &self.facts.data.tables[row.table.at()];
        let reason = Some(self.raw(Field::StopReason)).filter(|reason| !reason.is_empty());
        let remark = || table.remarks_on(row.index).find(|remark| says_death(remark)).map(str::trim);
        let heading = || table.section(row.index)?.stop.as_ref().filter(|stop| stop.by_death.is_told());
        reason.or_else(remark).or_else(|| heading().map(|stop| stop.heading.as_str()))
    }

    /// A date of the row as it is shown.
    pub(super) fn date(&self, cell: DateCell, field: Field) -> String {
        self.facts.date_text(cell, self.row.row, field)
    }

    /// A finding that rests on the row alone.
    pub(super) fn finding(&self, code: Code, field: impl Into<Option<Field>>) -> Finding {
        let finding = blank(code, self.origin(), field.into());
        Finding { resident: self.resident_ix, evidence: Clue::Row(self.origin()).into(), ..finding }
    }

    /// A finding that rests on the link.
    pub(super) fn linked_finding(&self, code: Code, field: impl Into<Option<Field>>) -> Finding {
        let mut finding = self.finding(code, field);
        if let (Some(link), Some(ix)) = (self.link, self.resident_ix) {
            finding.confidence = link.probability;
            let (probability, matched_on) = (link.probability, link.matched_on);
            finding.evidence.push(Clue::Row(Origin::Registry(ix)));
            finding.evidence.push(Clue::Match { probability, matched_on });
        }
        finding
    }
}

impl<'a> Facts<'a> {
    /// A cell as written, without spaces at its ends.
    pub(super) fn raw(&self, row: RowRef, field: Field) -> &'a str {
        self.data.tables.as_slice().cell(row, field).trim()
    }

    /// A date as it is shown: normalised where it is sound, else as written.
    pub(super) fn date_text(&self, cell: DateCell, row: RowRef, field: Field) -> String {
        match cell {
            DateCell::Sound(date) => date.to_string(),
            _ => self.raw(row, field).to_owned(),
        }
    }

    /// The birth date of a resident, [`DateCell::Impossible`] where nobody can have it.
    pub(super) fn birth_of(&self, ix: ResidentIx) -> DateCell {
        self.dates.birth_of_resident(self.resident(ix))
    }

    /// A finding on a row of the registry.
    pub(super) fn resident_finding(&self, code: Code, ix: ResidentIx, field: Option<Field>) -> Finding {
        Finding {
            resident: Some(ix),
            evidence: Clue::Row(Origin::Registry(ix)).into(),
            ..blank(code, Origin::Registry(ix), field)
        }
    }
}

/// The 12 or 9 digits of an ID cell; empty where none is sound.
pub(crate) fn id_text(person: &Person) -> String {
    match (person.personal_id(), person.old_id()) {
        (Some(id), _) => id.to_string(),
        (None, Some(id)) => id.to_string(),
        (None, None) => String::new(),
    }
}

/// Whether an ID cell holds something that is neither an ID nor nothing: SACH-03 or SACH-07 alone.
pub(super) fn is_broken(cell: IdCell) -> bool {
    matches!(cell, IdCell::LostZero(_) | IdCell::Scientific | IdCell::Mistyped(_) | IdCell::Malformed)
}
