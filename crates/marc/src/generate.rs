//! Catalogue records that nobody catalogued.

mod draws;
mod fields;
mod headings;
mod languages;
mod text;

use crate::Record;
use fields::Work;

/// The version of the generated records: changes whenever any record would come out different.
pub const GENERATE_VERSION: u32 = 1;

/// The record of an index, anew; a [`Generator`] makes many.
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
    Work::new().fill(seed, index, record).expect("generated text has no delimiters");
}

/// Makes the records of a seed, in the same memory one after the other.
///
/// ```
/// use inrush_marc::{Generator, generate};
///
/// let mut generator = Generator::new(7);
/// for index in [3, 1, 2] {
///     assert_eq!(generator.record(index), &generate(7, index));
/// }
/// ```
#[derive(Debug)]
pub struct Generator {
    seed: u64,
    work: Work,
    record: Record,
}

impl Generator {
    /// A generator of the records of `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, work: Work::new(), record: Record::new() }
    }

    /// The record of an index, as [`generate`] makes it.
    ///
    /// # Panics
    /// Never: generated text has no delimiters.
    pub fn record(&mut self, index: u64) -> &Record {
        self.record.clear();
        let made = self.work.fill(self.seed, index, &mut self.record);
        made.expect("generated text has no delimiters");
        &self.record
    }
}
