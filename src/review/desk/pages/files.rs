//! The files, what each was taken for, what is asked about them, and the button that begins the run.

use std::path::Path;

use askama::Template;

use super::row::Row;
use super::run::not_begun;
use crate::domain::{Kind, Lang};
use crate::ingest::ColumnMap;
use crate::review::desk::files::{Files, Said};
use crate::review::desk::seen::{Obstacle, Sight};
use crate::review::desk::{Desk, Notice};
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit};
use crate::words::{grouped, text};

#[derive(Template)]
#[template(path = "review/desk/files.html")]
struct FilesPage {
    shell: Shell,
    notices: Vec<Notice>,
    running: bool,
    looking: bool,
    twice: Option<Twice>,
    rows: Vec<Row>,
    obstacle: String,
    path: String,
    path_hint: String,
}

#[derive(Template)]
#[template(path = "review/desk/list.html")]
struct List {
    shell: Shell,
    looking: bool,
    rows: Vec<Row>,
}

/// Which of two registries counts.
struct Twice {
    text: String,
    choices: [Use; 2],
}

struct Use {
    /// The number of the file that is put aside by the choice.
    drops: u64,
    text: String,
}

/// The page.
pub(crate) fn show(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    page(visit, String::new())
}

fn page(visit: &Visit<'_>, path: String) -> Result<Reply, Failure> {
    let desk = visit.desk()?;
    let lang = visit.lang;
    desk.look(lang);
    let example = if cfg!(windows) { "D:\\Du lieu\\dan_cu.xlsx" } else { "/home/an/du-lieu/dan_cu.xlsx" };
    let (notices, running) = (desk.notices(), desk.is_running());
    let page = desk.with(|files, sight| {
        let obstacle = sight.obstacle(files, lang);
        FilesPage {
            shell: visit.shell(),
            notices,
            running,
            looking: obstacle == Some(Obstacle::Looking),
            twice: twice(files, sight, lang),
            rows: rows(files, sight, lang),
            obstacle: obstacle.map_or_else(String::new, |obstacle| in_the_way(obstacle, lang)),
            path,
            path_hint: text!(lang, "desk.files.path_hint", example),
        }
    });
    Reply::page(&page)
}

/// The list alone, while files are being read.
pub(crate) fn list(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let desk = visit.desk()?;
    let lang = visit.lang;
    desk.look(lang);
    let list = desk.with(|files, sight| List {
        shell: visit.shell(),
        looking: sight.obstacle(files, lang) == Some(Obstacle::Looking),
        rows: rows(files, sight, lang),
    });
    Reply::page(&list)
}

fn rows(files: &Files, sight: &Sight, lang: Lang) -> Vec<Row> {
    files.all().iter().map(|given| Row::new(given, &files.path(given), sight, lang)).collect()
}

fn twice(files: &Files, sight: &Sight, lang: Lang) -> Option<Twice> {
    let found = sight.twice.as_ref()?;
    let (one, other) = (files.get(found.files.0)?, files.get(found.files.1)?);
    if one.aside || other.aside {
        return None;
    }
    let choice = |kept: &crate::review::desk::files::Given, drops: u64| {
        let seen = sight.seen.get(&kept.number);
        let rows = seen.map_or(0, |seen| seen.tables().iter().map(|table| table.used).sum());
        Use { drops, text: text!(lang, "desk.files.use_one", name = kept.name(), rows = grouped(rows, lang)) }
    };
    let (shared, fewer) = (grouped(found.shared as u64, lang), grouped(found.fewer as u64, lang));
    Some(Twice {
        text: text!(lang, "desk.files.twice", shared, fewer),
        choices: [choice(one, other.number), choice(other, one.number)],
    })
}

