//! Parquet files as inputs.

use std::fs::File;
use std::path::{Path, PathBuf};

use polars_arrow::array::{Array, BinaryViewArray, BooleanArray, PrimitiveArray, Utf8ViewArray};
use polars_arrow::datatypes::{ArrowDataType, TimeUnit};

use super::parquet_file::ParquetFile;
use super::row::{Cells, Content, Damage, KeptRow, Row, RowSource};
use crate::domain::Day;
use crate::ingest::error::IngestError;
use crate::ingest::read::{Context, InputSpec, Reading, find_header, read_rows};

/// Reads a Parquet file. Its column names are row 1, as they would be in a spreadsheet.
///
/// # Errors
/// Where the file is damaged or asks for too much memory, and as reading of text where its columns are not those of a list.
pub(in crate::ingest) fn read_parquet(
    input: &InputSpec,
    context: &Context<'_>,
) -> Result<Reading, IngestError> {
    let mut rows = ParquetRows::open(&input.path, context.options.max_cell_bytes)?;
    let header = KeptRow::new(1, rows.file.fields().iter().map(|f| f.name.to_string()).collect());
    let found = find_header(input, &input.path, vec![header], context)?;
    read_rows(&input.path, found, &mut rows, "parquet", context)
}

struct ParquetRows {
    path: PathBuf,
    file: ParquetFile,
    /// The row group to be read next.
    group: usize,
    /// Arrays of the row group being read: by column, one or more.
    columns: Vec<Vec<Box<dyn Array>>>,
    /// Rows left in it, and for each column array and position within it.
    left: usize,
    positions: Vec<(usize, usize)>,
    max_cell: usize,
    row: u32,
    text: String,
    spans: Vec<(u32, u32)>,
}

impl ParquetRows {
    fn open(path: &Path, max_cell: usize) -> Result<Self, IngestError> {
        let file = File::open(path)
            .map_err(|e| IngestError::Unreadable { file: path.to_owned(), detail: e.kind().to_string() })?;
        Ok(Self {
            path: path.to_owned(),
            file: ParquetFile::new(file).map_err(|detail| damaged(path, detail))?,
            group: 0,
            columns: Vec::new(),
            left: 0,
            positions: Vec::new(),
            max_cell,
            row: 0,
            text: String::new(),
            spans: Vec::new(),
        })
    }

