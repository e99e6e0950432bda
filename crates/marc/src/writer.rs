//! Records to a `Write`, in blocks.

use std::io::{ErrorKind, Write};

use crate::{Encoder, Error, Oversize, Record, RecordRef};

/// Bytes that are written at once, or a few more: a record is never split.
const BLOCK_BYTES: usize = 256 * 1024;

/// Writes records one behind the other.
///
/// They are encoded into a block of 256 KiB, which goes out when it is full: no allocation for a record,
/// and no copy but into the block. [`finish`](Self::finish) writes the rest and is where a full disk is
/// seen at the latest; a writer that is dropped without it writes what it has, and cannot say whether it
/// could.
///
/// ```
/// use inrush_marc::{Record, Writer};
///
/// let mut record = Record::new();
/// record.control("001", "42")?;
/// let mut writer = Writer::new(Vec::new());
/// writer.write(&record)?;
/// let (bytes, written) = writer.finish()?;
/// assert_eq!((written.records, written.bytes), (1, bytes.len() as u64));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Writer<W: Write> {
    /// There until it is handed back.
    out: Option<W>,
    encoder: Encoder,
    /// Bytes that the output has accepted.
    accepted: u64,
    /// Whether the output has failed, and dropping should not try it again.
    has_failed: bool,
}

/// What a [`Writer`] has written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// Records.
    pub records: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// Records that were too long and are left out, by [`Oversize::LeaveOut`].
    pub left_out: u64,
    /// Records of `records` that were too long and are cut, by [`Oversize::Cut`].
    pub cut: u64,
}

impl<W: Write> Writer<W> {
    /// A writer that refuses records that are too long.
    pub fn new(out: W) -> Self {
        Self {
            out: Some(out),
            encoder: Encoder::new().with_block_bytes(BLOCK_BYTES),
            accepted: 0,
            has_failed: false,
        }
    }

    /// Does something else with records that are too long.
    #[must_use]
    pub fn oversize(mut self, oversize: Oversize) -> Self {
        self.encoder = std::mem::take(&mut self.encoder).oversize(oversize);
        self
    }

    /// Writes a record.
    ///
    /// # Errors
    /// [`Error::Record`] for a record that cannot be encoded: nothing of it is written, and others may
    /// follow. [`Error::Write`] if a block could not be written: the record is in it, nothing is lost, and
    /// [`flush`](Self::flush) goes on with the first byte that was not accepted.
    #[inline]
    pub fn write(&mut self, record: &Record) -> Result<(), Error> {
        self.write_view(record.view())
    }

    /// Writes a record that is borrowed.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    #[inline]
    pub fn write_view(&mut self, record: RecordRef<'_>) -> Result<(), Error> {
        self.encoder.encode(record)?;
        if self.encoder.block().len() >= BLOCK_BYTES { self.write_block() } else { Ok(()) }
    }

    /// Writes records one after the other, up to the first error.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn write_many<'r>(
        &mut self,
        records: impl IntoIterator<Item = &'r Record>,
    ) -> Result<(), Error> {
        records.into_iter().try_for_each(|record| self.write(record))
    }

    /// Hands the output what there is, and has it do the same.
    ///
    /// # Errors
    /// [`Error::Write`]; what the output has not accepted is kept, and the next call goes on with it.
    pub fn flush(&mut self) -> Result<(), Error> {
        self.write_block()?;
        let offset = self.accepted;
        self.out().flush().map_err(|source| Error::Write { offset, source })
    }

    /// Writes what is left, flushes the output and hands it back.
    ///
    /// # Errors
    /// [`Error::Write`]. The output is then dropped with the writer; flush before where that matters.
    ///
    /// # Panics
    /// Never: the output is there until it is handed back.
    pub fn finish(mut self) -> Result<(W, Written), Error> {
        self.has_failed = true;
        self.flush()?;
        let out = self.out.take().expect("handed back here alone");
        Ok((out, self.encoder.written()))
    }

    /// What was written so far, or is in the block that will be.
    #[must_use]
    pub fn written(&self) -> Written {
        self.encoder.written()
    }

    fn out(&mut self) -> &mut W {
        self.out.as_mut().expect("there until the writer is gone")
    }

    /// Writes the block; an error leaves in it what was not accepted.
    #[cold]
    fn write_block(&mut self) -> Result<(), Error> {
        let mut n_accepted = 0;
        let out = self.out.as_mut().expect("there until the writer is gone");
        let block = self.encoder.block_mut();
        let result = loop {
            if n_accepted == block.len() {
                break Ok(());
            }
            match out.write(&block[n_accepted..]) {
                Ok(0) => break Err(ErrorKind::WriteZero.into()),
                Ok(n) => n_accepted += n,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        block.drain(..n_accepted);
        self.accepted += n_accepted as u64;
        self.has_failed |= result.is_err();
        result.map_err(|source| Error::Write { offset: self.accepted, source })
    }
}

impl<W: Write> Drop for Writer<W> {
    fn drop(&mut self) {
        if !self.has_failed && !std::thread::panicking() {
            // Nobody is left to tell; `finish` is for those who want to know.
            let _ = self.flush();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate_into;

    #[test]
    fn the_block_is_where_it_was_and_as_large_after_many_records() {
        let place = |writer: &mut Writer<_>| {
            let block = writer.encoder.block_mut();
            (block.as_ptr(), block.capacity())
        };
        let mut writer = Writer::new(std::io::sink());
        let before = place(&mut writer);
        let mut record = Record::new();
        for index in 0..5_000 {
            generate_into(0, index, &mut record);
            writer.write(&record).expect("a sink takes all");
            assert!(writer.encoder.block().len() < BLOCK_BYTES);
        }
        assert!(writer.accepted > 0);
        assert_eq!(place(&mut writer), before);
    }
}
