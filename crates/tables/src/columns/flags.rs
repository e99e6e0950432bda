//! Boolean columns.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray};
use arrow_buffer::BooleanBuffer;

use super::{Generate, Source};

/// Four in five are true; a unique column, with room for two rows, has one of each.
#[derive(Debug)]
pub(super) struct Booleans {
    source: Source,
}

impl Booleans {
    pub(super) fn new(source: Source) -> Self {
        Self { source }
    }
}

impl Generate for Booleans {
    fn array(&self, rows: Range<u64>) -> ArrayRef {
        let source = &self.source;
        let values = BooleanBuffer::collect_bool((rows.end - rows.start) as usize, |i| {
            let row = rows.start + i as u64;
            match source.unique {
                Some(unique) => unique.apply(row) == 1,
                None => (source.values.word(row) >> 48) < 52_429,
            }
        });
        Arc::new(BooleanArray::new(values, source.nulls.mask(rows)))
    }
}
