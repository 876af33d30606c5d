//! From header cells to columns: one assignment over the whole table says which column is which field.

use std::ops::Range;

use super::claims::{ACCEPTED, Claim, Claims};
use super::compose::{Composed, Composer};
use super::header_cell::{HeaderCell, blocks};
use super::key::key;
use super::profile::Profile;
use super::reading::Aside;
use super::synonyms::{Reason, Synonyms};
use super::things::Grammar;
use super::{amounts, witness};
use crate::domain::assign::assign;
use crate::domain::{Capability, Column, Field, Kind};

/// A column that means a field which a better column is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Outdone {
    pub(in crate::ingest) column: usize,
    pub(in crate::ingest) field: Field,
    pub(in crate::ingest) reason: Reason,
}

/// A column that may be a field of weight, or not: nobody but the user can tell.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(in crate::ingest) struct Doubt {
    pub(in crate::ingest) column: usize,
    pub(in crate::ingest) field: Field,
}

/// Columns with what became of each.
#[derive(Clone, Debug, Default)]
pub(in crate::ingest) struct Columns {
    /// The columns of the file, then the composed ones.
    pub(in crate::ingest) columns: Vec<Column>,
    /// Why each column of the file is the field it is.
    pub(in crate::ingest) reasons: Vec<Option<Reason>>,
    /// How sure that is, in points, and the next best field with its points.
    pub(in crate::ingest) claims: Vec<Vec<Claim>>,
    /// Columns that mean a field which a better column is.
    pub(in crate::ingest) outdone: Vec<Outdone>,
    /// Columns about which only the user can decide.
    pub(in crate::ingest) doubts: Vec<Doubt>,
    /// Keys of the headers of columns that the user wants to be no field.
    pub(in crate::ingest) left_out: Vec<String>,
    /// Composed fields: one for each column beyond those of the file.
    pub(in crate::ingest) composed: Vec<Composed>,
}

/// Fields for which a column in doubt is asked about: taken for another's or left out, they do harm.
const WEIGHTY: &[Field] = &[
    Field::FullName,
    Field::BirthDate,
    Field::PersonalId,
    Field::DeathDate,
    Field::Commune,
    Field::HusbandName,
    Field::WifeName,
    Field::HusbandPersonalId,
    Field::WifePersonalId,
    Field::CardNo,
    Field::MonthlyAmount,
    Field::StopDate,
    Field::ValidTo,
];

impl Columns {
    /// Recognises the columns of a header; `profiles` says what their cells look like, where that is known.
    pub(in crate::ingest) fn resolve(
        header: &[HeaderCell],
        kind: Kind,
        synonyms: &Synonyms,
        profiles: &[Profile],
    ) -> Self {
        let mut claims = Claims::new(kind, header, synonyms, profiles);
        let mut all = claims.of_all();
        let settled = claims.block_of_subject(&all).map(|block| without_heading(header, block));
        let header = settled.as_deref().unwrap_or(header);
        if settled.is_some() {
            claims = Claims::new(kind, header, synonyms, profiles);
            all = claims.of_all();
        }
        leave_to_strangers(&mut all, header);
        leave_to_namesakes(&mut all, header);
        leave_to_applicants(&mut all, &claims);
        let fields = kind.fields();
        // Columns without a claim take no part: there may be thousands of them.
        let claiming: Vec<usize> = (0..all.len()).filter(|at| !all[*at].is_empty()).collect();
        let weights: Vec<Vec<Option<f64>>> = claiming
            .iter()
            .map(|at| {
                let claims = &all[*at];
                let of = |field: &Field| {
                    claims.iter().find(|claim| claim.field == *field).map(|claim| claim.points)
                };
                // Of equals the one that stands first.
                let later = *at as f64 * 1e-6;
                fields
                    .iter()
                    .map(|field| Some(of(field).filter(|points| *points >= ACCEPTED)? - later))
                    .collect()
            })
            .collect();
        let mut assigned = vec![None; all.len()];
        for (at, field) in claiming.iter().zip(assign(&weights)) {
            assigned[*at] = field;
        }
        let mut this = Self::default();
        for (at, cell) in header.iter().enumerate() {
            let field = assigned[at].map(|field: usize| fields[field]);
            let reason =
                field.and_then(|field| all[at].iter().find(|claim| claim.field == field)).map(|c| c.reason);
            this.columns.push(Column { header: cell.text(), field });
            this.reasons.push(reason);
        }
        for (at, claims) in all.iter().enumerate().filter(|(at, _)| assigned[*at].is_none()) {
            let Some(best) = claims.first() else { continue };
            if best.points >= ACCEPTED {
                this.outdone.push(Outdone { column: at, field: best.field, reason: best.reason });
            }
        }
        let is_left_out =
            |cell: &&HeaderCell| synonyms.told_of_cell(kind, cell).is_some_and(|told| told.field.is_none());
        this.left_out = header
            .iter()
            .filter(is_left_out)
            .flat_map(|cell| [key(&cell.text()), key(cell.lowest())])
            .collect();
        this.claims = all;
        this.first_of(header);
        Composer { kind, header, profiles, claims: &claims }.compose(&mut this);
        witness::testify(&mut this, &claims, kind, profiles);
        amounts::testify(&mut this, &claims, kind, profiles);
        this.doubts = this.doubts_left();
        this
    }

