//! Questions in, routes out, until the input ends: all rows in order, then what ties them, then which rows each part has.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use serde_json::{Value, json};
use smallvec::SmallVec;

use super::piece::Piece;
use super::route::{Belongs, Home, Key, Routes};
use crate::domain::{Day, Kind, PlaceId, Places, Presence, ProvinceIx, RoleLink};
use crate::ingest::records;
use crate::ingest::units::UnitMap;
use crate::worker::columns::{Columns, Made};
use crate::worker::frame::{Answer, FrameError, Question, read_question, write_answer};
use crate::worker::registry::placed;
use crate::worker::serve::{Answered, Refusal, day, kind, parameter, told};

/// The part of rows of which no province is known.
pub(super) const ELSEWHERE: &str = "chua-ro";

/// The name of a part, as its folder bears it.
pub(super) fn part_name(home: Home) -> String {
    home.map_or_else(|| ELSEWHERE.to_owned(), |province| records::province_name(ProvinceIx(province)))
}

/// Where all rows of a kind stand among the nodes.
#[derive(Debug)]
struct Rows {
    kind: Kind,
    first: u32,
    files: Vec<i32>,
}

/// What has come so far.
struct Router {
    places: Places,
    as_of: Day,
    /// Homes of residents.
    homes: Vec<(PlaceId, Home)>,
    routes: Routes,
    kinds: Vec<Rows>,
    parts: Option<BTreeMap<String, Home>>,
    /// The part that was asked about last.
    last: Option<(String, Vec<(u32, Presence)>)>,
}

/// Answers all questions of the input.
///
/// # Errors
/// Where the input breaks off or is something else, or nobody takes the answers.
pub fn route(units: &UnitMap, input: &mut impl Read, out: &mut impl Write) -> Result<(), FrameError> {
    let mut router: Option<Router> = None;
    while let Some(question) = read_question(input)? {
        let answer = match (question.op.as_str(), &mut router) {
            ("places", _) => Router::begin(&question, units).map(|begun| {
                router = Some(begun);
                Answer::done()
            }),
            ("heads", Some(router)) => router.heads(&question),
            ("rows", Some(router)) => router.rows(&question),
            ("surplus", Some(router)) => router.surplus(&question.columns),
            ("unlinked", Some(router)) => router.unlinked(&question),
            ("parts", Some(router)) => Ok(router.parts()),
            ("part", Some(router)) => router.part(&question),
            (op, _) => Err(Refusal::early(&format!("the places are there: {op:?}"))),
        };
        write_answer(out, &told(answer))?;
    }
    Ok(())
}

/// A kind, the registry among them.
fn any_kind(question: &Question) -> Result<Kind, Refusal> {
    let name: String = parameter(question, "kind")?;
    if name == Kind::Residents.name() { Ok(Kind::Residents) } else { kind(question) }
}

fn refused(why: &str) -> Refusal {
    Refusal::new("parameters", why)
}

impl Router {
    fn begin(question: &Question, units: &UnitMap) -> Result<Self, Refusal> {
        let as_of: String = parameter(question, "as_of")?;
        let as_of = day(&as_of).ok_or_else(|| refused("as_of is no date"))?;
        let (codes, names) = (question.columns.texts("code")?, question.columns.texts("commune")?);
        let of_registry = parameter(question, "of_registry")?;
        Ok(Self {
            places: placed(codes.into_iter().zip(names), of_registry, units),
            as_of,
            homes: Vec::new(),
            routes: Routes::default(),
            kinds: Vec::new(),
            parts: None,
            last: None,
        })
    }

    /// By which later list each table was followed: what all files together tell.
    fn heads(&self, question: &Question) -> Answered {
        let heads = question.columns.bytes("head")?;
        let mut tables = Vec::new();
        let mut places: Vec<(i64, i64)> = Vec::new();
        for (file, head) in question.columns.longs("file")?.into_iter().zip(heads) {
            let piece: Piece = rmp_serde::from_slice(head).map_err(|_| refused("a head that is none"))?;
            places.extend((0..piece.tables.len() as i64).map(|table| (file, table)));
            tables.extend(piece.tables);
        }
        records::look_at_all(&mut tables, self.as_of);
        let followed = tables.iter().zip(places);
        let followed: Vec<_> =
            followed.filter_map(|(table, at)| Some((at, table.followed_by.as_deref()?))).collect();
        let mut made = Made::default();
        made.longs("file", followed.iter().map(|((file, _), _)| *file));
        made.longs("table", followed.iter().map(|((_, table), _)| *table));
        made.texts("by", followed.iter().map(|(_, by)| *by));
        Ok(Answer::rows(made))
    }

