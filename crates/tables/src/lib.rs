//! A schema to Arrow record batches: realistic rows in any order, from nothing but a seed.
//!
//! A cell depends only on (seed, table, column, row). Any range of rows can be asked for at any
//! time, from any thread, and is the same: files, shards and resumed runs need no shared state.
//! The crate reads no clock, no thread id and no environment, and does no I/O.
//!
//! ```
//! use inrush_tables::{Schema, Table};
//!
//! let schema = Schema::from_sql("CREATE TABLE people (id SERIAL PRIMARY KEY, name TEXT)")?;
//! let table = Table::new(&schema, 0, 1_000_000)?;
//! let batch = table.batch(999_990..1_000_000);
//! assert_eq!((batch.num_rows(), batch.num_columns()), (10, 2));
//! # Ok::<(), inrush_tables::Error>(())
//! ```
//!
//! | what | rule |
//! |---|---|
//! | keys | unique over the whole table, however it is cut; null only where a comment asks |
//! | nulls | 5% of a nullable column, or `COMMENT 'inrush: null=20%'` |
//! | numbers | `COMMENT 'inrush: min=1, max=6'` bounds them, both ends included |
//! | meaning | from the column's name and type, see [`Meaning`] |
//! | time | UTC, microseconds, 2020 to 2024 |
#![forbid(unsafe_code)]

mod builtin;
mod capacity;
mod cell;
mod columns;
mod ddl;
mod error;
mod meaning;
mod permutation;
mod schema;
mod table;
mod version;
mod words;

pub use error::Error;
pub use meaning::Meaning;
pub use schema::{Bounds, Column, Key, Schema, SqlType};
pub use table::Table;
pub use version::STREAM_VERSION;
