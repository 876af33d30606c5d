//! `links.parquet`: the lines of `links.csv`; behind each that is in review its candidates, as `review.csv` shows them.

use std::io::{self, Write};

use super::column::{Column, Rows, Type};
use super::write::{GROUP, write as write_file};
use crate::domain::{Dataset, Decision, Extract, Lang, Links, ResidentIx, RoleLink};
use crate::publish::lists::{LINK_COLUMNS, MatchedWords, is_at_home, matched_on_of_candidate};
use crate::publish::person::Shown;
use crate::words;

/// What the columns of `links.csv` hold.
const HOLDS: [Type; LINK_COLUMNS.len()] = [
    Type::Word,   // source
    Type::Word,   // source_file
    Type::Number, // source_row
    Type::Word,   // role
    Type::Word,   // decision
    Type::Real,   // probability
    Type::Word,   // resident_file
    Type::Number, // resident_row
    Type::Text,   // personal_id
    Type::Word,   // matched_on
];

/// What is shown of either side of a pair.
const SIDE: [(&str, Type); 9] = [
    ("name", Type::Text),
    ("birth_date", Type::Word),
    ("birth_date_from", Type::Day),
    ("birth_date_to", Type::Day),
    ("gender", Type::Word),
    ("personal_id", Type::Text),
    ("commune_code", Type::Word),
    ("commune", Type::Word),
    ("hamlet", Type::Word),
];

fn columns() -> Vec<Column> {
    let side = |of: &'static str| {
        SIDE.into_iter().map(move |(name, holds)| Column::new(format!("{of}_{name}"), holds))
    };
    let links = Column::all(LINK_COLUMNS, HOLDS).chain([Column::new("rank", Type::Number)]);
    let pairs = links.chain(side("source")).chain(side("resident"));
    pairs.chain([Column::new("runner_up_margin", Type::Real)]).chain(Column::weights()).collect()
}

/// Writes every role that a row writes something of. `rank` is empty on these lines; it tells the lines of candidates,
/// on which alone the two sides stand.
pub(super) fn write(data: &Dataset, links: &Links, lang: Lang, out: impl Write) -> io::Result<()> {
    let columns = columns();
    let words = MatchedWords::new();
    // Row groups are cut by roles, within an extract.
    let groups: Vec<(usize, usize)> = links
        .extracts
        .iter()
        .enumerate()
        .flat_map(|(position, extract)| (0..extract.roles.len()).step_by(GROUP).map(move |at| (position, at)))
        .collect();
    write_file(out, &columns, groups.len(), |group| {
        let (position, first) = groups[group];
        let roles = &links.extracts[position].roles;
        let of = Lines { data, extract: &data.extracts[position], words: &words, lang };
        let mut rows = Rows::new(&columns, GROUP.min(roles.len() - first));
        for (person, link) in roles.iter().enumerate().skip(first).take(GROUP) {
            if let Some(link) = link.as_ref().filter(|_| is_at_home(data, position, person)) {
                of.role(&mut rows, person, link);
                if link.decision == Decision::Review {
                    of.candidates(&mut rows, person, link);
                }
            }
        }
        rows.finish()
    })
}

/// What lines of one extract are written with.
struct Lines<'a> {
    data: &'a Dataset,
    extract: &'a Extract,
    words: &'a MatchedWords,
    lang: Lang,
}

impl Lines<'_> {
    fn role(&self, rows: &mut Rows, person: usize, link: &RoleLink) {
        self.source(rows, person, link.decision, link.probability);
        self.resident(rows, link.resident, self.words.of(link.matched_on));
        // Neither a rank nor the two sides.
        rows.nothing(1 + 2 * SIDE.len());
        let linked = link.decision == Decision::Link;
        rows.real(linked.then_some(link.margin));
        rows.weights(linked.then(|| link.weights.0.map(|bits| f32::from(bits) / 100.0))).end();
    }

    fn candidates(&self, rows: &mut Rows, person: usize, link: &RoleLink) {
        let roles = self.extract.kind.roles().len();
        for (rank, candidate) in (1u32..).zip(&*link.candidates) {
            self.source(rows, person, link.decision, candidate.probability);
            let matched = matched_on_of_candidate(link, rank, candidate);
            self.resident(rows, Some(candidate.resident), self.words.of(matched));
            rows.number(Some(rank));
            self.side(rows, &Shown::role(self.data, self.extract, person / roles, person % roles));
            self.side(rows, &Shown::resident(self.data, candidate.resident));
            rows.real(Some(link.margin)).weights(Some(candidate.weights)).end();
        }
    }

    fn source(&self, rows: &mut Rows, person: usize, decision: Decision, probability: f32) {
        let (row, role) = self.extract.role_of(person);
        let row = self.extract.rows[row].row;
        let table = &self.data.tables[row.table.at()];
        rows.text(self.extract.kind.name()).text(&table.name).number(Some(table.source_row(row.index)));
        rows.text(role.name()).text(decision.name()).real(Some(probability));
    }

    fn resident(&self, rows: &mut Rows, resident: Option<ResidentIx>, matched: &str) {
        let Some(ix) = resident else {
            rows.nothing(4);
            return;
        };
        let resident = self.data.registry.get(ix);
        let table = &self.data.tables[resident.row.table.at()];
        rows.text(&table.name).number(Some(table.source_row(resident.row.index)));
        rows.shown(resident.person.personal_id()).text(matched);
    }

    fn side(&self, rows: &mut Rows, shown: &Shown<'_>) {
        rows.text(&shown.name).shown(Some(shown.birth)).span(shown.birth);
        rows.text(words::gender(shown.gender, self.lang)).shown(shown.personal_id);
        let (code, commune) = self.data.places.label(shown.place);
        rows.text(code).text(commune).text(shown.hamlet);
    }
}
