//! Writers that fail, write short or are given up: the fault comes back, and no half file looks
//! whole.

use std::io::{self, ErrorKind, Read, Write};

use arrow_array::RecordBatch;
use bytes::Bytes;
use inrush_formats::{Format, ParquetCodec, ParquetOptions, TextCodec};
use parquet::file::reader::SerializedFileReader;

use crate::given::{CSV, all_types, encode};

const CSV_GZIP: Format = Format::Csv { codec: TextCodec::Gzip };
const CSV_ZSTD: Format = Format::Csv { codec: TextCodec::Zstd };

fn parquet(row_group_rows: usize) -> Format {
    Format::Parquet(ParquetOptions {
        codec: ParquetCodec::Snappy,
        row_group_rows,
        dictionary: vec![true; 2],
    })
}

/// A disk with room for `room` bytes.
struct Disk {
    room: usize,
    bytes: Vec<u8>,
}

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        let len = bytes.len().min(self.room);
        if len == 0 {
            return Err(ErrorKind::StorageFull.into());
        }
        self.room -= len;
        self.bytes.extend_from_slice(&bytes[..len]);
        Ok(len)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn encode_to(format: &Format, batch: &RecordBatch, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let mut encoder = format.encoder(batch.schema(), out)?;
    for start in (0..batch.num_rows()).step_by(100) {
        encoder.write(&batch.slice(start, 100.min(batch.num_rows() - start)))?;
    }
    encoder.finish()
}

/// Fails at every byte of a small file, and at spread bytes of one of many blocks and row groups.
fn a_full_disk_comes_back(format: &Format) {
    let small = all_types(7).project(&[3, 8, 17]).expect("three of the columns");
    for (batch, n_places) in [(small, usize::MAX), (all_types(4_000), 13)] {
        let whole = encode(format, std::slice::from_ref(&batch));
        for room in (0..whole.len()).step_by((whole.len() / n_places).max(1)) {
            let mut disk = Disk { room, bytes: Vec::new() };
            let error = encode_to(format, &batch, &mut disk).expect_err("the disk is too small");
            assert_eq!(error.kind(), ErrorKind::StorageFull, "{room} bytes: {error}");
            assert!(whole.starts_with(&disk.bytes), "{room} bytes");
        }
        let mut disk = Disk { room: whole.len(), bytes: Vec::new() };
        encode_to(format, &batch, &mut disk).expect("the disk is just large enough");
        assert!(disk.bytes == whole);
    }
}

#[test]
fn a_full_disk_comes_back_from_csv() {
    a_full_disk_comes_back(&CSV);
}

#[test]
fn a_full_disk_comes_back_from_gzip() {
    a_full_disk_comes_back(&CSV_GZIP);
}

#[test]
fn a_full_disk_comes_back_from_zstd() {
    a_full_disk_comes_back(&CSV_ZSTD);
}

#[test]
fn a_full_disk_comes_back_from_parquet() {
    a_full_disk_comes_back(&parquet(1_000));
}

/// Takes at most seven bytes at a time, and is interrupted before each.
struct Slow {
    bytes: Vec<u8>,
    interrupted: bool,
}

impl Write for Slow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.interrupted = !self.interrupted;
        if self.interrupted {
            return Err(ErrorKind::Interrupted.into());
        }
        let len = bytes.len().min(7);
        self.bytes.extend_from_slice(&bytes[..len]);
        Ok(len)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn short_and_interrupted_writes_lose_nothing() {
    let batch = all_types(700);
    for format in [CSV, CSV_GZIP, CSV_ZSTD, parquet(300)] {
        let mut slow = Slow { bytes: Vec::new(), interrupted: false };
        encode_to(&format, &batch, &mut slow).expect("nothing failed");
        assert!(slow.bytes == encode(&format, std::slice::from_ref(&batch)), "{format:?}");
    }
}

#[test]
fn a_file_given_up_has_no_end() {
    let batch = all_types(3_000);
    let given_up = |format: &Format| {
        let mut file = Vec::new();
        let mut encoder = format.encoder(batch.schema(), &mut file).expect("a supported schema");
        encoder.write(&batch).expect("memory takes everything");
        drop(encoder);
        file
    };
    let gzip = given_up(&CSV_GZIP);
    let whole = flate2::read::GzDecoder::new(&gzip[..]).read_to_end(&mut Vec::new());
    assert!(whole.is_err(), "a gzip stream that was dropped looks whole");
    let zstd = given_up(&CSV_ZSTD);
    let whole = zstd::stream::read::Decoder::new(&zstd[..])
        .and_then(|mut decoder| decoder.read_to_end(&mut Vec::new()));
    assert!(whole.is_err(), "a zstd frame that was dropped looks whole");
    let parquet = given_up(&parquet(1_000));
    assert!(SerializedFileReader::new(Bytes::from(parquet)).is_err());
}
