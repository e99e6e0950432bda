//! What a form of records can do.

use anyhow::Result;

use super::record::Record;

/// A form of records.
pub(super) trait Form {
    /// Appends all records to `bytes`, which has the room that they took before.
    fn write(&self, records: &[Record], bytes: &mut Vec<u8>) -> Result<()>;

    /// The records in `bytes`, each with so many bytes of data.
    fn read(&self, bytes: &[u8], data_bytes: usize) -> Result<Vec<Record>>;
}
