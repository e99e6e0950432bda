//! Records into a block of memory.

use crate::error::Place;
use crate::oversize::Oversize;
use crate::{Error, Fault, Record, RecordRef, Written};

/// Encodes records one behind the other into a block, and counts them.
///
/// It is the half of a [`Writer`](crate::Writer) that knows records. Whoever takes it alone empties
/// [`block`](Self::block) when it is as long as they like it: nothing is allocated for a record, and
/// nothing is copied but into the block.
///
/// ```
/// use inrush_marc::{Encoder, Record};
///
/// let mut record = Record::new();
/// record.control("001", "42")?;
/// let mut encoder = Encoder::new();
/// encoder.encode(record.view())?;
/// let n_bytes = encoder.block().len();
/// encoder.block_mut().clear();
/// encoder.encode(record.view())?;
/// assert_eq!((encoder.written().records, encoder.written().bytes), (2, 2 * n_bytes as u64));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Encoder {
    block: Vec<u8>,
    oversize: Oversize,
    written: Written,
}

impl Encoder {
    /// An encoder that refuses records that are too long, with an empty block.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes room for so many bytes, and one record that begins before their end.
    #[must_use]
    pub fn with_block_bytes(mut self, n_bytes: usize) -> Self {
        self.block.reserve(n_bytes + crate::MAX_RECORD_BYTES);
        self
    }

    /// Does something else with records that are too long.
    #[must_use]
    pub fn oversize(mut self, oversize: Oversize) -> Self {
        self.oversize = oversize;
        self
    }

    /// Appends a record to the block.
    ///
    /// # Errors
    /// [`Error::Record`] for a record that cannot be encoded: nothing of it is in the block, and others
    /// may follow.
    #[inline]
    pub fn encode(&mut self, record: RecordRef<'_>) -> Result<(), Error> {
        let before = self.block.len();
        if let Err(fault) = record.encode(&mut self.block) {
            self.encode_slow(record, fault)?;
        } else {
            self.written.records += 1;
        }
        self.written.bytes += (self.block.len() - before) as u64;
        Ok(())
    }

    #[cold]
    fn encode_slow(&mut self, record: RecordRef<'_>, fault: Fault) -> Result<(), Error> {
        let is_too_long = matches!(fault, Fault::FieldTooLong { .. } | Fault::RecordTooLong { .. });
        match self.oversize {
            Oversize::LeaveOut if is_too_long => {
                self.written.left_out += 1;
                Ok(())
            }
            Oversize::Cut if is_too_long => {
                let mut record = Record::from(record);
                record.cut();
                record
                    .encode(&mut self.block)
                    .map_err(|fault| self.refusal(record.view(), fault))?;
                self.written.cut += 1;
                self.written.records += 1;
                Ok(())
            }
            _ => Err(self.refusal(record, fault)),
        }
    }

    fn refusal(&self, record: RecordRef<'_>, fault: Fault) -> Error {
        let place = Place {
            record: self.written.records + self.written.left_out,
            offset: self.written.bytes,
            control_number: record.control_number(),
        };
        Error::record(place, fault)
    }

    /// The records that were encoded since the block was last emptied.
    #[inline]
    #[must_use]
    pub fn block(&self) -> &[u8] {
        &self.block
    }

    /// The block, for what was taken out of it to be removed.
    #[inline]
    pub fn block_mut(&mut self) -> &mut Vec<u8> {
        &mut self.block
    }

    /// What was encoded so far.
    #[must_use]
    pub fn written(&self) -> Written {
        self.written
    }
}
