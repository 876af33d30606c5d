//! `figures.parquet`: every figure of the population on a line of its own, for tools that filter and pivot.

use std::io::{self, Write};

use super::column::{Column, Rows, Type};
use super::write::{GROUP, write as write_file};

/// Labels that a figure has at most.
pub(in crate::publish) const LABELS: usize = 4;

/// A figure.
#[derive(Clone, Debug, Default)]
pub(in crate::publish) struct FigureLine<'a> {
    pub(in crate::publish) table: &'static str,
    pub(in crate::publish) level: &'static str,
    /// Code and name of the commune, and the hamlet.
    pub(in crate::publish) place: [&'a str; 3],
    /// What it is of: the name of the label and what it says.
    pub(in crate::publish) labels: [(&'static str, String); LABELS],
    /// The name of the figure.
    pub(in crate::publish) figure: &'static str,
    pub(in crate::publish) count: Option<i64>,
    pub(in crate::publish) value: Option<f32>,
}

/// Writes so many figures, in order.
pub(in crate::publish) fn write<'a>(
    len: usize,
    line: impl Fn(usize) -> FigureLine<'a> + Sync,
    out: impl Write,
) -> io::Result<()> {
    let names = ["table", "level", "commune_code", "commune", "hamlet"];
    let mut columns: Vec<Column> = names.map(|name| Column::new(name, Type::Word)).into();
    for n in 1..=LABELS {
        columns.push(Column::new(format!("label_{n}"), Type::Word));
        columns.push(Column::new(format!("label_{n}_value"), Type::Word));
    }
    columns.push(Column::new("figure", Type::Word));
    columns.push(Column::new("count", Type::Amount));
    columns.push(Column::new("value", Type::Real));
    write_file(out, &columns, len.div_ceil(GROUP), |group| {
        let lines = group * GROUP..len.min((group + 1) * GROUP);
        let mut rows = Rows::new(&columns, lines.len());
        for figure in lines.map(&line) {
            rows.text(figure.table).text(figure.level);
            for name in figure.place {
                rows.text(name);
            }
            for (name, value) in &figure.labels {
                rows.text(name).text(value);
            }
            rows.text(figure.figure).amount(figure.count).real(figure.value).end();
        }
        rows.finish()
    })
}
