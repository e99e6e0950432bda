//! Where a field is in the bytes of its record.

use std::ops::Range;

use crate::Tag;

/// Where a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) start: u32,
    /// Without the terminator, which follows.
    pub(crate) len: u32,
    pub(crate) tag: Tag,
}

impl Entry {
    #[inline(always)]
    pub(crate) fn range(&self) -> Range<usize> {
        self.start as usize..(self.start + self.len) as usize
    }
}
