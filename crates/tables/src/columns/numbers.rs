//! Columns of fractional numbers: floats on a decimal grid, and exact decimals.

use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::types::Decimal128Type;
use arrow_array::{ArrayRef, Float32Array, Float64Array, PrimitiveArray};
use arrow_buffer::ScalarBuffer;
use arrow_schema::DataType;

use super::{Generate, Source};
use crate::cell::{below, mix};
use crate::schema::{Column, SqlType};
use crate::{Error, Meaning};

/// A range of the decimal grid `step / 10^scale`.
#[derive(Clone, Copy, Debug)]
struct Grid {
    first: i128,
    /// Steps in the range, less one.
    last: u64,
    scale: u32,
    /// Whether small values come up more often.
    skewed: bool,
}

impl Grid {
    /// The step of the row whose word is `word`.
    #[inline]
    fn step(self, word: u64) -> i128 {
        let draw = |word| match self.last {
            u64::MAX => word,
            last => below(word, last + 1),
        };
        let offset = if self.skewed { draw(word).min(draw(mix(word))) } else { draw(word) };
        self.first + i128::from(offset)
    }
}

/// The grid for `column`, whose type keeps `scale` digits behind the point and values up to
/// `max_step` steps.
fn grid(column: &Column, scale: u32, max_step: i128) -> Result<Grid, Error> {
    let unit = 10f64.powi(scale as i32);
    let (min, max, skewed) = match Meaning::of(column) {
        Meaning::Score => (0.0, 100.0, false),
        Meaning::Money => (0.01, 9_999.99, true),
        Meaning::Share => (0.0, 1.0, false),
        Meaning::Latitude => (-90.0, 90.0, false),
        Meaning::Longitude => (-180.0, 180.0, false),
        _ => {
            let min = column.bounds.min.unwrap_or(0.0);
            (min, column.bounds.max.unwrap_or(min + 1_000.0), false)
        }
    };
    let first = ((min * unit).ceil() as i128).max(-max_step);
    let last = ((max * unit).floor() as i128).min(max_step);
    if first > last {
        return Err(Error::Column {
            column: column.name.clone(),
            message: format!("no {} lies between {min} and {max}", column.sql_type),
        });
    }
    let last = u64::try_from(last - first).unwrap_or(u64::MAX);
    Ok(Grid { first, last, scale, skewed })
}

pub(super) fn float_generator(column: &Column, source: Source) -> Result<Box<dyn Generate>, Error> {
    let scale = match Meaning::of(column) {
        Meaning::Share => 4,
        Meaning::Latitude | Meaning::Longitude => 6,
        _ => 2,
    };
    let single = column.sql_type == SqlType::Float;
    // Beyond these, two neighbours of the grid would be the same float.
    let max_step = if single { 1 << 24 } else { 1 << 53 };
    let scale = if single { scale.min(4) } else { scale };
    let grid = grid(column, scale, max_step)?;
    Ok(if single {
        Box::new(Floats::<f32> { grid, source, native: PhantomData })
    } else {
        Box::new(Floats::<f64> { grid, source, native: PhantomData })
    })
}

#[derive(Debug)]
struct Floats<F> {
    grid: Grid,
    source: Source,
    native: PhantomData<fn() -> F>,
}

impl<F> Floats<F> {
    /// The quotient of two exact doubles: the double nearest to the decimal.
    fn doubles(&self, rows: &Range<u64>) -> impl Iterator<Item = f64> {
        let (grid, source) = (self.grid, self.source.clone());
        let unit = 10f64.powi(grid.scale as i32);
        rows.clone().map(move |row| match source.unique {
            Some(unique) => unique.apply(row) as f64,
            // Inside 2^53 steps, so the narrower conversion is exact and quick.
            None => grid.step(source.values.word(row)) as i64 as f64 / unit,
        })
    }
}

impl Generate for Floats<f32> {
    fn array(&self, rows: Range<u64>) -> ArrayRef {
        let values: Vec<f32> = self.doubles(&rows).map(|value| value as f32).collect();
        Arc::new(Float32Array::new(ScalarBuffer::from(values), self.source.nulls.mask(rows)))
    }
}

impl Generate for Floats<f64> {
    fn array(&self, rows: Range<u64>) -> ArrayRef {
        let values: Vec<f64> = self.doubles(&rows).collect();
        Arc::new(Float64Array::new(ScalarBuffer::from(values), self.source.nulls.mask(rows)))
    }
}

pub(super) fn decimal_generator(
    column: &Column,
    precision: u8,
    scale: u8,
    source: Source,
) -> Result<Box<dyn Generate>, Error> {
    let max_step = 10i128.pow(u32::from(precision)) - 1;
    let grid = grid(column, u32::from(scale), max_step)?;
    Ok(Box::new(Decimals { grid, precision, scale, source }))
}

#[derive(Debug)]
struct Decimals {
    grid: Grid,
    precision: u8,
    scale: u8,
    source: Source,
}

impl Generate for Decimals {
    fn array(&self, rows: Range<u64>) -> ArrayRef {
        let (grid, source) = (self.grid, &self.source);
        let values: Vec<i128> = match source.unique {
            Some(unique) => rows.clone().map(|row| i128::from(unique.apply(row))).collect(),
            None => rows.clone().map(|row| grid.step(source.values.word(row))).collect(),
        };
        let nulls = source.nulls.mask(rows);
        Arc::new(
            PrimitiveArray::<Decimal128Type>::new(ScalarBuffer::from(values), nulls)
                .with_data_type(DataType::Decimal128(self.precision, self.scale as i8)),
        )
    }
}
