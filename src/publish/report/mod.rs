//! `report.html`: one self-contained page to look at and to print. It holds counts alone, no person.

mod complete;
mod leader;
mod past;
mod quality;

use askama::Template;

pub use past::PastRuns;

use self::complete::Source;
use self::leader::Leader;
use self::past::PastRun;
use self::quality::Quality;
use super::PublishError;
use super::charts::{self, Bars, Caption, Chart, Line, PLAIN, Scale, Width};
use crate::archive::{CommuneCount, Covered, InputFile, NotRunRule, Summary};
use crate::domain::{Code, Kind, Lang, Pillar, Severity};
use crate::findings::catalogue::{self, Office};
use crate::publish::demography::in_run::InRun;
use crate::publish::figures::{CodeCount, Counts};
use crate::publish::not_run;
use crate::publish::standing::Standing;
use crate::publish::workbooks;
use crate::words::{self, decimal, grouped, text};

/// Communes that the chart shows; the table shows all.
const CHARTED_COMMUNES: usize = 15;
/// Names of communes that are written out where a source covers many.
const NAMED_COMMUNES: usize = 40;

/// The page.
pub(crate) fn page(
    summary: &Summary,
    counts: &Counts,
    past: &PastRuns,
    (population, standing, workbooks): (&InRun, &Standing, bool),
    lang: Lang,
) -> Result<String, PublishError> {
    let previous = past.latest();
    let page = Page {
        lang,
        workbooks,
        population,
        style: include_str!("../../../templates/report/style.css"),
        summary,
        counts,
        previous,
        pillars: pillars(counts, previous, lang),
        codes: codes(counts, previous),
        gone: gone(counts, previous),
        commune_chart: commune_chart(counts, lang)?,
        communes: communes(counts),
        ages: Ages::of(counts, lang)?,
        past: &past.runs,
        trend: trend(summary, counts, past, lang)?,
        sources: complete::sources(summary, lang)?,
        quality: Quality::of(summary, lang)?,
        leader: Leader::of(standing, summary, lang),
        whole_columns: summary
            .inputs
            .iter()
            .flat_map(|input| &input.told[lang as usize])
            .map(String::as_str)
            .collect(),
    };
    page.render().map_err(|error| PublishError::Page(error.to_string()))
}

#[derive(Template)]
#[template(path = "report/page.html")]
struct Page<'a> {
    lang: Lang,
    workbooks: bool,
    population: &'a InRun,
    style: &'static str,
    summary: &'a Summary,
    counts: &'a Counts,
    previous: Option<&'a PastRun>,
    pillars: Vec<PillarCard>,
    codes: Vec<CodeRow<'a>>,
    gone: Vec<(&'a str, u64)>,
    commune_chart: Chart,
    communes: Vec<CommuneRow<'a>>,
    ages: Ages,
    past: &'a [PastRun],
    trend: Option<Chart>,
    sources: Vec<Source>,
    quality: Quality,
    leader: Leader,
    whole_columns: Vec<&'a str>,
}

/// A pillar with its findings by severity.
struct PillarCard {
    pillar: Pillar,
    count: u64,
    by_severity: Vec<(String, u64)>,
    before: Option<u64>,
}

/// A code with its count in the previous run.
struct CodeRow<'a> {
    now: &'a CodeCount,
    before: Option<u64>,
}

/// A commune with its workbook.
struct CommuneRow<'a> {
    commune: &'a CommuneCount,
    workbook: String,
}

/// Open findings by age: the chart, and the rows of its table.
struct Ages {
    chart: Chart,
    rows: Vec<(&'static str, [u64; 4], u64)>,
}

impl Page<'_> {
    fn n(&self, n: impl askama::PrimitiveType<Value = u64>) -> String {
        grouped(n.get(), self.lang)
    }

    /// The change against the previous run, with its sign.
    fn change(
        &self,
        now: impl askama::PrimitiveType<Value = u64>,
        before: impl askama::PrimitiveType<Value = u64>,
    ) -> String {
        change(now.get(), before.get(), self.lang)
    }

