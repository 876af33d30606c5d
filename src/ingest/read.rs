//! Reading files into tables.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use memchr::memchr;
use rayon::prelude::*;

use super::columns::compose::Composed;
use super::columns::header::{Header, NoHeader, SEARCHED_ROWS, find};
use super::columns::key::key;
use super::columns::resolve::Doubt;
use super::columns::synonyms::{ColumnMap, Reason, Synonyms};
use super::error::IngestError;
use super::formats::parquet::read_parquet;
use super::formats::row::{KeptRow, RowSource, first_rows, is_blank};
use super::formats::text::{TextRows, Window, read_failed};
use super::formats::workbook::read_workbook;
use super::open::decode::Decoding;
use super::open::dialect::{delimiter, named_delimiter};
use super::open::encoding::Encoding;
use super::open::legacy::{DecodedRows, Legacy};
use super::open::source::{CarriageReturns, Digesting, Format, recognise};
use super::open::unpacked::{Packed, Unpacked};
use super::sets::{Answer, Answers, FileUse, Learned, RowKeys, Unused, product, said_of, two_dates_of_one};
use super::table::table_builder::fill;
use crate::domain::{Kind, Table};

/// Rows between two reports of progress.
const PROGRESS_ROWS: u64 = 16 * 1024;
/// Of the first bytes of a text so many are looked at to tell delimiter and header.
const SAMPLE: usize = 256 * 1024;

/// A file to be read, and what the user says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InputSpec {
    /// The path.
    pub path: PathBuf,
    /// Its kind; told by the header where `None`.
    pub kind: Option<Kind>,
    /// The sheet to be read; where `None`, all that have a header.
    pub sheet: Option<String>,
    /// Its encoding; detected where `None`.
    pub encoding: Option<Encoding>,
    /// Whether it was found in a folder; else somebody named it. What is found and is no list is left aside.
    pub found: bool,
}

impl InputSpec {
    /// A file of which only the path is known, or path and sheet: `file.xlsx#Sheet2`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let text = path.to_string_lossy();
        let split = text.rsplit_once('#').filter(|(file, sheet)| {
            let is_workbook = [".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".xml"]
                .iter()
                .any(|e| file.to_lowercase().ends_with(e));
            is_workbook && !sheet.is_empty()
        });
        match split {
            Some((file, sheet)) => {
                Self { path: file.into(), sheet: Some(sheet.to_owned()), ..Self::default() }
            }
            None => Self { path, ..Self::default() },
        }
    }
}

/// How files are read.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// Header texts, the user's own and `--map` included.
    pub synonyms: Synonyms,
    /// A row with a cell longer than this is rejected, bytes.
    pub max_cell_bytes: usize,
    /// What was answered before about layouts of files.
    pub answers: Answers,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { synonyms: Synonyms::default(), max_cell_bytes: 64 * 1024, answers: Answers::default() }
    }
}

/// How far reading has come, over all files.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct ReadProgress {
    /// Bytes read from the files.
    pub bytes: u64,
    /// Bytes that the files have.
    pub bytes_total: u64,
    /// Rows read.
    pub rows: u64,
}

/// A table with what else is known of how it was read.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) table: Table,
    pub(super) header: Header,
    /// How its layout is called, and what was remembered of it.
    pub(super) layout: Layout,
    /// The format, or the encoding of text.
    pub(super) format: &'static str,
    /// Rows that are hidden, where it is known.
    pub(super) hidden: u64,
}

/// How the layout of a table is called, and what was remembered of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    name: String,
    /// The kind, where only the user's word tells it.
    kind: Option<Kind>,
    /// Remembered answers by which the table was read.
    answers: Vec<String>,
}

/// What files share while they are read.
pub(super) struct Context<'a> {
    pub(super) options: &'a ReadOptions,
    /// Whether tables are read that lack a required column: to be shown, not to be used.
    pub(super) lenient: bool,
    bytes: AtomicU64,
    bytes_total: u64,
    rows: AtomicU64,
    progress: &'a (dyn Fn(ReadProgress) + Sync),
}

