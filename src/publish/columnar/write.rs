//! A file of columns, written row group by row group.
//!
//! Row groups are cut by the lines of a list, never by threads, and written in order, so that the bytes do not depend
//! on the number of threads. By the writer beneath polars, for the reason why files are read by its reader: a data
//! frame would hold the whole list a second time.

use std::io::{self, Write};

use polars::error::{PolarsError, PolarsResult, polars_err};
use polars_arrow::datatypes::ArrowSchema;
use polars_parquet::write::{
    CompressedPage, CompressionOptions, DynIter, DynStreamingIterator, FileWriter, Page, ParquetType,
    StatisticsOptions, Version, WriteOptions, ZstdLevel, array_to_columns, compress,
    fallible_streaming_iterator,
};
use rayon::prelude::*;

use super::column::{Column, Filled};

/// Lines of a list that go into one row group.
pub(super) const GROUP: usize = 1 << 15;

/// Level of zstd: the lowest, as for the other files of a run.
const LEVEL: i32 = 1;

/// Bytes of a column from which on it is compressed.
const WORTHWHILE: usize = 512;

/// Writes a file of `groups` row groups: `fill` gives the columns of each.
pub(super) fn write(
    out: impl Write,
    columns: &[Column],
    groups: usize,
    fill: impl Fn(usize) -> Vec<Filled> + Sync,
) -> io::Result<()> {
    write_groups(out, columns, groups, fill).map_err(io::Error::other)
}

fn write_groups(
    out: impl Write,
    columns: &[Column],
    groups: usize,
    fill: impl Fn(usize) -> Vec<Filled> + Sync,
) -> PolarsResult<()> {
    let options = WriteOptions {
        // Nobody skips row groups of so small a file, and the least and greatest name is a name outside its column.
        statistics: StatisticsOptions::empty(),
        version: Version::V1,
        compression: CompressionOptions::Zstd(Some(ZstdLevel::try_new(LEVEL)?)),
        data_page_size: None,
    };
    let schema: ArrowSchema = columns.iter().map(Column::field).collect();
    let mut file = FileWriter::try_new(out, schema, options)?;
    let fields = file.parquet_schema().fields().to_vec();
    let at_once = rayon::current_num_threads();
    for first in (0..groups).step_by(at_once) {
        let encoded: Vec<PolarsResult<Group>> = (first..(first + at_once).min(groups))
            .into_par_iter()
            .map(|group| encode(fill(group), columns.len(), &fields, options))
            .collect();
        for group in encoded {
            let Group { rows, columns } = group?;
            if rows > 0 {
                let pages = columns.iter().map(|column| PolarsResult::Ok(streamed(column)));
                file.write(rows as u64, DynIter::new(pages))?;
            }
        }
    }
    file.end(None)?;
    Ok(())
}

/// A row group, compressed.
struct Group {
    rows: usize,
    columns: Vec<Vec<CompressedPage>>,
}

fn encode(
    filled: Vec<Filled>,
    columns: usize,
    fields: &[ParquetType],
    options: WriteOptions,
) -> PolarsResult<Group> {
    let rows = filled.first().map_or(0, |column| column.array.len());
    if filled.len() != columns || filled.iter().any(|column| column.array.len() != rows) {
        return Err(polars_err!(ShapeMismatch: "columns of unequal length"));
    }
    let mut pages = Vec::with_capacity(columns);
    for (column, field) in filled.into_iter().zip(fields) {
        let leaves = array_to_columns(&column.array, field.clone(), options, &[column.encoding])?;
        let laid_down: Vec<Page> = leaves.into_iter().flatten().collect::<PolarsResult<_>>()?;
        // To begin a compression costs more than a few bytes are worth.
        let bytes: usize = laid_down.iter().map(bytes_of).sum();
        let compression =
            if bytes < WORTHWHILE { CompressionOptions::Uncompressed } else { options.compression };
        let compressed = laid_down.into_iter().map(|page| Ok(compress(page, Vec::new(), compression)?));
        pages.push(compressed.collect::<PolarsResult<Vec<_>>>()?);
    }
    Ok(Group { rows, columns: pages })
}