    /// Takes the next rows of a kind.
    fn rows(&mut self, question: &Question) -> Answered {
        let kind = any_kind(question)?;
        let columns = &question.columns;
        let (ordinals, files) = (columns.longs("ordinal")?, columns.longs("file")?);
        let (codes, communes) = (columns.texts("code")?, columns.texts("commune")?);
        let (numbers, subjects) = (columns.lists("numbers")?, columns.lists("subjects")?);
        let links = if kind == Kind::Residents { Vec::new() } else { columns.bytes("links")? };
        if self.kinds.last().is_none_or(|of| of.kind != kind) {
            if self.kinds.iter().any(|of| of.kind >= kind)
                || (self.kinds.is_empty() && kind != Kind::Residents)
            {
                return Err(refused("kinds come in their order, the registry first"));
            }
            self.kinds.push(Rows { kind, first: self.routes.len() as u32, files: Vec::new() });
        }
        for (at, ordinal) in ordinals.into_iter().enumerate() {
            let place =
                self.places.find(codes[at], communes[at]).ok_or_else(|| refused("an unknown commune"))?;
            let home = self.places.province(place).map(|province| province.0);
            let Some(of) = self.kinds.last_mut() else { continue };
            if usize::try_from(ordinal) != Ok(of.files.len()) {
                return Err(refused("rows of a kind come in their order, all of them"));
            }
            of.files.push(files[at] as i32);
            let mut keys: Vec<Key> = numbers[at].iter().map(|number| Key::Number(*number)).collect();
            keys.extend(subjects[at].iter().map(|subject| Key::Subject(*subject)));
            let belongs = if kind == Kind::Residents {
                self.homes.push((place, home));
                keys.push(Key::Resident(ordinal as u32));
                Belongs { home, near: SmallVec::new() }
            } else {
                self.linked(links[at], home, &mut keys)?
            };
            self.routes.add(belongs, keys);
        }
        Ok(Answer::done())
    }

    /// Where a row with its links belongs: at home where the first linked resident lives, else in its own commune. A
    /// finding may be where any of them lives.
    fn linked(&mut self, links: &[u8], own: Home, keys: &mut Vec<Key>) -> Result<Belongs, Refusal> {
        let links: Vec<Option<RoleLink>> = match links {
            // A row that was set apart is nobody's.
            [] => Vec::new(),
            bytes => rmp_serde::from_slice(bytes).map_err(|_| refused("links that are none"))?,
        };
        let mut near: SmallVec<[Home; 2]> = SmallVec::from_slice(&[own]);
        let mut home = None;
        for link in links.iter().flatten() {
            let candidates = link.candidates.iter().map(|candidate| candidate.resident);
            keys.extend(link.resident.into_iter().chain(candidates).map(|ix| Key::Resident(ix.0)));
            if let Some(ix) = link.linked() {
                let (place, of) = self
                    .homes
                    .get(ix.0 as usize)
                    .ok_or_else(|| refused("a link to a resident who is none"))?;
                if place.is_blank() {
                    // A finding about whoever has no commune is told where the row is.
                    self.routes.bring_near(ix.0, own);
                } else {
                    home.get_or_insert(*of);
                    near.push(*of);
                }
            }
        }
        Ok(Belongs { home: home.unwrap_or(own), near })
    }

    fn surplus(&mut self, pairs: &Columns) -> Answered {
        for (row, kept) in pairs.longs("row")?.into_iter().zip(pairs.longs("kept")?) {
            let residents = 0..self.homes.len() as i64;
            if !residents.contains(&row) || !residents.contains(&kept) {
                return Err(refused("a resident who is none"));
            }
            // Residents stand first.
            [row, kept].into_iter().for_each(|node| self.routes.tie(node as u32, Key::Kept(kept as u32)));
        }
        Ok(Answer::done())
    }

    fn unlinked(&mut self, question: &Question) -> Answered {
        let kind = kind(question)?;
        let (rows, kept) = (question.columns.longs("row")?, question.columns.longs("kept")?);
        let Some(of) = self.kinds.iter().find(|of| of.kind == kind) else { return Ok(Answer::done()) };
        for (row, kept) in rows.into_iter().zip(kept) {
            let key = Key::KeptRow(kind.index() as u8, kept as u32);
            for node in [row, kept] {
                let node = u32::try_from(node).ok().filter(|node| (*node as usize) < of.files.len());
                self.routes.tie(of.first + node.ok_or_else(|| refused("a row that is none"))?, key);
            }
        }
        Ok(Answer::done())
    }

    /// The parts, once all rows have come.
    fn parts(&mut self) -> Answer {
        self.routes.close();
        let parts: BTreeMap<String, Home> =
            self.routes.parts().into_iter().map(|home| (part_name(home), home)).collect();
        let names: Vec<&String> = parts.keys().collect();
        let answer = Answer::said(json!({"parts": names}));
        (self.parts, self.last) = (Some(parts), None);
        answer
    }

    /// The rows of a kind that a part has.
    fn part(&mut self, question: &Question) -> Answered {
        let (name, kind): (String, Kind) = (parameter(question, "part")?, any_kind(question)?);
        let Some(parts) = &self.parts else { return Err(Refusal::early("the parts are told")) };
        let home = *parts.get(&name).ok_or_else(|| refused("no such part"))?;
        if self.last.as_ref().is_none_or(|(last, _)| *last != name) {
            self.last = Some((name, self.routes.part(home)));
        }
        let nodes = self.last.as_ref().map_or(&[][..], |(_, nodes)| nodes);
        let mut made = Made::default();
        let of = self.kinds.iter().find(|of| of.kind == kind);
        let range = of.map_or(0..0, |of| of.first..of.first + of.files.len() as u32);
        let begin = nodes.partition_point(|(node, _)| *node < range.start);
        let end = nodes.partition_point(|(node, _)| *node < range.end);
        let own = || nodes[begin..end].iter().map(|(node, why)| ((node - range.start) as usize, *why));
        made.longs("ordinal", own().map(|(row, _)| row as i64));
        made.longs("file", own().map(|(row, _)| of.map_or(0, |of| i64::from(of.files[row]))));
        made.longs("presence", own().map(|(_, why)| why as i64));
        let home = own().filter(|(_, why)| *why == Presence::Home).count();
        let answer = json!({"home": home, "rows": own().count()});
        Ok(Answer::Done { answer: Value::clone(&answer), columns: made })
    }
}