    /// Reads the next row group that has rows; whether there was one.
    fn read_group(&mut self) -> Result<bool, IngestError> {
        while self.group < self.file.groups() {
            let group = self.group;
            self.group += 1;
            let columns = (0..self.file.fields().len()).map(|column| self.file.read(group, column));
            let columns = columns.collect::<Result<_, _>>();
            self.columns = columns.map_err(|detail| damaged(&self.path, detail))?;
            self.left = self.file.rows(group);
            self.positions = vec![(0, 0); self.columns.len()];
            if self.left > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl RowSource for ParquetRows {
    fn next_row(&mut self) -> Result<Option<Row<'_>>, IngestError> {
        self.text.clear();
        self.spans.clear();
        let mut long = None;
        if self.row == 0 {
            for field in self.file.fields() {
                let start = self.text.len() as u32;
                self.text.push_str(&field.name);
                self.spans.push((start, self.text.len() as u32));
            }
        } else {
            if self.left == 0 && !self.read_group()? {
                return Ok(None);
            }
            self.left -= 1;
            for (column, (arrays, position)) in self.columns.iter().zip(&mut self.positions).enumerate() {
                while arrays.get(position.0).is_some_and(|a| position.1 >= a.len()) {
                    *position = (position.0 + 1, 0);
                }
                let start = self.text.len() as u32;
                let array = arrays.get(position.0);
                // One value that many rows share costs nothing until it is written out.
                if array.is_some_and(|array| len(array.as_ref(), position.1) > self.max_cell) {
                    long = long.or(Some(column));
                } else if let Some(array) = array {
                    write_value(array.as_ref(), position.1, &mut self.text);
                }
                position.1 += 1;
                self.spans.push((start, self.text.len() as u32));
                self.text.push('\t');
            }
        }
        self.row =
            self.row.checked_add(1).ok_or_else(|| IngestError::TooLarge { file: self.path.clone() })?;
        let content = match long {
            Some(column) => Content::Damaged(Damage::CellTooLong, (column + 1).to_string()),
            None => Content::Cells(Cells { text: &self.text, spans: &self.spans }),
        };
        Ok(Some(Row { number: self.row, content, merged: &[], raw: self.text.as_bytes() }))
    }
}

fn damaged(path: &Path, detail: String) -> IngestError {
    IngestError::Damaged { file: path.to_owned(), format: "parquet", detail }
}

/// Bytes of a text; 0 of any other value.
fn len(array: &dyn Array, at: usize) -> usize {
    let any = array.as_any();
    let text = any.downcast_ref::<Utf8ViewArray>().map(|array| array.value(at).len());
    text.or_else(|| any.downcast_ref::<BinaryViewArray>().map(|array| array.value(at).len())).unwrap_or(0)
}

/// Writes a value as a spreadsheet would show it; nothing for a null.
pub(crate) fn write_value(array: &dyn Array, at: usize, out: &mut String) {
    use std::fmt::Write as _;
    if array.is_null(at) {
        return;
    }
    macro_rules! number {
        ($type:ty) => {
            if let Some(array) = array.as_any().downcast_ref::<PrimitiveArray<$type>>() {
                // Writing to a String does not fail.
                let _ = write!(out, "{}", array.value(at));
                return;
            }
        };
    }
    if let Some(array) = array.as_any().downcast_ref::<Utf8ViewArray>() {
        out.push_str(array.value(at));
        return;
    }
    if let Some(array) = array.as_any().downcast_ref::<BinaryViewArray>() {
        out.push_str(&String::from_utf8_lossy(array.value(at)));
        return;
    }
    if let Some(array) = array.as_any().downcast_ref::<BooleanArray>() {
        out.push_str(if array.value(at) { "TRUE" } else { "FALSE" });
        return;
    }
    let integer = |array: &dyn Array| {
        let any = array.as_any();
        any.downcast_ref::<PrimitiveArray<i32>>()
            .map(|a| i64::from(a.value(at)))
            .or_else(|| any.downcast_ref::<PrimitiveArray<i64>>().map(|a| a.value(at)))
    };
    let per_day = match array.dtype() {
        ArrowDataType::Date32 => Some(1),
        ArrowDataType::Date64 => Some(86_400_000),
        ArrowDataType::Timestamp(unit, _) => Some(match unit {
            TimeUnit::Second => 86_400,
            TimeUnit::Millisecond => 86_400_000,
            TimeUnit::Microsecond => 86_400_000_000,
            TimeUnit::Nanosecond => 86_400_000_000_000,
        }),
        _ => None,
    };
    if let (Some(per_day), Some(count)) = (per_day, integer(array)) {
        write_day(count.div_euclid(per_day), out);
        return;
    }
    if let ArrowDataType::Decimal(_, scale) = array.dtype()
        && let Some(array) = array.as_any().downcast_ref::<PrimitiveArray<i128>>()
    {
        write_decimal(array.value(at), *scale, out);
        return;
    }
    number!(i64);
    number!(i32);
    number!(f64);
    number!(u64);
    number!(u32);
    number!(i16);
    number!(i8);
    number!(u16);
    number!(u8);
    number!(f32);
}

/// A day counted from 01/01/1970; nothing where it is beyond any calendar.
fn write_day(day: i64, out: &mut String) {
    if let Some(day) = i32::try_from(day).ok().filter(|d| d.unsigned_abs() < 3_000_000) {
        out.push_str(&Day(day).to_string());
    }
}

fn write_decimal(value: i128, scale: usize, out: &mut String) {
    let digits = format!("{:0width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, part) = digits.split_at(digits.len() - scale);
    let part = part.trim_end_matches('0');
    out.push_str(if value < 0 { "-" } else { "" });
    out.push_str(whole);
    if !part.is_empty() {
        out.push('.');
        out.push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(array: &dyn Array) -> String {
        let mut out = String::new();
        write_value(array, 0, &mut out);
        out
    }

    #[test]
    fn values_as_a_spreadsheet_shows_them() {
        let dated = |dtype, value| PrimitiveArray::<i64>::from_vec(vec![value]).to(dtype);
        let days = PrimitiveArray::<i32>::from_vec(vec![-3_589]).to(ArrowDataType::Date32);
        assert_eq!(text(&days), "05/03/1960");
        let micros = ArrowDataType::Timestamp(TimeUnit::Microsecond, None);
        assert_eq!(text(&dated(micros, -3_589 * 86_400_000_000 + 5)), "05/03/1960");
        assert_eq!(text(&dated(ArrowDataType::Int64, 79_190_012_345)), "79190012345");
        assert_eq!(text(&PrimitiveArray::<f64>::from_vec(vec![500_000.0])), "500000");
        let decimal = PrimitiveArray::<i128>::from_vec(vec![-50_050]).to(ArrowDataType::Decimal(10, 2));
        assert_eq!(text(&decimal), "-500.5");
    }
}
