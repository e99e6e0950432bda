//! The cells of one column of a batch, ready to be written row by row.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, TimestampMicrosecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, BooleanArray, PrimitiveArray, StringArray};
use arrow_schema::DataType;
use memchr::{memchr, memchr3};

use super::block::Block;
use super::numbers;

/// The longest cell of a fixed size: a decimal of 38 digits, a sign, a point and a zero.
const NUMBER_BYTES: usize = 41;

/// A column of one batch.
pub(super) enum Cells<'a> {
    Int8(&'a PrimitiveArray<Int8Type>),
    Int16(&'a PrimitiveArray<Int16Type>),
    Int32(&'a PrimitiveArray<Int32Type>),
    Int64(&'a PrimitiveArray<Int64Type>),
    UInt8(&'a PrimitiveArray<UInt8Type>),
    UInt16(&'a PrimitiveArray<UInt16Type>),
    UInt32(&'a PrimitiveArray<UInt32Type>),
    UInt64(&'a PrimitiveArray<UInt64Type>),
    Float32(&'a PrimitiveArray<Float32Type>),
    Float64(&'a PrimitiveArray<Float64Type>),
    Decimal(&'a PrimitiveArray<Decimal128Type>, usize),
    Boolean(&'a BooleanArray),
    Date(&'a PrimitiveArray<Date32Type>),
    Timestamp(&'a PrimitiveArray<TimestampMicrosecondType>),
    /// Text, and whether no cell of the batch needs quotes.
    Text(&'a StringArray, bool),
}

impl<'a> Cells<'a> {
    /// # Panics
    /// On a type that the encoder refused when it was made.
    pub(super) fn new(array: &'a ArrayRef) -> Self {
        match array.data_type() {
            DataType::Int8 => Self::Int8(array.as_primitive()),
            DataType::Int16 => Self::Int16(array.as_primitive()),
            DataType::Int32 => Self::Int32(array.as_primitive()),
            DataType::Int64 => Self::Int64(array.as_primitive()),
            DataType::UInt8 => Self::UInt8(array.as_primitive()),
            DataType::UInt16 => Self::UInt16(array.as_primitive()),
            DataType::UInt32 => Self::UInt32(array.as_primitive()),
            DataType::UInt64 => Self::UInt64(array.as_primitive()),
            DataType::Float32 => Self::Float32(array.as_primitive()),
            DataType::Float64 => Self::Float64(array.as_primitive()),
            DataType::Decimal128(_, scale) => {
                Self::Decimal(array.as_primitive(), usize::from(scale.unsigned_abs()))
            }
            DataType::Boolean => Self::Boolean(array.as_boolean()),
            DataType::Date32 => Self::Date(array.as_primitive()),
            DataType::Timestamp(_, _) => Self::Timestamp(array.as_primitive()),
            DataType::Utf8 => {
                let text: &StringArray = array.as_string();
                Self::Text(text, !needs_quotes(text.values()))
            }
            other => panic!("the encoder takes no column of type {other}"),
        }
    }

    /// The most bytes of a cell, text apart.
    pub(super) fn fixed_bytes(&self) -> usize {
        match self {
            Self::Text(..) => 0,
            _ => NUMBER_BYTES,
        }
    }

    /// Writes the cell of `row`; `rest_bytes` must be ready behind it for the rest of the row.
    #[inline]
    pub(super) fn write(&self, row: usize, block: &mut Block, rest_bytes: usize) {
        match self {
            Self::Int8(a) => valid(a, row, |v| numbers::signed(block, i64::from(v))),
            Self::Int16(a) => valid(a, row, |v| numbers::signed(block, i64::from(v))),
            Self::Int32(a) => valid(a, row, |v| numbers::signed(block, i64::from(v))),
            Self::Int64(a) => valid(a, row, |v| numbers::signed(block, v)),
            Self::UInt8(a) => valid(a, row, |v| numbers::unsigned(block, u64::from(v))),
            Self::UInt16(a) => valid(a, row, |v| numbers::unsigned(block, u64::from(v))),
            Self::UInt32(a) => valid(a, row, |v| numbers::unsigned(block, u64::from(v))),
            Self::UInt64(a) => valid(a, row, |v| numbers::unsigned(block, v)),
            Self::Float32(a) => valid(a, row, |v| numbers::float32(block, v)),
            Self::Float64(a) => valid(a, row, |v| numbers::float64(block, v)),
            Self::Decimal(a, scale) => valid(a, row, |v| numbers::decimal(block, v, *scale)),
            Self::Date(a) => valid(a, row, |v| numbers::date(block, i64::from(v))),
            Self::Timestamp(a) => valid(a, row, |v| numbers::timestamp(block, v)),
            Self::Boolean(a) => {
                if a.is_valid(row) {
                    block.text(if a.value(row) { b"true" } else { b"false" });
                }
            }
            Self::Text(a, plain) => {
                if a.is_valid(row) {
                    let offsets = a.value_offsets();
                    let (start, end) = (offsets[row] as usize, offsets[row + 1] as usize);
                    if *plain && start < end {
                        block.reserve(end - start + rest_bytes);
                        block.part(a.value_data(), start, end - start);
                    } else {
                        block.reserve(2 * (end - start) + 2 + rest_bytes);
                        write_text(block, &a.value_data()[start..end], true);
                    }
                }
            }
        }
    }
}

#[inline]
fn valid<T: ArrowPrimitiveType>(
    array: &PrimitiveArray<T>,
    row: usize,
    write: impl FnOnce(T::Native),
) {
    if array.is_valid(row) {
        write(array.values()[row]);
    }
}

fn needs_quotes(text: &[u8]) -> bool {
    memchr3(b',', b'"', b'\n', text).is_some() || memchr(b'\r', text).is_some()
}

/// `text` by the rules of RFC 4180. An empty text is quoted where it could be read as null.
pub(super) fn write_text(block: &mut Block, text: &[u8], quote_empty: bool) {
    let quotes = needs_quotes(text) || (text.is_empty() && quote_empty);
    if !quotes {
        block.text(text);
        return;
    }
    block.byte(b'"');
    for &byte in text {
        if byte == b'"' {
            block.byte(b'"');
        }
        block.byte(byte);
    }
    block.byte(b'"');
}