    fn severity(&self, severity: &Severity) -> &'static str {
        words::severity(*severity, self.lang)
    }

    fn kind(&self, kind: &str) -> &'static str {
        Kind::from_name(kind).map_or("", |kind| kind.title(self.lang))
    }

    fn file_kind(&self, input: &InputFile) -> &'static str {
        self.kind(&input.kind)
    }

    /// Findings of a thousand residents.
    fn rate(&self, commune: &CommuneCount) -> String {
        let rate = commune.count as f64 * 1000.0 / commune.residents as f64;
        match commune.residents {
            0 => String::new(),
            _ if rate < 10.0 => decimal(rate, 1, self.lang),
            _ => grouped(rate.round() as u64, self.lang),
        }
    }

    fn offices(&self) -> Vec<(&'static str, &'static str, u64)> {
        let counts = self.counts.by_unit.iter();
        let titled = |(name, count): &(&'static str, u64)| {
            (*name, Office::from_name(name).map_or("", |office| office.title(self.lang)), *count)
        };
        counts.map(titled).collect()
    }

    /// The title of a code.
    fn rule(&self, rule: &NotRunRule) -> &'static str {
        let code = Code::parse(&rule.code);
        let entry = catalogue::entries().iter().find(|entry| Some(entry.code) == code);
        entry.map_or("", |entry| entry.title(self.lang))
    }

    fn why(&self, rule: &NotRunRule) -> String {
        not_run::why(rule.off, &rule.missing, self.lang)
    }

    /// Names of the communes that a source covers, as many as are read.
    fn covered(&self, covered: &Covered) -> String {
        let all = &covered.communes;
        let named: Vec<&str> = all.iter().take(NAMED_COMMUNES).map(|unit| unit.name.as_str()).collect();
        let mut text = named.join(", ");
        if all.len() > NAMED_COMMUNES {
            let more = grouped((all.len() - NAMED_COMMUNES) as u64, self.lang);
            text.push_str(&text!(self.lang, "publish.report.more_communes", more));
        }
        text
    }
}

/// The pillars in the order in which everybody says them.
fn pillars(counts: &Counts, previous: Option<&PastRun>, lang: Lang) -> Vec<PillarCard> {
    let word = |severity| words::within(words::severity(severity, lang));
    let card = |pillar: Pillar| PillarCard {
        pillar,
        count: counts.by_pillar[pillar as usize],
        by_severity: Severity::ALL.map(word).into_iter().zip(counts.by_severity[pillar as usize]).collect(),
        before: previous.map(|run| run.of_pillar(pillar)),
    };
    Pillar::ALL.map(card).into()
}

fn codes<'a>(counts: &'a Counts, previous: Option<&PastRun>) -> Vec<CodeRow<'a>> {
    let before = |code: &CodeCount| previous.map(|run| run.by_code.get(&code.code).copied().unwrap_or(0));
    counts.by_code.iter().map(|now| CodeRow { now, before: before(now) }).collect()
}

/// What the previous run still found and this one does not.
fn gone<'a>(counts: &Counts, previous: Option<&'a PastRun>) -> Vec<(&'a str, u64)> {
    let before = previous.into_iter().flat_map(|run| &run.by_code);
    before
        .filter(|(code, n)| **n > 0 && !counts.by_code.iter().any(|now| now.code == **code))
        .map(|(code, n)| (code.as_str(), *n))
        .collect()
}

/// Communes with findings, then those without; what belongs to no commune last.
fn communes(counts: &Counts) -> Vec<CommuneRow<'_>> {
    let (unknown, known): (Vec<_>, Vec<_>) =
        counts.by_commune.iter().partition(|c| c.commune_code.is_empty() && c.commune.is_empty());
    let all = known.into_iter().chain(&counts.clean_communes).chain(unknown);
    all.map(|commune| CommuneRow {
        commune,
        workbook: workbooks::commune_file(&commune.commune_code, &commune.commune),
    })
    .collect()
}

