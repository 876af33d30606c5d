//! How complete the fields of each source are.

use crate::archive::{InputFile, Summary};
use crate::domain::{Field, Kind, Lang};
use crate::publish::PublishError;
use crate::publish::charts::{self, Bars, Caption, Chart, PLAIN, Scale, Width};
use crate::words::{self, percent, text};

/// A source with the completeness of its fields.
pub(super) struct Source {
    pub(super) name: &'static str,
    pub(super) rows: u64,
    pub(super) chart: Chart,
    pub(super) fields: Vec<FieldRow>,
    /// Fields of which no file of the source has a column.
    pub(super) absent: String,
}

/// A field of a source: cells with a value and with a placeholder instead.
pub(super) struct FieldRow {
    pub(super) name: &'static str,
    pub(super) filled: u64,
    pub(super) placeholders: u64,
    pub(super) share: String,
    exact: f64,
}

/// The sources that were given, in the order of kinds.
pub(super) fn sources(summary: &Summary, lang: Lang) -> Result<Vec<Source>, PublishError> {
    let of_kind = |kind: Kind| summary.inputs.iter().filter(move |input| input.kind == kind.name());
    let given = Kind::all().filter(|kind| of_kind(*kind).next().is_some());
    given.map(|kind| source(kind, &of_kind(kind).collect::<Vec<_>>(), lang)).collect()
}

fn source(kind: Kind, inputs: &[&InputFile], lang: Lang) -> Result<Source, PublishError> {
    let rows: u64 = inputs.iter().map(|input| input.used).sum();
    let mut fields = Vec::new();
    let mut absent = Vec::new();
    for &field in kind.fields() {
        match field_row(field, inputs, rows, lang) {
            Some(row) => fields.push(row),
            None => absent.push(words::field(field, lang)),
        }
    }
    let name = kind.title(lang);
    let emptiest = fields.iter().min_by(|a, b| a.exact.total_cmp(&b.exact));
    let caption = Caption {
        id: format!("complete-{}", kind.name()),
        title: format!("{}: {name}", text!(lang, "publish.complete.title")),
        description: emptiest.map_or_else(String::new, |field| {
            format!("{}: {} ({}).", text!(lang, "publish.complete.emptiest"), field.name, field.share)
        }),
    };
    let bars: Vec<Bars> = fields
        .iter()
        .map(|field| Bars { label: field.name.to_string(), values: vec![(field.exact, field.share.clone())] })
        .collect();
    let panel = text!(lang, "publish.complete.value");
    let chart = charts::bars(caption, Width::Half, &[(panel, PLAIN)], &bars, Scale::Full(1.0))?;
    Ok(Source { name, rows, chart, fields, absent: absent.join(", ") })
}

/// The field over all files of the source; `None` where none of them has it.
fn field_row(field: Field, inputs: &[&InputFile], rows: u64, lang: Lang) -> Option<FieldRow> {
    let mut found = inputs.iter().filter_map(|input| input.fields.get(field.name())).peekable();
    found.peek()?;
    let (filled, placeholders) =
        found.fold((0, 0), |sum, cells| (sum.0 + cells.filled, sum.1 + cells.placeholders));
    let exact = if rows == 0 { 0.0 } else { filled as f64 / rows as f64 };
    let share = percent(exact, lang);
    Some(FieldRow { name: words::field(field, lang), filled, placeholders, share, exact })
}
