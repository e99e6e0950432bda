//! Compression of text formats, as one stream over the whole file.

use std::fmt;
use std::io::{self, Write};

use flate2::write::GzEncoder;

/// How a text file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TextCodec {
    /// Not at all.
    None,
    /// gzip, level 6, without a time stamp in its header.
    Gzip,
    /// Zstandard, level 3.
    Zstd,
}

/// A writer that compresses by one of the codecs.
pub(crate) enum TextWriter<'a> {
    Plain(&'a mut (dyn Write + Send)),
    Gzip(GzEncoder<&'a mut (dyn Write + Send)>),
    Zstd(zstd::stream::write::Encoder<'static, &'a mut (dyn Write + Send)>),
}

impl<'a> TextWriter<'a> {
    pub(crate) fn new(codec: TextCodec, out: &'a mut (dyn Write + Send)) -> io::Result<Self> {
        Ok(match codec {
            TextCodec::None => Self::Plain(out),
            TextCodec::Gzip => Self::Gzip(GzEncoder::new(out, flate2::Compression::new(6))),
            TextCodec::Zstd => Self::Zstd(zstd::stream::write::Encoder::new(out, 3)?),
        })
    }

    /// Writes the end of the compressed stream.
    pub(crate) fn finish(self) -> io::Result<()> {
        match self {
            Self::Plain(_) => Ok(()),
            Self::Gzip(encoder) => encoder.finish().map(drop),
            Self::Zstd(encoder) => encoder.finish().map(drop),
        }
    }
}

impl Write for TextWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Gzip(encoder) => encoder.write(bytes),
            Self::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            Self::Gzip(encoder) => encoder.flush(),
            Self::Zstd(encoder) => encoder.flush(),
        }
    }
}

impl fmt::Debug for TextWriter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain(_) => "TextWriter::Plain",
            Self::Gzip(_) => "TextWriter::Gzip",
            Self::Zstd(_) => "TextWriter::Zstd",
        })
    }
}