/// What is to be done before a run can be begun.
pub(super) fn in_the_way(obstacle: Obstacle, lang: Lang) -> String {
    match obstacle {
        Obstacle::Looking => text!(lang, "desk.obstacle.looking").to_owned(),
        Obstacle::Nothing => text!(lang, "desk.obstacle.nothing").to_owned(),
        Obstacle::Questions(count) => text!(lang, "desk.obstacle.questions", count),
        Obstacle::Broken(count) => text!(lang, "desk.obstacle.broken", count),
        Obstacle::NoRegistry => text!(lang, "desk.obstacle.no_registry").to_owned(),
        Obstacle::NoExtract => text!(lang, "desk.obstacle.no_extract").to_owned(),
    }
}

/// Adds a file, or those of a folder, by path.
pub(crate) fn add_path(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let desk = visit.desk()?;
    let lang = visit.lang;
    // Copied from a window of the system, a path comes with quotation marks.
    let written = visit.field("path").trim().trim_matches('"').trim().to_owned();
    let path = Path::new(&written);
    if !path.is_absolute() {
        let example = if cfg!(windows) { "D:\\Du lieu" } else { "/home/an/du-lieu" };
        desk.tell(false, text!(lang, "desk.first.relative", example));
        return page(visit, written);
    }
    match desk.change(|files| files.add(path)) {
        Ok(0) => desk.tell(true, text!(lang, "desk.added.nothing").to_owned()),
        Ok(count) => desk.tell(true, text!(lang, "desk.added.one", count)),
        Err(error) => {
            desk.tell(false, error.message(lang));
            return page(visit, written);
        }
    }
    Ok(Reply::see("/start"))
}

fn number(visit: &Visit<'_>) -> Result<u64, Failure> {
    visit.param("number").parse().map_err(|_| Failure::NotFound)
}

/// Takes what the user says of a file.
pub(crate) fn answer(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let (desk, number) = (visit.desk()?, number(visit)?);
    let said = desk.with(|files, sight| {
        files.get(number).ok_or(Failure::NotFound)?;
        let seen = sight.seen.get(&number).ok_or(Failure::NotFound)?;
        let mut said = Said::default();
        for (name, value) in visit.form.iter().filter(|(_, value)| !value.is_empty()) {
            match name.as_str() {
                "kind" => said.kind = Some(Kind::from_name(value).ok_or(Failure::BadAnswer)?),
                "map" => {
                    let map = ColumnMap::parse(value).map_err(|_| Failure::BadAnswer)?;
                    if !seen.has_header(&map.header) {
                        return Err(Failure::BadAnswer);
                    }
                    said.columns.push(map);
                }
                _ => {}
            }
        }
        Ok(said)
    })?;
    if said.kind.is_none() && said.columns.is_empty() {
        return Err(Failure::BadAnswer);
    }
    change(&desk, visit.lang, |files| files.answer(number, &said));
    Ok(Reply::see("/start"))
}

/// Puts a file aside, or takes it back.
pub(crate) fn put_aside(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let (desk, number) = (visit.desk()?, number(visit)?);
    let aside = visit.field("aside") == "1";
    desk.with(|files, _| files.get(number).map(drop)).ok_or(Failure::NotFound)?;
    change(&desk, visit.lang, |files| files.set_aside(number, aside));
    Ok(Reply::see("/start"))
}

/// Takes a file off the list; what was dropped is removed. Not while a run may be reading it.
pub(crate) fn remove(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let (desk, number) = (visit.desk()?, number(visit)?);
    let name = desk.with(|files, _| files.get(number).map(|given| given.name())).ok_or(Failure::NotFound)?;
    if desk.is_running() {
        desk.tell(false, not_begun(&crate::review::desk::NotBegun::Busy, visit.lang));
        return Ok(Reply::see("/start"));
    }
    let shred = desk.shreds();
    visit.log("file_remove", &name, "")?;
    change(&desk, visit.lang, |files| files.remove(number, shred));
    Ok(Reply::see("/start"))
}

/// Changes the list; what fails is told on the next page.
fn change(desk: &Desk, lang: Lang, act: impl FnOnce(&mut Files) -> std::io::Result<()>) {
    if let Err(error) = desk.change(act) {
        desk.tell(false, text!(lang, "desk.added.not_removed", detail = error));
    }
}
