//! Rows into a table, every one of them accounted for.

use super::households::fill_members;
use super::row_classifier::{RowClassifier, RowKind};
use super::row_words::is_remark_column;
use super::sections::{self, Headings, Meaning};
use crate::domain::{Column, Field, Kind, Reject, RowClass, Table};
use crate::ingest::columns::compose::Composed;
use crate::ingest::columns::header::Header;
use crate::ingest::columns::key::key;
use crate::ingest::columns::resolve::Columns;
use crate::ingest::columns::synonyms::Synonyms;
use crate::ingest::error::IngestError;
use crate::ingest::formats::row::{Cells, Content, Damage, RowSource, is_blank};

/// Of a rejected row so much is kept.
const MAX_RAW: usize = 16 * 1024;

/// Fields of who a person is and where: a row more of the same person has them from the row above.
const OF_PERSON: [Field; 12] = [
    Field::FullName,
    Field::BirthDate,
    Field::Gender,
    Field::PersonalId,
    Field::OldId,
    Field::Ethnicity,
    Field::CommuneCode,
    Field::Commune,
    Field::Hamlet,
    Field::Address,
    Field::HouseholdId,
    Field::InsuranceNo,
];

/// Reads all rows into the table. `row_done` is told of each row.
///
/// # Errors
/// That of the source; [`IngestError::TooLarge`] beyond the number of rows that a table may have, and
/// [`IngestError::TwoTables`] where another list begins below.
pub(in crate::ingest) fn fill(
    table: &mut Table,
    header: &Header,
    source: &mut dyn RowSource,
    synonyms: &Synonyms,
    row_done: &mut dyn FnMut(),
) -> Result<(), IngestError> {
    let own = table.columns.iter().enumerate().filter(|(_, column)| column.field.is_none());
    table.remarks = own.filter(|(_, column)| is_remark_column(&column.header)).map(|(at, _)| at).collect();
    let mut builder = Builder {
        classifier: RowClassifier::new(header.kind, &header.columns, synonyms),
        columns: &header.columns,
        width: header.width(),
        order: None,
        headings: None,
        composed: String::new(),
        composed_ends: Vec::new(),
    };
    while let Some(row) = source.next_row()? {
        table.counts.read += 1;
        row_done();
        let across = row.across();
        let cells = match row.content {
            Content::Cells(cells) => cells,
            Content::Damaged(damage, detail) => {
                reject(table, row.number, damage, detail, row.raw);
                continue;
            }
        };
        if row.number <= header.last_row {
            let above = row.number < header.row;
            if above {
                keep_title(table, cells);
            }
            skip(table, if above { RowClass::Title } else { RowClass::Header });
            continue;
        }
        builder.headings(table);
        match builder.classifier.classify(cells, across) {
            RowKind::Data => {
                let beyond = (builder.width..cells.len()).filter(|&c| !is_blank(cells.get(c))).count();
                if beyond > 0 {
                    let detail = format!("{} > {}", cells.len(), builder.width);
                    reject(table, row.number, Damage::TooManyCells, detail, row.raw);
                } else {
                    builder.push(table, row.number, cells);
                }
            }
            RowKind::Joined => {
                builder.push(table, row.number, cells);
                table.fill_from_above(&OF_PERSON);
            }
            RowKind::Group(heading) => {
                if u32::try_from(table.len()).is_err() {
                    return Err(IngestError::TooLarge { file: table.path.clone() });
                }
                let rows = table.len();
                let headings = builder.headings(table);
                headings.enter(&heading, rows);
                let section = headings.section();
                sections::note(table, section);
                let is_title = heading.meaning == Meaning::Title;
                skip(table, if is_title { RowClass::Title } else { RowClass::Group });
            }
            RowKind::OtherHeader(columns) => {
                let lacks = |kind: Kind| kind.required().iter().any(|field| !columns.has(*field));
                if lacks(table.kind) {
                    let (file, row) = (table.path.clone(), row.number);
                    let column = cells.iter().position(|cell| !is_blank(cell)).map_or(1, |at| at as u32 + 1);
                    return Err(IngestError::TwoTables { file, row, column });
                }
                builder.classifier = RowClassifier::new(table.kind, &columns, synonyms);
                builder.width = columns.reasons.len();
                builder.order = Some(Order::new(columns, table));
                skip(table, RowClass::Header);
            }
            RowKind::Skipped(class) => {
                if matches!(class, RowClass::Sum | RowClass::Note) {
                    let rows = table.len();
                    let text =
                        cells.iter().find(|cell| cell.chars().any(char::is_alphabetic)).unwrap_or_default();
                    let headings = builder.headings(table);
                    headings.sum_up(text, class == RowClass::Sum, rows);
                    let section = headings.section();
                    sections::note(table, section);
                }
                skip(table, class);
            }
        }
    }
    fill_members(table);
    Ok(())
}

