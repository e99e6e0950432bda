//! The formats there are.

use std::io::{self, Write};

use arrow_schema::SchemaRef;

use crate::codec::{TextCodec, TextWriter};
use crate::csv::CsvEncoder;
use crate::encoder::Encoder;
use crate::parquet::{ParquetEncoder, ParquetOptions};

/// A file format with its options.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Format {
    /// Apache Parquet.
    Parquet(ParquetOptions),
    /// Comma-separated values: a header line, RFC 4180 quoting, lines that end in LF; null is
    /// empty and the empty string is quoted.
    Csv {
        /// How the text is compressed.
        codec: TextCodec,
    },
}

impl Format {
    /// An encoder of one file with columns as in `schema`, writing to `out`.
    ///
    /// # Errors
    /// Where `schema` holds a type that the format cannot, or `out` refuses the first bytes.
    pub fn encoder<'a>(
        &self,
        schema: SchemaRef,
        out: &'a mut (dyn Write + Send),
    ) -> io::Result<Box<dyn Encoder + 'a>> {
        Ok(match self {
            Self::Parquet(options) => Box::new(ParquetEncoder::new(options, schema, out)?),
            Self::Csv { codec } => {
                Box::new(CsvEncoder::new(schema, TextWriter::new(*codec, out)?)?)
            }
        })
    }

    /// The ending of file names: `parquet`, `csv`, `csv.gz`, `csv.zst`.
    pub fn extension(&self) -> &'static str {
        match self {
            Self::Parquet(_) => "parquet",
            Self::Csv { codec: TextCodec::None } => "csv",
            Self::Csv { codec: TextCodec::Gzip } => "csv.gz",
            Self::Csv { codec: TextCodec::Zstd } => "csv.zst",
        }
    }
}
