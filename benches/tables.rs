//! What a row costs on one core: to generate it, to write it as CSV, to write it as Parquet.
//!
//! `arrow-csv` writes the same batches beside our own encoder, and a copy of the finished text is
//! the limit that no encoder passes. All numbers are per row of `builtin:seed7`.

use std::hint::black_box;
use std::io::{self, Write};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMicrosecondType;
use arrow_array::{ArrayRef, RecordBatch};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use inrush_formats::{Format, ParquetCodec, ParquetOptions, TextCodec};
use inrush_tables::{Schema, Table};

const BATCH_ROWS: u64 = 1024;
const BATCHES: u64 = 64;
const ROWS: u64 = BATCH_ROWS * BATCHES;

/// Takes bytes as a file would, and keeps none.
struct Sink(u64);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += black_box(bytes).len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn seed7() -> Table {
    let schema = Schema::builtin("seed7").expect("the builtin schema parses");
    Table::new(&schema, 0, ROWS).expect("the keys are wide enough")
}

fn batches(table: &Table) -> Vec<RecordBatch> {
    (0..BATCHES).map(|i| table.batch(i * BATCH_ROWS..(i + 1) * BATCH_ROWS)).collect()
}

fn encode(format: &Format, table: &Table, batches: &[RecordBatch]) -> u64 {
    let mut sink = Sink(0);
    let mut encoder = format.encoder(table.arrow_schema(), &mut sink).expect("the types are known");
    for batch in batches {
        encoder.write(batch).expect("the sink takes everything");
    }
    encoder.finish().expect("the sink takes everything");
    sink.0
}

/// The same batches with timestamps that have no zone: `arrow-csv` takes no named one.
fn without_zones(batches: &[RecordBatch]) -> Vec<RecordBatch> {
    let column = |array: &ArrayRef| -> ArrayRef {
        match array.as_primitive_opt::<TimestampMicrosecondType>() {
            Some(moments) => Arc::new(moments.clone().with_timezone_opt(None::<&str>)),
            None => Arc::clone(array),
        }
    };
    batches
        .iter()
        .map(|batch| {
            let schema = batch.schema();
            let names = schema.fields().iter().map(|field| field.name().as_str());
            let columns = batch.columns().iter().map(column);
            RecordBatch::try_from_iter(names.zip(columns)).expect("the columns are as long")
        })
        .collect()
}

fn csv_by_arrow(batches: &[RecordBatch]) -> u64 {
    let mut sink = Sink(0);
    let mut writer = arrow_csv::WriterBuilder::new()
        .with_timestamp_format("%Y-%m-%d %H:%M:%S%.6f".to_owned())
        .build(&mut sink);
    for batch in batches {
        writer.write(batch).expect("the sink takes everything");
    }
    drop(writer);
    sink.0
}

fn rows(c: &mut Criterion) {
    let table = seed7();
    let batches = batches(&table);

    let mut group = c.benchmark_group("generate");
    group.throughput(Throughput::Elements(ROWS));
    group.bench_function("inrush-tables", |b| {
        b.iter(|| {
            for i in 0..BATCHES {
                black_box(table.batch(i * BATCH_ROWS..(i + 1) * BATCH_ROWS));
            }
        });
    });
    group.finish();

    let csv = Format::Csv { codec: TextCodec::None };
    // The peer writes floats with other digits, so the two are as long as each other, not equal.
    let for_peer = without_zones(&batches);
    let (ours, peer) = (encode(&csv, &table, &batches), csv_by_arrow(&for_peer));
    assert!(ours.abs_diff(peer) < ours / 20, "{ours} and {peer} bytes of the same rows");
    let text = vec![b'x'; usize::try_from(ours).expect("a text that fits in memory")];
    let mut copy = vec![0; text.len()];

    let mut group = c.benchmark_group("csv");
    group.throughput(Throughput::Elements(ROWS));
    group.bench_function("inrush-formats", |b| b.iter(|| encode(&csv, &table, &batches)));
    group.bench_function("arrow-csv", |b| b.iter(|| csv_by_arrow(&for_peer)));
    group.bench_function("copy", |b| b.iter(|| copy.copy_from_slice(black_box(&text))));
    group.finish();

    let mut group = c.benchmark_group("parquet");
    group.throughput(Throughput::Elements(ROWS));
    for (name, codec) in [
        ("none", ParquetCodec::None),
        ("snappy", ParquetCodec::Snappy),
        ("lz4", ParquetCodec::Lz4),
        ("zstd", ParquetCodec::Zstd),
    ] {
        let format = Format::Parquet(ParquetOptions {
            codec,
            row_group_rows: 128 * 1024,
            dictionary: table.repetitive_columns().to_vec(),
        });
        group.bench_function(name, |b| b.iter(|| encode(&format, &table, &batches)));
    }
    group.finish();
}

criterion_group!(benches, rows);
criterion_main!(benches);
