//! Columns of messages: those that came, asked for by name, and those to be sent.

use polars::error::PolarsError;
use polars_arrow::array::{Array, BinaryArray, BooleanArray, ListArray, PrimitiveArray, Utf8Array};
use polars_arrow::datatypes::{ArrowDataType, Field};
use polars_arrow::offset::Offsets;
use polars_arrow::record_batch::RecordBatchT;

type Batch = RecordBatchT<Box<dyn Array>>;

/// Why a column cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ColumnError {
    /// There is none of that name.
    #[error("a message has no column {0}")]
    Absent(&'static str),
    /// It holds something else.
    #[error("the column {0} of a message holds something else")]
    Type(&'static str),
}

/// The columns of a message that came.
#[derive(Debug)]
pub struct Columns {
    names: Vec<String>,
    batches: Vec<Batch>,
}

impl Columns {
    pub(super) fn new(names: Vec<String>, batches: Vec<Batch>) -> Self {
        Self { names, batches }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.batches.iter().map(RecordBatchT::len).sum()
    }

    /// Whether no row came.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The parts of a column, each read by `of`, which gives `None` for a type that it does not know.
    fn column<'c, T>(
        &'c self,
        name: &'static str,
        of: impl Fn(&'c dyn Array, &mut Vec<T>) -> Option<()>,
    ) -> Result<Vec<T>, ColumnError> {
        if self.is_empty() {
            return Ok(Vec::new());
        }
        let at = self.names.iter().position(|of| of == name).ok_or(ColumnError::Absent(name))?;
        let mut values = Vec::with_capacity(self.len());
        for batch in &self.batches {
            let array = batch.arrays().get(at).ok_or(ColumnError::Absent(name))?;
            of(&**array, &mut values).ok_or(ColumnError::Type(name))?;
        }
        Ok(values)
    }

    /// Whole numbers; where there is none, 0.
    ///
    /// # Errors
    /// Where there is no such column, or it holds something else.
    pub fn longs(&self, name: &'static str) -> Result<Vec<i64>, ColumnError> {
        self.column(name, longs)
    }

    /// Real numbers; where there is none, 0.
    ///
    /// # Errors
    /// As [`Columns::longs`].
    pub fn reals(&self, name: &'static str) -> Result<Vec<f32>, ColumnError> {
        self.column(name, |array, values| {
            let array = array.as_any().downcast_ref::<PrimitiveArray<f32>>()?;
            values.extend(array.iter().map(|value| value.copied().unwrap_or(0.0)));
            Some(())
        })
    }

    /// Yes or no; where there is nothing, no.
    ///
    /// # Errors
    /// As [`Columns::longs`].
    pub fn flags(&self, name: &'static str) -> Result<Vec<bool>, ColumnError> {
        self.column(name, |array, values| {
            let array = array.as_any().downcast_ref::<BooleanArray>()?;
            values.extend(array.iter().map(Option::unwrap_or_default));
            Some(())
        })
    }

    /// Texts; where there is none, the empty one.
    ///
    /// # Errors
    /// As [`Columns::longs`].
    pub fn texts(&self, name: &'static str) -> Result<Vec<&str>, ColumnError> {
        self.column(name, |array, values| {
            if let Some(array) = array.as_any().downcast_ref::<Utf8Array<i32>>() {
                values.extend(array.iter().map(Option::unwrap_or_default));
            } else {
                let array = array.as_any().downcast_ref::<Utf8Array<i64>>()?;
                values.extend(array.iter().map(Option::unwrap_or_default));
            }
            Some(())
        })
    }

    /// Bytes; where there are none, the empty ones.
    ///
    /// # Errors
    /// As [`Columns::longs`].
    pub fn bytes(&self, name: &'static str) -> Result<Vec<&[u8]>, ColumnError> {
        self.column(name, |array, values| {
            if let Some(array) = array.as_any().downcast_ref::<BinaryArray<i32>>() {
                values.extend(array.iter().map(Option::unwrap_or_default));
            } else {
                let array = array.as_any().downcast_ref::<BinaryArray<i64>>()?;
                values.extend(array.iter().map(Option::unwrap_or_default));
            }
            Some(())
        })
    }

    /// Lists of whole numbers; where there is none, the empty one.
    ///
    /// # Errors
    /// As [`Columns::longs`].
    pub fn lists(&self, name: &'static str) -> Result<Vec<Vec<i64>>, ColumnError> {
        let one = |array: Option<Box<dyn Array>>| {
            let mut values = Vec::new();
            array.map_or(Some(()), |array| longs(&*array, &mut values)).map(|()| values)
        };
        self.column(name, |array, values| {
            if let Some(array) = array.as_any().downcast_ref::<ListArray<i32>>() {
                array.iter().try_for_each(|list| one(list).map(|list| values.push(list)))
            } else {
                let array = array.as_any().downcast_ref::<ListArray<i64>>()?;
                array.iter().try_for_each(|list| one(list).map(|list| values.push(list)))
            }
        })
    }
}

fn longs(array: &dyn Array, values: &mut Vec<i64>) -> Option<()> {
    if let Some(array) = array.as_any().downcast_ref::<PrimitiveArray<i64>>() {
        values.extend(array.iter().map(|value| value.copied().unwrap_or(0)));
    } else {
        let array = array.as_any().downcast_ref::<PrimitiveArray<i32>>()?;
        values.extend(array.iter().map(|value| value.map_or(0, |value| i64::from(*value))));
    }
    Some(())
}

/// Columns to be sent, all of one length.
#[derive(Debug, Default)]
pub struct Made {
    columns: Vec<(&'static str, Box<dyn Array>)>,
}

impl Made {
    pub(super) fn fields(&self) -> impl Iterator<Item = Field> {
        self.columns.iter().map(|(name, array)| Field::new((*name).into(), array.dtype().clone(), true))
    }

    pub(super) fn arrays(&self) -> Vec<Box<dyn Array>> {
        self.columns.iter().map(|(_, array)| array.clone()).collect()
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, array)| array.len())
    }

    /// A column of whole numbers.
    pub fn longs(&mut self, name: &'static str, values: impl IntoIterator<Item = i64>) {
        let values: Vec<i64> = values.into_iter().collect();
        self.columns.push((name, Box::new(PrimitiveArray::from_vec(values))));
    }

    /// A column of small whole numbers.
    pub fn numbers(&mut self, name: &'static str, values: impl IntoIterator<Item = i32>) {
        let values: Vec<i32> = values.into_iter().collect();
        self.columns.push((name, Box::new(PrimitiveArray::from_vec(values))));
    }

    /// A column of real numbers.
    pub fn reals(&mut self, name: &'static str, values: impl IntoIterator<Item = f32>) {
        let values: Vec<f32> = values.into_iter().collect();
        self.columns.push((name, Box::new(PrimitiveArray::from_vec(values))));
    }

    /// A column of yes and no.
    pub fn flags(&mut self, name: &'static str, values: impl IntoIterator<Item = bool>) {
        let values: Vec<Option<bool>> = values.into_iter().map(Some).collect();
        self.columns.push((name, Box::new(BooleanArray::from(values))));
    }

    /// A column of texts.
    pub fn texts<'t>(&mut self, name: &'static str, values: impl IntoIterator<Item = &'t str>) {
        self.some_texts(name, values.into_iter().map(Some));
    }

    /// A column of texts that may be missing.
    pub fn some_texts<'t>(&mut self, name: &'static str, values: impl IntoIterator<Item = Option<&'t str>>) {
        self.columns.push((name, Box::new(Utf8Array::<i64>::from_iter(values))));
    }

    /// A column of bytes.
    pub fn bytes<'b>(&mut self, name: &'static str, values: impl IntoIterator<Item = &'b [u8]>) {
        self.some_bytes(name, values.into_iter().map(Some));
    }

    /// A column of bytes that may be missing.
    pub fn some_bytes<'b>(&mut self, name: &'static str, values: impl IntoIterator<Item = Option<&'b [u8]>>) {
        self.columns.push((name, Box::new(BinaryArray::<i64>::from_iter(values))));
    }

    /// A column of lists of whole numbers.
    pub fn lists(&mut self, name: &'static str, values: impl IntoIterator<Item = Vec<i64>>) {
        let (mut all, mut lengths) = (Vec::new(), Vec::new());
        for list in values {
            lengths.push(list.len());
            all.extend(list);
        }
        // Lengths of lists that are in memory add up to what memory holds.
        let offsets = Offsets::<i64>::try_from_lengths(lengths.into_iter()).unwrap_or_default();
        let inner = Box::new(PrimitiveArray::from_vec(all));
        let of = ListArray::<i64>::default_datatype(ArrowDataType::Int64);
        self.columns.push((name, Box::new(ListArray::new(of, offsets.into(), inner, None))));
    }
}

impl From<ColumnError> for PolarsError {
    fn from(error: ColumnError) -> Self {
        Self::ComputeError(error.to_string().into())
    }
}
