//! A fixed layout, and the copy that no form is faster than.
//!
//! | bytes | hold |
//! |---|---|
//! | 0 to 3 | `kind`, the lowest byte first |
//! | 4 to 11 | `id`, likewise |
//! | 12 to the end | `data`, whose length all records share |

use anyhow::{Context, Result, ensure};

use super::form::Form;
use super::record::Record;

/// Bytes before the data.
const HEAD_BYTES: usize = 12;

/// The fixed layout.
pub(super) struct Fixed;

impl Form for Fixed {
    fn write(&self, records: &[Record], bytes: &mut Vec<u8>) -> Result<()> {
        for Record { kind, id, data } in records {
            bytes.extend_from_slice(&kind.to_le_bytes());
            bytes.extend_from_slice(&id.to_le_bytes());
            bytes.extend_from_slice(data.as_bytes());
        }
        Ok(())
    }

    fn read(&self, bytes: &[u8], data_bytes: usize) -> Result<Vec<Record>> {
        let records = bytes.chunks_exact(HEAD_BYTES + data_bytes);
        ensure!(
            records.remainder().is_empty(),
            "{} bytes are left over",
            records.remainder().len()
        );
        let record = |bytes: &[u8]| {
            let (kind, rest) = bytes.split_first_chunk().context("it has a kind")?;
            let (id, data) = rest.split_first_chunk().context("it has an id")?;
            let (kind, id) = (i32::from_le_bytes(*kind), i64::from_le_bytes(*id));
            Ok(Record { kind, id, data: String::from_utf8(data.to_vec()).context("its data")? })
        };
        records.map(record).collect()
    }
}

/// Copies records that are there already, one by one.
pub(super) struct Copied {
    bytes: Vec<u8>,
    record_bytes: usize,
}

impl Copied {
    /// With the records that will be asked for.
    pub(super) fn new(records: &[Record], data_bytes: usize) -> Result<Self> {
        let mut bytes = Vec::new();
        Fixed.write(records, &mut bytes)?;
        Ok(Self { bytes, record_bytes: HEAD_BYTES + data_bytes })
    }
}

impl Form for Copied {
    fn write(&self, _: &[Record], bytes: &mut Vec<u8>) -> Result<()> {
        for record in self.bytes.chunks_exact(self.record_bytes) {
            bytes.extend_from_slice(record);
        }
        Ok(())
    }

    fn read(&self, bytes: &[u8], data_bytes: usize) -> Result<Vec<Record>> {
        Fixed.read(bytes, data_bytes)
    }
}

/// The fixed layout with a bit of the last record that is not what it was.
pub(super) struct Flipped;

impl Form for Flipped {
    fn write(&self, records: &[Record], bytes: &mut Vec<u8>) -> Result<()> {
        Fixed.write(records, bytes)?;
        *bytes.last_mut().context("there is a record")? ^= 1;
        Ok(())
    }

    fn read(&self, bytes: &[u8], data_bytes: usize) -> Result<Vec<Record>> {
        Fixed.read(bytes, data_bytes)
    }
}

/// The fixed layout without the last record.
pub(super) struct Short;

impl Form for Short {
    fn write(&self, records: &[Record], bytes: &mut Vec<u8>) -> Result<()> {
        Fixed.write(records.split_last().context("there is a record")?.1, bytes)
    }

    fn read(&self, bytes: &[u8], data_bytes: usize) -> Result<Vec<Record>> {
        Fixed.read(bytes, data_bytes)
    }
}