    /// Columns in doubt whose field no column has.
    fn doubts_left(&self) -> Vec<Doubt> {
        let parts: Vec<usize> = self.composed.iter().flat_map(Composed::parts).collect();
        let in_doubt = |(at, claims): (usize, &Vec<Claim>)| {
            let claim = claims.first().filter(|claim| claim.points < ACCEPTED)?;
            let is_open = WEIGHTY.contains(&claim.field) && !self.has(claim.field) && !parts.contains(&at);
            is_open.then_some(Doubt { column: at, field: claim.field })
        };
        self.claims.iter().enumerate().filter_map(in_doubt).collect()
    }

    /// Two columns that are the same field, each understood: the first that holds something serves.
    fn first_of(&mut self, header: &[HeaderCell]) {
        for field in [Field::PersonalId, Field::BirthDate, Field::Gender, Field::MonthlyAmount] {
            let Some(winner) = self.column_of(field) else { continue };
            if self.reasons[winner] == Some(Reason::Mapped) {
                continue;
            }
            let is_sure = |at: usize| {
                self.claims[at].first().is_some_and(|claim| {
                    claim.field == field && claim.points >= SURE && claim.reason >= Reason::BuiltIn
                })
            };
            // The same header twice is another list beside the first.
            let is_whole = |at: usize| {
                !header[at].reading.is_made_of_parts()
                    && (field != Field::PersonalId || witness::says_number_alone(&header[at].reading))
                    && key(&header[at].text()) != key(&header[winner].text())
            };
            let others =
                self.outdone.iter().filter(|outdone| outdone.field == field).map(|outdone| outdone.column);
            let mut parts: Vec<usize> = others.filter(|at| is_sure(*at) && is_whole(*at)).collect();
            if parts.is_empty() || !is_sure(winner) {
                continue;
            }
            // The better one first; of equals the one that stands first.
            parts.insert(0, winner);
            let mut shown = parts.clone();
            shown.sort_unstable();
            self.add(field, Composed::FirstOf(parts), &shown);
        }
    }

    /// The column of a field.
    pub(in crate::ingest) fn column_of(&self, field: Field) -> Option<usize> {
        self.columns.iter().position(|c| c.field == Some(field))
    }

    /// Whether there is a column for the field.
    pub(in crate::ingest) fn has(&self, field: Field) -> bool {
        self.column_of(field).is_some()
    }

    /// Fields recognised, composed ones included.
    pub(in crate::ingest) fn fields(&self) -> impl Iterator<Item = Field> + '_ {
        self.columns.iter().filter_map(|c| c.field)
    }

    /// Headers as written.
    pub(in crate::ingest) fn headers(&self) -> Vec<String> {
        self.columns[..self.reasons.len()].iter().map(|c| c.header.clone()).collect()
    }

    /// Headers as a message may show them. Where one of them is a date or a number, the row is one of data that
    /// was taken for a header, and a name may stand beside it: what is not known to be a header is left out.
    pub(in crate::ingest) fn shown_headers(&self) -> Vec<String> {
        let is_datum = |text: &str| {
            let text = text.trim().trim_start_matches('\'');
            text.bytes().filter(u8::is_ascii_digit).count() >= 4
                && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'/' | b'-' | b'.' | b':' | b' '))
        };
        let own = &self.columns[..self.reasons.len()];
        let is_data = own.iter().any(|column| is_datum(&column.header));
        let shown = |(column, reason): (&Column, &Option<Reason>)| {
            // A part of "Nguyễn Văn An (con)" may be known too.
            let is_known = reason.is_some_and(|reason| reason > Reason::Part);
            let is_hidden = is_data && !is_known && !column.header.is_empty();
            if is_hidden { "…".to_owned() } else { column.header.clone() }
        };
        own.iter().zip(&self.reasons).map(shown).collect()
    }

    /// Lets a column give another field too.
    pub(in crate::ingest) fn repeat(&mut self, at: usize, field: Field) {
        let header = self.columns[at].header.clone();
        self.columns.push(Column { header, field: Some(field) });
        self.composed.push(Composed::Same(at));
    }

    /// Adds a composed column, and takes the field from the column that had it, unless the user said so.
    pub(in crate::ingest) fn add(&mut self, field: Field, composed: Composed, parts: &[usize]) {
        let mut own = self.columns.iter().zip(&self.reasons);
        if own.any(|(column, reason)| column.field == Some(field) && *reason == Some(Reason::Mapped)) {
            return;
        }
        for (at, column) in self.columns.iter_mut().enumerate() {
            if column.field == Some(field) || parts.contains(&at) {
                column.field = None;
                if let Some(reason) = self.reasons.get_mut(at) {
                    *reason = None;
                }
            }
        }
        self.outdone.retain(|outdone| !parts.contains(&outdone.column));
        let header = parts.iter().map(|&p| self.columns[p].header.as_str()).collect::<Vec<_>>().join(" + ");
        self.columns.push(Column { header, field: Some(field) });
        self.composed.push(composed);
    }
}

