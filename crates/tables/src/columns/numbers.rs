//! Columns of fractional numbers: floats on a decimal grid, and exact decimals.

use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::types::Decimal128Type;
use arrow_array::{ArrayRef, Float32Array, Float64Array, PrimitiveArray};
use arrow_buffer::ScalarBuffer;
use arrow_schema::DataType;

use super::{Generate, Source};
use crate::cell::{below, below_wide, mix};
use crate::schema::{Bounds, Column, SqlType};
use crate::{Error, Meaning};

/// A range of the decimal grid `step / 10^scale`.
#[derive(Clone, Copy, Debug)]
struct Grid {
    first: i128,
    /// Steps in the range, both ends counted.
    n_steps: u128,
    scale: u32,
    /// Whether small values come up more often.
    skewed: bool,
}

impl Grid {
    /// The step of the row whose word is `word`.
    #[inline]
    fn step(self, word: u64) -> i128 {
        let draw = |word| match u64::try_from(self.n_steps) {
            Ok(n_steps) => u128::from(below(word, n_steps)),
            Err(_) => below_wide(word, self.n_steps),
        };
        let offset = if self.skewed { draw(word).min(draw(mix(word))) } else { draw(word) };
        self.first + offset as i128
    }
}

/// The values of a column before they are put on a grid.
#[derive(Clone, Copy, Debug)]
struct Span {
    min: f64,
    max: f64,
    skewed: bool,
}

/// The span of `column`, whose type holds numbers up to `type_max`.
fn span(column: &Column, type_max: f64) -> Span {
    let (min, max, skewed) = match Meaning::of(column) {
        Meaning::Score => (0.0, 100.0, false),
        Meaning::Money => (0.01, 9_999.99, true),
        Meaning::Share => (0.0, 1.0, false),
        Meaning::Latitude => (-90.0, 90.0, false),
        Meaning::Longitude => (-180.0, 180.0, false),
        _ => {
            let min = column.bounds.min.unwrap_or(0.0);
            (min, column.bounds.max.unwrap_or_else(|| type_max.min(min + 1_000.0)), false)
        }
    };
    Span { min, max, skewed }
}

/// The grid for `span` with `scale` digits behind the point and at most `max_step` steps to either
/// side of zero.
fn grid(column: &Column, span: Span, scale: u32, max_step: i128) -> Result<Grid, Error> {
    let Span { min, max, skewed } = span;
    let (first, last) = (step_of(min, scale, f64::ceil), step_of(max, scale, f64::floor));
    let asked = [column.bounds.min.map(|_| first), column.bounds.max.map(|_| last)];
    if asked.into_iter().flatten().any(|step| step.unsigned_abs() > max_step as u128) {
        return Err(Error::Column {
            column: column.name.clone(),
            message: format!(
                "{min} to {max} reaches beyond what {} keeps exactly: {}",
                column.sql_type,
                max_step / 10i128.pow(scale)
            ),
        });
    }
    let (first, last) = (first.max(-max_step), last.min(max_step));
    if first > last {
        return Err(Error::Column {
            column: column.name.clone(),
            message: format!("no {} lies between {min} and {max}", column.sql_type),
        });
    }
    Ok(Grid { first, n_steps: (last - first) as u128 + 1, scale, skewed })
}

/// The step at `end`, or the next one inside where `end` lies between two. A bound such as 0.07 is
/// no sum of powers of two: times 100 it comes out above 7, and still means the step 7.
fn step_of(end: f64, scale: u32, inwards: impl Fn(f64) -> f64) -> i128 {
    let steps = end * unit(scale);
    let nearest = steps.round();
    let step = if nearest / unit(scale) == end { nearest } else { inwards(steps) };
    step as i128
}

/// `10^scale`, rounded once: what `powi` gives may differ from one machine to the next.
fn unit(scale: u32) -> f64 {
    10i128.pow(scale) as f64
}

/// The digits behind the point of a float column whose comment gives bounds: two, or as many as
/// the bounds are written with, or fewer where a float of that size has no room for them.
fn scale_for(span: Span, max_step: i128) -> u32 {
    let ends = [span.min, span.max];
    let fits = |&scale: &u32| ends.iter().all(|end| (end * unit(scale)).abs() <= max_step as f64);
    let keeps =
        |&scale: &u32| ends.iter().all(|end| (end * unit(scale)).round() / unit(scale) == *end);
    let written = (2..=MAX_FLOAT_SCALE).take_while(fits).find(keeps);
    written.or_else(|| (0..=2).rev().find(fits)).unwrap_or(0)
}

/// The most digits behind the point of a float column.
const MAX_FLOAT_SCALE: u32 = 9;

pub(super) fn float_generator(column: &Column, source: Source) -> Result<Box<dyn Generate>, Error> {
    let single = column.sql_type == SqlType::Float;
    // Beyond these, two neighbours of the grid would be the same float.
    let max_step = if single { 1 << 24 } else { 1 << 53 };
    let span = span(column, max_step as f64);
    let scale = match Meaning::of(column) {
        Meaning::Share => 4,
        Meaning::Latitude | Meaning::Longitude => 6,
        Meaning::Number => scale_for(span, max_step),
        _ => 2,
    };
    let scale = if single && column.bounds == Bounds::default() { scale.min(4) } else { scale };
    let grid = grid(column, span, scale, max_step)?;
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
        let unit = unit(grid.scale);
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
    let scale_digits = u32::from(scale);
    let type_max = max_step as f64 / unit(scale_digits);
    let grid = grid(column, span(column, type_max), scale_digits, max_step)?;
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
