//! Integer columns: counters, identifiers, ages, flags, quantities and plain numbers.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::types::{
    ArrowPrimitiveType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{ArrayRef, PrimitiveArray};
use arrow_buffer::ScalarBuffer;

use super::{Generate, Source};
use crate::cell::below;
use crate::schema::{Column, Key};
use crate::{Error, Meaning};

/// Ages by the draw of ten bits: flat to 60, then falling to 110.
const AGE_BUCKETS: usize = 1024;

pub(super) fn generator(
    column: &Column,
    bits: u8,
    unsigned: bool,
    source: Source,
) -> Result<Box<dyn Generate>, Error> {
    let rule = rule(column, bits, unsigned)?;
    Ok(match (bits, unsigned) {
        (8, false) => boxed::<Int8Type>(rule, source),
        (8, true) => boxed::<UInt8Type>(rule, source),
        (16, false) => boxed::<Int16Type>(rule, source),
        (16, true) => boxed::<UInt16Type>(rule, source),
        (24 | 32, false) => boxed::<Int32Type>(rule, source),
        (24 | 32, true) => boxed::<UInt32Type>(rule, source),
        (_, false) => boxed::<Int64Type>(rule, source),
        (_, true) => boxed::<UInt64Type>(rule, source),
    })
}

fn boxed<T>(rule: Rule, source: Source) -> Box<dyn Generate>
where
    T: ArrowPrimitiveType + Debug,
    T::Native: FromWord,
{
    Box::new(Integers::<T> { rule, source, native: PhantomData })
}

/// How a cell's word becomes a number.
#[derive(Clone, Debug)]
enum Rule {
    Counter,
    Permuted,
    Age(Box<[u8; AGE_BUCKETS]>),
    Flag,
    Quantity,
    /// `min + 0..span`, the span held less one so that all 2^64 values fit.
    Range {
        min: i128,
        last: u64,
    },
}

fn rule(column: &Column, bits: u8, unsigned: bool) -> Result<Rule, Error> {
    let range = |min: i128, max: i128| Rule::Range { min, last: (max - min) as u64 };
    Ok(match Meaning::of(column) {
        Meaning::Sequence => Rule::Counter,
        Meaning::Identifier => Rule::Permuted,
        Meaning::Age => Rule::Age(Box::new(ages())),
        Meaning::Flag => Rule::Flag,
        Meaning::Quantity => Rule::Quantity,
        Meaning::Year => range(1950, 2024),
        Meaning::Reference => range(1, 1_000_000),
        _ => {
            debug_assert_eq!(column.key, Key::None);
            let type_min = if unsigned { 0 } else { -(1i128 << (bits - 1)) };
            let type_max = (1i128 << (if unsigned { bits } else { bits - 1 })) - 1;
            let min = column.bounds.min.map_or(0, |min| min.ceil() as i128);
            let unasked_max = type_max.min(min.max(0).saturating_add(1_000_000));
            let max = column.bounds.max.map_or(unasked_max, |max| max.floor() as i128);
            if min < type_min || max > type_max || min > max {
                return Err(Error::Column {
                    column: column.name.clone(),
                    message: format!(
                        "no {} lies between {min} and {max}: the type holds {type_min} to \
                         {type_max}",
                        column.sql_type
                    ),
                });
            }
            range(min, max)
        }
    })
}

/// A table of ages in proportion to a simple life table: as many people of each age up to 60, then
/// falling on a straight line to almost none at 110.
fn ages() -> [u8; AGE_BUCKETS] {
    let weight = |age: usize| if age <= 60 { 100 } else { 2 * (110 - age) + 1 };
    let total: usize = (0..=110).map(weight).sum();
    let mut table = [0; AGE_BUCKETS];
    let (mut age, mut reached) = (0, weight(0));
    for (i, bucket) in table.iter_mut().enumerate() {
        while reached * AGE_BUCKETS <= i * total {
            age += 1;
            reached += weight(age);
        }
        *bucket = age as u8;
    }
    // The last bucket stands for the oldest, who would otherwise be rarer than a bucket.
    table[AGE_BUCKETS - 1] = 110;
    table
}

#[derive(Debug)]
struct Integers<T> {
    rule: Rule,
    source: Source,
    native: PhantomData<fn() -> T>,
}

impl<T> Generate for Integers<T>
where
    T: ArrowPrimitiveType + Debug,
    T::Native: FromWord,
{
    fn array(&self, rows: Range<u64>) -> ArrayRef {
        let source = &self.source;
        let words = rows.clone().map(|row| source.values.word(row));
        let native = T::Native::from_word;
        let values: Vec<T::Native> = match &self.rule {
            Rule::Counter => rows.clone().map(|row| native(row.wrapping_add(1))).collect(),
            Rule::Permuted => {
                let unique = source.unique.expect("a unique column has its permutation");
                rows.clone().map(|row| native(unique.apply(row))).collect()
            }
            Rule::Age(table) => {
                words.map(|w| native(u64::from(table[(w >> 54) as usize]))).collect()
            }
            // Four in five: a draw of 16 bits against 0.8 * 2^16.
            Rule::Flag => words.map(|w| native(u64::from((w >> 48) < 52_429))).collect(),
            // The smaller of two draws: small numbers more often.
            Rule::Quantity => words
                .map(|w| native(1 + below(w, 100).min(below(w.rotate_left(32), 100))))
                .collect(),
            Rule::Range { min, last: u64::MAX } => {
                words.map(|w| native(w.wrapping_add(*min as u64))).collect()
            }
            Rule::Range { min, last } => {
                words.map(|w| native(below(w, last + 1).wrapping_add(*min as u64))).collect()
            }
        };
        Arc::new(PrimitiveArray::<T>::new(ScalarBuffer::from(values), source.nulls.mask(rows)))
    }
}

/// The low bits of a word as a native integer; the rules keep values inside the type.
trait FromWord: Copy {
    fn from_word(word: u64) -> Self;
}

macro_rules! from_word {
    ($($native:ty),*) => {$(
        impl FromWord for $native {
            #[inline]
            fn from_word(word: u64) -> Self {
                word as Self
            }
        }
    )*};
}
from_word!(i8, u8, i16, u16, i32, u32, i64, u64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_run_from_0_to_110_and_fall_with_age() {
        let table = ages();
        assert_eq!((table[0], table[AGE_BUCKETS - 1]), (0, 110));
        let count = |range: Range<u8>| table.iter().filter(|age| range.contains(age)).count();
        assert!(count(20..40) > 2 * count(80..100), "{} {}", count(20..40), count(80..100));
    }
}
