//! A generator per kind of column: from a range of rows to one Arrow array.

mod flags;
mod integers;
mod nulls;
mod numbers;
mod people;
mod text;
pub(crate) mod times;
mod topics;

use std::fmt::Debug;
use std::ops::Range;

use arrow_array::ArrayRef;

use crate::capacity::distinct_values;
use crate::cell::{CellKey, Purpose};
use crate::permutation::Permutation;
use crate::schema::{Column, Key, SqlType};
use crate::{Error, Meaning};
use nulls::Nulls;

/// The values of one column.
pub(crate) trait Generate: Debug + Send + Sync {
    /// The cells of `rows`, one per row, whatever was asked for before.
    fn array(&self, rows: Range<u64>) -> ArrayRef;
}

/// What every generator is made from.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// The words of the values.
    pub(crate) values: CellKey,
    /// The words of the row's person, the same for all columns of the table.
    pub(crate) person: CellKey,
    pub(crate) nulls: Nulls,
    /// For a unique column: the bijection from rows to values.
    pub(crate) unique: Option<Permutation>,
}

/// No text but that of a `char(n)` is longer, in bytes.
pub(crate) const TEXT_BYTES: u64 = 256;

/// The most bytes of text that a row has in `column`.
pub(crate) fn max_text_bytes(column: &Column) -> u64 {
    match column.sql_type {
        SqlType::Char { length } => u64::from(length).max(TEXT_BYTES),
        _ => TEXT_BYTES,
    }
}

/// The generator of `column`.
pub(crate) fn generator(
    seed: u64,
    table: &str,
    column: &Column,
) -> Result<Box<dyn Generate>, Error> {
    let key = |purpose| CellKey::new(seed, table, &column.name, purpose);
    let source = Source {
        values: key(Purpose::Value),
        person: CellKey::new(seed, table, "", Purpose::Person),
        nulls: Nulls::new(key(Purpose::Null), column.null_share),
        unique: (column.key == Key::Unique)
            .then(|| Permutation::new(distinct_values(column), key(Purpose::Value).word(0))),
    };
    match column.sql_type {
        SqlType::Integer { bits, unsigned } => integers::generator(column, bits, unsigned, source),
        SqlType::Float | SqlType::Double => numbers::float_generator(column, source),
        SqlType::Decimal { precision, scale } => {
            numbers::decimal_generator(column, precision, scale, source)
        }
        SqlType::Boolean => Ok(Box::new(flags::Booleans::new(source))),
        SqlType::Date => Ok(Box::new(times::Dates::new(source))),
        SqlType::Timestamp { utc } => Ok(Box::new(times::Timestamps::new(source, utc))),
        SqlType::Char { length }
            if matches!(Meaning::of(column), Meaning::Code | Meaning::Identifier) =>
        {
            Ok(Box::new(text::Codes::new(source, length)))
        }
        SqlType::Char { length } => Ok(topics::generator(column, source, Some(length))),
        SqlType::Text { max_length } => match Meaning::of(column) {
            Meaning::PersonName
            | Meaning::FirstName
            | Meaning::LastName
            | Meaning::Email
            | Meaning::UserName => Ok(people::generator(column, source, max_length)),
            _ => Ok(topics::generator(column, source, max_length)),
        },
    }
}
