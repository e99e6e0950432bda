//! Forms that are text, a line for each record.

use anyhow::{Context, Result};

use super::form::Form;
use super::record::Record;

/// JSON, written into the buffer.
pub(super) struct Json;

impl Form for Json {
    fn write(&self, records: &[Record], bytes: &mut Vec<u8>) -> Result<()> {
        for record in records {
            serde_json::to_writer(&mut *bytes, record)?;
            bytes.push(b'\n');
        }
        Ok(())
    }

    fn read(&self, bytes: &[u8], _: usize) -> Result<Vec<Record>> {
        let text = std::str::from_utf8(bytes).context("the text")?;
        text.lines().map(|line| serde_json::from_str(line).context("a line")).collect()
    }
}

/// JSON, each record in a text of its own first: what a function returns that has no buffer to write
/// to.
pub(super) struct JsonString;

impl Form for JsonString {
    fn write(&self, records: &[Record], bytes: &mut Vec<u8>) -> Result<()> {
        for record in records {
            bytes.extend_from_slice(serde_json::to_string(record)?.as_bytes());
            bytes.push(b'\n');
        }
        Ok(())
    }

    fn read(&self, bytes: &[u8], data_bytes: usize) -> Result<Vec<Record>> {
        Json.read(bytes, data_bytes)
    }
}

/// CSV without a header, by the crate that everybody uses.
pub(super) struct Csv;

impl Form for Csv {
    fn write(&self, records: &[Record], bytes: &mut Vec<u8>) -> Result<()> {
        let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(bytes);
        for record in records {
            writer.serialize(record)?;
        }
        writer.flush().context("empty the buffer of the writer")
    }

    fn read(&self, bytes: &[u8], _: usize) -> Result<Vec<Record>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
        reader.deserialize().map(|record| record.context("a line")).collect()
    }
}
