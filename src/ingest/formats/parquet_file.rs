//! The columns of a Parquet file, row group by row group, by the reader beneath polars.
//!
//! Not by a data frame: the frame would hold the file a second time beside the table, and its features for
//! dates bring in half of polars.

use std::fs::File;
use std::io::{Cursor, Read as _, Seek as _, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use polars::error::PolarsResult;
use polars_arrow::array::Array;
use polars_arrow::datatypes::{ArrowDataType, Field as ArrowField};
use polars_buffer::Buffer;
use polars_parquet::read::{
    BasicDecompressor, FileMetadata, Filter, PageReader, column_iter_to_arrays, infer_schema, read_metadata,
};

/// A page holds no more; those who write them take a megabyte.
const MAX_PAGE: usize = 256 << 20;
/// A file of more rows than this has at least a byte for each of them: persons differ.
const MANY_ROWS: u64 = 1 << 20;
/// Columns of a row group unpack to no more than this, or than so many times the file.
const LITTLE: u64 = 256 << 20;
const MAX_RATIO: u64 = 300;

/// A Parquet file, open. What is wrong with one is told in the words of the reader, which name no value.
pub(crate) struct ParquetFile {
    file: File,
    metadata: Arc<FileMetadata>,
    fields: Arc<[ArrowField]>,
}

impl ParquetFile {
    /// Reads what the file says of itself.
    ///
    /// # Errors
    ///
    /// Where it is no such file.
    pub(crate) fn new(mut file: File) -> Result<Self, String> {
        let (metadata, fields) = guarded(|| {
            let metadata = read_metadata(&mut file)?;
            let fields = infer_schema(&metadata)?.iter_values().map(plain).collect();
            Ok((Arc::new(metadata), fields))
        })?;
        let size = file.metadata().map_err(|error| error.kind().to_string())?.len();
        if is_bomb(&metadata, size) {
            return Err("unpacks beyond measure".to_owned());
        }
        Ok(Self { file, metadata, fields })
    }

    /// The same file for another thread, opened once more: what it says of itself grows with its row groups, and need not
    /// be read for each of them.
    pub(crate) fn opened_again(&self, file: File) -> Self {
        Self { file, metadata: Arc::clone(&self.metadata), fields: Arc::clone(&self.fields) }
    }

    /// The columns.
    pub(crate) fn fields(&self) -> &[ArrowField] {
        &self.fields
    }

    /// How many row groups there are.
    pub(crate) fn groups(&self) -> usize {
        self.metadata.row_groups.len()
    }

    /// The rows of a row group.
    pub(crate) fn rows(&self, group: usize) -> usize {
        self.metadata.row_groups.get(group).map_or(0, |group| group.num_rows())
    }

    /// A column of a row group, in one array or several: as many values as the row group has rows.
    ///
    /// # Errors
    ///
    /// Where the file is damaged.
    pub(crate) fn read(&mut self, group: usize, column: usize) -> Result<Vec<Box<dyn Array>>, String> {
        let (Some(group), Some(field)) = (self.metadata.row_groups.get(group), self.fields.get(column))
        else {
            return Ok(Vec::new());
        };
        let file = &mut self.file;
        let arrays = guarded(|| {
            let mut pages = Vec::new();
            let mut types = Vec::new();
            for column in group.columns_under_root_iter(&field.name).into_iter().flatten() {
                let range = column.byte_range();
                file.seek(SeekFrom::Start(range.start))?;
                let mut bytes = Vec::new();
                file.by_ref().take(range.end.saturating_sub(range.start)).read_to_end(&mut bytes)?;
                let reader = PageReader::new(Cursor::new(Buffer::from(bytes)), column, Vec::new(), MAX_PAGE);
                pages.push(BasicDecompressor::new(reader, Vec::new()));
                types.push(&column.descriptor().descriptor.primitive_type);
            }
            Ok(column_iter_to_arrays(
                pages,
                types,
                field.clone(),
                Some(Filter::new_limited(group.num_rows())),
            )?
            .0)
        })?;
        if arrays.iter().map(|array| array.len()).sum::<usize>() != group.num_rows() {
            return Err("columns of unequal length".to_owned());
        }
        Ok(arrays)
    }
}

/// Whether a file claims to hold more than its size can.
fn is_bomb(metadata: &FileMetadata, size: u64) -> bool {
    let rows: u64 = metadata.row_groups.iter().map(|group| group.num_rows() as u64).sum();
    let unpacked = metadata.row_groups.iter().map(|group| {
        let columns = group.parquet_columns().iter();
        columns.map(|column| column.uncompressed_size().max(0).unsigned_abs()).sum::<u64>()
    });
    let largest = unpacked.max().unwrap_or(0);
    (rows > MANY_ROWS && rows > size) || (largest > LITTLE && largest > size.saturating_mul(MAX_RATIO))
}

/// A field whose dictionary, if it has one, is read as the values it stands for.
fn plain(field: &ArrowField) -> ArrowField {
    let mut field = field.clone();
    if let ArrowDataType::Dictionary(_, values, _) = &field.dtype {
        field.dtype = values.as_ref().clone();
        field.metadata = None;
    }
    field
}

/// Runs a step of the reader. It takes a file at its word, and may panic where the file lies.
fn guarded<T>(step: impl FnOnce() -> PolarsResult<T>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(step)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("inconsistent pages".to_owned()),
    }
}
