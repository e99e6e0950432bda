//! A schema with a seed: rows by number.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, SchemaRef, TimeUnit};

use crate::capacity::distinct_values;
use crate::columns::{self, Generate};
use crate::schema::{Column, Key, Schema, SqlType};
use crate::{Error, Meaning};

/// A table of `rows` rows that exist only as they are asked for.
///
/// # Examples
/// ```
/// use inrush_tables::{Schema, Table};
///
/// let table = Table::new(&Schema::builtin("seed7")?, 42, 1_000)?;
/// let whole = table.batch(0..1_000);
/// assert_eq!(whole.num_rows(), 1_000);
/// assert_eq!(whole.slice(990, 10), table.batch(990..1_000));
/// # Ok::<(), inrush_tables::Error>(())
/// ```
#[derive(Debug)]
pub struct Table {
    arrow_schema: SchemaRef,
    repetitive: Vec<bool>,
    generators: Vec<Box<dyn Generate>>,
    rows: u64,
    max_batch_rows: u64,
}

impl Table {
    /// The table of `rows` rows that `schema` and `seed` define.
    ///
    /// # Errors
    /// [`Error::TooFewValues`] where a unique column cannot tell so many rows apart, and
    /// [`Error::Column`] where a column's bounds leave no value.
    pub fn new(schema: &Schema, seed: u64, rows: u64) -> Result<Self, Error> {
        let mut generators = Vec::with_capacity(schema.columns().len());
        for column in schema.columns() {
            let capacity = distinct_values(column);
            if column.key != Key::None && rows > capacity {
                return Err(Error::TooFewValues {
                    column: column.name.clone(),
                    sql_type: column.sql_type,
                    capacity,
                    rows,
                });
            }
            generators.push(columns::generator(seed, schema.name(), column)?);
        }
        let fields: Vec<Field> = schema.columns().iter().map(field).collect();
        Ok(Self {
            arrow_schema: Arc::new(arrow_schema::Schema::new(fields)),
            repetitive: schema.columns().iter().map(is_repetitive).collect(),
            generators,
            rows,
            max_batch_rows: max_batch_rows(schema),
        })
    }

    /// The Arrow schema of every batch: names, types, nullability.
    pub fn arrow_schema(&self) -> SchemaRef {
        Arc::clone(&self.arrow_schema)
    }

    /// Per column, whether few values stand in many rows, so that a format with dictionaries
    /// gains by one.
    pub fn repetitive_columns(&self) -> &[bool] {
        &self.repetitive
    }

    /// The number of rows.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The most rows that one batch may have: a column of text holds less than 2 GiB, whose offsets
    /// have 32 bits. Eight million, and fewer where a column is wider than 256 bytes.
    pub fn max_batch_rows(&self) -> u64 {
        self.max_batch_rows
    }

    /// The rows of `rows`, the same whichever batches were asked for before.
    ///
    /// # Panics
    /// If `rows` reaches past the end of the table, or if they are more than
    /// [`max_batch_rows`](Self::max_batch_rows) and hold 2 GiB of text.
    pub fn batch(&self, rows: Range<u64>) -> RecordBatch {
        assert!(rows.start <= rows.end && rows.end <= self.rows, "{rows:?} of {}", self.rows);
        let arrays = self.generators.iter().map(|column| column.array(rows.clone())).collect();
        RecordBatch::try_new(self.arrow_schema(), arrays)
            .expect("the generators make the types of the schema")
    }
}

fn max_batch_rows(schema: &Schema) -> u64 {
    let widest = schema.columns().iter().map(columns::max_text_bytes).max().unwrap_or(0);
    i32::MAX as u64 / widest.max(columns::TEXT_BYTES)
}

fn field(column: &Column) -> Field {
    Field::new(&column.name, data_type(column.sql_type), column.nullable)
}

fn data_type(sql_type: SqlType) -> DataType {
    match sql_type {
        SqlType::Integer { bits: 8, unsigned: false } => DataType::Int8,
        SqlType::Integer { bits: 8, unsigned: true } => DataType::UInt8,
        SqlType::Integer { bits: 16, unsigned: false } => DataType::Int16,
        SqlType::Integer { bits: 16, unsigned: true } => DataType::UInt16,
        SqlType::Integer { bits: 24 | 32, unsigned: false } => DataType::Int32,
        SqlType::Integer { bits: 24 | 32, unsigned: true } => DataType::UInt32,
        SqlType::Integer { unsigned: false, .. } => DataType::Int64,
        SqlType::Integer { unsigned: true, .. } => DataType::UInt64,
        SqlType::Float => DataType::Float32,
        SqlType::Double => DataType::Float64,
        SqlType::Decimal { precision, scale } => DataType::Decimal128(precision, scale as i8),
        SqlType::Boolean => DataType::Boolean,
        SqlType::Date => DataType::Date32,
        SqlType::Timestamp { utc } => {
            DataType::Timestamp(TimeUnit::Microsecond, utc.then(|| "UTC".into()))
        }
        SqlType::Char { .. } | SqlType::Text { .. } => DataType::Utf8,
    }
}

/// At most a few thousand values, whatever the number of rows.
fn is_repetitive(column: &Column) -> bool {
    if column.key != Key::None {
        return false;
    }
    match Meaning::of(column) {
        Meaning::Age
        | Meaning::Quantity
        | Meaning::Year
        | Meaning::Day
        | Meaning::FirstName
        | Meaning::LastName
        | Meaning::City
        | Meaning::Country
        | Meaning::CountryCode
        | Meaning::Company
        | Meaning::Status => true,
        Meaning::Flag => column.sql_type != SqlType::Boolean,
        _ => false,
    }
}
