//! The bytes that hold a record together, and how many of them there are.

use crate::leader::LEADER_BYTES;

pub(crate) const RECORD_TERMINATOR: u8 = 0x1d;
pub(crate) const FIELD_TERMINATOR: u8 = 0x1e;
pub(crate) const SUBFIELD_DELIMITER: u8 = 0x1f;
pub(crate) const ENTRY_BYTES: usize = 12;
/// A leader, an empty directory and the record's end.
pub(crate) const MIN_RECORD_BYTES: usize = LEADER_BYTES + 2;
