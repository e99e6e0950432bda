//! What holds for any bytes, for `cargo +nightly fuzz run read` in `crates/marc`.
//!
//! No build and no test of this repository compiles or runs it; `tests/it/mutations.rs` claims the same of
//! random changes and runs with the tests.
#![no_main]

use inrush_marc::{ParallelReader, Reader, Record, TextFormat};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let strict: Result<Vec<Record>, _> = Reader::new(bytes).collect();
    let mut reader = Reader::new(bytes).lenient();
    let lenient: Vec<Record> = reader.by_ref().map(|record| record.expect("a slice")).collect();
    let mut again = Vec::new();
    match strict {
        Ok(records) => {
            for record in &records {
                record.encode(&mut again).expect("it was read");
            }
            assert!(again == bytes && records == lenient && reader.problems().is_empty());
        }
        Err(_) => assert!(!reader.problems().is_empty()),
    }
    let mut text = Vec::new();
    for record in &lenient {
        assert!(record.fields().len() > 0, "a record without fields");
        for format in [TextFormat::JsonLines, TextFormat::MarcXml] {
            // An error names what is no text, and is no fault of the reader.
            let _ = format.write_record(record.view(), &mut text);
        }
        let mut decoded = record.clone();
        if decoded.decode_marc8().is_err() {
            assert!(decoded == *record);
        }
    }
    let (records, _) = ParallelReader::new(bytes, 2).lenient().read_all().expect("no error");
    assert_eq!(records.is_empty(), lenient.is_empty());
});
