//! Adding fields to a record.

use crate::parse::{FIELD_TERMINATOR, SUBFIELD_DELIMITER};
use crate::record::Entry;
use crate::{Coding, Fault, Record, Tag};

/// A data field at the end of a record, to which subfields are added.
///
/// The record is whole at any time: a field without subfields is one too.
#[derive(Debug)]
pub struct FieldBuilder<'a> {
    record: &'a mut Record,
    tag: Tag,
}

impl Record {
    /// Adds a control field (`00X`) behind the others.
    ///
    /// # Errors
    /// [`Fault::BadTag`], [`Fault::OtherKind`], [`Fault::DelimiterInText`], or [`Fault::Marc8Record`];
    /// the record is then as it was.
    #[inline]
    pub fn control(&mut self, tag: &str, text: &str) -> Result<&mut Self, Fault> {
        let tag = Tag::new(tag)?;
        if !tag.is_control() {
            return Err(Fault::OtherKind { tag, is_control: false });
        }
        check_text(tag, self.coding(), text)?;
        self.push(tag, text.as_bytes());
        Ok(self)
    }

    /// Adds a data field behind the others, without subfields for now.
    ///
    /// # Errors
    /// [`Fault::BadTag`], [`Fault::OtherKind`] or [`Fault::BadCharacter`]; the record is then as it was.
    #[inline]
    pub fn field(&mut self, tag: &str, indicators: &[u8; 2]) -> Result<FieldBuilder<'_>, Fault> {
        let tag = Tag::new(tag)?;
        if tag.is_control() {
            return Err(Fault::OtherKind { tag, is_control: true });
        }
        if let Some(&found) = indicators.iter().find(|found| !matches!(found, b' '..=b'~')) {
            return Err(Fault::BadCharacter { tag, what: "indicator", found });
        }
        self.push(tag, indicators);
        Ok(FieldBuilder { record: self, tag })
    }

    #[inline]
    fn push(&mut self, tag: Tag, bytes: &[u8]) {
        self.own();
        let start = self.bytes.len() as u32;
        self.bytes.extend_from_slice(bytes);
        self.bytes.push(FIELD_TERMINATOR);
        self.entries.push(Entry { start, len: bytes.len() as u32, tag });
    }
}

impl FieldBuilder<'_> {
    /// Adds a subfield behind the others.
    ///
    /// # Errors
    /// [`Fault::BadCharacter`], [`Fault::DelimiterInText`] or [`Fault::Marc8Record`]; the field then
    /// stays as it is, with the subfields before.
    ///
    /// # Panics
    /// Never: the field that was begun is the last.
    #[inline]
    pub fn subfield(self, code: u8, text: &str) -> Result<Self, Fault> {
        if !matches!(code, b'!'..=b'~') {
            return Err(Fault::BadCharacter { tag: self.tag, what: "subfield code", found: code });
        }
        check_text(self.tag, self.record.coding(), text)?;
        let bytes = &mut self.record.bytes;
        // The delimiter takes the place of the terminator.
        bytes.pop();
        bytes.reserve(text.len() + 3);
        bytes.extend_from_slice(&[SUBFIELD_DELIMITER, code]);
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(FIELD_TERMINATOR);
        let entry = self.record.entries.last_mut().expect("the field that was begun");
        entry.len += text.len() as u32 + 2;
        Ok(self)
    }
}

/// That `text` neither ends anything nor needs another coding.
#[inline]
fn check_text(tag: Tag, coding: Coding, text: &str) -> Result<(), Fault> {
    // No early end: most texts are short and have none, and so the loop is one of vectors.
    let is_delimiter = |byte: u8| byte.wrapping_sub(0x1d) < 3;
    if text.bytes().fold(false, |found, byte| found | is_delimiter(byte)) {
        let byte = text.bytes().find(|&byte| is_delimiter(byte)).unwrap_or_default();
        return Err(Fault::DelimiterInText { tag, byte });
    }
    if coding == Coding::Marc8 && !text.is_ascii() {
        return Err(Fault::Marc8Record { tag });
    }
    Ok(())
}
