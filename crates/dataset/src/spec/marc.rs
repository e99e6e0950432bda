//! What to generate where that is catalogue records.

use std::ops::Range;

use inrush_marc::GENERATE_VERSION;
use serde::{Deserialize, Serialize};

use super::{check_files, share};
use crate::Error;
use crate::source::MarcSource;

/// Catalogue records to be written as files of ISO 2709.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarcSpec {
    records: u64,
    files: u64,
    seed: u64,
    /// The version of the generated records.
    stream: u32,
    /// The version of this library.
    tool: String,
}

impl MarcSpec {
    /// The specification of `records` records, numbered from 0 over all files, in `files` files.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there are no files, or too many.
    pub fn new(records: u64, files: u64, seed: u64) -> Result<Self, Error> {
        let tool = env!("CARGO_PKG_VERSION").to_owned();
        let spec = Self { records, files, seed, stream: GENERATE_VERSION, tool };
        spec.open()?;
        Ok(spec)
    }

    /// The number of records in all files.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// The number of files.
    pub fn files(&self) -> u64 {
        self.files
    }

    /// Whether this library would generate the same bytes as the one that wrote this
    /// specification.
    pub fn is_reproducible_here(&self) -> bool {
        self.stream == GENERATE_VERSION
    }

    /// The version of the tool that wrote this specification.
    pub fn tool(&self) -> &str {
        &self.tool
    }

    /// The records of a file: as many as in any other, and one more in each of the first
    /// `records % files`.
    pub fn records_of(&self, file: u64) -> Range<u64> {
        share(self.records, self.files, file)
    }

    /// Readies the generator.
    pub(crate) fn open(&self) -> Result<MarcSource, Error> {
        check_files(self.files)?;
        Ok(MarcSource::new(self.clone(), self.seed))
    }
}
