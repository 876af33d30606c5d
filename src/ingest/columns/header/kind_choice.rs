//! Which kind a file is: what its columns, its titles and its name speak for, kinds compared with each other and with
//! lists of other sectors.

use std::collections::{BTreeMap, BTreeSet};

use super::super::lexicon::Lexicon;
use super::super::reading::Said;
use super::super::synonyms::Reason;
use super::super::things::Grammar;
use super::{Header, NoHeader, is_name};
use crate::domain::{Field, Kind};
use crate::ingest::formats::row::{KeptRow, is_blank};
use crate::ingest::table::row_words::kind_spoken_of;

/// Points by which a kind must lead the next one.
pub(super) const MARGIN: f64 = 1.5;
/// Points that a kind must have, to be more than a list of persons.
pub(super) const LEAST: f64 = 3.5;
/// What it costs that a required field is not there.
const MISSING: f64 = 2.0;
/// ... that is the name of whom the rows are about.
const NO_NAME: f64 = 4.0;
/// What the name of a file is worth that speaks of the kind.
const NAMED: f64 = 7.0;
/// What a title is worth that does.
const TITLED: f64 = 4.0;
/// What it is worth that two persons stand side by side on each row, a man and a woman, each with a date or a number.
const COUPLES: f64 = 3.0;
/// Columns in which a word that is not known tells what the list is about, and what that is worth.
const THEME: usize = 4;
const STRANGE_THEME: f64 = 2.5;
/// What a word is worth that is said again, in shares of the time before.
const AGAIN: f64 = 0.4;

/// Chooses among the best headers for each kind.
///
/// # Errors
/// [`NoHeader::OtherSector`] where more speaks for another sector; [`NoHeader::KindUnclear`] where the best kind does not lead
/// clearly; [`NoHeader::None`] where there is none to choose from.
pub(super) fn choose(best: Vec<(i32, Header)>, rows: &[KeptRow], name: &str) -> Result<Header, NoHeader> {
    let lead = best.iter().map(|(points, _)| *points).max().unwrap_or_default();
    let widest =
        best.iter().find(|(points, _)| *points == lead).map(|(_, header)| header).ok_or(NoHeader::None)?;
    let seen = widest.columns.shown_headers();
    let titles = titles_above(widest, rows);
    let title = titles.join(" ");
    let named = kind_spoken_of(name);
    let titled = kind_spoken_of(&title);
    let spoken = named.or(titled);
    let elsewhere = evidence(&spoken_of(widest, &titles, name), "other") + theme(widest);
    let mut scored: Vec<(f64, Header)> = Vec::new();
    for (_, header) in best {
        let kind = header.kind;
        let missing: f64 =
            header.missing().into_iter().map(|field| if is_name(field) { NO_NAME } else { MISSING }).sum();
        let speaks = spoken_of(&header, &titles, name);
        let mut points = evidence(&speaks, kind.name()) - missing;
        if spoken == Some(kind) {
            points += if named.is_some() { NAMED } else { TITLED };
        }
        if shows_couples(&header) {
            points += COUPLES;
        }
        let settled =
            header.columns.reasons.iter().flatten().filter(|reason| **reason >= Reason::User).count();
        points += settled.min(8) as f64 * share_of_own(&header);
        let grammar = Grammar::built_in();
        let has_needed = header.columns.fields().any(|field| grammar.is_needed(kind, field.name()))
            || understood_of(&header, &titles, name).iter().any(|sign| grammar.is_needed(kind, sign));
        if !has_needed && spoken != Some(kind) {
            points = points.min(LEAST - 0.1);
        }
        scored.push((points, header));
    }
    // A stable sort: where points are equal the order of kinds decides nothing but the message.
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let Some((points, first)) = scored.first().map(|(points, header)| (*points, header.kind)) else {
        return Err(NoHeader::None);
    };
    if elsewhere >= points && elsewhere >= LEAST {
        return Err(NoHeader::OtherSector { seen });
    }
    let rivals: Vec<Kind> =
        scored.iter().filter(|(rival, _)| points - rival < MARGIN).map(|(_, header)| header.kind).collect();
    // A form for employees may be one of insurance, if whoever named the file says so.
    let is_told = named == Some(first) && points > elsewhere;
    if rivals.len() > 1 || points < LEAST || points - elsewhere < MARGIN && !is_told {
        return Err(NoHeader::KindUnclear { candidates: rivals, seen });
    }
    scored.into_iter().next().map(|(_, header)| header).ok_or(NoHeader::None)
}

