//! Arrow record batches to files: Parquet and CSV, into anything that implements
//! [`Write`](std::io::Write).
//!
//! An encoder never opens a file and never reads a clock: the bytes depend on the batches and the
//! options alone, and not on how the rows were cut into batches.
//!
//! ```
//! use std::sync::Arc;
//! use arrow_array::{Int32Array, RecordBatch};
//! use arrow_schema::{DataType, Field, Schema};
//! use inrush_formats::{Format, TextCodec};
//!
//! let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::Int32, true)]));
//! let column = Arc::new(Int32Array::from(vec![Some(1), None]));
//! let batch = RecordBatch::try_new(schema.clone(), vec![column])?;
//! let mut file = Vec::new();
//! let mut encoder = Format::Csv { codec: TextCodec::None }.encoder(schema, &mut file)?;
//! encoder.write(&batch)?;
//! encoder.finish()?;
//! assert_eq!(file, b"n\n1\n\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod codec;
mod csv;
mod encoder;
mod format;
mod parquet;

pub use codec::TextCodec;
pub use encoder::Encoder;
pub use format::Format;
pub use parquet::{ParquetCodec, ParquetOptions, parquet_rows};
