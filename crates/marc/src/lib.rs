//! ISO 2709 and MARC 21: catalogue records read, written, converted and generated.
//!
//! A [`Record`] is one buffer and the places of its fields, in their order; what was read is written
//! again byte for byte. Limits of the format are errors, and so is all that a reader finds wrong, with
//! record, offset and control number.
//!
//! ```
//! use inrush_marc::{Generator, Reader, Record, Writer};
//!
//! let mut generator = Generator::new(7);
//! let mut writer = Writer::new(Vec::new());
//! for index in 0..100 {
//!     writer.write(generator.record(index))?;
//! }
//! let (file, written) = writer.finish()?;
//! assert_eq!(written.records, 100);
//!
//! let mut reader = Reader::new(&file[..]);
//! let mut record = Record::new();
//! while reader.read_into(&mut record)? {
//!     let title = record.get("245").and_then(|field| field.get(b'a')).expect("each has a title");
//!     assert!(!title.text()?.is_empty());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | to | take |
//! |---|---|
//! | build a record | [`Record::control`], [`Record::field`] |
//! | encode one into memory | [`Record::encode`] |
//! | write a file | [`Writer`], with an [`Oversize`] policy |
//! | write blocks of your own | [`Encoder`] |
//! | read a file | [`Reader`], [`lenient`](Reader::lenient) or not |
//! | read a file with several threads | [`ParallelReader`] |
//! | have JSON, MARCXML or CSV of records | [`TextFormat`] |
//! | have records that nobody catalogued | [`generate`], [`Generator`] |
//! | have UTF-8 instead of MARC-8 | [`Marc8`], [`Record::decode_marc8`] |
//!
//! The crate opens no file, reads no clock and prints nothing; only [`ParallelReader`] starts threads. It does not know authorities from
//! bibliographic records: any tag, indicator and subfield code of printable ASCII is taken.
//!
//! Sources: ISO 2709, Format for information exchange; the Library of Congress, "MARC 21 Specifications
//! for Record Structure, Character Sets, and Exchange Media", and "MARC 21 Format for Bibliographic Data".
#![forbid(unsafe_code)]

mod batch;
mod build;
mod cut;
mod digits;
mod encode;
mod encoder;
mod entry;
mod error;
mod fault;
mod field;
mod frames;
mod generate;
mod leader;
mod marc8;
mod marks;
mod mode;
mod oversize;
mod parallel;
mod parse;
mod problem;
mod reader;
mod record;
mod repair;
mod resync;
mod tag;
mod text;
mod text_format;
mod view;
mod writer;

pub use batch::Batch;
pub use build::FieldBuilder;
pub use encoder::Encoder;
pub use error::{Error, Place};
pub use fault::{Fault, MAX_FIELD_BYTES, MAX_RECORD_BYTES};
pub use field::{Field, Subfield, Subfields};
pub use generate::{GENERATE_VERSION, Generator, generate, generate_into};
pub use leader::{Coding, Leader};
pub use mode::Marc8;
pub use oversize::Oversize;
pub use parallel::{Findings, ParallelReader};
pub use problem::{Outcome, Problem};
pub use reader::Reader;
pub use record::Record;
pub use tag::Tag;
pub use text_format::{CsvColumns, TextFormat};
pub use view::{Fields, RecordRef};
pub use writer::{Writer, Written};
