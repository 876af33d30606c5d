//! The columns of a row group as they fill up: one value for each column of a row, in order.

use std::borrow::Cow;
use std::fmt::{Display, Write as _};

use polars::prelude::PlSmallStr;
use polars_arrow::array::{Array, BooleanArray, PrimitiveArray, new_null_array};
use polars_arrow::datatypes::{ArrowDataType, Field as ArrowField};
use polars_parquet::write::Encoding;

use super::text::{TextColumn as _, Texts, Words};
use crate::domain::{Comparison, Day};
use crate::publish::person::ShownDate;

/// What a column holds. An empty text is no value.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Type {
    /// Text that is hardly ever the same on two rows: numbers of persons, names, sentences.
    Text,
    /// Text of few kinds: words, codes, names of files and communes.
    Word,
    /// A whole number that is not negative.
    Number,
    /// An amount of money.
    Amount,
    /// A real number: a probability, a weight in bits.
    Real,
    /// A day of the calendar.
    Day,
    /// Yes or no.
    Flag,
}

impl Type {
    /// As the file calls it.
    pub(super) fn arrow(self) -> ArrowDataType {
        match self {
            Self::Text | Self::Word => ArrowDataType::Utf8View,
            Self::Number => ArrowDataType::UInt32,
            Self::Amount => ArrowDataType::Int64,
            Self::Real => ArrowDataType::Float32,
            Self::Day => ArrowDataType::Date32,
            Self::Flag => ArrowDataType::Boolean,
        }
    }

    /// How its values are laid down. What repeats itself is numbered; the writer passes that over by itself where it
    /// would not pay.
    pub(super) fn encoding(self) -> Encoding {
        match self {
            Self::Word | Self::Day | Self::Amount => Encoding::RleDictionary,
            Self::Text | Self::Number | Self::Real | Self::Flag => Encoding::Plain,
        }
    }
}

/// A column of a file.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: Cow<'static, str>,
    pub(super) holds: Type,
}

impl Column {
    pub(super) fn new(name: impl Into<Cow<'static, str>>, holds: Type) -> Self {
        Self { name: name.into(), holds }
    }

    /// Columns of these names, and what they hold.
    pub(super) fn all(
        names: impl IntoIterator<Item = &'static str>,
        holds: impl IntoIterator<Item = Type>,
    ) -> impl Iterator<Item = Self> {
        names.into_iter().zip(holds).map(|(name, holds)| Self::new(name, holds))
    }

    /// The columns of the weights of a link, in bits.
    pub(super) fn weights() -> impl Iterator<Item = Self> {
        Comparison::ALL.into_iter().map(|of| Self::new(format!("weight_{}", of.name()), Type::Real))
    }

    /// As the file calls it. Any value may be missing.
    pub(super) fn field(&self) -> ArrowField {
        ArrowField::new(PlSmallStr::from_str(&self.name), self.holds.arrow(), true)
    }
}

/// A column of a row group, ready to be laid down.
pub(super) struct Filled {
    pub(super) array: Box<dyn Array>,
    pub(super) encoding: Encoding,
}

impl Filled {
    /// A column without a value.
    pub(super) fn nothing(holds: Type, rows: usize) -> Self {
        Self { array: new_null_array(holds.arrow(), rows), encoding: Encoding::Plain }
    }

    /// The values of a column of this type.
    pub(super) fn of(holds: Type, array: impl Array + 'static) -> Self {
        Self { array: Box::new(array), encoding: holds.encoding() }
    }

    /// Values that may be missing; a column without a value where all are.
    pub(super) fn of_values<T, A: Array + 'static>(
        holds: Type,
        values: Vec<Option<T>>,
        array: impl FnOnce(Vec<Option<T>>) -> A,
    ) -> Self {
        if values.iter().all(Option::is_none) {
            return Self::nothing(holds, values.len());
        }
        Self::of(holds, array(values))
    }
}

/// The values of one column. It may be shorter than its group: rows that follow have no value.
enum Values {
    Text(Texts),
    Word(Words),
    Number(Vec<Option<u32>>),
    Amount(Vec<Option<i64>>),
    Real(Vec<Option<f32>>),
    Day(Vec<Option<i32>>),
    Flag(Vec<Option<bool>>),
}

impl Values {
    fn new(holds: Type, rows: usize) -> Self {
        match holds {
            Type::Text => Self::Text(Texts::new(rows)),
            Type::Word => Self::Word(Words::new(rows)),
            Type::Number => Self::Number(Vec::new()),
            Type::Amount => Self::Amount(Vec::new()),
            Type::Real => Self::Real(Vec::new()),
            Type::Day => Self::Day(Vec::new()),
            Type::Flag => Self::Flag(Vec::new()),
        }
    }

