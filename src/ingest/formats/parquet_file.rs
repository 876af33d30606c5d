//! The columns of a Parquet file, row group by row group, by the reader beneath polars.
//!
//! Not by a data frame: the frame would hold the file a second time beside the table, and its features for
//! dates bring in half of polars.

use std::fs::File;
use std::io::{Cursor, Read as _, Seek as _, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use polars::error::PolarsResult;
use polars_arrow::array::Array;
use polars_arrow::datatypes::{ArrowDataType, Field as ArrowField};
use polars_buffer::Buffer;
use polars_parquet::read::{
    BasicDecompressor, FileMetadata, PageReader, column_iter_to_arrays, infer_schema, read_metadata,
};

/// A Parquet file, open. What is wrong with one is told in the words of the reader, which name no value.
pub(crate) struct ParquetFile {
    file: File,
    metadata: FileMetadata,
    fields: Vec<ArrowField>,
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
            Ok((metadata, fields))
        })?;
        Ok(Self { file, metadata, fields })
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
                let reader =
                    PageReader::new(Cursor::new(Buffer::from(bytes)), column, Vec::new(), usize::MAX);
                pages.push(BasicDecompressor::new(reader, Vec::new()));
                types.push(&column.descriptor().descriptor.primitive_type);
            }
            Ok(column_iter_to_arrays(pages, types, field.clone(), None)?.0)
        })?;
        if arrays.iter().map(|array| array.len()).sum::<usize>() != group.num_rows() {
            return Err("columns of unequal length".to_owned());
        }
        Ok(arrays)
    }
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
