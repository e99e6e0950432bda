//! CSV read back by the `csv` crate, cell by cell, and the bytes that RFC 4180 leaves no choice in.

use std::io::Read;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, TimestampMicrosecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, Decimal128Array, Float64Array, Int32Array, Int64Array, RecordBatch,
    StringArray, UInt64Array,
};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use inrush_formats::{Format, TextCodec};
use proptest::prelude::*;

use crate::csv_numbers::{plain_date, plain_decimal, plain_timestamp};
use crate::given::{CSV, all_types, batch, cut, encode};

fn text_of(batches: &[RecordBatch]) -> String {
    String::from_utf8(encode(&CSV, batches)).expect("UTF-8 in, UTF-8 out")
}

fn records(file: &[u8]) -> Vec<Vec<String>> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(file)
        .records()
        .map(|record| record.expect("RFC 4180").iter().map(str::to_owned).collect())
        .collect()
}

/// Whether `cell` reads back to the value at `row`, bit for bit; a null reads as empty.
fn reads_back(array: &ArrayRef, row: usize, cell: &str) -> bool {
    fn parsed<T: ArrowPrimitiveType>(array: &ArrayRef, row: usize, cell: &str) -> bool
    where
        T::Native: std::str::FromStr,
    {
        cell.parse().is_ok_and(|value: T::Native| value == array.as_primitive::<T>().value(row))
    }
    if array.is_null(row) {
        return cell.is_empty();
    }
    match array.data_type() {
        DataType::Int8 => parsed::<Int8Type>(array, row, cell),
        DataType::Int16 => parsed::<Int16Type>(array, row, cell),
        DataType::Int32 => parsed::<Int32Type>(array, row, cell),
        DataType::Int64 => parsed::<Int64Type>(array, row, cell),
        DataType::UInt8 => parsed::<UInt8Type>(array, row, cell),
        DataType::UInt16 => parsed::<UInt16Type>(array, row, cell),
        DataType::UInt32 => parsed::<UInt32Type>(array, row, cell),
        DataType::UInt64 => parsed::<UInt64Type>(array, row, cell),
        DataType::Float32 => {
            let value = array.as_primitive::<Float32Type>().value(row);
            cell.parse().is_ok_and(|read: f32| read.to_bits() == value.to_bits())
        }
        DataType::Float64 => {
            let value = array.as_primitive::<Float64Type>().value(row);
            cell.parse().is_ok_and(|read: f64| read.to_bits() == value.to_bits())
        }
        DataType::Decimal128(_, scale) => {
            cell == plain_decimal(
                array.as_primitive::<Decimal128Type>().value(row),
                *scale as usize,
            )
        }
        DataType::Boolean => {
            cell.parse().is_ok_and(|flag: bool| flag == array.as_boolean().value(row))
        }
        DataType::Date32 => {
            cell == plain_date(i64::from(array.as_primitive::<Date32Type>().value(row)))
        }
        DataType::Timestamp(_, _) => {
            cell == plain_timestamp(array.as_primitive::<TimestampMicrosecondType>().value(row))
        }
        DataType::Utf8 => cell == array.as_string::<i32>().value(row),
        other => panic!("the oracle knows no {other}"),
    }
}

#[test]
fn every_cell_of_every_type_reads_back() {
    let batch = all_types(3_000);
    let records = records(&encode(&CSV, std::slice::from_ref(&batch)));
    let names: Vec<&str> = batch.schema_ref().fields().iter().map(|f| f.name().as_str()).collect();
    assert_eq!(records[0], names);
    assert_eq!(records.len(), 1 + batch.num_rows());
    for (row, record) in records[1..].iter().enumerate() {
        assert_eq!(record.len(), batch.num_columns());
        for ((array, cell), name) in batch.columns().iter().zip(record).zip(&names) {
            assert!(reads_back(array, row, cell), "{name} of row {row} is {cell:?}");
        }
    }
}

#[test]
fn null_is_empty_and_the_empty_text_is_quoted() {
    let texts = StringArray::from(vec![Some(""), None, Some("x"), Some("")]);
    let numbers = Int32Array::from(vec![None, Some(1), None, None]);
    let batch = batch(vec![("t", Arc::new(texts)), ("n", Arc::new(numbers))]);
    assert_eq!(text_of(&[batch]), "t,n\n\"\",\n,1\nx,\n\"\",\n");
}

