//! Making a record short enough.

use crate::leader::LEADER_BYTES;
use crate::marks::{ENTRY_BYTES, FIELD_TERMINATOR, SUBFIELD_DELIMITER};
use crate::{Coding, MAX_FIELD_BYTES, MAX_RECORD_BYTES, Record};

impl Record {
    /// Cuts fields that are too long, then leaves out fields from the end, until the record is short
    /// enough.
    pub(crate) fn cut(&mut self) {
        self.own();
        let is_utf8 = self.coding() == Coding::Utf8;
        let mut bytes = Vec::new();
        let mut n_entries = 0;
        for entry in &mut self.entries {
            let mut field = &self.bytes[entry.range()];
            if field.len() >= MAX_FIELD_BYTES {
                field = &field[..cut_at(field, MAX_FIELD_BYTES - 1, is_utf8)];
            }
            let length =
                LEADER_BYTES + (n_entries + 1) * ENTRY_BYTES + 2 + bytes.len() + field.len() + 1;
            if length > MAX_RECORD_BYTES {
                break;
            }
            entry.start = bytes.len() as u32;
            entry.len = field.len() as u32;
            bytes.extend_from_slice(field);
            bytes.push(FIELD_TERMINATOR);
            n_entries += 1;
        }
        self.entries.truncate(n_entries);
        self.bytes = bytes;
    }
}

/// The most bytes, at most `max`, that end neither within a character nor within a delimiter and its
/// code.
fn cut_at(field: &[u8], max: usize, is_utf8: bool) -> usize {
    let mut at = max;
    while is_utf8 && field[at] & 0xc0 == 0x80 {
        at -= 1;
    }
    if field[at - 1] == SUBFIELD_DELIMITER { at - 1 } else { at }
}
