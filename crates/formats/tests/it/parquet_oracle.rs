//! Parquet read back by the `parquet` crate's Arrow reader, and footers that are not to be trusted.

use std::fs;
use std::io;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Int32Array, Int64Array, RecordBatch, StringArray, UInt64Array};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field, Schema};
use bytes::Bytes;
use inrush_formats::{Format, ParquetCodec, ParquetOptions, parquet_rows};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, Encoding};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use proptest::prelude::*;

use crate::given::{all_types, batch, cut, encode};

const CODECS: [ParquetCodec; 5] = [
    ParquetCodec::None,
    ParquetCodec::Snappy,
    ParquetCodec::Zstd,
    ParquetCodec::Lz4,
    ParquetCodec::Gzip,
];

fn options(codec: ParquetCodec, row_group_rows: usize, dictionary: &[bool]) -> Format {
    Format::Parquet(ParquetOptions { codec, row_group_rows, dictionary: dictionary.to_vec() })
}

fn metadata(file: &[u8]) -> ParquetMetaData {
    let reader = SerializedFileReader::new(Bytes::copy_from_slice(file)).expect("a valid footer");
    reader.metadata().clone()
}

/// All rows of `file`, as one batch per row group or part of it.
fn read(file: &[u8]) -> (Arc<Schema>, Vec<RecordBatch>) {
    let builder = ParquetRecordBatchReaderBuilder::try_new(Bytes::copy_from_slice(file));
    let builder = builder.expect("a valid footer").with_batch_size(1 << 20);
    let schema = Arc::clone(builder.schema());
    let batches = builder.build().expect("a reader").map(|batch| batch.expect("valid pages"));
    (schema, batches.collect())
}

/// Asserts that `file` holds the rows of `batch`, bit for bit (`==` of floats takes -0.0 for 0.0).
fn assert_holds(file: &[u8], batch: &RecordBatch) {
    let (schema, parts) = read(file);
    assert_eq!(schema.fields(), batch.schema().fields());
    let mut start = 0;
    for part in parts {
        assert_eq!(part.columns(), batch.slice(start, part.num_rows()).columns());
        start += part.num_rows();
    }
    assert_eq!(start, batch.num_rows());
}

#[test]
fn every_codec_and_row_group_holds_the_same_rows() {
    let batch = all_types(3_500);
    for codec in CODECS {
        for (row_group_rows, n_rows) in [(1, 20), (1_000, 3_500), (3_500, 3_500), (131_072, 3_500)]
        {
            let batch = batch.slice(0, n_rows);
            let format = options(codec, row_group_rows, &[]);
            let file = encode(&format, &cut(&batch, &[5, 1_500]));
            assert_holds(&file, &batch);
            let metadata = metadata(&file);
            assert_eq!(metadata.num_row_groups(), n_rows.div_ceil(row_group_rows));
            for (i, group) in metadata.row_groups().iter().enumerate() {
                let expected = row_group_rows.min(n_rows - i * row_group_rows);
                assert_eq!(group.num_rows(), expected as i64, "row group {i}");
            }
        }
    }
}

#[test]
fn the_footer_names_the_codec() {
    let batch = all_types(100);
    for codec in CODECS {
        let file = encode(&options(codec, 50, &[]), std::slice::from_ref(&batch));
        for group in metadata(&file).row_groups() {
            for column in group.columns() {
                let found = match column.compression() {
                    Compression::UNCOMPRESSED => ParquetCodec::None,
                    Compression::SNAPPY => ParquetCodec::Snappy,
                    Compression::ZSTD(_) => ParquetCodec::Zstd,
                    Compression::LZ4_RAW => ParquetCodec::Lz4,
                    Compression::GZIP(_) => ParquetCodec::Gzip,
                    other => panic!("{other} is none of ours"),
                };
                assert_eq!(found, codec);
            }
        }
    }
}

#[test]
fn a_dictionary_stands_where_it_is_asked_for() {
    let cities = StringArray::from_iter_values((0..5_000).map(|i| ["Oslo", "Lima"][i % 2]));
    let column = || -> ArrayRef { Arc::new(cities.clone()) };
    let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(0..5_000));
    let batch = batch(vec![("plain", column()), ("few", column()), ("a.b", column()), ("id", ids)]);
    let format = options(ParquetCodec::None, 5_000, &[false, true, true]);
    let file = encode(&format, std::slice::from_ref(&batch));
    assert_holds(&file, &batch);
    let metadata = metadata(&file);
    let columns = metadata.row_group(0).columns();
    let dictionaries: Vec<bool> =
        columns.iter().map(|column| column.dictionary_page_offset().is_some()).collect();
    assert_eq!(dictionaries, [false, true, true, false]);
    assert!(columns[1].compressed_size() < columns[0].compressed_size() / 10);
    let delta = columns[3].encodings().any(|encoding| encoding == Encoding::DELTA_BINARY_PACKED);
    assert!(delta, "counters are written as differences");
}

#[test]
fn columns_that_may_not_be_null_stay_so() {
    let fields =
        vec![Field::new("id", DataType::Int64, false), Field::new("note", DataType::Utf8, true)];
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(0..10)),
        Arc::new(StringArray::from_iter((0..10).map(|i| (i % 3 > 0).then_some("x")))),
    ];
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).expect("ten rows");
    let format = options(ParquetCodec::Snappy, 4, &[]);
    assert_holds(&encode(&format, std::slice::from_ref(&batch)), &batch);
}

#[test]
fn the_file_names_its_maker_and_nothing_of_the_machine() {
    let file = encode(&options(ParquetCodec::Snappy, 10, &[]), &[all_types(10)]);
    assert_eq!(metadata(&file).file_metadata().created_by(), Some("inrush"));
    assert!(file == encode(&options(ParquetCodec::Snappy, 10, &[]), &[all_types(10)]));
}