#[test]
fn quotes_stand_where_they_must_and_nowhere_else() {
    let cases = [
        ("plain", "plain"),
        (" padded ", " padded "),
        ("it's", "it's"),
        ("semi;colon\ttab", "semi;colon\ttab"),
        ("a,b", "\"a,b\""),
        ("a\nb", "\"a\nb\""),
        ("a\rb", "\"a\rb\""),
        ("\"", "\"\"\"\""),
        ("say \"hi\"", "\"say \"\"hi\"\"\""),
        ("Ünï 漢字 🦀", "Ünï 漢字 🦀"),
    ];
    for (text, cell) in cases {
        // A neighbour that needs quotes must not change how this cell is written, nor the reverse.
        for neighbour in ["x", "a,b"] {
            let texts = StringArray::from(vec![text, neighbour]);
            let batch =
                batch(vec![("t", Arc::new(texts)), ("n", Arc::new(Int32Array::from(vec![1, 2])))]);
            let neighbour = if neighbour == "x" { "x" } else { "\"a,b\"" };
            assert_eq!(text_of(&[batch]), format!("t,n\n{cell},1\n{neighbour},2\n"));
        }
    }
}

#[test]
fn the_header_is_quoted_like_a_cell() {
    let column = || -> ArrayRef { Arc::new(Int32Array::from(vec![1])) };
    let batch = batch(vec![
        ("a,b", column()),
        ("say \"hi\"", column()),
        ("größe", column()),
        ("x\ny", column()),
    ]);
    let file = encode(&CSV, &[batch]);
    assert_eq!(&file[..], "\"a,b\",\"say \"\"hi\"\"\",größe,\"x\ny\"\n1,1,1,1\n".as_bytes());
    assert_eq!(records(&file)[0], ["a,b", "say \"hi\"", "größe", "x\ny"]);
}

#[test]
fn a_cell_may_be_longer_than_a_block() {
    let plain = "x".repeat(100_000);
    let quotes = "\"".repeat(100_000);
    let accents = "ä".repeat(70_000);
    let texts = vec![Some(&*plain), None, Some(&*quotes), Some(""), Some(&*accents), Some("y,z")];
    let left = StringArray::from(texts.clone());
    let numbers = Int64Array::from(vec![i64::MIN; 6]);
    let right = StringArray::from(texts.iter().rev().copied().collect::<Vec<_>>());
    let batch =
        batch(vec![("l", Arc::new(left)), ("n", Arc::new(numbers)), ("r", Arc::new(right))]);
    let records = records(&encode(&CSV, &[batch]));
    for (row, record) in records[1..].iter().enumerate() {
        let expected =
            [texts[row].unwrap_or(""), "-9223372036854775808", texts[5 - row].unwrap_or("")];
        assert!(record.iter().eq(expected), "row {row}");
    }
}

#[test]
fn a_table_without_rows_is_a_header() {
    let empty = all_types(0);
    let header = text_of(&[empty.clone(), empty]);
    assert_eq!(header.lines().count(), 1);
    assert!(header.starts_with("i8,i16,") && header.ends_with(",row\n"), "{header}");
}

#[test]
fn a_type_without_a_form_is_refused_by_name() {
    let types = [
        DataType::Binary,
        DataType::LargeUtf8,
        DataType::Timestamp(TimeUnit::Second, None),
        DataType::Decimal128(38, -2),
        DataType::Decimal128(38, 41),
    ];
    for data_type in types {
        let schema = Arc::new(Schema::new(vec![Field::new("odd one", data_type, true)]));
        let mut file = Vec::new();
        let error = CSV.encoder(schema, &mut file).map(drop).expect_err("no form");
        assert_eq!(error.kind(), std::io::ErrorKind::Unsupported);
        assert!(error.to_string().contains("`odd one`"), "{error}");
    }
}

fn unpacked(codec: TextCodec, file: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    match codec {
        TextCodec::Gzip => flate2::read::GzDecoder::new(file).read_to_end(&mut text),
        TextCodec::Zstd => {
            zstd::stream::read::Decoder::new(file).expect("a frame").read_to_end(&mut text)
        }
        _ => (&mut &*file).read_to_end(&mut text),
    }
    .expect("a whole stream");
    text
}

