//! The columns of a row group as they fill up: one value for each column of a row, in order.

use std::borrow::Cow;
use std::fmt::{Display, Write as _};

use polars::prelude::PlSmallStr;
use polars_arrow::array::{Array, BooleanArray, MutableBinaryViewArray, PrimitiveArray};
use polars_arrow::datatypes::{ArrowDataType, Field as ArrowField};
use polars_parquet::write::Encoding;

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

/// The values of one column.
enum Values {
    Text(MutableBinaryViewArray<str>),
    Number(Vec<Option<u32>>),
    Amount(Vec<Option<i64>>),
    Real(Vec<Option<f32>>),
    Day(Vec<Option<i32>>),
    Flag(Vec<Option<bool>>),
}

impl Values {
    fn new(holds: Type, rows: usize) -> Self {
        match holds {
            Type::Text | Type::Word => Self::Text(MutableBinaryViewArray::with_capacity(rows)),
            Type::Number => Self::Number(Vec::with_capacity(rows)),
            Type::Amount => Self::Amount(Vec::with_capacity(rows)),
            Type::Real => Self::Real(Vec::with_capacity(rows)),
            Type::Day => Self::Day(Vec::with_capacity(rows)),
            Type::Flag => Self::Flag(Vec::with_capacity(rows)),
        }
    }

    fn finish(self) -> Box<dyn Array> {
        match self {
            Self::Text(values) => Box::new(values.freeze()),
            Self::Number(values) => Box::new(PrimitiveArray::from(values)),
            Self::Amount(values) => Box::new(PrimitiveArray::from(values)),
            Self::Real(values) => Box::new(PrimitiveArray::from(values)),
            Self::Day(values) => Box::new(PrimitiveArray::from(values).to(ArrowDataType::Date32)),
            Self::Flag(values) => Box::new(BooleanArray::from(values)),
        }
    }
}

/// The rows of a row group, written value by value in the order of the columns.
///
/// A value of another type than the column's is left out. That is a mistake in the code: tests are stopped by it, and
/// the writer refuses columns of unequal length.
pub(super) struct Rows {
    columns: Vec<Values>,
    /// The column that the next value belongs to.
    at: usize,
    scratch: String,
}

impl Rows {
    pub(super) fn new(columns: &[Column], rows: usize) -> Self {
        let columns = columns.iter().map(|column| Values::new(column.holds, rows)).collect();
        Self { columns, at: 0, scratch: String::new() }
    }

    /// A text; none where it is empty.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        match self.next() {
            Some(Values::Text(values)) => push_text(values, text),
            _ => debug_assert!(false, "no column of text"),
        }
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
        match self.next() {
            Some(Values::Number(values)) => values.push(value),
            _ => debug_assert!(false, "no column of numbers"),
        }
        self
    }

    /// An amount of money.
    pub(super) fn amount(&mut self, value: Option<i64>) -> &mut Self {
        match self.next() {
            Some(Values::Amount(values)) => values.push(value),
            _ => debug_assert!(false, "no column of amounts"),
        }
        self
    }

    /// A real number; none where it is not finite.
    pub(super) fn real(&mut self, value: Option<f32>) -> &mut Self {
        match self.next() {
            Some(Values::Real(values)) => values.push(value.filter(|value| value.is_finite())),
            _ => debug_assert!(false, "no column of real numbers"),
        }
        self
    }

    /// A day.
    pub(super) fn day(&mut self, value: Option<Day>) -> &mut Self {
        match self.next() {
            Some(Values::Day(values)) => values.push(value.map(|day| day.0)),
            _ => debug_assert!(false, "no column of days"),
        }
        self
    }

    /// Yes or no.
    #[cfg(test)]
    pub(super) fn flag(&mut self, value: Option<bool>) -> &mut Self {
        match self.next() {
            Some(Values::Flag(values)) => values.push(value),
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
        for comparison in 0..Comparison::COUNT {
            self.real(weights.map(|weights| weights[comparison]));
        }
        self
    }

    /// Ends a row.
    pub(super) fn end(&mut self) {
        debug_assert_eq!(self.at, self.columns.len(), "a row of another number of columns");
        self.at = 0;
    }

    /// The columns, whole.
    pub(super) fn finish(self) -> Vec<Box<dyn Array>> {
        self.columns.into_iter().map(Values::finish).collect()
    }

    fn next(&mut self) -> Option<&mut Values> {
        self.at += 1;
        self.columns.get_mut(self.at - 1)
    }
}

/// Adds a text to a column of them; nothing where it is empty.
pub(super) fn push_text(values: &mut MutableBinaryViewArray<str>, text: &str) {
    if text.is_empty() {
        values.push_null();
    } else {
        values.push_value(text);
    }
}
