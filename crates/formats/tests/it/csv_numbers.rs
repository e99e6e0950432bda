//! Numbers and times in CSV against formatters that are too plain to be wrong.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, Date32Array, Decimal128Array, Float32Array, Float64Array, Int64Array,
    TimestampMicrosecondArray, UInt64Array,
};
use proptest::prelude::*;

use crate::given::{CSV, batch, encode};

/// The cells of one column of numbers, which need no quotes.
fn cells(array: ArrayRef) -> Vec<String> {
    let text = String::from_utf8(encode(&CSV, &[batch(vec![("c", array)])])).expect("ASCII");
    text.lines().skip(1).map(str::to_owned).collect()
}

/// `number / 10^scale`: the digits, a point put among them.
pub(crate) fn plain_decimal(number: i128, scale: usize) -> String {
    let digits = format!("{:0>width$}", number.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if number < 0 { "-" } else { "" };
    if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of each month of `year`.
fn months(year: i64) -> [i64; 12] {
    [31, if is_leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
}

/// Counts years and then months from 1970-01-01.
pub(crate) fn plain_date(days: i64) -> String {
    let (mut year, mut left) = (1970, days);
    while left < 0 {
        year -= 1;
        left += months(year).iter().sum::<i64>();
    }
    while left >= months(year).iter().sum() {
        left -= months(year).iter().sum::<i64>();
        year += 1;
    }
    let mut month = 0;
    while left >= months(year)[month] {
        left -= months(year)[month];
        month += 1;
    }
    format!("{year:04}-{:02}-{:02}", month + 1, left + 1)
}

pub(crate) fn plain_timestamp(microseconds: i64) -> String {
    let (days, rest) =
        (microseconds.div_euclid(86_400_000_000), microseconds.rem_euclid(86_400_000_000));
    let (seconds, fraction) = (rest / 1_000_000, rest % 1_000_000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{} {hour:02}:{minute:02}:{second:02}.{fraction:06}", plain_date(days))
}

#[test]
fn every_day_of_years_1_to_9999_has_its_date() {
    // Walks the calendar day by day, so that no formula is checked by another.
    let mut expected = Vec::new();
    for year in 1..=9999 {
        for (month, n_days) in months(year).into_iter().enumerate() {
            expected.extend((1..=n_days).map(|day| (year, month + 1, day)));
        }
    }
    let first = -719_162;
    let days = Date32Array::from_iter_values((0..expected.len() as i32).map(|i| first + i));
    let cells = cells(Arc::new(days));
    assert_eq!(cells.len(), expected.len());
    for (cell, (year, month, day)) in cells.iter().zip(expected) {
        let mut parts = cell.split('-').map(|part| part.parse().ok());
        assert!(cell.len() == 10, "{cell}");
        let found = (parts.next(), parts.next(), parts.next());
        assert_eq!(found, (Some(Some(year)), Some(Some(month as i64)), Some(Some(day))), "{cell}");
    }
}

#[test]
fn known_moments_have_their_text() {
    let moments = [
        (0, "1970-01-01 00:00:00.000000"),
        (-1, "1969-12-31 23:59:59.999999"),
        (951_782_400_000_000, "2000-02-29 00:00:00.000000"),
        (1_735_689_599_999_999, "2024-12-31 23:59:59.999999"),
        (-62_135_596_800_000_000, "0001-01-01 00:00:00.000000"),
        (253_402_300_799_999_999, "9999-12-31 23:59:59.999999"),
        (-2_208_988_800_000_000, "1900-01-01 00:00:00.000000"),
    ];
    let values = TimestampMicrosecondArray::from_iter_values(moments.map(|(value, _)| value));
    assert_eq!(cells(Arc::new(values.clone())), moments.map(|(_, text)| text));
    assert_eq!(cells(Arc::new(values.with_timezone("UTC"))), moments.map(|(_, text)| text));
}

#[test]
fn years_beyond_four_digits_are_written_out() {
    let days = [i32::MIN, i32::MAX, 2_932_897, -719_529];
    let cells = cells(Arc::new(Date32Array::from_iter_values(days)));
    assert_eq!(cells, ["-5877641-06-23", "5881580-07-11", "10000-01-01", "-1-12-31"]);
    let ends = TimestampMicrosecondArray::from_iter_values([i64::MIN, i64::MAX]);
    let expected = ["-290308-12-21 19:59:05.224192", "294247-01-10 04:00:54.775807"];
    assert_eq!(self::cells(Arc::new(ends)), expected);
}

#[test]
fn integers_of_every_length_are_written_whole() {
    let mut values: Vec<u64> = vec![0, u64::MAX];
    for digits in 0..20 {
        let power = 10u64.pow(digits);
        values.extend([power - 1, power, power + 1, power.saturating_mul(9), power / 3]);
    }
    let expected: Vec<String> = values.iter().map(u64::to_string).collect();
    assert_eq!(cells(Arc::new(UInt64Array::from(values.clone()))), expected);
    let signed: Vec<i64> = values.iter().map(|&value| (value as i64).wrapping_neg()).collect();
    let expected: Vec<String> = signed.iter().map(i64::to_string).collect();
    assert_eq!(cells(Arc::new(Int64Array::from(signed))), expected);
}

#[test]
fn known_floats_have_their_shortest_text() {
    let doubles = [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (1.0, "1.0"),
        (-0.01, "-0.01"),
        (0.1 + 0.2, "0.30000000000000004"),
        (99.9, "99.9"),
        (1.005, "1.005"),
        (1e300, "1e+300"),
        (5e-324, "5e-324"),
        (100.0, "100.0"),
        (f64::NAN, "NaN"),
        (f64::INFINITY, "inf"),
        (f64::NEG_INFINITY, "-inf"),
    ];
    let found = cells(Arc::new(Float64Array::from_iter_values(doubles.map(|(value, _)| value))));
    assert_eq!(found, doubles.map(|(_, text)| text));
    let floats = [
        (0.1f32, "0.1"),
        (16_777_216.0, "16777216.0"),
        (131_072.1, "131072.1"),
        (160_000.02, "160000.02"),
        (f32::NAN, "NaN"),
        (f32::NEG_INFINITY, "-inf"),
    ];
    let found = cells(Arc::new(Float32Array::from_iter_values(floats.map(|(value, _)| value))));
    assert_eq!(found, floats.map(|(_, text)| text));
}

/// Whether `cell` says that it is a float, in no more characters than `shortest`.
fn is_as_short(cell: &str, shortest: &str) -> bool {
    cell.len() <= shortest.len() && cell.contains(['.', 'e', 'N', 'i'])
}

/// Floats of two decimals, and the neighbour of each, which has none so short.
fn around(hundredths: &[i64]) -> impl Iterator<Item = f64> {
    let near = hundredths.iter().map(|&number| number as f64 / 100.0);
    near.flat_map(|value| [value, f64::from_bits(value.to_bits() + 1)])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_double_reads_back_from_its_shortest_text(
        bits in prop::collection::vec(any::<u64>(), 16),
        large in prop::collection::vec(-5_000_000_000_000_000i64..5_000_000_000_000_000, 16),
        small in prop::collection::vec(-1_000_000i64..1_000_000, 16),
    ) {
        let mut values: Vec<f64> = bits.into_iter().map(f64::from_bits).collect();
        values.extend(around(&large).chain(around(&small)));
        let cells = cells(Arc::new(Float64Array::from(values.clone())));
        for (value, cell) in values.into_iter().zip(cells) {
            let read: f64 = cell.parse().expect("a number");
            let same = read.to_bits() == value.to_bits() || value.is_nan() && read.is_nan();
            prop_assert!(same, "{value} is {cell}");
            let mut shortest = zmij::Buffer::new();
            prop_assert!(is_as_short(&cell, shortest.format(value)), "{value} is {cell}");
        }
    }

    #[test]
    fn any_float_reads_back_from_its_shortest_text(
        bits in prop::collection::vec(any::<u32>(), 16),
        hundredths in prop::collection::vec(-20_000_000i64..20_000_000, 32),
    ) {
        let mut values: Vec<f32> = bits.into_iter().map(f32::from_bits).collect();
        let near = hundredths.iter().map(|&number| (number as f64 / 100.0) as f32);
        values.extend(near.flat_map(|value| [value, f32::from_bits(value.to_bits() + 1)]));
        let cells = cells(Arc::new(Float32Array::from(values.clone())));
        for (value, cell) in values.into_iter().zip(cells) {
            let read: f32 = cell.parse().expect("a number");
            let same = read.to_bits() == value.to_bits() || value.is_nan() && read.is_nan();
            prop_assert!(same, "{value} is {cell}");
            let mut shortest = zmij::Buffer::new();
            prop_assert!(is_as_short(&cell, shortest.format(value)), "{value} is {cell}");
        }
    }

    #[test]
    fn any_decimal_has_its_plain_text(
        numbers in prop::collection::vec((any::<i128>(), 0u32..39), 16),
        scale in 0i8..=38,
    ) {
        // Of all lengths up to 38 digits: the remainder by a random power of ten.
        let mut numbers: Vec<i128> =
            numbers.iter().map(|(number, digits)| number % 10i128.pow(*digits)).collect();
        numbers.extend([0, 1, -1, 10i128.pow(38) - 1, 1 - 10i128.pow(38)]);
        let expected: Vec<String> =
            numbers.iter().map(|&number| plain_decimal(number, scale as usize)).collect();
        let array = Decimal128Array::from(numbers).with_precision_and_scale(38, scale);
        prop_assert_eq!(cells(Arc::new(array.expect("a valid scale"))), expected);
    }

    #[test]
    fn any_moment_has_its_plain_text(
        moments in prop::collection::vec(-62_135_596_800_000_000i64..253_402_300_800_000_000, 4),
    ) {
        let expected: Vec<String> =
            moments.iter().map(|&moment| plain_timestamp(moment)).collect();
        prop_assert_eq!(cells(Arc::new(TimestampMicrosecondArray::from(moments))), expected);
    }
}