#[test]
fn a_compressed_file_holds_the_plain_one_and_repeats_itself() {
    for n_rows in [0, 5, 4_000] {
        let batch = all_types(n_rows);
        let plain = encode(&CSV, std::slice::from_ref(&batch));
        for codec in [TextCodec::Gzip, TextCodec::Zstd] {
            let format = Format::Csv { codec };
            let file = encode(&format, std::slice::from_ref(&batch));
            assert!(unpacked(codec, &file) == plain, "{codec:?} of {n_rows} rows");
            assert!(file == encode(&format, &cut(&batch, &[1, 2, 999])), "{codec:?} changed");
            assert!(n_rows < 100 || file.len() < plain.len() / 2, "{codec:?}");
        }
    }
}

#[test]
fn a_gzip_header_holds_no_time() {
    let file = encode(&Format::Csv { codec: TextCodec::Gzip }, &[all_types(3)]);
    assert_eq!(file[..3], [0x1F, 0x8B, 8]);
    assert_eq!(file[4..8], [0; 4], "the bytes of the modification time");
}

#[test]
fn the_extension_tells_the_codec() {
    let extension = |codec| Format::Csv { codec }.extension();
    assert_eq!(extension(TextCodec::None), "csv");
    assert_eq!(extension(TextCodec::Gzip), "csv.gz");
    assert_eq!(extension(TextCodec::Zstd), "csv.zst");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_cut_into_batches_does_not_show(cuts in prop::collection::vec(any::<usize>(), 0..12)) {
        let batch = all_types(700);
        let whole = encode(&CSV, std::slice::from_ref(&batch));
        prop_assert!(encode(&CSV, &cut(&batch, &cuts)) == whole);
    }

    #[test]
    fn any_text_reads_back(
        special in prop::collection::vec(proptest::option::of("[a\",\r\n ]{0,6}"), 1..20),
        any in prop::collection::vec(any::<Option<String>>(), 20),
    ) {
        let n_rows = special.len();
        let any = any[..n_rows].to_vec();
        let read = |text: &Option<String>| text.clone().unwrap_or_default();
        let expected: Vec<Vec<String>> =
            (0..n_rows).map(|i| vec![i.to_string(), read(&special[i]), read(&any[i])]).collect();
        let batch = batch(vec![
            ("row", Arc::new(UInt64Array::from_iter_values(0..n_rows as u64))),
            ("special", Arc::new(StringArray::from(special))),
            ("any", Arc::new(StringArray::from(any))),
        ]);
        prop_assert_eq!(&records(&encode(&CSV, &[batch]))[1..], &expected[..]);
    }

    #[test]
    fn slices_of_columns_are_written_from_their_own_start(start in 0usize..60, len in 0usize..60) {
        let batch = all_types(120);
        let whole = text_of(&[batch.slice(start, len)]);
        let rows: Vec<Vec<String>> = records(whole.as_bytes());
        prop_assert_eq!(rows.len(), len + 1);
        for (i, record) in rows[1..].iter().enumerate() {
            prop_assert_eq!(record.last().cloned(), Some((start + i).to_string()));
        }
    }
}

#[test]
fn numbers_between_texts_keep_their_room() {
    // Cells of the greatest length, behind texts that ask for room of their own.
    let n = 5_000;
    let texts: Vec<String> = (0..n).map(|i| "t".repeat(i % 70)).collect();
    let quoted: Vec<String> = (0..n).map(|i| "\"".repeat(i % 70)).collect();
    let widest = Decimal128Array::from(vec![-(10i128.pow(38) - 1); n]);
    let widest = widest.with_precision_and_scale(38, 38).expect("38 digits");
    let long = Float64Array::from(vec![-2.225_073_858_507_201_4e-308; n]);
    let batch = batch(vec![
        ("d1", Arc::new(widest.clone())),
        ("t1", Arc::new(StringArray::from(texts.clone()))),
        ("d2", Arc::new(widest.clone())),
        ("f", Arc::new(long)),
        ("t2", Arc::new(StringArray::from(quoted.clone()))),
        ("d3", Arc::new(widest)),
    ]);
    let digits = format!("-0.{}", "9".repeat(38));
    let float = "-2.2250738585072014e-308";
    for (i, record) in records(&encode(&CSV, &[batch]))[1..].iter().enumerate() {
        assert_eq!(*record, [&*digits, &*texts[i], &*digits, float, &*quoted[i], &*digits]);
    }
}