#[test]
fn a_table_without_rows_is_a_valid_file() {
    let empty = all_types(0);
    for codec in CODECS {
        let file = encode(&options(codec, 1_000, &[true]), &[empty.clone(), empty.clone()]);
        let (schema, batches) = read(&file);
        assert_eq!(schema.fields(), empty.schema().fields());
        assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 0);
        assert_eq!(rows_of(&file).expect("a valid footer"), 0);
    }
}

/// A table in which every page would end elsewhere if the cuts showed: long texts, a column with
/// stretches without nulls, one with stretches of nothing else, a dictionary that overflows.
fn uneven(n_rows: usize) -> RecordBatch {
    let long = StringArray::from_iter_values((0..n_rows).map(|i| format!("{i:0>300}")));
    let stretches =
        Int32Array::from_iter((0..n_rows).map(|i| (i / 3_000 % 2 == 0).then_some(i as i32)));
    let sparse = StringArray::from_iter((0..n_rows).map(|i| (i % 9_000 == 5).then_some("here")));
    let many = StringArray::from_iter_values((0..n_rows).map(|i| format!("{:0>90}", i * 7)));
    let id = UInt64Array::from_iter_values((0..n_rows as u64).map(|i| i * i));
    batch(vec![
        ("long", Arc::new(long)),
        ("stretches", Arc::new(stretches)),
        ("sparse", Arc::new(sparse)),
        ("many", Arc::new(many)),
        ("id", Arc::new(id)),
    ])
}

#[test]
fn the_cut_into_batches_does_not_show_in_the_pages() {
    const ROWS: usize = 30_000;
    let batch = uneven(ROWS);
    for row_group_rows in [1_000, 12_345, 131_072] {
        let format = options(ParquetCodec::Lz4, row_group_rows, &[false, true, true, true]);
        let whole = encode(&format, std::slice::from_ref(&batch));
        assert_holds(&whole, &batch);
        for step in [100, 1_000, 1_024, 4_097, 8_192, 20_000] {
            let cuts: Vec<usize> = (0..ROWS).step_by(step).collect();
            let file = encode(&format, &cut(&batch, &cuts));
            assert!(file == whole, "batches of {step} rows show with groups of {row_group_rows}");
        }
    }
}

#[test]
fn a_mask_without_nulls_does_not_show() {
    let n_rows = 5_000;
    let values = || Int32Array::from_iter_values(0..n_rows);
    let (_, buffer, _) = values().into_parts();
    let masked = Int32Array::new(buffer, Some(NullBuffer::new_valid(n_rows as usize)));
    assert!(masked.nulls().is_some());
    let file = |array: Int32Array| {
        let batch = batch(vec![("n", Arc::new(array))]);
        encode(&options(ParquetCodec::None, 131_072, &[]), &cut(&batch, &[700, 3_000]))
    };
    assert!(file(masked) == file(values()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_cut_gives_the_same_bytes(
        cuts in prop::collection::vec(any::<usize>(), 0..12),
        row_group_rows in prop::sample::select(vec![1usize, 7, 1_000, 1_024, 131_072]),
        n_rows in 0usize..2_500,
    ) {
        let n_rows = if row_group_rows < 10 { n_rows % 40 } else { n_rows };
        let batch = all_types(n_rows);
        let format = options(ParquetCodec::Snappy, row_group_rows, &[false, true]);
        let whole = encode(&format, std::slice::from_ref(&batch));
        prop_assert!(encode(&format, &cut(&batch, &cuts)) == whole);
    }
}

/// What [`parquet_rows`] says of a file with these bytes.
fn rows_of(file: &[u8]) -> io::Result<u64> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("t.parquet");
    fs::write(&path, file).expect("room on disk");
    parquet_rows(&path)
}

#[test]
fn the_footer_states_the_rows() {
    for n_rows in [0, 1, 999, 2_500] {
        let file = encode(&options(ParquetCodec::Zstd, 1_000, &[]), &[all_types(n_rows)]);
        assert_eq!(rows_of(&file).expect("a valid footer"), n_rows as u64);
    }
}

#[test]
fn a_file_that_is_missing_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = parquet_rows(&folder.path().join("none.parquet")).expect_err("there is none");
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
}

#[test]
fn a_damaged_file_is_an_error_and_no_panic() {
    let file = encode(&options(ParquetCodec::None, 1_000, &[]), &[all_types(50)]);
    for len in (0..file.len()).step_by(97).chain(file.len() - 20..file.len()) {
        assert!(rows_of(&file[..len]).is_err(), "{len} of {} bytes pass", file.len());
    }
    for text in [&b""[..], b"PAR1", b"PAR1PAR1", b"a,b\n1,2\n", b"PAR1\xFF\xFF\xFF\x7FPAR1"] {
        assert!(rows_of(text).is_err(), "{text:?}");
    }
    let mut longer = file.clone();
    longer.push(0);
    assert!(rows_of(&longer).is_err());
}

#[test]
fn an_altered_footer_never_panics() {
    let batch = all_types(5).project(&[3, 8, 17]).expect("three of the columns");
    let file = encode(&options(ParquetCodec::None, 1_000, &[]), &[batch]);
    let footer_len =
        u32::from_le_bytes(file[file.len() - 8..file.len() - 4].try_into().expect("4"));
    let start = file.len() - 8 - footer_len as usize;
    for place in start..file.len() {
        for flip in [0x01, 0x80, 0xFF] {
            let mut altered = file.clone();
            altered[place] ^= flip;
            // Some flips leave a valid footer; none may end the process.
            let _ = rows_of(&altered);
        }
    }
}
