//! Rows out of every format: text, workbooks, tables in markup, Parquet.

pub(in crate::ingest) mod cell_text;
pub(in crate::ingest) mod grid;
mod held;
pub(in crate::ingest) mod isolated;
pub(in crate::ingest) mod markup;
pub(in crate::ingest) mod parquet;
pub(in crate::ingest) mod parquet_file;
pub(in crate::ingest) mod quoting;
pub(in crate::ingest) mod row;
pub(in crate::ingest) mod sheet;
pub(in crate::ingest) mod sheet_probe;
pub(in crate::ingest) mod text;
pub(in crate::ingest) mod workbook;
