//! Dates and timestamps from the first day of 2020 to the last of 2024, in UTC.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, TimestampMicrosecondArray};
use arrow_buffer::ScalarBuffer;

use super::{Generate, Source};
use crate::cell::below;

/// Days from 1970-01-01 to 2020-01-01.
const FIRST_DAY: i32 = 18_262;
/// Days from 2020 to 2024, two of the years being leap years.
pub(crate) const DAYS: u64 = 5 * 365 + 2;
const MICROSECONDS_PER_DAY: u64 = 86_400_000_000;
/// Microseconds from 2020 to 2024.
pub(crate) const MICROSECONDS: u64 = DAYS * MICROSECONDS_PER_DAY;
const FIRST_MICROSECOND: i64 = FIRST_DAY as i64 * MICROSECONDS_PER_DAY as i64;

#[derive(Debug)]
pub(super) struct Dates {
    source: Source,
}

impl Dates {
    pub(super) fn new(source: Source) -> Self {
        Self { source }
    }
}

impl Generate for Dates {
    fn array(&self, rows: Range<u64>) -> ArrayRef {
        let values: Vec<i32> =
            offsets(&self.source, &rows, DAYS).map(|day| FIRST_DAY + day as i32).collect();
        Arc::new(Date32Array::new(ScalarBuffer::from(values), self.source.nulls.mask(rows)))
    }
}

#[derive(Debug)]
pub(super) struct Timestamps {
    source: Source,
    utc: bool,
}

impl Timestamps {
    pub(super) fn new(source: Source, utc: bool) -> Self {
        Self { source, utc }
    }
}

impl Generate for Timestamps {
    fn array(&self, rows: Range<u64>) -> ArrayRef {
        let values: Vec<i64> = offsets(&self.source, &rows, MICROSECONDS)
            .map(|offset| FIRST_MICROSECOND + offset as i64)
            .collect();
        let nulls = self.source.nulls.mask(rows);
        let array = TimestampMicrosecondArray::new(ScalarBuffer::from(values), nulls);
        Arc::new(if self.utc { array.with_timezone("UTC") } else { array })
    }
}

/// One of `0..span` for each row.
fn offsets(source: &Source, rows: &Range<u64>, span: u64) -> impl Iterator<Item = u64> {
    let (values, unique) = (source.values, source.unique);
    rows.clone().map(move |row| match unique {
        Some(unique) => unique.apply(row),
        None => below(values.word(row), span),
    })
}
