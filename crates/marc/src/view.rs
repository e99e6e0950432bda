//! A record that is borrowed.

use std::fmt;

use crate::entry::Entry;
use crate::{Field, Leader, Tag};

/// A record whose bytes are elsewhere: in a [`Record`](crate::Record) or in a [`Batch`](crate::Batch).
#[derive(Clone, Copy)]
pub struct RecordRef<'a> {
    pub(crate) leader: Leader,
    pub(crate) bytes: &'a [u8],
    pub(crate) entries: &'a [Entry],
    /// Whether `bytes` are the whole record, as it was read.
    pub(crate) is_whole: bool,
}

impl<'a> RecordRef<'a> {
    /// The leader.
    #[must_use]
    pub fn leader(&self) -> &Leader {
        &self.leader
    }

    /// The fields, in order.
    #[inline]
    #[must_use]
    pub fn fields(&self) -> Fields<'a> {
        Fields { view: *self, entries: self.entries.iter() }
    }

    /// The first field of a tag.
    #[inline]
    #[must_use]
    pub fn get(&self, tag: &str) -> Option<Field<'a>> {
        let tag = tag.as_bytes();
        let entry = self.entries.iter().find(|entry| entry.tag.bytes() == tag)?;
        Some(self.field(entry))
    }

    /// The control number (field 001), as text as far as it is.
    #[must_use]
    pub fn control_number(&self) -> Option<String> {
        let entry = self.entries.iter().find(|entry| entry.tag == Tag::CONTROL_NUMBER)?;
        Some(String::from_utf8_lossy(&self.bytes[entry.range()]).into_owned())
    }

    /// The field that a field is linked to by its subfield 6: field 880 with the text in the original
    /// script, or from there the field that it belongs to.
    #[must_use]
    pub fn linked(&self, field: &Field<'_>) -> Option<Field<'a>> {
        let (tag, occurrence) = field.link()?;
        // Occurrence 00 says that there is no other side.
        if occurrence == *b"00" {
            return None;
        }
        let mut others = self.fields().filter(|other| other.tag() == tag);
        others.find(|other| other.link() == Some((field.tag(), occurrence)))
    }

    #[inline(always)]
    fn field(&self, entry: &Entry) -> Field<'a> {
        Field::new(entry, self.bytes, self.leader.coding())
    }
}

/// The fields of a record, in order.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    view: RecordRef<'a>,
    entries: std::slice::Iter<'a, Entry>,
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    #[inline]
    fn next(&mut self) -> Option<Field<'a>> {
        Some(self.view.field(self.entries.next()?))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }
}

impl ExactSizeIterator for Fields<'_> {}

/// Equal are records with equal fields in one order and equal leaders, but for what the encoder sets.
impl PartialEq for RecordRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.leader.yours() == other.leader.yours() && self.fields().eq(other.fields())
    }
}

impl Eq for RecordRef<'_> {}

impl fmt::Debug for RecordRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut record = f.debug_struct("Record");
        record.field("leader", &self.leader);
        for field in self.fields() {
            record.field(field.tag().as_str(), &format_args!("{}", field.bytes().escape_ascii()));
        }
        record.finish()
    }
}
