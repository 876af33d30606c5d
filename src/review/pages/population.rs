//! The population of the run in figures, for whoever reads figures, within the account's communes; and who soon reaches an
//! age, for those who work on cases.

use std::sync::Arc;

use askama::Template;
use serde::Deserialize;

use super::one::shown;
use crate::domain::{Field, Lang};
use crate::publish::Demography;
use crate::publish::demography::{CommuneRow, TURNING_AGES, Topic, Where, communes, headings, pyramid};
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit};
use crate::store::accounts::{Scope, commune_key};
use crate::words::grouped;

/// Persons on one list.
const MOST: usize = 500;

#[derive(Template)]
#[template(path = "review/population.html")]
struct Population {
    shell: Shell,
    run: String,
    as_of: String,
    /// The chosen commune; empty where all of the account's are shown.
    chosen: String,
    /// Whether there are others that could be shown.
    several: bool,
    chart: String,
    columns: Vec<&'static str>,
    rows: Vec<Row>,
}

/// A commune, or a hamlet of the chosen one.
struct Row {
    /// The key of a commune that can be opened; empty where there is nothing behind the row.
    key: String,
    name: String,
    cells: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "review/turning.html")]
struct TurningPage {
    shell: Shell,
    as_of: String,
    count: String,
    more: bool,
    ages: Vec<(String, bool)>,
    communes: Vec<(String, String, bool)>,
    lines: Vec<Line>,
}

/// Somebody who reaches an age.
struct Line {
    age: u32,
    on: String,
    name: String,
    birth_date: String,
    personal_id: String,
    place: String,
    address: String,
}

/// What an address asks for.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    commune: String,
    age: String,
}

/// The figures of the run, counted when the first visitor asks for them.
fn figures(visit: &Visit<'_>) -> Result<Arc<Demography>, Failure> {
    visit.app.current().population(&visit.app.run_folder()).map_err(Failure::Internal)
}

/// The communes of the figures that lie within a scope: position, key and name.
fn within(figures: &Demography, scope: &Scope) -> Vec<(u32, String, String)> {
    let all = (0..).zip(&figures.places.communes);
    let keyed = all.map(|(at, (code, name))| (at, commune_key(code, name), name.clone()));
    keyed.filter(|(_, key, _)| scope.has_commune(key)).collect()
}

/// The page of figures: of all communes of the account, or of one and its hamlets.
pub(crate) fn show(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let asked: Asked = visit.query();
    let scope = visit.who()?.scope.clone();
    let lang = visit.lang;
    let figures = figures(visit)?;
    let own = within(&figures, &scope);
    let chosen = match (&own[..], asked.commune.as_str()) {
        ([only], _) => Some(only),
        (_, "") => None,
        (_, key) => Some(own.iter().find(|(_, own, _)| own == key).ok_or(Failure::NotFound)?),
    };
    let everything = scope.communes.is_none();
    let is_shown = |at: Where| match (chosen, at.commune) {
        (Some((chosen, ..)), commune) => commune == Some(*chosen),
        (None, None) => everything,
        (None, Some(commune)) => at.place.is_none() && own.iter().any(|(own, ..)| *own == commune),
    };
    let rows = figures.table(Topic::Groups).map(|groups| communes(groups, &figures.places, is_shown, lang));
    let key = |row: &CommuneRow| match (chosen, row.at.commune) {
        (None, Some(at)) => own.iter().find(|(own, ..)| *own == at).map(|(_, key, _)| key.clone()),
        _ => None,
    };
    let rows = rows.unwrap_or_default().into_iter().map(|row| Row {
        key: key(&row).unwrap_or_default(),
        name: shown::short(&row.name),
        cells: row.cells,
    });
    // The pyramid of what is chosen; of several communes that are not all there is none.
    let at = chosen.map(|(at, ..)| Where::commune(*at)).or(everything.then_some(Where::ALL));
    let drawn = figures.table(Topic::AgeGroups).zip(at);
    let drawn = drawn.map(|(ages, at)| pyramid(ages, at, figures.as_of(), lang)).transpose();
    let drawn = drawn.map_err(|error| Failure::Internal(error.to_string()))?;
    let chart = drawn.map(|chart| chart.render()).transpose();
    Reply::page(&Population {
        shell: visit.shell(),
        run: figures.run_id().to_owned(),
        as_of: figures.as_of().to_owned(),
        several: own.len() > 1,
        chosen: chosen.map(|(_, _, name)| shown::short(name)).unwrap_or_default(),
        chart: chart.map_err(|error| Failure::Internal(error.to_string()))?.unwrap_or_default(),
        columns: headings(lang),
        rows: rows.collect(),
    })
}

/// The list of who reaches an age soon, within the account's communes. Whoever looks is written down.
pub(crate) fn turning(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let asked: Asked = visit.query();
    let scope = visit.who()?.scope.clone();
    let lang = visit.lang;
    let figures = figures(visit)?;
    let own = within(&figures, &scope);
    let age: Option<u32> = asked.age.parse().ok().filter(|age| TURNING_AGES.contains(age));
    let is_listed = |commune: u32| {
        own.iter().any(|(at, key, _)| *at == commune && (asked.commune.is_empty() || *key == asked.commune))
    };
    let listed = figures
        .turning
        .iter()
        .filter(|person| is_listed(person.commune) && age.is_none_or(|age| age == person.age));
    let lines: Vec<Line> = listed.clone().take(MOST).map(|person| line(person, &figures)).collect();
    let count = listed.count();
    visit.log("turning", &format!("{} persons", lines.len()), &format!("{} {}", asked.age, asked.commune))?;
    let ages = TURNING_AGES.iter().map(|of| (of.to_string(), age == Some(*of)));
    let communes = own.into_iter().map(|(_, key, name)| {
        let chosen = key == asked.commune;
        (key, shown::short(&name), chosen)
    });
    Reply::page(&TurningPage {
        shell: visit.shell(),
        as_of: figures.as_of().to_owned(),
        count: shown_count(count, lang),
        more: count > MOST,
        ages: ages.collect(),
        communes: communes.collect(),
        lines,
    })
}

fn shown_count(count: usize, lang: Lang) -> String {
    grouped(count as u64, lang)
}

fn line(person: &crate::publish::demography::Turning, figures: &Demography) -> Line {
    let at = Where { commune: Some(person.commune), place: Some(person.place) };
    let [_, commune, hamlet] = figures.places.names(at);
    let place: Vec<&str> = [hamlet, commune].into_iter().filter(|name| !name.is_empty()).collect();
    Line {
        age: person.age,
        on: person.on.to_string(),
        name: shown::short(&person.name),
        birth_date: shown::short(&person.birth_date),
        personal_id: shown::value(&person.personal_id, Field::PersonalId.name(), false),
        place: shown::short(&place.join(", ")),
        address: shown::short(&person.address),
    }
}