/// The cells of a header, those of some columns read without what stands over them.
fn without_heading(header: &[HeaderCell], columns: Range<usize>) -> Vec<HeaderCell> {
    let cells = header.iter().enumerate();
    cells.map(|(at, cell)| if columns.contains(&at) { cell.alone() } else { cell.clone() }).collect()
}

/// Takes back what is claimed below a heading that is not understood, where that has a name of its own and the name
/// of the person that rows are about stands elsewhere: the heading is somebody else's.
fn leave_to_strangers(all: &mut [Vec<Claim>], header: &[HeaderCell]) {
    let name = Grammar::built_in().thing_of_name("name");
    let owner = all.iter().position(|claims| {
        claims.first().is_some_and(|claim| claim.field == Field::FullName && claim.points >= SURE)
    });
    let Some(owner) = owner else { return };
    for columns in blocks(header) {
        let group = &header[columns.clone()];
        let is_strange = |cell: &HeaderCell| {
            cell.reading.thing == name
                && (!cell.reading.unknown.is_empty() || cell.reading.aside == Aside::Strange)
        };
        if group.len() > 1 && !columns.contains(&owner) && group.iter().any(is_strange) {
            for claims in &mut all[columns] {
                claims.retain(|claim| claim.reason >= Reason::User);
            }
        }
    }
}

/// Of several columns headed alike that may all be the name, the one beside which a birth date or gender stands is that of
/// the person; another, and the number behind it, are somebody else's: of whoever declares, of a relative.
fn leave_to_namesakes(all: &mut [Vec<Claim>], header: &[HeaderCell]) {
    let best = |claims: &[Claim]| claims.first().filter(|c| c.reason < Reason::User).map(|c| c.field);
    let names: Vec<usize> = (0..all.len()).filter(|at| best(&all[*at]) == Some(Field::FullName)).collect();
    let is_alike = |at: &usize| key(&header[*at].text()) == key(&header[names[0]].text());
    if names.len() < 2 || !names.iter().all(is_alike) {
        return;
    }
    // What is told of a person stands behind the name, up to the next one.
    let told = |at: usize, fields: &[Field]| {
        let next = names.iter().copied().find(|other| *other > at).unwrap_or(all.len());
        (at + 1..next).any(|column| best(&all[column]).is_some_and(|field| fields.contains(&field)))
    };
    let mut owners = names.iter().copied().filter(|at| told(*at, &[Field::BirthDate, Field::Gender]));
    let (Some(owner), None) = (owners.next(), owners.next()) else { return };
    let is_number = |field| matches!(field, Field::PersonalId | Field::OldId);
    for other in names.into_iter().filter(|at| *at != owner) {
        all[other].clear();
        if let Some(behind) = all.get_mut(other + 1)
            && best(behind).is_some_and(is_number)
        {
            behind.clear();
        }
    }
}

/// Takes back what is claimed before a column "Quan hệ với người chết" by columns that name nobody, where no other name is that
/// of somebody else: they are told of the relative, who asks for the money of a funeral.
fn leave_to_applicants(all: &mut [Vec<Claim>], claims: &Claims<'_>) {
    let header = claims.header();
    let grammar = Grammar::built_in();
    let is_relation = |cell: &HeaderCell| {
        grammar.is_thing(cell.reading.thing, "relation") && claims.names_subject(&cell.reading)
    };
    let relation = header.iter().position(is_relation).filter(|_| claims.kind().has(Capability::Death));
    let Some(relation) = relation else { return };
    let is_others = |cell: &HeaderCell| {
        let reading = &cell.reading;
        !reading.persons.is_empty() && reading.is_name_of_somebody() && !claims.names_subject(reading)
    };
    // Whose name stands first and is said to be that of the dead has the columns behind it.
    let is_nobodys =
        |cell: &HeaderCell| cell.reading.persons.is_empty() && grammar.is_thing(cell.reading.thing, "name");
    if header.iter().any(is_others) || !header.iter().take(relation).any(is_nobodys) {
        return;
    }
    let of_person = [Field::FullName, Field::BirthDate, Field::Gender, Field::PersonalId, Field::OldId];
    for (claims, cell) in all.iter_mut().zip(header).take(relation) {
        if cell.reading.persons.is_empty() {
            claims.retain(|claim| claim.reason >= Reason::User || !of_person.contains(&claim.field));
        }
    }
}

/// Claims with so many points are sure enough to put columns together by.
const SURE: f64 = 4.0;
