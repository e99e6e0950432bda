//! Records as text that other programs read.

mod csv;
mod json;
mod xml;

use crate::leader::{LEADER_BYTES, Leader};
use crate::marks::ENTRY_BYTES;
use crate::{Coding, Fault, MAX_RECORD_BYTES, RecordRef};

pub use csv::CsvColumns;

/// A form of text: bytes to stand before all records, between two of them and behind all, and each
/// record's own. All of it is UTF-8, whatever the records are in.
///
/// A record depends on nothing that was written before, so that threads can make parts of a file: see
/// [`ParallelReader::for_each_batch`](crate::ParallelReader::for_each_batch).
///
/// ```
/// use inrush_marc::{Record, TextFormat};
///
/// let mut record = Record::new();
/// record.control("001", "42")?;
/// record.field("245", b"10")?.subfield(b'a', "A \"title\"")?;
/// let mut line = Vec::new();
/// TextFormat::JsonLines.write_record(record.view(), &mut line)?;
/// assert_eq!(
///     String::from_utf8_lossy(&line),
///     r#"{"leader":"00067nam a2200049 i 4500","fields":[{"001":"42"},"#.to_owned()
///         + r#"{"245":{"ind1":"1","ind2":"0","subfields":[{"a":"A \"title\""}]}}]}"#
///         + "\n"
/// );
/// # Ok::<(), inrush_marc::Fault>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TextFormat {
    /// An object a line, each a record in MARC-in-JSON (R. Singer, "A proposal to serialize MARC in
    /// JSON", 2010; what pymarc and ruby-marc read and write).
    JsonLines,
    /// One array of such objects.
    Json,
    /// A `collection` of the Library of Congress's MARCXML schema, "MARC21 slim".
    MarcXml,
    /// A header and a line for each record, by RFC 4180: lines end with a line feed, a column that a
    /// record lacks is empty, one that it has without text is `""`.
    Csv(CsvColumns),
}

impl TextFormat {
    /// Appends what stands before all records.
    pub fn write_head(&self, out: &mut Vec<u8>) {
        match self {
            Self::JsonLines => {}
            Self::Json => out.push(b'['),
            Self::MarcXml => out.extend_from_slice(xml::HEAD),
            Self::Csv(columns) => columns.write_header(out),
        }
    }

    /// Appends what stands between two records.
    pub fn write_separator(&self, out: &mut Vec<u8>) {
        if *self == Self::Json {
            out.extend_from_slice(b",\n");
        }
    }

    /// Appends a record.
    ///
    /// # Errors
    /// What is wrong with its text: [`Fault::NotUtf8`], one of MARC-8, or, in XML, [`Fault::NotXml`].
    /// `out` is then as it was.
    pub fn write_record(&self, record: RecordRef<'_>, out: &mut Vec<u8>) -> Result<(), Fault> {
        let before = out.len();
        let result = match self {
            Self::JsonLines => json::write(record, out).map(|()| out.push(b'\n')),
            Self::Json => json::write(record, out),
            Self::MarcXml => xml::write(record, out),
            Self::Csv(columns) => columns.write(record, out),
        };
        if result.is_err() {
            out.truncate(before);
        }
        result
    }

    /// Appends what stands behind all records.
    pub fn write_tail(&self, out: &mut Vec<u8>) {
        match self {
            Self::JsonLines | Self::Csv(_) => {}
            Self::Json => out.extend_from_slice(b"]\n"),
            Self::MarcXml => out.extend_from_slice(xml::TAIL),
        }
    }

    /// What files of it are called behind the last point.
    #[must_use]
    pub fn extension(&self) -> &'static str {
        match self {
            Self::JsonLines => "jsonl",
            Self::Json => "json",
            Self::MarcXml => "xml",
            Self::Csv(_) => "csv",
        }
    }
}

impl RecordRef<'_> {
    /// The leader of a record whose text is UTF-8 now, with its length if it has one.
    fn text_leader(&self) -> Leader {
        let leader = self.leader.with_coding(Coding::Utf8).printable();
        let length = self.encoded_len();
        if self.is_whole || length > MAX_RECORD_BYTES {
            return leader;
        }
        leader.encoded(length as u32, (LEADER_BYTES + self.entries.len() * ENTRY_BYTES + 1) as u32)
    }
}
