//! Fields and subfields, borrowed from a record.

use std::borrow::Cow;
use std::iter::FusedIterator;

use memchr::memchr;

use crate::entry::Entry;
use crate::marks::SUBFIELD_DELIMITER;
use crate::{Coding, Fault, Tag, text};

/// A field of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    tag: Tag,
    coding: Coding,
    bytes: &'a [u8],
}

impl<'a> Field<'a> {
    #[inline(always)]
    pub(crate) fn new(entry: &Entry, bytes: &'a [u8], coding: Coding) -> Self {
        Self { tag: entry.tag, coding, bytes: &bytes[entry.range()] }
    }

    /// What it is called.
    #[inline]
    #[must_use]
    pub fn tag(&self) -> Tag {
        self.tag
    }

    /// All of its bytes but the terminator: indicators and delimiters too.
    #[inline]
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The text of a control field.
    ///
    /// # Errors
    /// [`Fault::NotUtf8`], or one of MARC-8.
    pub fn text(&self) -> Result<Cow<'a, str>, Fault> {
        text::decode(self.tag, self.coding, self.bytes)
    }

    /// The two indicators of a data field; blanks where it has none.
    #[inline]
    #[must_use]
    pub fn indicators(&self) -> [u8; 2] {
        match self.bytes {
            [first, second, ..] if !self.tag.is_control() => [*first, *second],
            _ => *b"  ",
        }
    }

    /// The subfields of a data field, in order; a control field has none.
    #[inline]
    #[must_use]
    pub fn subfields(&self) -> Subfields<'a> {
        let rest = match self.bytes {
            [_, _, rest @ ..] if !self.tag.is_control() => rest,
            _ => &[],
        };
        // Text in front of the first delimiter belongs to no subfield.
        let rest = memchr(SUBFIELD_DELIMITER, rest).map(|at| &rest[at + 1..]);
        Subfields { tag: self.tag, coding: self.coding, rest }
    }

    /// The first subfield of a code.
    #[must_use]
    pub fn get(&self, code: u8) -> Option<Subfield<'a>> {
        self.subfields().find(|subfield| subfield.code == code)
    }

    /// The tag and the occurrence number in subfield 6: `880-01` and what may follow.
    pub(crate) fn link(&self) -> Option<(Tag, [u8; 2])> {
        match *self.get(b'6')?.bytes {
            [t0, t1, t2, b'-', n0, n1, ..] => Some((Tag::from_bytes([t0, t1, t2])?, [n0, n1])),
            _ => None,
        }
    }
}

/// A subfield of a data field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subfield<'a> {
    tag: Tag,
    coding: Coding,
    code: u8,
    bytes: &'a [u8],
}

impl<'a> Subfield<'a> {
    /// Its code: a letter or a digit, as a rule.
    #[inline]
    #[must_use]
    pub fn code(&self) -> u8 {
        self.code
    }

    /// Its text, as it stands in the record.
    #[inline]
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Its text: borrowed where the record is in UTF-8 or the text plain ASCII, decoded from MARC-8
    /// otherwise.
    ///
    /// # Errors
    /// [`Fault::NotUtf8`], [`Fault::Marc8Byte`] or [`Fault::Marc8Set`], by what is not text.
    pub fn text(&self) -> Result<Cow<'a, str>, Fault> {
        text::decode(self.tag, self.coding, self.bytes)
    }
}

/// The subfields of a field, in order.
#[derive(Clone, Debug)]
pub struct Subfields<'a> {
    tag: Tag,
    coding: Coding,
    /// From the next code on.
    rest: Option<&'a [u8]>,
}

impl<'a> Iterator for Subfields<'a> {
    type Item = Subfield<'a>;

    #[inline]
    fn next(&mut self) -> Option<Subfield<'a>> {
        loop {
            let rest = self.rest?;
            let end = memchr(SUBFIELD_DELIMITER, rest);
            let subfield = &rest[..end.unwrap_or(rest.len())];
            self.rest = end.map(|end| &rest[end + 1..]);
            // A delimiter without a code is left out; a strict reader has refused it.
            if let [code, bytes @ ..] = subfield {
                return Some(Subfield { tag: self.tag, coding: self.coding, code: *code, bytes });
            }
        }
    }
}

impl FusedIterator for Subfields<'_> {}
