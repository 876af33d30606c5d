//! A finding with everything that a line of a worklist says of it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rayon::prelude::*;

use super::person::{Shown, ShownDate};
use crate::domain::{
    Code, Dataset, Day, Decision, Finding, Kind, Lang, Links, Origin, PersonalId, PlaceId, Role, RoleLink,
    TableIx,
};
use crate::findings::catalogue::{self, Entry, Office};
use crate::findings::{ClerkHabit, FindingId, MovedIds};
use crate::store::Life;

/// What the catalogue says of a code, in the language of the run.
#[derive(Clone, Debug)]
pub struct CodeText {
    /// The title.
    pub title: &'static str,
    /// What the officer does, with its legal source.
    pub procedure: String,
    entry: &'static Entry,
}

/// The catalogue in the language of the run.
#[derive(Clone, Debug)]
pub struct Catalogue(BTreeMap<Code, CodeText>);

impl Catalogue {
    /// The catalogue in a language, its legal sources as they stand on the as-of date.
    pub fn new(as_of: Day, lang: Lang) -> Self {
        let text = |entry: &'static Entry| CodeText {
            title: entry.title(lang),
            procedure: entry.procedure_with_sources(as_of, lang),
            entry,
        };
        Self(catalogue::entries().iter().map(|entry| (entry.code, text(entry))).collect())
    }

    /// What it says of a code.
    pub fn get(&self, code: Code) -> Option<&CodeText> {
        self.0.get(&code)
    }

    /// All codes, in order.
    pub fn codes(&self) -> impl Iterator<Item = Code> + '_ {
        self.0.keys().copied()
    }

    /// Who corrects a finding of this code made in a file of this kind.
    fn office(&self, code: Code, source: Kind) -> Office {
        self.get(code).map_or_else(|| Office::of_source(source), |text| text.entry.office(source))
    }
}

/// A finding with the row, the person, the commune and the unit it belongs to.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// What it rests on, in the language of the run.
    pub evidence: &'a str,
    /// Its number.
    pub id: FindingId,
    /// The title of its code.
    pub title: &'a str,
    /// What the officer does.
    pub procedure: &'a str,
    /// Who corrects it.
    pub office: Office,
    /// The kind of the file in which it was made.
    pub source: Kind,
    /// The name of that file.
    pub source_file: &'a str,
    /// The row, as a spreadsheet shows it.
    pub source_row: u32,
    /// The role on that row.
    pub role: Option<Role>,
    /// The resident's row in the registry.
    pub resident_row: Option<u32>,
    /// The file of that row; empty where there is no resident.
    pub resident_file: &'a str,
    /// The personal ID of the resident, else of the role.
    pub personal_id: Option<PersonalId>,
    /// The name, likewise.
    pub full_name: Cow<'a, str>,
    /// The date of birth, likewise.
    pub birth_date: ShownDate<'a>,
    /// The hamlet, likewise.
    pub hamlet: &'a str,
    /// Code of the resident's commune in force, else of the row's.
    pub commune_code: &'a str,
    /// The name of that commune.
    pub commune: &'a str,
    /// The day on which the finding was first seen.
    pub first_seen: Day,
    /// What became of it.
    pub status: &'static str,
}

/// Where a finding belongs: what is wanted to sort findings into lists.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Whereabouts {
    /// The kind of the file in which it was made.
    pub kind: Kind,
    /// The index of that file.
    pub table: TableIx,
    /// The resident's commune, else the row's.
    pub place: PlaceId,
    /// Who corrects it.
    pub office: Office,
}

impl Whereabouts {
    /// Those of all findings, in their order.
    pub fn all(data: &Dataset, findings: &[Finding], catalogue: &Catalogue) -> Vec<Self> {
        findings.par_iter().with_min_len(1024).map(|finding| Self::of(data, finding, catalogue)).collect()
    }

    fn of(data: &Dataset, finding: &Finding, catalogue: &Catalogue) -> Self {
        let resident_place = finding.resident.map(|ix| data.registry.get(ix).person.place);
        let (kind, table, place) = match finding.origin {
            Origin::Registry(ix) => {
                let resident = data.registry.get(ix);
                (Kind::Residents, resident.row.table, resident_place.unwrap_or(resident.person.place))
            }
            Origin::Extract(point) => {
                let extract = &data.extracts[usize::from(point.extract)];
                let row = &extract.rows[point.row as usize];
                let person = &extract.persons_of(point.row as usize)[usize::from(point.role)];
                let own = if person.place.is_blank() { row.place } else { person.place };
                (extract.kind, row.row.table, resident_place.filter(|p| !p.is_blank()).unwrap_or(own))
            }
        };
        Self { kind, table, place, office: catalogue.office(finding.code, finding.list.unwrap_or(kind)) }
    }
}

