//! What to generate: everything that the bytes of the files depend on, and nothing else.

use std::fmt;
use std::ops::Range;

use inrush_formats::{Format, ParquetCodec, ParquetOptions, TextCodec};
use inrush_tables::{STREAM_VERSION, Schema, Table};
use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use crate::Error;

/// Rows of a Parquet row group unless told otherwise.
const DEFAULT_ROW_GROUP_ROWS: u64 = 128 * 1024;

/// The most files of one job: their indexes have five digits or more, and a plan fits in memory.
const MAX_FILES: u64 = 100_000_000;

/// The longest beginning of a file name: with its number, its ending and the mark of a temporary
/// file it stays below the 255 bytes that file systems allow.
const MAX_STEM_BYTES: usize = 150;

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

/// A file format and how it is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "lowercase", deny_unknown_fields)]
#[non_exhaustive]
pub enum FileFormat {
    /// Apache Parquet.
    Parquet {
        /// How pages are compressed.
        compression: Codec,
        /// Rows in a row group.
        row_group_rows: u64,
    },
    /// Comma-separated values.
    Csv {
        /// How the text is compressed.
        compression: Codec,
    },
}

/// The codecs by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Codec {
    /// Not compressed.
    None,
    /// Snappy.
    Snappy,
    /// Zstandard.
    Zstd,
    /// LZ4.
    Lz4,
    /// gzip.
    Gzip,
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Snappy => "snappy",
            Self::Zstd => "zstd",
            Self::Lz4 => "lz4",
            Self::Gzip => "gzip",
        })
    }
}

impl FileFormat {
    /// Parquet with Snappy and row groups of 128 Ki rows.
    pub fn parquet() -> Self {
        Self::Parquet { compression: Codec::Snappy, row_group_rows: DEFAULT_ROW_GROUP_ROWS }
    }

    /// CSV, not compressed.
    pub fn csv() -> Self {
        Self::Csv { compression: Codec::None }
    }

    /// The same format with another codec.
    #[must_use]
    pub fn with_codec(self, codec: Codec) -> Self {
        match self {
            Self::Parquet { row_group_rows, .. } => {
                Self::Parquet { compression: codec, row_group_rows }
            }
            Self::Csv { .. } => Self::Csv { compression: codec },
        }
    }

    /// The same format with another size of row groups.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the format has no row groups, or `rows` is zero.
    pub fn with_row_group_rows(self, rows: u64) -> Result<Self, Error> {
        match self {
            Self::Parquet { compression, .. } if rows > 0 => {
                Ok(Self::Parquet { compression, row_group_rows: rows })
            }
            Self::Parquet { .. } => {
                Err(Error::Invalid("a row group has at least one row".to_owned()))
            }
            Self::Csv { .. } => {
                Err(Error::Invalid("row groups are for parquet, not for csv".to_owned()))
            }
        }
    }

    /// The encoder's own form, for the columns of `table`.
    fn encoder_format(self, table: &Table) -> Result<Format, Error> {
        Ok(match self {
            Self::Parquet { compression, row_group_rows } => Format::Parquet(ParquetOptions {
                codec: match compression {
                    Codec::None => ParquetCodec::None,
                    Codec::Snappy => ParquetCodec::Snappy,
                    Codec::Zstd => ParquetCodec::Zstd,
                    Codec::Lz4 => ParquetCodec::Lz4,
                    Codec::Gzip => ParquetCodec::Gzip,
                },
                row_group_rows: usize::try_from(row_group_rows).unwrap_or(usize::MAX),
                dictionary: table.repetitive_columns().to_vec(),
            }),
            Self::Csv { compression } => Format::Csv { codec: text_codec(compression)? },
        })
    }
}

fn text_codec(codec: Codec) -> Result<TextCodec, Error> {
    match codec {
        Codec::None => Ok(TextCodec::None),
        Codec::Gzip => Ok(TextCodec::Gzip),
        Codec::Zstd => Ok(TextCodec::Zstd),
        other => {
            Err(Error::Invalid(format!("csv cannot be compressed by {other}: none, gzip or zstd")))
        }
    }
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

    /// xxh3 (64 bits) over the specification as JSON: equal only where all files are equal.
    #[expect(clippy::missing_panics_doc, reason = "numbers and texts always have a JSON form")]
    pub fn hash(&self) -> String {
        let json = serde_json::to_string(self).expect("numbers and texts have a JSON form");
        format!("{:016x}", XxHash3_64::oneshot(json.as_bytes()))
    }

    /// Where two specifications differ: the fields' names with both values.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let fields = |spec| match serde_json::to_value(spec) {
            Ok(serde_json::Value::Object(fields)) => fields,
            _ => serde_json::Map::new(),
        };
        let (here, there) = (fields(self), fields(other));
        here.iter()
            .filter(|(name, value)| there.get(*name) != Some(value))
            .map(|(name, value)| match (name.as_str(), there.get(name)) {
                ("schema", _) | (_, None) => name.clone(),
                (_, Some(there)) => format!("{name} ({there} there, {value} here)"),
            })
            .collect()
    }

    /// The rows of a file: as many as in any other, and one more in each of the first
    /// `rows % files`.
    pub fn rows_of(&self, file: u64) -> Range<u64> {
        let (each, more) = (self.rows / self.files, self.rows % self.files);
        let start = |file: u64| file * each + file.min(more);
        start(file)..start(file + 1)
    }

    /// Reads the schema and readies the generators and the format.
    pub(crate) fn open(&self) -> Result<OpenSpec, Error> {
        if self.files == 0 {
            return Err(Error::Invalid("there must be at least one file".to_owned()));
        }
        if self.files > MAX_FILES {
            return Err(Error::Invalid(format!(
                "{} files are too many: at most {MAX_FILES}",
                self.files
            )));
        }
        let schema = Schema::from_sql(&self.schema)?;
        let table = Table::new(&schema, self.seed, self.rows)?;
        let format = self.format.encoder_format(&table)?;
        Ok(OpenSpec { spec: self.clone(), table, format })
    }
}

/// A specification that is ready to generate.
#[derive(Debug)]
pub(crate) struct OpenSpec {
    pub(crate) spec: TableSpec,
    pub(crate) table: Table,
    pub(crate) format: Format,
}

impl OpenSpec {
    /// The name of a file: `orders-00003-of-00010.parquet`.
    pub(crate) fn file_name(&self, file: u64) -> String {
        let mut stem: String = self
            .spec
            .table
            .chars()
            .map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_') { c } else { '_' })
            .collect();
        stem.truncate(stem.floor_char_boundary(MAX_STEM_BYTES));
        format!("{stem}-{file:05}-of-{:05}.{}", self.spec.files, self.format.extension())
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

    #[test]
    fn the_hash_and_the_differences_see_every_field() {
        let (base, other) = (spec(10, 4), spec(11, 4).with_seed(7));
        assert_ne!(base.hash(), other.hash());
        assert_eq!(
            base.differences(&other),
            ["rows (11 there, 10 here)", "seed (7 there, 0 here)"]
        );
        assert!(base.differences(&base.clone()).is_empty());
    }

    #[test]
    fn a_spec_survives_json() {
        let base = spec(10, 4);
        let json = serde_json::to_string(&base).expect("a spec has a JSON form");
        assert_eq!(serde_json::from_str::<TableSpec>(&json).expect("and is read again"), base);
    }
}
