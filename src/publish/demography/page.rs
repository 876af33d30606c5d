//! The figures as one self-contained page, to look at and to print; and its charts.

use std::collections::BTreeMap;

use askama::Template;

use super::Demography;
use super::table::{Label, Places, Row, Table, Topic, Value, Where, said};
use crate::domain::Lang;
use crate::publish::PublishError;
use crate::publish::charts::{self, Bars, Caption, Chart, PLAIN, Scale, Step, Width};
use crate::words::{grouped, text};

#[derive(Template)]
#[template(path = "report/population.html")]
struct Page<'a> {
    lang: Lang,
    style: &'static str,
    of: &'a Demography,
    as_is: String,
    corrected: String,
    charts: &'a [Chart],
    communes: Vec<CommuneRow>,
    columns: Vec<&'static str>,
    sections: Vec<Section>,
    assumed: Vec<String>,
}

/// A commune, or all of them, with the groups that are looked at first: as it is and corrected.
pub(crate) struct CommuneRow {
    pub(crate) at: Where,
    pub(crate) name: String,
    pub(crate) cells: Vec<(String, String)>,
}

/// A table of the page.
struct Section {
    name: &'static str,
    title: &'static str,
    definition: &'static str,
    headings: Vec<(&'static str, bool)>,
    rows: Vec<Vec<(String, bool)>>,
}

/// The groups of the table of communes.
const SHOWN: [&str; 8] =
    ["everybody", "under_6", "age_6_14", "age_15_17", "women_15_49", "from_60", "from_75", "from_80"];

/// The headings of the table of communes.
pub(crate) fn headings(lang: Lang) -> Vec<&'static str> {
    SHOWN.map(|group| said(lang, "word", group)).into()
}

/// Tables that are too long for a page: the lists have them.
const LONG: [Topic; 2] = [Topic::AgeSex, Topic::Forecast];

/// The page of tables and charts.
pub(super) fn render(
    of: &Demography,
    tables: &[Table],
    charts: &[Chart],
    lang: Lang,
) -> Result<String, PublishError> {
    let [as_is, corrected] = of.persons().map(|persons| grouped(persons, lang));
    let shown = tables.iter().filter(|table| !LONG.contains(&table.topic));
    let sections: Vec<Section> = shown.map(|table| section(table, lang)).collect();
    // What leaves the office has no table of groups.
    let groups = tables.iter().find(|table| table.topic == Topic::Groups);
    let page = Page {
        lang,
        style: include_str!("../../../templates/report/style.css"),
        of,
        as_is,
        corrected,
        charts,
        communes: groups
            .map(|groups| communes(groups, &of.places, |at| at.place.is_none(), lang))
            .unwrap_or_default(),
        columns: headings(lang),
        sections,
        assumed: of.assumptions.iter().flat_map(|assumed| assumed.lines(lang)).collect(),
    };
    page.render().map_err(|error| PublishError::Page(error.to_string()))
}

/// Rows of the table of groups by place, of the places that are wanted.
pub(crate) fn communes(
    groups: &Table,
    places: &Places,
    wanted: impl Fn(Where) -> bool,
    lang: Lang,
) -> Vec<CommuneRow> {
    let mut counts: BTreeMap<Where, Vec<[u64; 2]>> = BTreeMap::new();
    for Row { at, labels, values } in groups.rows.iter().filter(|row| wanted(row.at)) {
        let Some(Label::Word(group)) = labels.first() else { continue };
        let Some(column) = SHOWN.iter().position(|shown| shown == group) else { continue };
        let sums = counts.entry(*at).or_insert_with(|| vec![[0; 2]; SHOWN.len()]);
        for (sum, value) in sums[column].iter_mut().zip(values) {
            if let Value::Count(count) = value {
                *sum += count;
            }
        }
    }
    let name = |at: Where| {
        let [_, commune, hamlet] = places.names(at);
        match (at.commune, at.place) {
            (None, _) => text!(lang, "population.page.all").to_owned(),
            (Some(_), None) if commune.is_empty() => text!(lang, "terms.place.unknown").to_owned(),
            (Some(_), None) => commune.to_owned(),
            (Some(_), Some(_)) if hamlet.is_empty() => text!(lang, "population.page.no_hamlet").to_owned(),
            (Some(_), Some(_)) => hamlet.to_owned(),
        }
    };
    let shown = |count: u64| grouped(count, lang);
    counts
        .into_iter()
        .map(|(at, cells)| CommuneRow {
            at,
            name: name(at),
            cells: cells.into_iter().map(|[as_is, corrected]| (shown(as_is), shown(corrected))).collect(),
        })
        .collect()
}

/// A table as the page shows it: of the whole area, months summed to years.
fn section(table: &Table, lang: Lang) -> Section {
    let month = table.labels.iter().position(|label| *label == "month");
    let mut rows: Vec<(Vec<Label>, Vec<Value>)> = Vec::new();
    for row in table.rows.iter().filter(|row| row.at == Where::ALL) {
        let mut labels = row.labels.clone();
        month.iter().for_each(|month| drop(labels.remove(*month)));
        match month.and_then(|_| rows.iter_mut().find(|(known, _)| *known == labels)) {
            Some((_, sums)) => {
                for (sum, value) in sums.iter_mut().zip(&row.values) {
                    if let (Value::Count(sum), Value::Count(value)) = (sum, value) {
                        *sum += value;
                    }
                }
            }
            None => rows.push((labels, row.values.clone())),
        }
    }
    let headings = table.labels.iter().filter(|label| **label != "month").map(|label| (*label, false));
    let headings = headings.chain(table.values.iter().map(|value| (*value, true)));
    let field = table.topic == Topic::ProfileFields;
    let label = |label: &Label| match label {
        Label::Word(name) if field => crate::domain::Field::from_name(name)
            .map_or_else(|| (*name).to_owned(), |field| crate::words::field(field, lang).to_owned()),
        label => label.shown(lang),
    };
    Section {
        name: table.topic.name(),
        title: table.topic.title(lang),
        definition: table.topic.definition(lang),
        headings: headings.map(|(name, number)| (said(lang, "head", name), number)).collect(),
        rows: rows
            .iter()
            .map(|(labels, values)| {
                let labels = labels.iter().map(|of| (label(of), false));
                labels.chain(values.iter().map(|value| (value.shown(lang), true))).collect()
            })
            .collect(),
    }
}

