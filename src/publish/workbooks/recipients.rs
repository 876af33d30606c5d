//! Whom workbooks are for: each commune, each responsible office, and on demand each office in each commune.

use std::collections::{BTreeMap, BTreeSet};

use super::carried::OldLine;
use super::folder::FOLDER;
use super::lines::Progress;
use super::slug::slug;
use crate::domain::{Lang, PlaceId};
use crate::findings::FindingId;
use crate::findings::catalogue::Office;
use crate::publish::case::Cases;
use crate::words::text;

/// The folder of the workbooks by commune.
pub(crate) const COMMUNES: &str = "xa";
/// The folder of the workbooks by office.
pub(crate) const OFFICES: &str = "don-vi";

/// The folder of the workbooks by commune and office.
pub(crate) const BOTH: &str = "xa-don-vi";

/// Whom a workbook is for.
pub(super) struct Recipient<'a> {
    /// Where it stands within the folder of workbooks, without its extension.
    pub(super) stem: String,
    /// Name on the summary sheet.
    pub(super) name: String,
    /// The findings, by index.
    pub(super) findings: Vec<u32>,
    /// Whether its findings are of several communes.
    pub(super) across_communes: bool,
    /// Lines of earlier workbooks whose cases are gone.
    pub(super) old: Vec<&'a OldLine>,
}

/// All recipients, each with its findings and what its workbook held of cases that are gone.
pub(super) fn all<'a>(cases: &Cases<'_>, progress: &'a Progress, by_both: bool) -> Vec<Recipient<'a>> {
    let mut recipients = communes(cases);
    if by_both {
        let both: Vec<Recipient<'_>> =
            recipients.iter().flat_map(|commune| offices_within(commune, cases)).collect();
        recipients.extend(both);
    }
    recipients.extend(offices(cases));
    let raised: BTreeSet<FindingId> = cases.ids.iter().copied().collect();
    for (stem, lines) in &progress.carried.old {
        let mut seen: BTreeSet<FindingId> = BTreeSet::new();
        let gone = |line: &&OldLine| !raised.contains(&line.finding) && seen.insert(line.finding);
        let mut old: Vec<&OldLine> = lines.iter().filter(gone).collect();
        if old.is_empty() {
            continue;
        }
        old.sort_by_key(|line| line.finding);
        match recipients.iter_mut().find(|recipient| recipient.stem == *stem) {
            Some(recipient) => recipient.old = old,
            // A commune that is no longer in the data: what was typed for it stays where it was.
            None => recipients.push(Recipient {
                stem: stem.clone(),
                name: stem.rsplit('/').next().unwrap_or(stem).to_owned(),
                findings: Vec::new(),
                across_communes: true,
                old,
            }),
        }
    }
    recipients
}

/// The communes of the registry and those that findings name, each with its findings.
fn communes<'a>(cases: &Cases<'_>) -> Vec<Recipient<'a>> {
    let places = &cases.data.places;
    let mut recipients: Vec<Recipient<'_>> = Vec::new();
    let mut by_place: Vec<Option<usize>> = vec![None; places.places.len()];
    // Places that are written alike in a file name share a workbook.
    let mut by_stem: BTreeMap<String, usize> = BTreeMap::new();
    let mut recipient_of = |place: PlaceId, recipients: &mut Vec<Recipient<'_>>| -> usize {
        *by_place[place.0 as usize].get_or_insert_with(|| {
            let (code, name) = places.label(place);
            let stem = format!("{COMMUNES}/{}", commune_stem(code, name));
            *by_stem.entry(stem.clone()).or_insert_with(|| {
                recipients.push(Recipient {
                    stem,
                    name: commune_name(code, name, cases.lang),
                    findings: Vec::new(),
                    across_communes: false,
                    old: Vec::new(),
                });
                recipients.len() - 1
            })
        })
    };
    for resident in cases.data.at_home() {
        if !resident.person.place.is_blank() {
            recipient_of(resident.person.place, &mut recipients);
        }
    }
    for index in 0..cases.len() {
        let recipient = recipient_of(cases.whereabouts(index).place, &mut recipients);
        recipients[recipient].findings.push(index as u32);
    }
    recipients.sort_by(|a, b| a.stem.cmp(&b.stem));
    recipients
}

fn commune_name(code: &str, name: &str, lang: Lang) -> String {
    match (code, name) {
        ("", "") => text!(lang, "terms.place.unknown").to_owned(),
        ("", name) => name.to_owned(),
        (code, name) => format!("{name} ({code})"),
    }
}

/// The workbook of a commune, as the folder of a run sees it.
pub(crate) fn commune_file(code: &str, name: &str) -> String {
    format!("../{FOLDER}/{COMMUNES}/{}.xlsx", commune_stem(code, name))
}

/// `<commune_code>_<slug>`, the slug alone where there is no code.
fn commune_stem(code: &str, name: &str) -> String {
    let parts: Vec<String> = [slug(code), slug(name)].into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "khong-ro".to_string() } else { parts.join("_") }
}

/// The offices that have something to do in a commune.
fn offices_within<'a>(commune: &Recipient<'_>, cases: &Cases<'_>) -> Vec<Recipient<'a>> {
    let mut by_office: BTreeMap<Office, Vec<u32>> = BTreeMap::new();
    for index in &commune.findings {
        by_office.entry(cases.whereabouts(*index as usize).office).or_default().push(*index);
    }
    let stem = commune.stem.rsplit('/').next().unwrap_or(&commune.stem);
    let recipient = |(office, findings): (Office, Vec<u32>)| Recipient {
        stem: format!("{BOTH}/{stem}_{}", office.name()),
        name: format!("{} – {}", office.title(cases.lang), commune.name),
        findings,
        across_communes: false,
        old: Vec::new(),
    };
    by_office.into_iter().map(recipient).collect()
}

/// The responsible offices: the four, and those of other lists that have something to do.
fn offices<'a>(cases: &Cases<'_>) -> Vec<Recipient<'a>> {
    let recipient = |office: Office| Recipient {
        stem: format!("{OFFICES}/{}", office.name()),
        name: office.title(cases.lang).to_string(),
        findings: Vec::new(),
        across_communes: true,
        old: Vec::new(),
    };
    let mut recipients: Vec<(Office, Recipient<'a>)> =
        Office::all().map(|office| (office, recipient(office))).collect();
    for index in 0..cases.len() {
        recipients[cases.whereabouts(index).office.index()].1.findings.push(index as u32);
    }
    recipients.retain(|(office, of)| office.is_always_shown() || !of.findings.is_empty());
    recipients.into_iter().map(|(_, recipient)| recipient).collect()
}