    /// The column with so many rows.
    fn finish(self, rows: usize) -> Filled {
        fn to<T>(mut values: Vec<Option<T>>, rows: usize) -> Vec<Option<T>> {
            values.resize_with(rows, || None);
            values
        }
        match self {
            Self::Text(values) => values.finish(rows),
            Self::Word(values) => values.finish(rows),
            Self::Number(values) => Filled::of_values(Type::Number, to(values, rows), PrimitiveArray::from),
            Self::Amount(values) => Filled::of_values(Type::Amount, to(values, rows), PrimitiveArray::from),
            Self::Real(values) => Filled::of_values(Type::Real, to(values, rows), PrimitiveArray::from),
            Self::Day(values) => Filled::of_values(Type::Day, to(values, rows), |days| {
                PrimitiveArray::from(days).to(ArrowDataType::Date32)
            }),
            Self::Flag(values) => Filled::of_values(Type::Flag, to(values, rows), BooleanArray::from),
        }
    }
}

/// Gives a column a value on a row; the rows since its last one have none.
fn put<T>(values: &mut Vec<Option<T>>, row: usize, value: Option<T>) {
    if value.is_some() {
        values.resize_with(row, || None);
        values.push(value);
    }
}

/// The rows of a row group, written value by value in the order of the columns.
///
/// A value of another type than the column's is left out, which is a mistake in the code: tests are stopped by it.
pub(super) struct Rows {
    columns: Vec<Values>,
    /// The row that is being written.
    row: usize,
    /// The column that the next value belongs to.
    at: usize,
    scratch: String,
}

impl Rows {
    pub(super) fn new(columns: &[Column], rows: usize) -> Self {
        let columns = columns.iter().map(|column| Values::new(column.holds, rows)).collect();
        Self { columns, row: 0, at: 0, scratch: String::new() }
    }

    /// A text; none where it is empty.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        let row = self.row;
        match self.next() {
            Some(Values::Text(values)) => values.put(row, text),
            Some(Values::Word(values)) => values.put(row, text),
            _ => debug_assert!(false, "no column of text"),
        }
        self
    }

    /// So many columns without a value.
    pub(super) fn nothing(&mut self, columns: usize) -> &mut Self {
        self.at += columns;
        self
    }

    /// Something that can be shown; nothing where there is none.
    pub(super) fn shown(&mut self, value: Option<impl Display>) -> &mut Self {
        let mut text = std::mem::take(&mut self.scratch);
        text.clear();
        if let Some(value) = value {
            // Writing to a string cannot fail.
            let _ = write!(text, "{value}");
        }
        self.text(&text);
        self.scratch = text;
        self
    }

    /// A whole number.
    pub(super) fn number(&mut self, value: Option<u32>) -> &mut Self {
        let row = self.row;
        match self.next() {
            Some(Values::Number(values)) => put(values, row, value),
            _ => debug_assert!(false, "no column of numbers"),
        }
        self
    }

    /// An amount of money.
    pub(super) fn amount(&mut self, value: Option<i64>) -> &mut Self {
        let row = self.row;
        match self.next() {
            Some(Values::Amount(values)) => put(values, row, value),
            _ => debug_assert!(false, "no column of amounts"),
        }
        self
    }

    /// A real number; none where it is not finite.
    pub(super) fn real(&mut self, value: Option<f32>) -> &mut Self {
        let row = self.row;
        match self.next() {
            Some(Values::Real(values)) => put(values, row, value.filter(|value| value.is_finite())),
            _ => debug_assert!(false, "no column of real numbers"),
        }
        self
    }

    /// A day.
    pub(super) fn day(&mut self, value: Option<Day>) -> &mut Self {
        let row = self.row;
        match self.next() {
            Some(Values::Day(values)) => put(values, row, value.map(|day| day.0)),
            _ => debug_assert!(false, "no column of days"),
        }
        self
    }

    /// Yes or no.
    #[cfg(test)]
    pub(super) fn flag(&mut self, value: Option<bool>) -> &mut Self {
        let row = self.row;
        match self.next() {
            Some(Values::Flag(values)) => put(values, row, value),
            _ => debug_assert!(false, "no column of flags"),
        }
        self
    }

    /// The first and the last day that a date can mean: one and the same of a full date.
    pub(super) fn span(&mut self, date: ShownDate<'_>) -> &mut Self {
        let date = match date {
            ShownDate::Date(date) => Some(date),
            ShownDate::None | ShownDate::Written(_) => None,
        };
        self.day(date.map(|date| date.first_day())).day(date.map(|date| date.last_day()))
    }

    /// The weights of a link by comparison; none where there is no link.
    pub(super) fn weights(&mut self, weights: Option<[f32; Comparison::COUNT]>) -> &mut Self {
        match weights {
            Some(weights) => {
                for bits in weights {
                    self.real(Some(bits));
                }
                self
            }
            None => self.nothing(Comparison::COUNT),
        }
    }

    /// Ends a row.
    pub(super) fn end(&mut self) {
        debug_assert_eq!(self.at, self.columns.len(), "a row of another number of columns");
        self.at = 0;
        self.row += 1;
    }

    /// The columns, whole.
    pub(super) fn finish(self) -> Vec<Filled> {
        let rows = self.row;
        self.columns.into_iter().map(|values| values.finish(rows)).collect()
    }

    fn next(&mut self) -> Option<&mut Values> {
        self.at += 1;
        self.columns.get_mut(self.at - 1)
    }
}
