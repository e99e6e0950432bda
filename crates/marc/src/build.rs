//! Adding fields to a record.

use crate::entry::Entry;
use crate::marks::{FIELD_TERMINATOR, SUBFIELD_DELIMITER};
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
    /// [`Fault::BadTag`], [`Fault::OtherKind`], [`Fault::DelimiterInText`], [`Fault::Marc8Record`], or, from
    /// 2 GiB on, [`Fault::RecordTooLong`]; the record is then as it was.
    #[inline]
    pub fn control(&mut self, tag: &str, text: &str) -> Result<&mut Self, Fault> {
        let tag = Tag::new(tag)?;
        if !tag.is_control() {
            return Err(Fault::OtherKind { tag, is_control: false });
        }
        check_text(tag, self.coding(), text)?;
        self.push(tag, text.as_bytes())?;
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
        self.push(tag, indicators)?;
        Ok(FieldBuilder { record: self, tag })
    }

    #[inline]
    fn push(&mut self, tag: Tag, bytes: &[u8]) -> Result<(), Fault> {
        self.own();
        check_room(&self.bytes, bytes.len())?;
        let start = self.bytes.len() as u32;
        self.bytes.extend_from_slice(bytes);
        self.bytes.push(FIELD_TERMINATOR);
        self.entries.push(Entry { start, len: bytes.len() as u32, tag });
        Ok(())
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
        check_room(bytes, text.len())?;
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

/// That places in a record still fit 32 bits; what the format can say, the encoder checks.
#[inline]
fn check_room(bytes: &[u8], n_more: usize) -> Result<(), Fault> {
    let n_bytes = bytes.len() + n_more;
    if n_bytes > i32::MAX as usize { Err(Fault::RecordTooLong { bytes: n_bytes }) } else { Ok(()) }
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
