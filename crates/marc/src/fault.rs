//! What can be wrong with a record.

use crate::Tag;

/// The most bytes a record can have: its length has five digits.
pub const MAX_RECORD_BYTES: usize = 99_999;
/// The most bytes a field can have, its terminator among them: its length has four digits.
pub const MAX_FIELD_BYTES: usize = 9_999;

/// What is wrong with a record; [`Error`](crate::Error) and [`Problem`](crate::Problem) say with which.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The input ends within a record.
    #[error("the input ends after {found} of {wanted} bytes of the record")]
    Truncated {
        /// The record's length, or that of a leader where not even that is there.
        wanted: usize,
        /// How many bytes there are.
        found: usize,
    },
    /// A record does not begin with its length.
    #[error("`{}` stands where a record's length of five digits should", found.escape_ascii())]
    NoLength {
        /// Up to five bytes.
        found: Vec<u8>,
    },
    /// The length is less than that of the shortest record.
    #[error(
        "the length is given as {length} bytes, and the shortest record has {}",
        crate::marks::MIN_RECORD_BYTES
    )]
    TooShort {
        /// As the leader has it.
        length: usize,
    },
    /// The byte where the record should end is no record terminator.
    #[error("the record's {length} bytes do not end with a record terminator (0x1d)")]
    NoRecordTerminator {
        /// As the leader has it.
        length: usize,
    },
    /// A record terminator stands within a record.
    #[error("a record terminator (0x1d) stands at byte {at} of the record's {length}")]
    InnerRecordTerminator {
        /// From the record's beginning.
        at: usize,
        /// As the leader has it.
        length: usize,
    },
    /// A position of the leader holds what MARC 21 does not allow.
    #[error("leader position {position} is `{}`, not {wanted}", found.escape_ascii())]
    Leader {
        /// Counted from 0.
        position: usize,
        /// What stands there.
        found: u8,
        /// What should.
        wanted: &'static str,
    },
    /// The base address is no number, or leads out of the record.
    #[error("the base address of data is `{}`, which is no place within the record", 
            found.escape_ascii())]
    BaseAddress {
        /// Leader positions 12 to 16.
        found: [u8; 5],
    },
    /// The directory is no whole number of entries with a field terminator behind them.
    #[error(
        "the directory's {bytes} bytes are no entries of 12 bytes and a field terminator (0x1e)"
    )]
    Directory {
        /// From the leader to the base address.
        bytes: usize,
    },
    /// A directory without entries.
    #[error("the record has no fields")]
    NoFields,
    /// A directory entry that is no tag, length and starting position.
    #[error("directory entry {entry} is `{}`, not a tag, four digits and five", found.escape_ascii())]
    Entry {
        /// Counted from 0.
        entry: usize,
        /// Its bytes.
        found: [u8; 12],
    },
    /// A directory entry leads out of the record.
    #[error(
        "field {tag} (directory entry {entry}) has {length} bytes from {start}, and the data has {data}"
    )]
    OutOfRecord {
        /// Counted from 0.
        entry: usize,
        /// The field.
        tag: Tag,
        /// From the base address.
        start: usize,
        /// In bytes.
        length: usize,
        /// Bytes of data without the record terminator.
        data: usize,
    },
    /// A field does not end with a field terminator.
    #[error("field {tag} (directory entry {entry}) does not end with a field terminator (0x1e)")]
    NoFieldTerminator {
        /// Counted from 0.
        entry: usize,
        /// The field.
        tag: Tag,
    },
    /// A field terminator stands within a field, so that the directory must be wrong about it.
    #[error("a field terminator (0x1e) stands within field {tag} (directory entry {entry})")]
    InnerFieldTerminator {
        /// Counted from 0.
        entry: usize,
        /// The field.
        tag: Tag,
    },
    /// The directory does not name all of the data.
    #[error("{bytes} bytes of data belong to no field")]
    Unclaimed {
        /// How many.
        bytes: usize,
    },
    /// Two directory entries name the same bytes.
    #[error("field {tag} begins within another field")]
    Overlap {
        /// The field that begins later.
        tag: Tag,
    },
    /// A data field without room for two indicators.
    #[error("data field {tag} has {bytes} bytes, too few for two indicators")]
    NoIndicators {
        /// The field.
        tag: Tag,
        /// Without its terminator.
        bytes: usize,
    },
    /// A data field with text that is in no subfield, or a subfield without a code.
    #[error("data field {tag} has text that belongs to no subfield")]
    NoSubfield {
        /// The field.
        tag: Tag,
    },
    /// Text that is not UTF-8 in a record that says it is.
    #[error("field {tag} is not UTF-8 at byte {at}, and leader position 9 says that it is")]
    NotUtf8 {
        /// The field.
        tag: Tag,
        /// From the beginning of the text that was asked for.
        at: usize,
    },
    /// A record in MARC-8 where only UTF-8 is taken.
    #[error(
        "the record is in MARC-8 (leader position 9 is not `a`); choose `Marc8::Decode` or `Marc8::Keep`"
    )]
    Marc8Refused,
    /// Text was added to a record in MARC-8 that is not plain ASCII.
    #[error("the record is in MARC-8 and field {tag} is not plain ASCII; decode the record first")]
    Marc8Record {
        /// The field.
        tag: Tag,
    },
    /// A byte that is no character of its MARC-8 set.
    #[error("field {tag}: byte {at} of the text, 0x{byte:02x}, is no character of {set}")]
    Marc8Byte {
        /// The field.
        tag: Tag,
        /// From the beginning of the text.
        at: usize,
        /// What stands there.
        byte: u8,
        /// The set in use.
        set: &'static str,
    },
    /// Marks at the end of a text in MARC-8, where a letter should follow them.
    #[error("field {tag}: the mark at byte {at} of the text has no letter behind it")]
    Marc8Mark {
        /// The field.
        tag: Tag,
        /// From the beginning of the text.
        at: usize,
    },
    /// An escape sequence to a set of characters that is not implemented.
    #[error(
        "field {tag}: byte {at} of the text escapes to {set}, which is not decoded; \
             convert the record with a tool that has its table, or keep its bytes with `Marc8::Keep`"
    )]
    Marc8Set {
        /// The field.
        tag: Tag,
        /// From the beginning of the text.
        at: usize,
        /// The set by its name, or the escape sequence where it has none.
        set: String,
    },
    /// A character that XML 1.0 cannot hold.
    #[error("field {tag}: `{}` at byte {at} of the text is no character of XML; write JSON, or take it out",
            found.escape_unicode())]
    NotXml {
        /// The field, or 001 for the leader.
        tag: Tag,
        /// From the beginning of the text.
        at: usize,
        /// What stands there.
        found: char,
    },
    /// The name of a column that names nothing.
    #[error("`{}` is no column: `LDR` is the leader, `001` a control field, `245` a data field, \
             `245$ab` two of its subfields", found.escape_debug())]
    BadColumn {
        /// What was given.
        found: String,
    },
    /// A tag that is not three ASCII digits or letters.
    #[error("`{}` is no tag: a tag is three ASCII digits or letters", found.escape_debug())]
    BadTag {
        /// What was given.
        found: String,
    },
    /// A control field with a data field's tag, or the other way round.
    #[error("{tag} is the tag of a {}", if *is_control { "control field, which has no indicators and subfields" } 
            else { "data field, which has indicators and subfields" })]
    OtherKind {
        /// The tag.
        tag: Tag,
        /// What the tag belongs to.
        is_control: bool,
    },
    /// An indicator or a subfield code that is no printable ASCII character.
    #[error("field {tag}: `{}` is no {what}: printable ASCII only", found.escape_ascii())]
    BadCharacter {
        /// The field.
        tag: Tag,
        /// "indicator" or "subfield code".
        what: &'static str,
        /// What was given.
        found: u8,
    },
    /// Text with a character that ends subfields, fields or records.
    #[error("field {tag}: the text holds 0x{byte:02x}, which ends subfields, fields or records")]
    DelimiterInText {
        /// The field.
        tag: Tag,
        /// 0x1d, 0x1e or 0x1f.
        byte: u8,
    },
    /// A field that is longer than a directory can say.
    #[error(
        "field {tag} has {bytes} bytes, and a directory can say {}; split it, or choose an `Oversize` policy",
        MAX_FIELD_BYTES
    )]
    FieldTooLong {
        /// The field.
        tag: Tag,
        /// With its terminator.
        bytes: usize,
    },
    /// A record that is longer than a leader can say.
    #[error(
        "the record has {bytes} bytes, and a leader can say {}; split it, or choose an `Oversize` policy",
        MAX_RECORD_BYTES
    )]
    RecordTooLong {
        /// All of it.
        bytes: usize,
    },
}

impl Fault {
    /// Whether the directory is right all the same, so that a lenient reader can hand the record out
    /// as it is.
    pub(crate) fn is_about_content(&self) -> bool {
        matches!(
            self,
            Self::NoIndicators { .. }
                | Self::NoSubfield { .. }
                | Self::NotUtf8 { .. }
                | Self::Marc8Byte { .. }
                | Self::Marc8Mark { .. }
                | Self::Marc8Set { .. }
        )
    }
}