fn panels() -> [(&'static str, plotters::style::RGBColor); 4] {
    Pillar::ALL.map(|pillar| (pillar.title(), charts::pillar_colour(pillar)))
}

fn bar_row(label: &str, counts: &[u64], lang: Lang) -> Bars {
    let values = counts.iter().map(|n| (*n as f64, grouped(*n, lang))).collect();
    Bars { label: label.to_string(), values }
}

fn commune_chart(counts: &Counts, lang: Lang) -> Result<Chart, PublishError> {
    let mut largest: Vec<&CommuneCount> = counts.by_commune.iter().collect();
    largest.sort_by_key(|commune| std::cmp::Reverse(commune.count));
    let rows: Vec<Bars> = largest
        .iter()
        .take(CHARTED_COMMUNES)
        .map(|commune| match commune.commune.as_str() {
            "" => bar_row(text!(lang, "terms.place.unknown"), &commune.by_pillar, lang),
            name => bar_row(name, &commune.by_pillar, lang),
        })
        .collect();
    let caption = Caption {
        id: "communes".into(),
        title: text!(lang, "publish.report.by_commune_and_pillar").to_string(),
        description: match largest.first() {
            Some(most) => format!(
                "{}: {} ({}).",
                text!(lang, "publish.report.most"),
                most.commune,
                grouped(most.count, lang)
            ),
            None => text!(lang, "publish.report.no_case").to_string(),
        },
    };
    charts::bars(caption, Width::Page, &panels(), &rows, Scale::Own)
}

/// The classes of age in words.
pub(super) fn age_names(lang: Lang) -> [&'static str; 5] {
    [
        text!(lang, "publish.age.week"),
        text!(lang, "publish.age.month"),
        text!(lang, "publish.age.quarter"),
        text!(lang, "publish.age.year"),
        text!(lang, "publish.age.older"),
    ]
}

impl Ages {
    fn of(counts: &Counts, lang: Lang) -> Result<Self, PublishError> {
        let rows: Vec<_> = age_names(lang)
            .into_iter()
            .zip(counts.by_age)
            .map(|(name, n)| (name, n, n.iter().sum()))
            .collect();
        let bars: Vec<Bars> = rows.iter().map(|(name, n, _)| bar_row(name, n, lang)).collect();
        let old: u64 = rows[3..].iter().map(|row| row.2).sum();
        let caption = Caption {
            id: "ages".into(),
            title: text!(lang, "publish.report.age_by_pillar").to_string(),
            description: format!(
                "{}: {}.",
                text!(lang, "publish.report.open_over_90_days"),
                grouped(old, lang)
            ),
        };
        Ok(Self { chart: charts::bars(caption, Width::Page, &panels(), &bars, Scale::Shared)?, rows })
    }
}

/// The trend over the past runs and this one; nothing where this one is the first.
fn trend(
    summary: &Summary,
    counts: &Counts,
    past: &PastRuns,
    lang: Lang,
) -> Result<Option<Chart>, PublishError> {
    let (Some(first), Ok(now)) = (past.runs.first(), summary.run.started_at.parse::<jiff::Timestamp>())
    else {
        return Ok(None);
    };
    let title = text!(lang, "terms.heading.total");
    let mut series = vec![series(title, PLAIN, past, (now, counts.total), lang, &|run| run.total())];
    for pillar in Pillar::ALL {
        let count = counts.by_pillar[pillar as usize];
        let colour = charts::pillar_colour(pillar);
        series.push(self::series(pillar.title(), colour, past, (now, count), lang, &|run| {
            run.of_pillar(pillar)
        }));
    }
    let caption = Caption {
        id: "trend".into(),
        title: text!(lang, "publish.report.over_runs").to_string(),
        description: format!(
            "{} {} {} {}.",
            text!(lang, "publish.report.from"),
            first.as_of,
            text!(lang, "common.word.to"),
            summary.as_of
        ),
    };
    charts::lines(caption, &series, [&first.as_of, &summary.as_of]).map(Some)
}

fn series<'a>(
    title: &'a str,
    colour: plotters::style::RGBColor,
    past: &PastRuns,
    (now, count): (jiff::Timestamp, u64),
    lang: Lang,
    of: &dyn Fn(&PastRun) -> u64,
) -> Line<'a> {
    let mut points: Vec<(f64, f64)> =
        past.runs.iter().map(|run| (run.started.as_second() as f64, of(run) as f64)).collect();
    points.push((now.as_second() as f64, count as f64));
    let first = past.runs.first().map_or(0, of);
    Line { title, colour, points, ends: [grouped(first, lang), grouped(count, lang)] }
}

fn change(now: u64, before: u64, lang: Lang) -> String {
    match now.cmp(&before) {
        std::cmp::Ordering::Less => format!("▼ {}", grouped(before - now, lang)),
        std::cmp::Ordering::Equal => "=".to_string(),
        std::cmp::Ordering::Greater => format!("▲ {}", grouped(now - before, lang)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_bear_their_sign() {
        assert_eq!(change(5, 1005, Lang::Vi), "▼ 1.000");
        assert_eq!(change(5, 5, Lang::Vi), "=");
        assert_eq!(change(7, 5, Lang::En), "▲ 2");
    }
}