fn bytes_of(page: &Page) -> usize {
    match page {
        Page::Data(page) => page.buffer().len(),
        Page::Dict(page) => page.buffer.len(),
    }
}

fn streamed(pages: &[CompressedPage]) -> DynStreamingIterator<'_, CompressedPage, PolarsError> {
    DynStreamingIterator::new(fallible_streaming_iterator::convert(pages.iter().map(PolarsResult::Ok)))
}

#[cfg(test)]
mod tests {
    use super::super::column::{Rows, Type};
    use super::super::read::RunTable;
    use super::*;

    fn columns() -> Vec<Column> {
        vec![Column::new("n", Type::Number), Column::new("even", Type::Flag), Column::new("word", Type::Word)]
    }

    /// Groups of three rows, of which the third group has none.
    fn group(n: usize) -> Vec<Filled> {
        let mut rows = Rows::new(&columns(), 3);
        for at in (3 * n..3 * n + 3).filter(|_| n != 2) {
            let even = at.is_multiple_of(2);
            rows.number(Some(at as u32)).flag(Some(even)).text(if even { "chẵn" } else { "" }).end();
        }
        rows.finish()
    }

    #[test]
    fn groups_come_out_in_order_whatever_the_number_of_threads() {
        let written = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let mut out = Vec::new();
            pool.install(|| write(&mut out, &columns(), 5, group)).unwrap();
            out
        };
        let bytes = written(1);
        assert!(bytes == written(3));

        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &bytes).unwrap();
        let mut table = RunTable::open(file.path()).unwrap();
        assert_eq!(table.columns().collect::<Vec<_>>(), ["n", "even", "word"]);
        let mut all = |column: &str| -> Vec<String> {
            (0..table.groups()).flat_map(|group| table.texts(group, column).unwrap()).collect()
        };
        let numbers = [0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14];
        assert_eq!(all("n"), numbers.map(|n| n.to_string()));
        assert_eq!(all("even"), numbers.map(|n| if n % 2 == 0 { "TRUE" } else { "FALSE" }));
        assert_eq!(all("word"), numbers.map(|n| if n % 2 == 0 { "chẵn" } else { "" }));
        assert!(
            table.any_text(|text| text == "chẵn").unwrap() && !table.any_text(|text| text == "lẻ").unwrap()
        );
        assert_eq!(table.texts(0, "x").unwrap_err().kind(), io::ErrorKind::InvalidData);

        // As the program reads them back: by type, and by what a text says.
        assert_eq!(table.values::<u32>(1, "n").unwrap(), [Some(3), Some(4), Some(5)]);
        let words = table.words(1, "word").unwrap();
        assert_eq!([0, 1, 2, 3].map(|row| words.get(row)), ["", "chẵn", "", ""]);
        for column in ["n", "word"] {
            let (cells, texts) = (table.cells(1, column).unwrap(), table.texts(1, column).unwrap());
            assert_eq!([0, 1, 2].map(|row| cells.get(row)), texts[..], "{column}");
        }
        assert_eq!(table.rows_with(0, |text| text == "chẵn").unwrap(), [0, 2]);
        for wrong in [table.values::<f32>(0, "n").map(drop), table.words(0, "n").map(drop)] {
            assert_eq!(wrong.unwrap_err().kind(), io::ErrorKind::InvalidData);
        }
    }

    #[test]
    fn a_file_without_rows_and_columns_that_do_not_match() {
        let mut out = Vec::new();
        write(&mut out, &columns(), 0, group).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &out).unwrap();
        let table = RunTable::open(file.path()).unwrap();
        assert_eq!((table.groups(), table.columns().count()), (0, 3));

        let short = |n| group(n).into_iter().take(2).collect();
        assert!(write(&mut Vec::new(), &columns(), 1, short).unwrap_err().to_string().contains("unequal"));
        std::fs::write(file.path(), &out[..out.len() / 2]).unwrap();
        assert!(RunTable::open(file.path()).is_err());
    }
}
