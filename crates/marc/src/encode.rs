//! A record to ISO 2709.

use crate::entry::Entry;
use crate::leader::LEADER_BYTES;
use crate::marks::{ENTRY_BYTES, FIELD_TERMINATOR, RECORD_TERMINATOR};
use crate::{Fault, MAX_FIELD_BYTES, MAX_RECORD_BYTES, RecordRef, digits};

impl RecordRef<'_> {
    /// Appends the record in ISO 2709 to `out`: as it was read, byte for byte, if nothing has changed it.
    ///
    /// # Errors
    /// [`Fault::NoFields`], [`Fault::FieldTooLong`] or [`Fault::RecordTooLong`]; `out` is then as it was.
    #[inline]
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), Fault> {
        if self.is_whole {
            out.extend_from_slice(self.bytes);
            return Ok(());
        }
        let base = LEADER_BYTES + self.entries.len() * ENTRY_BYTES + 1;
        let length = base + self.bytes.len() + 1;
        self.check_limits(length)?;
        let begin = out.len();
        out.resize(begin + base, 0);
        // The numbers are known only now that the fields are there, and go in front of them.
        let (leader, directory) = out[begin..].split_at_mut(LEADER_BYTES);
        leader.copy_from_slice(self.leader.encoded(length as u32, base as u32).bytes());
        let (directory, end) = directory.as_chunks_mut::<ENTRY_BYTES>();
        for (slot, entry) in directory.iter_mut().zip(self.entries) {
            *slot = directory_entry(entry);
        }
        end[0] = FIELD_TERMINATOR;
        out.extend_from_slice(self.bytes);
        out.push(RECORD_TERMINATOR);
        Ok(())
    }

    /// Bytes that [`encode`](Self::encode) appends, if the record is within the limits.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        if self.is_whole {
            self.bytes.len()
        } else {
            LEADER_BYTES + self.entries.len() * ENTRY_BYTES + 2 + self.bytes.len()
        }
    }

    #[inline]
    fn check_limits(&self, length: usize) -> Result<(), Fault> {
        let longest = self.entries.iter().fold(0, |longest, entry| longest.max(entry.len));
        if self.entries.is_empty() {
            return Err(Fault::NoFields);
        }
        if longest as usize >= MAX_FIELD_BYTES {
            let entry = self.entries.iter().find(|entry| entry.len as usize >= MAX_FIELD_BYTES);
            let entry = entry.expect("the longest is too long");
            return Err(Fault::FieldTooLong { tag: entry.tag, bytes: entry.len as usize + 1 });
        }
        if length > MAX_RECORD_BYTES {
            return Err(Fault::RecordTooLong { bytes: length });
        }
        Ok(())
    }
}

#[inline(always)]
fn directory_entry(entry: &Entry) -> [u8; ENTRY_BYTES] {
    let [t0, t1, t2] = entry.tag.bytes();
    let [l0, l1, l2, l3] = digits::four(entry.len + 1);
    let [s0, s1, s2, s3, s4] = digits::five(entry.start);
    [t0, t1, t2, l0, l1, l2, l3, s0, s1, s2, s3, s4]
}
