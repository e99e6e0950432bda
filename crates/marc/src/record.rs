//! A record that owns its bytes.

use std::fmt;

use crate::entry::Entry;
use crate::marks::{FIELD_TERMINATOR, SUBFIELD_DELIMITER};
use crate::{Coding, Fault, Field, Fields, Leader, RecordRef, parse};

/// A record: one buffer, and where in it the fields are, in the order of the directory.
///
/// There are two forms. As it was read, it holds the record's bytes, and [`encode`](Self::encode) gives
/// them back as they were. As it was built, or once it was changed, it holds the fields one behind the
/// other, with their terminators, and encoding is a leader, a directory and one copy. A record that is
/// used again ([`clear`](Self::clear), [`Reader::read_into`](crate::Reader::read_into)) allocates nothing.
///
/// ```
/// use inrush_marc::Record;
///
/// let mut record = Record::new();
/// record.control("001", "42")?;
/// record.field("245", b"10")?.subfield(b'a', "The sea, the sea /")?.subfield(b'c', "Iris Murdoch.")?;
///
/// let mut bytes = Vec::new();
/// record.encode(&mut bytes)?;
/// assert_eq!(&bytes[..24], b"00091nam a2200049 i 4500");
/// assert_eq!(Record::from_bytes(&bytes)?, record);
/// # Ok::<(), inrush_marc::Fault>(())
/// ```
#[derive(Clone, Default)]
pub struct Record {
    pub(crate) leader: Leader,
    pub(crate) bytes: Vec<u8>,
    pub(crate) entries: Vec<Entry>,
    /// Whether `bytes` are the whole record, as it was read.
    pub(crate) is_whole: bool,
}

impl Record {
    /// A record without fields, in UTF-8, with the leader of a new printed monograph.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The record that `bytes` are: all of them, and checked as strictly as [`Reader`](crate::Reader)
    /// does.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        let mut record = Self::new();
        crate::frames::check_frame(bytes)?;
        record.set_whole(bytes, true)?;
        Ok(record)
    }

    /// Becomes the record of a frame, of which the content is looked at too if that is asked for; is empty
    /// after an error.
    #[inline]
    pub(crate) fn set_whole(&mut self, frame: &[u8], with_content: bool) -> Result<(), Fault> {
        self.entries.clear();
        self.bytes.clear();
        self.is_whole = true;
        let mut result = parse::parse(frame, &mut self.entries);
        if with_content && let Ok(leader) = &result {
            let content = parse::check_content(leader, frame, &self.entries);
            result = content.and(result);
        }
        match result {
            Ok(leader) => {
                self.leader = leader;
                self.bytes.extend_from_slice(frame);
                Ok(())
            }
            Err(fault) => {
                self.clear();
                Err(fault)
            }
        }
    }

    /// Forgets the fields and takes the default leader, but keeps the memory.
    pub fn clear(&mut self) {
        self.leader = Leader::default();
        self.bytes.clear();
        self.entries.clear();
        self.is_whole = false;
    }

    /// The record, borrowed: what readers and writers pass around.
    #[inline]
    #[must_use]
    pub fn view(&self) -> RecordRef<'_> {
        RecordRef {
            leader: self.leader,
            bytes: &self.bytes,
            entries: &self.entries,
            is_whole: self.is_whole,
        }
    }

    /// The leader.
    #[must_use]
    pub fn leader(&self) -> &Leader {
        &self.leader
    }

    /// Takes another leader. What the encoder sets, and how text is coded, stay as they are.
    pub fn set_leader(&mut self, leader: Leader) {
        let coding = self.leader.coding();
        if self.is_whole {
            // Length, base address and what is fixed describe the bytes as they are.
            let mut bytes = *leader.bytes();
            for position in (0..5).chain(9..17).chain(20..24) {
                bytes[position] = self.leader.bytes()[position];
            }
            self.leader = Leader::found(bytes);
            self.bytes[..bytes.len()].copy_from_slice(&bytes);
        } else {
            self.leader = leader.with_coding(coding);
        }
    }

    /// The fields, in order.
    #[must_use]
    pub fn fields(&self) -> Fields<'_> {
        self.view().fields()
    }

    /// The first field of a tag.
    #[must_use]
    pub fn get(&self, tag: &str) -> Option<Field<'_>> {
        self.view().get(tag)
    }

    /// Appends the record in ISO 2709 to `out`.
    ///
    /// # Errors
    /// [`Fault::NoFields`], [`Fault::FieldTooLong`] or [`Fault::RecordTooLong`]; `out` is then as it was.
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), Fault> {
        self.view().encode(out)
    }

    /// Keeps the fields for which `keep` says so.
    pub fn retain(&mut self, mut keep: impl FnMut(Field<'_>) -> bool) {
        let coding = self.leader.coding();
        let bytes = &self.bytes;
        let before = self.entries.len();
        self.entries.retain(|entry| keep(Field::new(entry, bytes, coding)));
        if self.entries.len() < before {
            self.pack();
        }
    }

    /// Brings a record into the form of one that was built.
    pub(crate) fn own(&mut self) {
        if self.is_whole {
            self.pack();
        }
    }

    /// Puts the fields that the entries name one behind the other.
    #[cold]
    fn pack(&mut self) {
        let mut packed = Vec::with_capacity(self.bytes.len());
        for entry in &mut self.entries {
            let range = entry.range();
            entry.start = packed.len() as u32;
            packed.extend_from_slice(&self.bytes[range]);
            packed.push(FIELD_TERMINATOR);
        }
        self.bytes = packed;
        self.is_whole = false;
    }

    /// Whether all text is printable ASCII, which is the same in MARC-8 and UTF-8.
    pub(crate) fn is_plain_ascii(&self) -> bool {
        let is_plain = |&byte: &u8| matches!(byte, b' '..=b'~' | SUBFIELD_DELIMITER);
        self.entries.iter().all(|entry| self.bytes[entry.range()].iter().all(is_plain))
    }

    /// How text is coded.
    #[inline]
    pub(crate) fn coding(&self) -> Coding {
        self.leader.coding()
    }
}

/// Equal are records with equal fields in one order and equal leaders, but for what the encoder sets.
impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.view() == other.view()
    }
}

impl Eq for Record {}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.view().fmt(f)
    }
}

impl From<RecordRef<'_>> for Record {
    fn from(view: RecordRef<'_>) -> Self {
        Self {
            leader: view.leader,
            bytes: view.bytes.to_vec(),
            entries: view.entries.to_vec(),
            is_whole: view.is_whole,
        }
    }
}
