//! The report as a page to be printed and signed.

use askama::Template;

use super::{Ages, Cell, Column, PeriodReport, Table, columns, groups};
use crate::domain::Lang;
use crate::publish::PublishError;
use crate::publish::report::age_names;
use crate::words::{grouped, text};

#[derive(Template)]
#[template(path = "report/period.html")]
struct Page<'a> {
    lang: Lang,
    style: &'static str,
    report: &'a PeriodReport,
    period: String,
    columns: Vec<Column>,
    tables: Vec<Table>,
    ages: Ages,
}

pub(super) fn render(report: &PeriodReport) -> Result<String, PublishError> {
    let page = Page {
        lang: report.lang,
        style: include_str!("../../../templates/report/style.css"),
        report,
        period: report.period.title(report.lang),
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
