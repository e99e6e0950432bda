//! The file formats of a table, as a manifest writes them.

use std::fmt;

use inrush_formats::{Format, ParquetCodec, ParquetOptions, TextCodec};
use inrush_tables::Table;
use serde::{Deserialize, Serialize};

use crate::Error;

/// Rows of a Parquet row group unless told otherwise.
const DEFAULT_ROW_GROUP_ROWS: u64 = 128 * 1024;

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
    pub(crate) fn encoder_format(self, table: &Table) -> Result<Format, Error> {
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
