//! Batches to encode, and what comes of encoding them.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float32Array, Float64Array, Int8Array,
    Int16Array, Int32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    UInt8Array, UInt16Array, UInt32Array, UInt64Array,
};
use arrow_schema::{Field, Schema};
use inrush_formats::{Encoder, Format, TextCodec};

pub(crate) const CSV: Format = Format::Csv { codec: TextCodec::None };

/// The file that `format` makes of `batches`, which share one schema.
pub(crate) fn encode(format: &Format, batches: &[RecordBatch]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = format.encoder(batches[0].schema(), &mut file).expect("a supported schema");
    for batch in batches {
        encoder.write(batch).expect("memory takes everything");
    }
    finish(encoder);
    file
}

fn finish(encoder: Box<dyn Encoder + '_>) {
    encoder.finish().expect("memory takes everything");
}

/// `batch` cut behind each of `cuts`, which may come in any order and may repeat: the parts are
/// slices, empty ones among them.
pub(crate) fn cut(batch: &RecordBatch, cuts: &[usize]) -> Vec<RecordBatch> {
    let mut ends: Vec<usize> = cuts.iter().map(|cut| cut % (batch.num_rows() + 1)).collect();
    ends.push(batch.num_rows());
    ends.sort_unstable();
    let mut start = 0;
    ends.into_iter()
        .map(|end| {
            let part = batch.slice(start, end - start);
            start = end;
            part
        })
        .collect()
}

/// One column with its name.
pub(crate) fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, array)| Field::new(*name, array.data_type().clone(), true))
        .collect();
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).expect("columns of one length")
}

/// A number from `i`, spread over all 64 bits.
fn spread(i: usize) -> u64 {
    let mut z = (i as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z ^ (z >> 27)
}

/// Every supported type, nulls in each column but the last, extreme values first.
pub(crate) fn all_types(n_rows: usize) -> RecordBatch {
    macro_rules! extreme {
        ($array:ident, $extremes:expr, $value:expr) => {{
            let extremes = $extremes;
            let value = $value;
            Arc::new($array::from_iter((0..n_rows).map(|i| match extremes.get(i) {
                Some(extreme) => Some(extreme.clone()),
                None => (!spread(i).is_multiple_of(7)).then(|| value(spread(i))),
            })))
        }};
    }
    macro_rules! integers {
        ($array:ident, $native:ty) => {
            extreme!($array, [<$native>::MIN, <$native>::MAX, 0], |word| word as $native)
        };
    }
    let floats = [0.0, -0.0, f32::MIN, f32::MAX, f32::MIN_POSITIVE, f32::from_bits(1)];
    let doubles =
        [0.0, -0.0, f64::MIN, f64::MAX, f64::MIN_POSITIVE, f64::from_bits(1), 0.1 + 0.2, 1e300];
    let decimals = || {
        extreme!(Decimal128Array, [0, -1, 1, 99, -10i128.pow(12) + 1], |w| w as i128
            % 1_000_000_000_000)
    };
    let times: Arc<TimestampMicrosecondArray> = extreme!(
        TimestampMicrosecondArray,
        [0, -1, 1, 253_402_300_799_999_999, -62_135_596_800_000_000],
        |w: u64| (w % 4_000_000_000_000_000) as i64 - 2_000_000_000_000_000
    );
    let decimal = |precision, scale| {
        let array: Arc<Decimal128Array> = decimals();
        Arc::new((*array).clone().with_precision_and_scale(precision, scale).expect("in range"))
    };
    let texts =
        ["", "a,b", "say \"hi\"", "\"", "a\nb", "a\rb", "\r\n", " padded ", "Ünï 漢字 🦀", "null"];
    let texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).collect();
    let words = |w: u64| {
        ["x", "two words", "a longer text than two registers hold", ""][(w % 4) as usize].to_owned()
    };
    batch(vec![
        ("i8", integers!(Int8Array, i8)),
        ("i16", integers!(Int16Array, i16)),
        ("i32", integers!(Int32Array, i32)),
        ("i64", integers!(Int64Array, i64)),
        ("u8", integers!(UInt8Array, u8)),
        ("u16", integers!(UInt16Array, u16)),
        ("u32", integers!(UInt32Array, u32)),
        ("u64", integers!(UInt64Array, u64)),
        ("f32", extreme!(Float32Array, floats, |w| (w % 100_000) as f32 / 100.0)),
        ("f64", extreme!(Float64Array, doubles, |w| w as f64 / 1e7)),
        ("money", decimal(12, 2)),
        ("whole", decimal(18, 0)),
        ("wide", decimal(38, 30)),
        ("flag", extreme!(BooleanArray, [true, false], |w| w % 3 == 0)),
        (
            "day",
            extreme!(Date32Array, [0, -1, -719_162, 2_932_896], |w| (w % 40_000) as i32 - 10_000),
        ),
        ("at", Arc::new((*times).clone().with_timezone("UTC"))),
        ("wall", times),
        ("text", extreme!(StringArray, texts, words)),
        ("row", Arc::new(Int32Array::from_iter_values(0..n_rows as i32))),
    ])
}