/// The charts of the figures, each under the name of its file.
pub(crate) fn charts(of: &Demography, lang: Lang) -> Result<Vec<Chart>, PublishError> {
    let mut charts = Vec::new();
    if let Some(table) = of.table(Topic::AgeGroups) {
        charts.push(pyramid(table, Where::ALL, of.as_of(), lang)?);
    }
    charts.extend(of.table(Topic::Births).map(|table| by_year(table, lang)).transpose()?);
    charts.extend(of.table(Topic::Deaths).map(|table| by_year(table, lang)).transpose()?);
    charts.extend(of.table(Topic::ForecastNeeds).map(|table| needs(table, lang)).transpose()?);
    Ok(charts)
}

/// The pyramid of a place, of the corrected registry.
pub(crate) fn pyramid(table: &Table, at: Where, as_of: &str, lang: Lang) -> Result<Chart, PublishError> {
    let mut groups: BTreeMap<i64, [u64; 2]> = BTreeMap::new();
    for row in table.rows.iter().filter(|row| row.at == at) {
        let sex = match row.labels.first() {
            Some(Label::Word("male")) => 0,
            Some(Label::Word("female")) => 1,
            _ => continue,
        };
        if let (Some(Label::Number(group)), Some(Value::Count(count))) =
            (row.labels.get(1), row.values.get(1))
        {
            groups.entry(*group).or_default()[sex] += count;
        }
    }
    let total: u64 = groups.values().flatten().sum();
    let last = groups.keys().next_back().copied().unwrap_or(0);
    let label = |first: i64| ages(first, first == last);
    let rows: Vec<Step> = groups
        .iter()
        .map(|(first, counts)| Step {
            label: label(*first),
            values: counts.map(|count| (count as f64, grouped(count, lang))),
        })
        .collect();
    let caption = Caption {
        id: "pyramid".into(),
        title: text!(lang, "population.chart.pyramid").to_owned(),
        description: text!(lang, "population.chart.pyramid_says", total = grouped(total, lang), as_of),
    };
    let sides = ["male", "female"].map(|sex| said(lang, "word", sex));
    charts::pyramid(caption, sides, &rows)
}

/// How a group of five years of age is written; the last one is open.
pub(super) fn ages(first: i64, is_last: bool) -> String {
    if is_last { format!("{first}+") } else { format!("{first}–{}", first + 4) }
}

/// Births or deaths by year of the act.
fn by_year(table: &Table, lang: Lang) -> Result<Chart, PublishError> {
    let mut years: BTreeMap<i64, u64> = BTreeMap::new();
    for row in table.rows.iter().filter(|row| row.at == Where::ALL) {
        let act = row.labels.first() == Some(&Label::Word("act"));
        if let (true, Some(Label::Number(year)), Some(Value::Count(count))) =
            (act, row.labels.get(1), row.values.first())
        {
            *years.entry(*year).or_default() += count;
        }
    }
    // The last years are what is looked at; records of long ago are few and far between.
    const YEARS: i64 = 15;
    let last = years.keys().next_back().copied().unwrap_or(0);
    let bars: Vec<Bars> = years
        .iter()
        .filter(|(year, _)| **year > last - YEARS)
        .map(|(year, count)| Bars {
            label: year.to_string(),
            values: vec![(*count as f64, grouped(*count, lang))],
        })
        .collect();
    let total: u64 = years.values().sum();
    let title = table.topic.title(lang);
    let caption = Caption {
        id: table.topic.name().into(),
        title: title.to_owned(),
        description: text!(lang, "population.chart.by_year_says", total = grouped(total, lang)),
    };
    charts::bars(caption, Width::Page, &[(said(lang, "head", "count"), PLAIN)], &bars, Scale::Own)
}

/// What the medium variant needs, year by year.
fn needs(table: &Table, lang: Lang) -> Result<Chart, PublishError> {
    const NEEDS: [&str; 4] =
        ["primary_school", "lower_secondary_school", "upper_secondary_school", "from_75"];
    let mut years: BTreeMap<i64, Vec<(f64, String)>> = BTreeMap::new();
    for row in table.rows.iter().filter(|row| row.at == Where::ALL) {
        let [Label::Word("medium"), Label::Number(year), Label::Word(need)] = &row.labels[..] else {
            continue;
        };
        let Some(column) = NEEDS.iter().position(|of| of == need) else { continue };
        let slots = years.entry(*year).or_insert_with(|| vec![(0.0, String::new()); NEEDS.len()]);
        if let Some(Value::Real(persons, _)) = row.values.first() {
            slots[column] = (*persons, grouped(persons.max(0.0).round() as u64, lang));
        }
    }
    let bars: Vec<Bars> =
        years.into_iter().map(|(year, values)| Bars { label: year.to_string(), values }).collect();
    let panels = NEEDS.map(|need| (said(lang, "word", need), PLAIN));
    let caption = Caption {
        id: "forecast".into(),
        title: table.topic.title(lang).to_owned(),
        description: text!(lang, "population.chart.needs_says").to_owned(),
    };
    charts::bars(caption, Width::Page, &panels, &bars, Scale::Own)
}
