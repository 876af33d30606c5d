//! The visit list: what is to be looked into on the spot, by hamlet and household in the order of the houses, one question
//! a finding, with boxes to tick. A4.

use askama::Template;
use qrcode::{Color, EcLevel, QrCode};

use super::houses::{self, House};
use super::questions;
use crate::domain::{Field, Lang};
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit, today};
use crate::review::index::{FindingLine, numbers_of};
use crate::review::mask;
use crate::review::pages::one::shown;
use crate::store::Assignee;

/// Findings on one list.
const MOST: u32 = 500;

#[derive(Template)]
#[template(path = "review/print.html")]
struct Print {
    shell: Shell,
    query: String,
    officer: String,
    today: String,
    shown: usize,
    more: bool,
    /// Whom all of it is given to; empty where not all of it is one's.
    assignee: String,
    groups: Vec<Group>,
}

struct Group {
    hamlet: String,
    commune: String,
    houses: Vec<ShownHouse>,
}

struct ShownHouse {
    n: usize,
    head: String,
    address: String,
    number: String,
    lines: Vec<Line>,
}

struct Line {
    name: String,
    birth_date: String,
    personal_id: String,
    number: String,
    qr: Qr,
    title: &'static str,
    values: String,
    asked: &'static str,
    answers: Vec<&'static str>,
    /// Whom it is given to, where the list is not all of one.
    assignee: String,
}

/// A square code: its side in modules, and the path of its dark ones.
struct Qr {
    side: usize,
    path: String,
}

/// The page.
pub(crate) fn show(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let filter = visit.filter();
    let scope = visit.who()?.scope.clone();
    let lang = visit.lang;
    let order = ("commune, hamlet, name_key", MOST + 1);
    let mut found = visit.worker.index.first_cases(&filter, &scope, today(), order)?;
    let more = found.len() > MOST as usize;
    found.truncate(MOST as usize);
    visit.log_holding("print", &format!("{} cases", found.len()), &filter.logged(), &numbers_of(&found))?;
    let shown = found.len();
    let assignee = of_all(&found).map_or_else(String::new, |of| shown::assignee(of, lang));
    let mut groups: Vec<Group> = Vec::new();
    for (n, house) in (1..).zip(houses::of(&visit.worker.index, found)?) {
        let hamlet =
            if house.hamlet.is_empty() { visit.t("no_hamlet").to_string() } else { house.hamlet.clone() };
        if !groups.last().is_some_and(|g| g.hamlet == hamlet && g.commune == house.commune) {
            groups.push(Group { hamlet, commune: house.commune.clone(), houses: Vec::new() });
        }
        if let Some(group) = groups.last_mut() {
            group.houses.push(ShownHouse::of(n, house, !assignee.is_empty(), lang)?);
        }
    }
    Reply::page(&Print {
        shell: visit.shell(),
        query: filter.query(),
        officer: visit.who()?.name.clone(),
        today: today().to_string(),
        shown,
        more,
        assignee,
        groups,
    })
}

impl ShownHouse {
    fn of(n: usize, house: House, of_one: bool, lang: Lang) -> Result<Self, Failure> {
        let lines = house.findings.into_iter().map(|asked| Line::of(asked.line, of_one, lang));
        Ok(Self {
            n,
            head: house.head,
            address: house.address,
            number: house.number,
            lines: lines.collect::<Result<_, _>>()?,
        })
    }
}

impl Line {
    fn of(line: FindingLine, of_one: bool, lang: Lang) -> Result<Self, Failure> {
        let field = Field::from_name(&line.field);
        let (source, proposed) = match field {
            // Which digits differ is what is asked about; the rest stays hidden.
            Some(field) if mask::is_number(field) => {
                mask::apart(&line.source_value, first_of(&line.proposed_value, &line.registry_value))
            }
            _ => {
                let value = |text: &str| shown::value(text, &line.field, false);
                (value(&line.source_value), value(first_of(&line.proposed_value, &line.registry_value)))
            }
        };
        let named = [("terms.value.source", source), ("on_registry_or_proposed", proposed)];
        let values = named
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(key, text)| format!("{}: {}", crate::review::texts::text(lang, key), shown::short(&text)));
        let question = questions::of(&line.code);
        Ok(Self {
            title: shown::title(&line.code, lang),
            values: values.collect::<Vec<_>>().join(" · "),
            personal_id: shown::value(&line.personal_id, Field::PersonalId.name(), false),
            name: shown::short(&line.full_name),
            birth_date: shown::short(&line.birth_date),
            asked: question.asked(lang),
            answers: question.answers(lang),
            assignee: match &line.assignee {
                Some(of) if !of_one => shown::assignee(of, lang),
                _ => String::new(),
            },
            qr: Qr::of(&line.number)?,
            number: line.number,
        })
    }
}

/// Whom all of them are given to, where that is one.
fn of_all(found: &[FindingLine]) -> Option<&Assignee> {
    let one = found.first()?.assignee.as_ref()?;
    found.iter().all(|line| line.assignee.as_ref() == Some(one)).then_some(one)
}

fn first_of<'t>(one: &'t str, other: &'t str) -> &'t str {
    if one.is_empty() { other } else { one }
}

impl Qr {
    /// The number of a finding as a square code; in capitals, of which more fit into the same square.
    fn of(number: &str) -> Result<Self, Failure> {
        let code = QrCode::with_error_correction_level(number.to_uppercase(), EcLevel::M);
        let code = code.map_err(|error| Failure::Internal(error.to_string()))?;
        let side = code.width();
        let mut path = String::new();
        for (y, row) in code.to_colors().chunks(side).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run[0] == Color::Dark {
                    path.push_str(&format!("M{x} {y}h{}v1h-{}z", run.len(), run.len()));
                }
                x += run.len();
            }
        }
        Ok(Self { side, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_finding_is_a_small_square() {
        let qr = Qr::of("SONG-01-0123456789ab").unwrap();
        assert_eq!(qr.side, 25);
        // The pattern by which a reader finds the corner.
        assert!(qr.path.starts_with("M0 0h7v1h-7z"), "{}", qr.path);
    }
}
