//! Inputs and outputs that fail: the fault comes back, and nothing is lost or written twice.

use std::io::{self, ErrorKind, Write};

use inrush_marc::{Error, Reader, Record, Writer, generate};

use crate::given::{Fails, file, read_strictly};

/// A disk with room for `room` bytes, which takes at most `at_most` at a time and is interrupted before
/// each.
#[derive(Debug)]
struct Disk {
    room: usize,
    at_most: usize,
    is_interrupted: bool,
    bytes: Vec<u8>,
}

impl Disk {
    fn new(room: usize) -> Self {
        Self { room, at_most: 1_000, is_interrupted: false, bytes: Vec::new() }
    }
}

impl Write for &mut Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.is_interrupted = !self.is_interrupted;
        if self.is_interrupted {
            return Err(ErrorKind::Interrupted.into());
        }
        let n = bytes.len().min(self.at_most).min(self.room - self.bytes.len());
        if n == 0 {
            return Err(ErrorKind::StorageFull.into());
        }
        self.bytes.extend_from_slice(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn kind_and_offset(error: &Error) -> (ErrorKind, u64) {
    match error {
        Error::Write { offset, source } | Error::Read { offset, source } => {
            (source.kind(), *offset)
        }
        other => panic!("{other}"),
    }
}

#[test]
fn a_full_disk_is_an_error_at_the_latest_when_finished() {
    let whole = file(20);
    let records = read_strictly(&whole).expect("they are valid");
    for room in (0..whole.len()).step_by(997) {
        let mut disk = Disk::new(room);
        let mut writer = Writer::new(&mut disk);
        writer.write_many(&records).expect("they fit a block");
        let error = writer.finish().expect_err("the disk is too small");
        assert_eq!(kind_and_offset(&error), (ErrorKind::StorageFull, room as u64));
        assert!(disk.bytes == whole[..room]);
    }
    let mut disk = Disk::new(whole.len());
    let mut writer = Writer::new(&mut disk);
    writer.write_many(&records).expect("they fit a block");
    writer.finish().expect("the disk is just large enough");
    assert!(disk.bytes == whole);
}

#[test]
fn writing_goes_on_where_the_disk_was_full() {
    let whole = file(1_000);
    let records = read_strictly(&whole).expect("they are valid");
    assert!(whole.len() > 3 * 256 * 1024, "more than a few blocks");
    let mut n_errors = 0;
    let mut disk = Disk::new(0);
    disk.at_most = 100_000;
    let room = std::cell::Cell::new(0);
    let growing = Growing { disk: &mut disk, room: &room };
    let mut writer = Writer::new(growing);
    for record in &records {
        let mut result = writer.write(record);
        while result.is_err() {
            n_errors += 1;
            room.set(room.get() + 70_000);
            result = writer.flush();
        }
    }
    room.set(whole.len());
    writer.finish().expect("there is room for all");
    assert!(n_errors > 3);
    assert!(disk.bytes == whole);
}

/// A disk whose room is somebody else's to say.
struct Growing<'a> {
    disk: &'a mut Disk,
    room: &'a std::cell::Cell<usize>,
}

impl Write for Growing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.disk.room = self.room.get();
        (&mut *self.disk).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_full_device_is_an_error_too() {
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").expect("it is there");
    let mut writer = Writer::new(full());
    writer.write(&generate(0, 0)).expect("it fits a block");
    let error = writer.finish().expect_err("the device is full");
    assert_eq!(kind_and_offset(&error).0, ErrorKind::StorageFull);
    // Behind a buffer that would keep the bytes until nobody looks.
    let mut writer = Writer::new(io::BufWriter::with_capacity(1 << 20, full()));
    writer.write(&generate(0, 0)).expect("it fits a block");
    let error = writer.flush().expect_err("the device is full");
    assert!(error.to_string().starts_with("write records at byte "), "{error}");
    assert!(writer.finish().is_err());
}

#[test]
fn a_writer_that_is_dropped_writes_what_it_has() {
    let mut disk = Disk::new(1 << 20);
    let mut writer = Writer::new(&mut disk);
    writer.write(&generate(0, 0)).expect("it fits a block");
    drop(writer);
    assert_eq!(read_strictly(&disk.bytes).expect("it is whole"), [generate(0, 0)]);
}

#[test]
fn a_failing_input_is_an_error_and_the_record_is_read_again() {
    let bytes = file(3);
    for until in (1..bytes.len()).step_by(101) {
        let mut reader = Reader::new(Fails { rest: &bytes, until });
        let mut records = Vec::new();
        let mut n_errors = 0;
        loop {
            match reader.read() {
                Ok(Some(record)) => records.push(record),
                Ok(None) => break,
                Err(error) => {
                    assert_eq!(kind_and_offset(&error), (ErrorKind::TimedOut, until as u64));
                    n_errors += 1;
                }
            }
        }
        assert_eq!((n_errors, &records), (1, &read_strictly(&bytes).expect("they are valid")));
        let results: Vec<Result<Record, Error>> =
            Reader::new(Fails { rest: &bytes, until }).collect();
        assert!(results.last().is_some_and(Result::is_err), "an iterator ends with the error");
    }
}
