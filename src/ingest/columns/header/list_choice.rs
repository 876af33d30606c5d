//! Lists of other sectors: which of those described as data a file is, where it is none of the six kinds.

use super::super::synonyms::{Reason, Synonyms};
use super::kind_choice::{LEAST, MARGIN, evidence, spoken_of, titles_above};
use super::{Header, NoHeader};
use crate::domain::{Field, Kind};
use crate::ingest::columns::key::key;
use crate::ingest::formats::row::KeptRow;

/// What the name of a file is worth that speaks of the list.
const NAMED: f64 = 7.0;
/// What a title is worth that does.
const TITLED: f64 = 4.0;
/// What a header is worth that the description of the list names.
const OWN_HEADER: f64 = 2.0;
/// As many of these count.
const MOST_OWN_HEADERS: usize = 4;

/// The lists that a file may be, beside an answer about the six kinds: the user's own always, those that ship where it
/// is none of the six for sure. The list of any sector is nobody's guess: the user says that a file is one.
pub(super) fn candidates(answer: &Result<Header, NoHeader>) -> impl Iterator<Item = Kind> {
    let shipped_too = answer.is_err();
    let is_any = |kind: &Kind| kind.name() == "list";
    Kind::all()
        .filter(move |kind| kind.is_list() && !is_any(kind) && (shipped_too || kind.description().is_own))
}

/// A list with what speaks for it.
struct Scored {
    points: f64,
    /// What speaks for the likeliest of the six kinds.
    six: f64,
    /// Whether the description itself speaks: its words stand in the name or title, or two of its headers are there.
    by_name: bool,
    header: Header,
}

/// Chooses between the answer about the six kinds and the best headers for lists.
///
/// # Errors
/// The answer about the six, where no list is clear; [`NoHeader::KindUnclear`] where two are alike.
pub(super) fn choose(
    answer: Result<Header, NoHeader>,
    lists: Vec<Header>,
    rows: &[KeptRow],
    name: &str,
) -> Result<Header, NoHeader> {
    let mut scored: Vec<Scored> =
        lists.into_iter().filter(holds_persons).map(|header| score(header, rows, name)).collect();
    // A stable sort: of equals the first in the table of kinds stands first in the message.
    scored.sort_by(|a, b| b.points.total_cmp(&a.points));
    let Some(best) = scored.first() else { return answer };
    let rival = scored.get(1).filter(|rival| best.points - rival.points < MARGIN);
    let is_own = best.header.kind.description().is_own;
    // Where the file may be one of the six, a list must be spoken of by name.
    let yields = match &answer {
        Ok(_) => is_own && best.by_name,
        Err(NoHeader::KindUnclear { candidates, .. }) if !candidates.is_empty() => best.by_name,
        Err(_) => best.by_name || best.points - best.six >= MARGIN,
    };
    if best.points < LEAST || !yields {
        return answer;
    }
    match rival {
        // Two of the user's own are asked about; of the shipped ones the user may know none.
        Some(rival) if is_own || rival.header.kind.description().is_own => Err(NoHeader::KindUnclear {
            candidates: vec![best.header.kind, rival.header.kind],
            seen: best.header.columns.shown_headers(),
        }),
        Some(_) => answer,
        None => scored.into_iter().next().map(|best| best.header).ok_or(NoHeader::None),
    }
}

/// Whether all that the list requires is there, and something that tells namesakes apart.
fn holds_persons(header: &Header) -> bool {
    let told_by = [Field::BirthDate, Field::PersonalId, Field::OldId];
    header.missing().is_empty() && told_by.iter().any(|field| header.columns.has(*field))
}

fn score(header: Header, rows: &[KeptRow], name: &str) -> Scored {
    let kind = header.kind;
    let titles = titles_above(&header, rows);
    let spoken = spoken_of(&header, &titles, name);
    let called = |text: &str| {
        let text = key(text);
        kind.description().called.iter().any(|word| text.contains(&key(word)))
    };
    let (named, titled) = (called(name), titles.iter().any(|title| called(title)));
    let own = header.columns.reasons.iter().flatten().filter(|reason| **reason == Reason::User).count();
    let carried = header.columns.columns.iter().filter(|column| column.field.is_none());
    let own = own + carried.filter(|column| Synonyms::own_field(kind, &column.header).is_some()).count();
    let six = Kind::SIX.into_iter().map(|kind| evidence(&spoken, kind.name())).fold(0.0, f64::max);
    let mut points = evidence(&spoken, kind.name()) - evidence(&spoken, "elsewhere");
    points += OWN_HEADER * own.min(MOST_OWN_HEADERS) as f64;
    points += if named { NAMED } else { 0.0 } + if titled { TITLED } else { 0.0 };
    Scored { points, six, by_name: named || titled || own >= 2, header }
}
