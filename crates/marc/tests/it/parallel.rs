//! Several threads find what one finds, in the same order.

use std::cell::Cell;

use inrush_marc::{Error, Marc8, ParallelReader, Problem, Reader, Record};

use crate::given::{Fails, MARC8, encode, file, iso2709, small};

/// Bytes with something wrong every few records: in the text, in the directory, between records, and
/// MARC-8.
fn mixed() -> Vec<u8> {
    let good = file(40);
    let mut bytes = Vec::new();
    for round in 0..60_usize {
        bytes.extend_from_slice(&good);
        let mut bad = small(&format!("bad{round}"));
        match round % 6 {
            0 => bad[10] = b'?',
            1 => bad[0] = b'x',
            2 => bad.truncate(50),
            3 => bad = b"\r\n".to_vec(),
            4 => bad = iso2709(MARC8, &[("001", b"m"), ("245", b"10\x1faCaf\xe2e")]),
            _ => *bad.last_mut().expect("not empty") = b'?',
        }
        bytes.extend(bad);
    }
    bytes
}

fn by_one(bytes: &[u8], marc8: Marc8) -> (Vec<Record>, Vec<Problem>) {
    let mut reader = Reader::new(bytes).lenient().marc8(marc8);
    let records = reader.by_ref().map(|record| record.expect("a slice can be read")).collect();
    (records, reader.take_problems())
}

#[test]
fn any_number_of_threads_reads_the_same_records_in_order() {
    let bytes = file(3_000);
    for n_threads in [0, 1, 2, 3, 7] {
        let (records, found) =
            ParallelReader::new(&bytes[..], n_threads).read_all().expect("is valid");
        assert!(encode(&records) == bytes, "{n_threads} threads");
        assert_eq!((found.records, found.problems), (3_000, Vec::new()));
    }
    let (records, found) = ParallelReader::new(&b""[..], 2).read_all().expect("is valid");
    assert_eq!((records.len(), found.records), (0, 0));
}

#[test]
fn several_lenient_threads_find_what_one_finds() {
    let bytes = mixed();
    for marc8 in [Marc8::Keep, Marc8::Decode, Marc8::Refuse] {
        let (wanted, problems) = by_one(&bytes, marc8);
        assert!(problems.len() >= 50);
        for n_threads in [1, 2, 5] {
            let reader = ParallelReader::new(&bytes[..], n_threads).lenient().marc8(marc8);
            let (records, found) = reader.read_all().expect("nothing is an error");
            assert!(records == wanted, "{n_threads} threads, {marc8:?}");
            assert_eq!(found.problems, problems, "{n_threads} threads, {marc8:?}");
            assert_eq!(found.records, wanted.len() as u64);
        }
    }
}

#[test]
fn the_first_error_is_the_one_that_one_thread_finds_and_what_is_before_it_is_handed_out() {
    let good = file(2_000);
    for bad in [small("x")[..40].to_vec(), {
        let mut bad = small("x");
        bad[20] = b'?';
        bad
    }] {
        let bytes = [&good[..], &bad, &good].concat();
        let mut reader = Reader::new(&bytes[..]);
        let wanted = reader.by_ref().find_map(Result::err).expect("one is wrong").to_string();
        let n_records = Cell::new(0);
        let result = ParallelReader::new(&bytes[..], 2).for_each_batch(
            |batch| batch.len(),
            |n| {
                n_records.set(n_records.get() + n);
                Ok::<(), Error>(())
            },
        );
        assert_eq!(result.expect_err("one is wrong").to_string(), wanted);
        assert_eq!(n_records.get(), 2_000);
    }
}

#[test]
fn what_is_before_a_failure_of_the_input_is_handed_out() {
    let bytes = file(1_500);
    for until in (1..bytes.len()).step_by(bytes.len() / 23) {
        let by_one = Reader::new(Fails { rest: &bytes, until }).filter(Result::is_ok).count();
        let mut n_records = 0;
        let reader = ParallelReader::new(Fails { rest: &bytes, until }, 2);
        let result = reader.for_each_batch(
            |batch| batch.len(),
            |n| {
                n_records += n;
                Ok::<(), Error>(())
            },
        );
        let error = result.expect_err("the input fails");
        assert!(matches!(error, Error::Read { offset, .. } if offset == until as u64), "{error}");
        assert_eq!(n_records, by_one, "{until}");
    }
}

#[test]
fn an_error_of_the_sink_ends_reading() {
    #[derive(Debug)]
    struct Enough;
    impl From<Error> for Enough {
        fn from(error: Error) -> Self {
            panic!("{error}")
        }
    }
    let bytes = file(3_000);
    let calls = Cell::new(0);
    let result = ParallelReader::new(&bytes[..], 2).for_each_batch(
        |_| (),
        |()| {
            calls.set(calls.get() + 1);
            Err(Enough)
        },
    );
    assert!(matches!(result, Err(Enough)));
    assert_eq!(calls.get(), 1);
}

#[test]
fn a_panic_in_a_thread_is_one_of_the_caller() {
    let bytes = file(3_000);
    let caught = std::panic::catch_unwind(|| {
        let reader = ParallelReader::new(&bytes[..], 2);
        reader.for_each_batch(|_| panic!("enough"), |()| Ok::<(), Error>(()))
    });
    assert_eq!(caught.expect_err("it panics").downcast_ref::<&str>(), Some(&"enough"));
}
