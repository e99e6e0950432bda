//! What to generate where that is a table.

use std::ops::Range;

use inrush_tables::{STREAM_VERSION, Schema, Table};
use serde::{Deserialize, Serialize};

use super::{check_files, share};
use crate::source::TableSource;
use crate::{Error, FileFormat};

/// A table to be written as files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableSpec {
    /// The name of the table, which begins the name of every file.
    table: String,
    /// The text of the schema.
    schema: String,
    rows: u64,
    files: u64,
    format: FileFormat,
    seed: u64,
    /// The version of the generated values.
    stream: u32,
    /// The version of this library, on which the encoding of the files may depend.
    tool: String,
}

impl TableSpec {
    /// The specification of `rows` rows of `schema` in `files` files, with seed 0.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there are no files, or too many, or a codec does not go with the
    /// format; [`Error::Schema`] where the schema cannot hold so many rows.
    pub fn new(schema: &Schema, rows: u64, files: u64, format: FileFormat) -> Result<Self, Error> {
        let spec = Self {
            table: schema.name().to_owned(),
            schema: schema.text().to_owned(),
            rows,
            files,
            format,
            seed: 0,
            stream: STREAM_VERSION,
            tool: env!("CARGO_PKG_VERSION").to_owned(),
        };
        spec.open()?;
        Ok(spec)
    }

    /// The same specification with another seed.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The number of rows in all files.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The number of files.
    pub fn files(&self) -> u64 {
        self.files
    }

    /// The format of the files.
    pub fn format(&self) -> FileFormat {
        self.format
    }

    /// Whether this library would generate the same bytes as the one that wrote this
    /// specification.
    pub fn is_reproducible_here(&self) -> bool {
        self.stream == STREAM_VERSION && self.tool == env!("CARGO_PKG_VERSION")
    }

    /// The version of the tool that wrote this specification.
    pub fn tool(&self) -> &str {
        &self.tool
    }

    /// The rows of a file: as many as in any other, and one more in each of the first
    /// `rows % files`.
    pub fn rows_of(&self, file: u64) -> Range<u64> {
        share(self.rows, self.files, file)
    }

    /// Reads the schema and readies the generators and the format.
    pub(crate) fn open(&self) -> Result<TableSource, Error> {
        check_files(self.files)?;
        let schema = Schema::from_sql(&self.schema)?;
        let table = Table::new(&schema, self.seed, self.rows)?;
        let format = self.format.encoder_format(&table)?;
        Ok(TableSource::new(self.clone(), table, format))
    }

    /// The name of the table.
    pub(crate) fn table(&self) -> &str {
        &self.table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(rows: u64, files: u64) -> TableSpec {
        let schema = Schema::builtin("seed7").expect("the builtin schema parses");
        TableSpec::new(&schema, rows, files, FileFormat::csv()).expect("the spec is valid")
    }

    #[test]
    fn the_remainder_is_spread_over_the_first_files() {
        let spec = spec(10, 4);
        let counts: Vec<u64> = (0..4).map(|f| spec.rows_of(f)).map(|r| r.end - r.start).collect();
        assert_eq!(counts, [3, 3, 2, 2]);
        assert_eq!(spec.rows_of(3).end, 10);
    }
}
