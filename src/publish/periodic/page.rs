//! The report as a page to be printed and signed.

use askama::Template;

use super::indicators::{Indicator, headings};
use super::official::Official;
use super::{Ages, Cell, Column, PeriodReport, Table, columns, groups};
use crate::domain::Lang;
use crate::publish::PublishError;
use crate::publish::charts::{self, Bars, Caption, Chart, Line, Scale, Width};
use crate::publish::report::age_names;
use crate::words::{grouped, text};

/// Bars of the chart: more would not fit on the page beside the table.
const BARS: usize = 8;

#[derive(Template)]
#[template(path = "report/period.html")]
struct Page<'a> {
    lang: Lang,
    style: &'static str,
    report: &'a PeriodReport,
    official: Official,
    subtitle: String,
    sentences: Vec<String>,
    headings: [&'static str; 8],
    indicators: Vec<Indicator>,
    charts: Vec<Chart>,
    columns: Vec<Column>,
    tables: Vec<Table>,
    ages: Ages,
}

pub(super) fn render(report: &PeriodReport) -> Result<String, PublishError> {
    let page = Page {
        lang: report.lang,
        style: include_str!("../../../templates/report/style.css"),
        report,
        official: Official::of(report),
        subtitle: report.subtitle(),
        sentences: report.sentences(),
        headings: headings(report.lang),
        charts: charts(report)?,
        indicators: report.indicators(),
        columns: columns(report.lang),
        tables: report.tables(),
        ages: report.ages(),
    };
    page.render().map_err(|error| PublishError::Page(error.to_string()))
}

impl Page<'_> {
    fn groups(&self) -> Vec<(&'static str, usize)> {
        groups(&self.columns)
    }

    fn figure(&self, column: &Column, cell: &Cell) -> String {
        (column.figure)(cell).text(self.lang)
    }

    fn n(&self, n: impl askama::PrimitiveType<Value = u64>) -> String {
        grouped(n.get(), self.lang)
    }

    fn sum(&self, counts: &[u64; 5]) -> String {
        grouped(counts.iter().sum(), self.lang)
    }

    fn age_names(&self) -> [&'static str; 5] {
        age_names(self.lang)
    }
}

/// What is left by line, and how it went from run to run; the second only where there is more than one.
fn charts(report: &PeriodReport) -> Result<Vec<Chart>, PublishError> {
    let lang = report.lang;
    let mut lines = report.indicators();
    lines.retain(|line| line.outstanding() > 0);
    lines.sort_by_key(|line| std::cmp::Reverse(line.outstanding()));
    lines.truncate(BARS);
    let mut charts = Vec::new();
    if let Some(first) = lines.first() {
        let title = text!(lang, "publish.periodic.outstanding_by_line");
        let (line, count) = (&first.title, grouped(first.outstanding(), lang));
        let caption = Caption {
            id: "lines".into(),
            title: title.to_owned(),
            description: text!(lang, "publish.periodic.chart_says", line, count),
        };
        let bars = lines.iter().map(|line| Bars {
            label: line.title.clone(),
            values: vec![(line.outstanding() as f64, grouped(line.outstanding(), lang))],
        });
        let bars: Vec<Bars> = bars.collect();
        charts.push(charts::bars(caption, Width::Page, &[("", charts::PLAIN)], &bars, Scale::Own)?);
    }
    if let [(first_day, first), .., (last_day, last)] = report.grounds.trend[..] {
        let title = text!(lang, "publish.periodic.outstanding_over_runs");
        let ends = [first, last].map(|count| grouped(count, lang));
        let caption = Caption {
            id: "runs".into(),
            title: title.to_owned(),
            description: text!(lang, "publish.periodic.trend_says", first = ends[0], last = ends[1]),
        };
        let points = report.grounds.trend.iter().map(|(day, count)| (f64::from(day.0), *count as f64));
        let line = Line { title, colour: charts::PLAIN, points: points.collect(), ends };
        let span = [first_day.to_string(), last_day.to_string()];
        charts.push(charts::lines(caption, &[line], [&span[0], &span[1]])?);
    }
    Ok(charts)
}