impl<'a> Context<'a> {
    pub(super) fn new(
        inputs: &[InputSpec],
        options: &'a ReadOptions,
        progress: &'a (dyn Fn(ReadProgress) + Sync),
    ) -> Self {
        let size = |input: &InputSpec| std::fs::metadata(&input.path).map_or(0, |m| m.len());
        let bytes_total = inputs.iter().map(size).sum();
        Self {
            options,
            lenient: false,
            bytes: AtomicU64::new(0),
            bytes_total,
            rows: AtomicU64::new(0),
            progress,
        }
    }

    fn report(&self, rows: u64) {
        let rows = self.rows.fetch_add(rows, Ordering::Relaxed) + rows;
        let bytes = self.bytes.load(Ordering::Relaxed);
        (self.progress)(ReadProgress { bytes, bytes_total: self.bytes_total, rows });
    }
}

/// What was read of a set of files.
#[derive(Debug, Default)]
pub struct ReadSet {
    /// The tables, in the order of [`Kind::all`], those of one kind in the order given.
    pub tables: Vec<Table>,
    /// Files of the folder that are none of the lists.
    pub aside: Vec<FileUse>,
    /// Files that were read by remembered answers, each with these.
    pub answered: Vec<(PathBuf, Vec<String>)>,
    /// What the user's word has taught about layouts.
    pub learned: Vec<Learned>,
}

/// Reads all inputs, several at a time.
///
/// # Errors
/// The first input (in the order given) that cannot be read, or lacks a column that its kind requires;
/// [`IngestError::UnusedMap`] where a column named with `--map` is nowhere; [`IngestError::TwoRegistries`]. A file that
/// was found in a folder and is none of the lists is no error: it is left aside.
pub fn read_set(
    inputs: &[InputSpec],
    options: &ReadOptions,
    progress: &(dyn Fn(ReadProgress) + Sync),
) -> Result<ReadSet, IngestError> {
    let context = Context::new(inputs, options, progress);
    let read: Vec<_> = inputs.par_iter().map(|input| read_file(input, &context)).collect();
    let (mut readings, mut aside): (Vec<Reading>, Vec<FileUse>) = (Vec::new(), Vec::new());
    for (input, read) in inputs.iter().zip(read) {
        match read {
            Ok(tables) => readings.extend(tables),
            Err(error) if input.found && error.leaves_aside() => {
                aside.push(FileUse::unused(&input.path, Unused::SetAside(Box::new(error))));
            }
            Err(error) => return Err(error),
        }
    }
    readings.iter().try_for_each(no_column_in_doubt)?;
    all_maps_used(&readings, &options.synonyms)?;
    let learned = readings.iter().filter_map(|reading| learned_of(reading, &options.synonyms)).collect();
    let is_answered = |reading: &&Reading| !reading.layout.answers.is_empty();
    let answered = readings
        .iter()
        .filter(is_answered)
        .map(|reading| (reading.table.path.clone(), reading.layout.answers.clone()))
        .collect();
    let mut tables: Vec<Table> = readings.into_iter().map(|reading| reading.table).collect();
    tables.sort_by_key(|table| table.kind);
    two_dates_of_one(&tables)?;
    name_apart(&mut tables);
    Ok(ReadSet { tables, aside, answered, learned })
}

/// What the user said of the columns and the kind of a table.
fn learned_of(reading: &Reading, synonyms: &Synonyms) -> Option<Learned> {
    let Layout { name, kind, .. } = &reading.layout;
    let columns = said_of(&reading.header, synonyms);
    let is_something = !name.is_empty() && (kind.is_some() || !columns.is_empty());
    is_something.then(|| Learned {
        layout: name.clone(),
        answer: Answer {
            file: reading.table.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            kind: kind.map(|kind| kind.name().to_owned()),
            columns,
        },
    })
}

