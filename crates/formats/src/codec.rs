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
    Gzip(Gzip<'a>),
    Zstd(zstd::stream::write::Encoder<'static, Gate<'a>>),
}

impl<'a> TextWriter<'a> {
    pub(crate) fn new(codec: TextCodec, out: &'a mut (dyn Write + Send)) -> io::Result<Self> {
        Ok(match codec {
            TextCodec::None => Self::Plain(out),
            TextCodec::Gzip => Self::Gzip(Gzip::new(out)),
            TextCodec::Zstd => Self::Zstd(zstd::stream::write::Encoder::new(Gate(Some(out)), 3)?),
        })
    }

    /// Writes the end of the compressed stream.
    pub(crate) fn finish(self) -> io::Result<()> {
        match self {
            Self::Plain(_) => Ok(()),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Zstd(encoder) => encoder.finish().map(drop),
        }
    }
}

impl Write for TextWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Gzip(Gzip(encoder)) => encoder.write(bytes),
            Self::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            Self::Gzip(Gzip(encoder)) => encoder.flush(),
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

/// A gzip stream that ends only by [`finish`](Self::finish).
///
/// [`GzEncoder`] also writes the end of the stream when it is dropped, and a file given up halfway
/// would then look whole.
pub(crate) struct Gzip<'a>(GzEncoder<Gate<'a>>);

/// A writer that can be taken away, and that takes all bytes or fails: at the end of a stream, an
/// encoder gives up where a write is interrupted.
pub(crate) struct Gate<'a>(Option<&'a mut (dyn Write + Send)>);

impl<'a> Gzip<'a> {
    fn new(out: &'a mut (dyn Write + Send)) -> Self {
        Self(GzEncoder::new(Gate(Some(out)), flate2::Compression::new(6)))
    }

    fn finish(mut self) -> io::Result<()> {
        self.0.try_finish()
    }
}

impl Drop for Gzip<'_> {
    fn drop(&mut self) {
        self.0.get_mut().0 = None;
    }
}

impl Write for Gate<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Some(out) => out.write_all(bytes).map(|()| bytes.len()),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.as_mut().map_or(Ok(()), |out| out.flush())
    }
}
