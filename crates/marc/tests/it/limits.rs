//! Records up to what the format can say, and beyond.

use inrush_marc::{Fault, MAX_FIELD_BYTES, MAX_RECORD_BYTES, Oversize, Record, Writer};

use crate::given::{encode, read_strictly};

/// A record with notes of so many bytes each, with indicators, delimiter, code and terminator.
fn with_notes(lengths: &[usize]) -> Record {
    let mut record = Record::new();
    record.control("001", "7").expect("is valid");
    for length in lengths {
        let text = "ж".repeat((length - 5) / 2) + &"x".repeat((length - 5) % 2);
        record.field("500", b"  ").expect("is valid").subfield(b'a', &text).expect("is valid");
    }
    record
}

/// Nine notes as long as can be, and one that makes the record `length` bytes long.
fn of_length(length: usize) -> Record {
    let mut lengths = vec![MAX_FIELD_BYTES; 9];
    let rest = length - with_notes(&lengths).view().encoded_len() - 12;
    lengths.push(rest);
    with_notes(&lengths)
}

/// A note of more bytes than a field can have, the last that could be kept in the midst of a character.
fn with_long_note() -> Record {
    let mut record = with_notes(&[20]);
    let text = format!("x{}", "ж".repeat(6_000));
    record.field("505", b"  ").expect("is valid").subfield(b'a', &text).expect("is valid");
    record
}

#[test]
fn the_longest_record_comes_back_byte_for_byte() {
    let record = of_length(MAX_RECORD_BYTES);
    let bytes = encode(std::slice::from_ref(&record));
    assert_eq!(bytes.len(), 99_999);
    // Behind another one, so that it does not begin a block, and before a third.
    let all = [&bytes[..], &bytes, &bytes].concat();
    let read = read_strictly(&all).expect("it is within the limits");
    assert_eq!(read, [record.clone(), record.clone(), record]);
    assert!(encode(&read) == all);
}

#[test]
fn a_byte_more_is_an_error_that_says_so() {
    let error = of_length(MAX_RECORD_BYTES + 1).encode(&mut Vec::new());
    assert_eq!(error, Err(Fault::RecordTooLong { bytes: 100_000 }));
    let mut out = b"before".to_vec();
    let error = with_notes(&[20, MAX_FIELD_BYTES + 1]).encode(&mut out).expect_err("is too long");
    assert_eq!(
        error.to_string(),
        "field 500 has 10000 bytes, and a directory can say 9999; split it, \
        or choose an `Oversize` policy"
    );
    assert_eq!(out, b"before");
    assert_eq!(Record::new().encode(&mut out), Err(Fault::NoFields));
}

#[test]
fn a_writer_that_refuses_goes_on_with_the_next() {
    let mut writer = Writer::new(Vec::new());
    let small = with_notes(&[20]);
    writer.write(&small).expect("is short");
    let error = writer.write(&of_length(100_000)).expect_err("is too long");
    assert!(
        error.to_string().starts_with("record 1 at byte 72 (001 7): the record has 100000 bytes"),
        "{error}"
    );
    writer.write(&small).expect("is short");
    let (bytes, written) = writer.finish().expect("memory takes all");
    assert!(bytes == encode(&[small.clone(), small]));
    assert_eq!(written.records, 2);
}

#[test]
fn what_is_left_out_and_cut_is_counted() {
    let records = [with_notes(&[20]), of_length(MAX_RECORD_BYTES + 1), with_long_note()];
    let mut writer = Writer::new(Vec::new()).oversize(Oversize::LeaveOut);
    writer.write_many(&records).expect("nothing is refused");
    let (bytes, written) = writer.finish().expect("memory takes all");
    assert!(bytes == encode(&records[..1]));
    assert_eq!((written.records, written.left_out, written.cut), (1, 2, 0));

    let mut writer = Writer::new(Vec::new()).oversize(Oversize::Cut);
    writer.write_many(&records).expect("nothing is refused");
    let (bytes, written) = writer.finish().expect("memory takes all");
    assert_eq!((written.records, written.left_out, written.cut), (3, 0, 2));
    let read = read_strictly(&bytes).expect("what is cut is valid");
    assert_eq!(read[0], records[0]);
    assert_eq!(read[1].fields().len(), records[1].fields().len() - 1);
    let (cut, whole) =
        (read[2].get("505").expect("is there"), records[2].get("505").expect("is there"));
    // Two bytes a character: one byte less than could be.
    assert_eq!(cut.bytes().len(), MAX_FIELD_BYTES - 2);
    assert!(whole.bytes().starts_with(cut.bytes()));
    assert!(cut.get(b'a').expect("is there").text().is_ok());
}

#[test]
fn no_policy_writes_a_record_without_fields() {
    for oversize in [Oversize::Refuse, Oversize::LeaveOut, Oversize::Cut] {
        let mut writer = Writer::new(Vec::new()).oversize(oversize);
        let error = writer.write(&Record::new()).expect_err("it has none");
        assert_eq!(error.fault(), Some(&Fault::NoFields));
    }
}
