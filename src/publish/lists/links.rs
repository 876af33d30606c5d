//! `links.csv`: what became of every role of every row; `review.csv`: the pairs that an officer decides.

use std::io::{self, Write};

use super::cells::{Line, push_bits, write_csv};
use crate::domain::{
    Candidate, Comparison, Dataset, Decision, Extract, Lang, Links, MatchedOn, ResidentIx, RoleLink, Weights,
};
use crate::publish::person::Shown;
use crate::words;

/// Columns of `links.csv`.
pub(crate) const COLUMNS: [&str; 10] = [
    "source",
    "source_file",
    "source_row",
    "role",
    "decision",
    "probability",
    "resident_file",
    "resident_row",
    "personal_id",
    "matched_on",
];

/// Columns of `review.csv` after those of `links.csv`.
const REVIEW_COLUMNS: [&str; 13] = [
    "rank",
    "source_name",
    "source_birth_date",
    "source_gender",
    "source_personal_id",
    "source_commune",
    "resident_name",
    "resident_birth_date",
    "resident_gender",
    "resident_personal_id",
    "resident_commune",
    "weights",
    "runner_up_margin",
];

/// Every combination of `matched_on`, so that no row has to join words.
pub(crate) struct MatchedWords(Vec<String>);

impl MatchedWords {
    pub(crate) fn new() -> Self {
        Self((0..1u16 << MatchedOn::WORDS.len()).map(|bits| MatchedOn(bits).words()).collect())
    }

    pub(crate) fn of(&self, matched: MatchedOn) -> &str {
        self.0.get(usize::from(matched.0)).map_or("", String::as_str)
    }
}

/// Writes `links.csv`: one line for each role that a row writes something of.
pub(crate) fn write_links(data: &Dataset, links: &Links, out: impl Write) -> io::Result<()> {
    // Roles of all extracts laid end to end; `ends` says where each extract stops.
    let ends: Vec<usize> = links
        .extracts
        .iter()
        .scan(0, |end, extract| {
            *end += extract.roles.len();
            Some(*end)
        })
        .collect();
    let words = MatchedWords::new();
    write_csv(out, &COLUMNS, ends.last().copied().unwrap_or(0), |index, buffer| {
        let position = ends.partition_point(|&end| end <= index);
        let person = if position == 0 { index } else { index - ends[position - 1] };
        if let Some(link) = &links.extracts[position].roles[person]
            && is_at_home(data, position, person)
        {
            let mut line = Line::new(buffer);
            let matched = words.of(link.matched_on);
            source_cells(&mut line, data, &data.extracts[position], person, link.decision, link.probability);
            resident_cells(&mut line, data, link.resident, matched);
            line.end();
        }
    })
}

/// Writes `review.csv`: for each role in review its candidates side by side with the row, best first.
pub(crate) fn write_reviews(data: &Dataset, links: &Links, lang: Lang, out: impl Write) -> io::Result<()> {
    let mut reviews: Vec<(usize, usize, &RoleLink)> = Vec::new();
    for (position, extract) in links.extracts.iter().enumerate() {
        let undecided = extract.roles.iter().enumerate().filter_map(|(person, link)| {
            let link = link.as_ref().filter(|link| link.decision == Decision::Review)?;
            is_at_home(data, position, person).then_some((position, person, link))
        });
        reviews.extend(undecided);
    }
    let words = MatchedWords::new();
    let columns: Vec<&str> = COLUMNS.iter().chain(&REVIEW_COLUMNS).copied().collect();
    write_csv(out, &columns, reviews.len(), |index, buffer| {
        let (position, person, link) = reviews[index];
        let extract = &data.extracts[position];
        for (rank, candidate) in (1u32..).zip(&*link.candidates) {
            let mut line = Line::new(buffer);
            source_cells(&mut line, data, extract, person, link.decision, candidate.probability);
            let matched = matched_on_of_candidate(link, rank, candidate);
            resident_cells(&mut line, data, Some(candidate.resident), words.of(matched));
            line.number(rank);
            let roles = extract.kind.roles().len();
            person_cells(&mut line, data, &Shown::role(data, extract, person / roles, person % roles), lang);
            person_cells(&mut line, data, &Shown::resident(data, candidate.resident), lang);
            line.text(&weights_text(&candidate.weights));
            let margin = link.margin.is_finite().then(|| {
                let mut text = String::new();
                push_bits(&mut text, link.margin);
                text
            });
            line.option(margin).end();
        }
    })
}

/// Whether the row of a person is at home here: of a part of a country the others are told by other parts.
pub(crate) fn is_at_home(data: &Dataset, extract: usize, person: usize) -> bool {
    data.presences.has_row(extract, data.extracts[extract].role_of(person).0)
}

fn source_cells(
    line: &mut Line<'_>,
    data: &Dataset,
    extract: &Extract,
    person: usize,
    decision: Decision,
    probability: f32,
) {
    let (row, role) = extract.role_of(person);
    let row = extract.rows[row].row;
    let table = &data.tables[row.table.at()];
    line.word(extract.kind.name()).text(&table.name).number(table.source_row(row.index));
    line.word(role.name()).word(decision.name()).probability(probability);
}

fn resident_cells(line: &mut Line<'_>, data: &Dataset, resident: Option<ResidentIx>, matched: &str) {
    let Some(ix) = resident else {
        line.empty(4);
        return;
    };
    let resident = data.registry.get(ix);
    let table = &data.tables[resident.row.table.at()];
    line.text(&table.name).number(table.source_row(resident.row.index));
    line.option(resident.person.personal_id()).word(matched);
}

fn person_cells(line: &mut Line<'_>, data: &Dataset, shown: &Shown<'_>, lang: Lang) {
    line.text(&shown.name).date(shown.birth).word(words::gender(shown.gender, lang));
    line.option(shown.personal_id).text(data.places.label(shown.place).1);
}

/// What agrees between a role in review and the candidate of a rank.
pub(crate) fn matched_on_of_candidate(link: &RoleLink, rank: u32, candidate: &Candidate) -> MatchedOn {
    let best = rank == 1 && link.resident == Some(candidate.resident);
    if best { link.matched_on } else { matched_by_weight(&candidate.weights) }
}

/// What speaks for a candidate that is not the best one: linkage says in words only what agreed with the
/// best, so for the others a comparison whose weight is above zero counts as agreement.
fn matched_by_weight(weights: &Weights) -> MatchedOn {
    let named = |comparison| match comparison {
        Comparison::Name => "name",
        Comparison::Birth => "birth_date",
        Comparison::Gender => "gender",
        Comparison::Id => "personal_id",
        Comparison::Place => "commune",
        Comparison::Relatives => "relatives",
        Comparison::Context => "context",
        Comparison::Prior => "",
    };
    let bits = Comparison::ALL
        .iter()
        .zip(weights)
        .filter(|(_, weight)| **weight > 0.0)
        .filter_map(|(&comparison, _)| MatchedOn::WORDS.iter().find(|(_, word)| *word == named(comparison)))
        .fold(0, |bits, (bit, _)| bits | bit);
    MatchedOn(bits)
}

/// `prior=-18.20; name=12.31; …`, in bits.
pub(crate) fn weights_text(weights: &Weights) -> String {
    let mut text = String::with_capacity(128);
    for (comparison, &bits) in Comparison::ALL.iter().zip(weights) {
        if !text.is_empty() {
            text.push_str("; ");
        }
        text.push_str(comparison.name());
        text.push('=');
        push_bits(&mut text, bits);
    }
    text
}