/// The tables of [`read_set`].
///
/// # Errors
/// As [`read_set`].
pub fn read_all(
    inputs: &[InputSpec],
    options: &ReadOptions,
    progress: &(dyn Fn(ReadProgress) + Sync),
) -> Result<Vec<Table>, IngestError> {
    Ok(read_set(inputs, options, progress)?.tables)
}

/// Columns in doubt are asked about: taken for another's, or left out, they do harm.
fn no_column_in_doubt(reading: &Reading) -> Result<(), IngestError> {
    let columns = &reading.header.columns;
    if columns.doubts.is_empty() {
        return Ok(());
    }
    let shown = |doubt: &Doubt| (columns.columns[doubt.column].header.clone(), doubt.field);
    Err(IngestError::ColumnUnclear {
        file: reading.table.path.clone(),
        kind: reading.table.kind,
        row: reading.header.row,
        columns: columns.doubts.iter().map(shown).collect(),
    })
}

/// A column named with `--map` that no file of the kind has is a slip of the pen; without a word about it
/// another column might be taken.
fn all_maps_used(readings: &[Reading], synonyms: &Synonyms) -> Result<(), IngestError> {
    let used = |map: &&ColumnMap| {
        let mut of_kind = readings.iter().filter(|r| r.table.kind == map.kind).peekable();
        of_kind.peek().is_none()
            || of_kind.any(|reading| {
                let columns = &reading.header.columns;
                let pairs = columns.columns.iter().zip(&columns.reasons);
                let mut mapped = pairs.filter(|(_, reason)| **reason == Some(Reason::Mapped));
                match map.field {
                    Some(field) => mapped.any(|(column, _)| column.field == Some(field)),
                    None => columns.left_out.contains(&key(&map.header)),
                }
            })
    };
    match synonyms.maps().iter().find(|map| !used(map)) {
        None => Ok(()),
        Some(map) => {
            let (kind, field, header) = (map.kind, map.field, map.header.clone());
            Err(IngestError::UnusedMap { kind, field, header })
        }
    }
}

/// Gives tables of the same file name, from different folders, the folder's name too.
pub(super) fn name_apart(tables: &mut [Table]) {
    let names: Vec<String> = tables.iter().map(|t| t.name.clone()).collect();
    for (at, table) in tables.iter_mut().enumerate() {
        let shared = names.iter().enumerate().any(|(other, name)| other != at && *name == names[at]);
        let folder = table.path.parent().and_then(Path::file_name);
        if let (true, Some(folder)) = (shared, folder) {
            table.name = format!("{}/{}", folder.to_string_lossy(), names[at]);
        }
    }
}

/// Reads one input: one table, or one for each sheet that has a header.
///
/// # Errors
/// Where it cannot be opened or is of no format that is read; those of its format and of [`find_header`].
pub(super) fn read_file(input: &InputSpec, context: &Context<'_>) -> Result<Vec<Reading>, IngestError> {
    let path = &input.path;
    let mut file = Digesting::open(path, &context.bytes)?;
    let head = file.head().map_err(|error| read_failed(path, &error))?;
    if head.is_empty() {
        return Err(IngestError::Empty { file: path.clone() });
    }
    let mut readings = match recognise(head) {
        Format::Text => vec![read_text(input, &mut file, context)?],
        Format::Gzip => {
            let (packed, read) = Packed::new(&mut file);
            let text = flate2::read::MultiGzDecoder::new(packed);
            vec![read_text(input, Unpacked::new(text, read), context)?]
        }
        Format::Zstd => {
            let (packed, read) = Packed::new(&mut file);
            let text = zstd::Decoder::new(packed).map_err(|error| read_failed(path, &error))?;
            vec![read_text(input, Unpacked::new(text, read), context)?]
        }
        Format::Workbook(format) => read_workbook(input, format, context)?,
        Format::Parquet => vec![read_parquet(input, context)?],
        Format::Locked => return Err(IngestError::Locked { file: path.clone() }),
        Format::Foreign(recognised) => {
            return Err(IngestError::WrongFormat { file: path.clone(), recognised });
        }
    };
    let (digest, bytes) = file.finish().map_err(|error| read_failed(path, &error))?;
    for reading in &mut readings {
        reading.table.digest.clone_from(&digest);
        reading.table.bytes = bytes;
    }
    Ok(readings)
}

