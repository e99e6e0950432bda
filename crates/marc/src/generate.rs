//! Catalogue records that nobody catalogued.

mod draws;
mod fields;
mod headings;
mod languages;
mod text;

use crate::Record;

/// The version of the generated records: changes whenever any record would come out different.
pub const GENERATE_VERSION: u32 = 1;

/// The record of an index, anew. [`generate_into`] uses memory again.
///
#[doc = include_str!("../GENERATED.md")]
/// # Panics
/// Never: generated text has no delimiters.
#[must_use]
pub fn generate(seed: u64, index: u64) -> Record {
    let mut record = Record::new();
    generate_into(seed, index, &mut record);
    record
}

/// Makes `record` the one of an index, as [`generate`] does.
///
/// # Panics
/// Never: generated text has no delimiters.
pub fn generate_into(seed: u64, index: u64, record: &mut Record) {
    record.clear();
    fields::fill(seed, index, record).expect("generated text has no delimiters");
}