/// All findings of a run, to be looked at one by one.
#[derive(Debug)]
pub struct Cases<'a> {
    /// Blocks of rows whose IDs are those of the persons on other rows.
    pub moved: &'a [MovedIds],
    /// Habits of whoever kept the lists, by commune.
    pub habits: &'a [ClerkHabit],
    /// The inputs.
    pub data: &'a Dataset,
    /// The findings, sorted.
    pub findings: &'a [Finding],
    /// Their numbers.
    pub ids: &'a [FindingId],
    /// Where they belong.
    pub whereabouts: &'a [Whereabouts],
    /// What they rest on, in the language of the run.
    pub evidence: &'a [String],
    /// Since when they are known, and what became of them.
    pub lives: &'a [Life],
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// The day of the run.
    pub today: Day,
    /// The language of the run.
    pub lang: Lang,
}

impl<'a> Cases<'a> {
    /// Number of findings.
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Whether there is no finding.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Title of a code.
    pub fn title(&self, code: Code) -> &'a str {
        self.catalogue.get(code).map_or("", |text| text.title)
    }

    /// Where a finding belongs.
    pub(crate) fn whereabouts(&self, index: usize) -> Whereabouts {
        self.whereabouts[index]
    }

    /// The link that a finding comes of; none where it is about a resident alone, or its row is not linked.
    pub(crate) fn link_of<'l>(&self, links: &'l Links, index: usize) -> Option<&'l RoleLink> {
        let finding = &self.findings[index];
        let Origin::Extract(point) = finding.origin else { return None };
        let position = usize::from(point.extract);
        let kind = self.data.extracts[position].kind;
        let link = links.of(position, point.row as usize, usize::from(point.role), kind)?;
        (link.decision == Decision::Link && link.resident == finding.resident).then_some(link)
    }

    /// The row that is kept in place of the one that a finding is about: its file, and the row as a spreadsheet shows it.
    pub(crate) fn kept(&self, index: usize) -> Option<(&'a str, u32)> {
        let row = match self.findings[index].evidence.kept()? {
            Origin::Registry(ix) => self.data.registry.get(ix).row,
            Origin::Extract(point) => {
                self.data.extracts[usize::from(point.extract)].rows[point.row as usize].row
            }
        };
        let table = &self.data.tables[row.table.at()];
        Some((&table.name, table.source_row(row.index)))
    }

    /// A finding with all that belongs to it.
    pub fn get(&self, index: usize) -> Case<'a> {
        let data = self.data;
        let finding = &self.findings[index];
        let Whereabouts { kind: source, table, place, office } = self.whereabouts(index);
        let (row, role, resident) = match finding.origin {
            Origin::Registry(ix) => (data.registry.get(ix).row, None, Some(finding.resident.unwrap_or(ix))),
            Origin::Extract(point) => {
                let extract = &data.extracts[usize::from(point.extract)];
                let role = extract.kind.roles()[usize::from(point.role)];
                (extract.rows[point.row as usize].row, Some(role), finding.resident)
            }
        };
        let shown = match (resident, finding.origin) {
            (Some(ix), _) | (None, Origin::Registry(ix)) => Shown::resident(data, ix),
            (None, Origin::Extract(point)) => {
                let extract = &data.extracts[usize::from(point.extract)];
                Shown::role(data, extract, point.row as usize, usize::from(point.role))
            }
        };
        let resident_at = resident.map(|ix| data.registry.get(ix).row);
        let resident_at = resident_at.map(|row| (&data.tables[row.table.at()], row));
        let (commune_code, commune) = data.places.label(place);
        let text = self.catalogue.get(finding.code);
        let id = self.ids[index];
        let Life { first_seen, status } = self.lives[index];
        Case {
            finding,
            evidence: &self.evidence[index],
            id,
            title: text.map_or("", |t| t.title),
            procedure: text.map_or("", |t| &t.procedure),
            office,
            source,
            source_file: &data.tables[table.at()].name,
            source_row: data.tables[table.at()].source_row(row.index),
            role,
            resident_row: resident_at.map(|(table, row)| table.source_row(row.index)),
            resident_file: resident_at.map_or("", |(table, _)| &table.name),
            personal_id: shown.personal_id,
            full_name: shown.name,
            birth_date: shown.birth,
            hamlet: shown.hamlet,
            commune_code,
            commune,
            first_seen,
            status: status.name(),
        }
    }
}