/// Reads delimited text.
fn read_text<'r>(
    input: &InputSpec,
    bytes: impl Read + 'r,
    context: &Context<'_>,
) -> Result<Reading, IngestError> {
    let path = &input.path;
    let failed = |error| read_failed(path, &error);
    let mut window: Window<Box<dyn Read + 'r>> =
        Window::new(Box::new(bytes) as Box<dyn Read + 'r>).map_err(failed)?;
    let encoding = input
        .encoding
        .unwrap_or_else(|| Encoding::detect(&window.ahead()[..window.ahead().len().min(SAMPLE)]));
    if !encoding.streams() {
        let (start, rest) = window.into_parts();
        let text = Decoding::new(std::io::Cursor::new(start).chain(rest), encoding);
        window = Window::new(Box::new(text) as Box<dyn Read + 'r>).map_err(failed)?;
    }
    if memchr(b'\n', window.ahead()).is_none() && memchr(b'\r', window.ahead()).is_some() {
        let (start, rest) = window.into_parts();
        let lines = CarriageReturns(std::io::Cursor::new(start).chain(rest));
        window = Window::new(Box::new(lines) as Box<dyn Read + 'r>).map_err(failed)?;
    }
    if window.ahead().starts_with(b"\xef\xbb\xbf") {
        window.pass(3);
    }
    let named = named_delimiter(&mut window);
    let sample = &window.ahead()[..window.ahead().len().min(SAMPLE)];
    if sample.trim_ascii().is_empty() {
        return Err(IngestError::Empty { file: path.clone() });
    }
    let synonyms = &context.options.synonyms;
    let delimiter = match named {
        Some(delimiter) => delimiter,
        None => delimiter(sample, input.kind, synonyms)?,
    };
    let sample = Window::new(sample).map_err(failed)?;
    let max_cell = context.options.max_cell_bytes;
    let mut sample_rows = TextRows::new(path.clone(), sample, delimiter, 0, max_cell).mended_to(u32::MAX);
    let rows = first_rows(&mut sample_rows, SEARCHED_ROWS + 20)?;
    let found = find_header(input, path, rows, context)?;
    let mut source = TextRows::new(path.clone(), window, delimiter, found.header.width(), max_cell)
        .mended_to(found.header.last_row);
    let mut reading = read_rows(path, found, &mut source, encoding.name(), context)?;
    reading.table.delimiter = Some(char::from(delimiter));
    Ok(reading)
}

/// A header that has what the kind requires.
pub(super) struct Found {
    pub(super) header: Header,
    /// The encoding of the fonts that the whole file is written for, where its text is not Unicode proper.
    legacy: Option<Legacy>,
    /// The rows of the header as they stand in the file.
    rows: Vec<Vec<String>>,
    layout: Layout,
}

impl Found {
    /// A header that was found on the sheet before, whose table is in that encoding.
    pub(super) fn before(reading: &Reading) -> Self {
        let legacy = Legacy::ALL.into_iter().find(|legacy| legacy.name() == reading.table.encoding);
        Self { header: reading.header.without_rows(), legacy, rows: Vec::new(), layout: Layout::default() }
    }
}

/// Finds the header, and makes sure that what the kind requires is there. `file` is what errors name.
///
/// # Errors
/// Where there is no header, it is not clear of what, a required column is missing, or the file is one of the
/// program's own.
pub(super) fn find_header(
    input: &InputSpec,
    file: &Path,
    mut rows: Vec<KeptRow>,
    context: &Context<'_>,
) -> Result<Found, IngestError> {
    let file = || file.to_owned();
    if !rows.iter().flat_map(|r| &r.cells).any(|c| !is_blank(c)) {
        return Err(IngestError::Empty { file: file() });
    }
    if let Some(product) = product(&rows) {
        return Err(IngestError::OwnOutput { file: file(), product });
    }
    let name = input.path.file_stem().unwrap_or_default().to_string_lossy();
    let none = |none| match none {
        NoHeader::None => IngestError::NoHeader { file: file() },
        NoHeader::KindUnclear { candidates, seen } => {
            IngestError::KindUnclear { file: file(), candidates, seen }
        }
        NoHeader::OtherSector { seen } => IngestError::OtherSector { file: file(), seen },
    };
    let said = &context.options.synonyms;
    let keys = RowKeys::of(&rows);
    let answer = context.options.answers.of(&keys);
    let (answered, mut answers) = match answer.map(|answer| answer.added_to(said)) {
        Some((synonyms, used)) => (Some(synonyms), used),
        None => (None, Vec::new()),
    };
    let synonyms = answered.as_ref().unwrap_or(said);
    let mut kind = input.kind;
    let mut found = find(&rows, kind, &name, synonyms);
    if found.is_err()
        && kind.is_none()
        && let Some(told) = answer.and_then(Answer::kind)
    {
        kind = Some(told);
        answers.push(told.name().to_owned());
        found = find(&rows, kind, &name, synonyms);
    }
    let mut header = found.map_err(none)?;
    // What header and name tell by themselves need not be remembered.
    let said_kind = input.kind.filter(|_| find(&rows, None, &name, synonyms).is_err());
    let layout = Layout { name: keys.layout(&header), kind: said_kind, answers };
    let legacy = Legacy::of_header(&rows, header.row, header.kind, synonyms);
    if let Some(legacy) = legacy {
        for cell in rows.iter_mut().flat_map(|row| &mut row.cells) {
            *cell = legacy.decode_text(cell).into_owned();
        }
        header = find(&rows, kind, &name, synonyms).map_err(none)?;
    }
    if let Some(column) = header.begins_again() {
        return Err(IngestError::TwoTables { file: file(), row: header.row, column: column as u32 + 1 });
    }
    let fields = header.missing();
    if fields.is_empty() || context.lenient {
        let of_header = |row: &KeptRow| (header.row..=header.last_row).contains(&row.number);
        let rows = rows.into_iter().filter(of_header).map(|row| row.cells).collect();
        return Ok(Found { header, legacy, rows, layout });
    }
    let (kind, row, seen) = (header.kind, header.row, header.columns.shown_headers());
    let likely = header.likeliest(fields[0]);
    Err(IngestError::MissingColumn { file: file(), kind, fields, row, seen, likely })
}

/// Reads rows into a table whose header is found.
///
/// # Errors
/// That of the source, and where another list begins below the first.
pub(super) fn read_rows(
    path: &Path,
    found: Found,
    source: &mut dyn RowSource,
    encoding: &'static str,
    context: &Context<'_>,
) -> Result<Reading, IngestError> {
    let Found { header, legacy, rows: header_rows, layout } = found;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut table = Table::new(path.to_owned(), name, header.kind, header.columns.columns.clone());
    table.header_row = header.row;
    table.header_rows = header_rows;
    table.own_columns = header.width();
    table.parts = header.columns.composed.iter().map(Composed::parts).collect();
    table.encoding = legacy.map_or(encoding, Legacy::name).to_owned();
    let mut decoded;
    let source = match legacy {
        Some(legacy) => {
            decoded = DecodedRows::new(source, legacy);
            &mut decoded
        }
        None => source,
    };
    let mut rows = 0;
    fill(&mut table, &header, source, &context.options.synonyms, &mut || {
        rows += 1;
        if rows == PROGRESS_ROWS {
            context.report(rows);
            rows = 0;
        }
    })?;
    context.report(rows);
    Ok(Reading { table, header, layout, format: encoding, hidden: 0 })
}