/// Whether the columns are those of couples: names of both, and the same things of each.
fn shows_couples(header: &Header) -> bool {
    let has = |pair: [Field; 2]| pair.iter().all(|field| header.columns.has(*field));
    has([Field::HusbandName, Field::WifeName])
        && (has([Field::HusbandBirthDate, Field::WifeBirthDate])
            || has([Field::HusbandPersonalId, Field::WifePersonalId]))
}

/// The texts above a header that are titles.
pub(super) fn titles_above<'r>(header: &Header, rows: &'r [KeptRow]) -> Vec<&'r str> {
    rows.iter()
        .take_while(|row| row.number < header.row)
        // What fills more cells is a table.
        .filter(|row| row.cells.iter().filter(|cell| !is_blank(cell)).count() <= 2)
        .flat_map(|row| row.cells.iter().map(String::as_str))
        .filter(|cell| !cell.trim().is_empty())
        .collect()
}

/// How much the canonical fields of a header tell of its kind: one that few kinds have tells more.
fn share_of_own(header: &Header) -> f64 {
    let own = |field: Field| {
        1.0 / Kind::SIX.iter().filter(|kind| kind.fields().contains(&field)).count().max(1) as f64
    };
    let fields: Vec<f64> = header.columns.fields().map(own).collect();
    if fields.is_empty() { 0.0 } else { fields.iter().sum::<f64>() / fields.len() as f64 * 4.0 }
}

/// What it is worth for another sector that one word that nobody knows stands in so many columns: what the list is about.
fn theme(header: &Header) -> f64 {
    let mut columns: BTreeMap<&str, usize> = BTreeMap::new();
    for cell in &header.cells {
        let words: BTreeSet<&str> = cell.reading.unknown.iter().map(String::as_str).collect();
        words.into_iter().for_each(|word| *columns.entry(word).or_default() += 1);
    }
    if columns.into_values().any(|count| count >= THEME) { STRANGE_THEME } else { 0.0 }
}

/// As [`spoken_of`], by columns alone of which every word is known.
fn understood_of(header: &Header, titles: &[&str], name: &str) -> Vec<&'static str> {
    let mut known = header.clone();
    known.cells.retain(|cell| cell.reading.unknown.is_empty());
    spoken_of(&known, titles, name)
}

/// All signs and things that columns, titles and the name of a file speak of, as often as they do.
pub(super) fn spoken_of(header: &Header, titles: &[&str], name: &str) -> Vec<&'static str> {
    let (grammar, lexicon) = (Grammar::built_in(), Lexicon::built_in());
    let mut all: Vec<&'static str> = Vec::new();
    for cell in &header.cells {
        let reading = &cell.reading;
        all.extend(reading.all.iter().chain(reading.persons.iter()).map(|sign| lexicon.name(sign)));
        all.extend(reading.thing.map(|thing| grammar.thing_name(thing)));
    }
    for text in titles.iter().copied().chain([name]) {
        let said = Said::of_any_font(text);
        all.extend(said.signs.iter().chain(said.persons.iter()).map(|sign| lexicon.name(sign)));
    }
    all
}

/// What is spoken of says for a kind, or for other sectors. What is said again tells less each time.
pub(super) fn evidence(spoken: &[&'static str], of: &str) -> f64 {
    let grammar = Grammar::built_in();
    let mut seen: Vec<(&str, f64)> = Vec::new();
    let mut points = 0.0;
    for sign in spoken {
        let worth = grammar.evidence(of, sign);
        if worth == 0.0 {
            continue;
        }
        match seen.iter_mut().find(|(known, _)| known == sign) {
            Some((_, part)) => {
                *part *= AGAIN;
                points += worth * *part;
            }
            None => {
                seen.push((sign, 1.0));
                points += worth;
            }
        }
    }
    points
}