/// What rows are put into a table with.
struct Builder<'h> {
    classifier: RowClassifier<'h>,
    columns: &'h Columns,
    width: usize,
    order: Option<Order>,
    /// The headings in force, once the titles are known.
    headings: Option<Headings>,
    composed: String,
    composed_ends: Vec<(usize, usize)>,
}

impl Builder<'_> {
    /// The headings in force; with the first row below the header the titles are.
    fn headings(&mut self, table: &mut Table) -> &mut Headings {
        self.headings.get_or_insert_with(|| {
            let headings = Headings::of_titles(&table.titles);
            sections::note(table, headings.section());
            headings
        })
    }

    /// Puts a row of data into the table.
    fn push(&mut self, table: &mut Table, number: u32, cells: Cells<'_>) {
        if let Some(order) = &self.order {
            order.push_row(table, number, cells);
            return;
        }
        if self.columns.composed.is_empty() {
            table.push_row(number, cells.iter().take(self.width));
            return;
        }
        self.composed.clear();
        self.composed_ends.clear();
        for part in &self.columns.composed {
            let from = self.composed.len();
            part.write(|column| cells.get(column), &mut self.composed);
            self.composed_ends.push((from, self.composed.len()));
        }
        let own = (0..self.width).map(|column| cells.get(column));
        let composed = self.composed_ends.iter().map(|&(a, b)| &self.composed[a..b]);
        table.push_row(number, own.chain(composed));
    }
}

/// Counts a row that is no data.
fn skip(table: &mut Table, class: RowClass) {
    table.counts.skipped += 1;
    table.skipped.add(class);
}

/// Where the cells of a row go, below a header that is not the first.
struct Order {
    /// For each column of the table.
    sources: Vec<Source>,
}

enum Source {
    Blank,
    Column(usize),
    Composed(Composed),
}

impl Order {
    /// Columns go by their field, those that are none by their header; what the table has no column for gets
    /// one.
    fn new(columns: Columns, table: &mut Table) -> Self {
        let own = columns.reasons.len();
        let mut sources: Vec<Source> = table.columns.iter().map(|_| Source::Blank).collect();
        for (at, column) in columns.columns.iter().enumerate() {
            let same = |known: &Column| match column.field {
                Some(field) => known.field == Some(field),
                None => known.field.is_none() && key(&known.header) == key(&column.header),
            };
            let free = |slot: usize| matches!(sources[slot], Source::Blank);
            let slot = (0..table.columns.len()).find(|slot| free(*slot) && same(&table.columns[*slot]));
            let slot = slot.unwrap_or_else(|| {
                sources.push(Source::Blank);
                table.add_column(column.clone())
            });
            sources[slot] = match at.checked_sub(own) {
                None => Source::Column(at),
                Some(composed) => Source::Composed(columns.composed[composed].clone()),
            };
        }
        Self { sources }
    }

    fn push_row(&self, table: &mut Table, number: u32, cells: Cells<'_>) {
        let row: Vec<String> = self
            .sources
            .iter()
            .map(|source| match source {
                Source::Blank => String::new(),
                Source::Column(column) => cells.get(*column).to_owned(),
                Source::Composed(composed) => {
                    let mut cell = String::new();
                    composed.write(|column| cells.get(column), &mut cell);
                    cell
                }
            })
            .collect();
        table.push_row(number, row.iter().map(String::as_str));
    }
}

/// Keeps the text of a row above the header: it may say of what day the list is.
fn keep_title(table: &mut Table, cells: Cells<'_>) {
    const MOST_TITLES: usize = 60;
    const LONGEST_TITLE: usize = 500;
    let title = cells.iter().filter(|cell| !is_blank(cell)).collect::<Vec<_>>().join(" ");
    if !title.is_empty() && title.len() <= LONGEST_TITLE && table.titles.len() < MOST_TITLES {
        table.titles.push(title);
    }
}

fn reject(table: &mut Table, source_row: u32, damage: Damage, detail: String, raw: &[u8]) {
    table.counts.rejected += 1;
    let raw = String::from_utf8_lossy(&raw[..raw.len().min(MAX_RAW)]).into_owned();
    table.rejects.push(Reject { source_row, reason: damage.code(), detail, raw });
}
