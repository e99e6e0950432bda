//! A strict reader names what is wrong, and where.

use inrush_marc::{Error, Fault, Reader, Record};

use crate::given::{MARC8, UTF8, file, iso2709, small};

/// What stands in the middle, and what a strict reader says of it.
fn wrong() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let good =
        || iso2709(UTF8, &[("001", b"ab-1"), ("245", b"10\x1faTitle"), ("500", b"  \x1faNote")]);
    let with = |at: usize, bytes: &[u8]| {
        let mut record = good();
        record[at..at + bytes.len()].copy_from_slice(bytes);
        record
    };
    let end = good().len();
    vec![
        ("length", with(0, b"0x101"), "`0x101` stands where a record's length"),
        ("short length", with(0, b"00025"), "given as 25 bytes"),
        ("longer length", with(0, b"00119"), "do not end with a record terminator"),
        ("shorter length", with(0, b"00080"), "do not end with a record terminator"),
        ("indicators", with(10, b"1"), "leader position 10 is `1`, not 2"),
        ("codes", with(11, b"3"), "leader position 11 is `3`, not 2"),
        ("entry map", with(20, b"4400"), "leader position 21 is `4`, not 5"),
        ("base", with(12, b"0006 "), "the base address of data is `0006 `"),
        ("base in the leader", with(12, b"00020"), "the base address of data is `00020`"),
        ("base behind the end", with(12, b"00999"), "the base address of data is `00999`"),
        ("base in the directory", with(12, b"00049"), "the directory's 25 bytes"),
        ("base in the data", with(12, b"00062"), "the directory's 38 bytes"),
        ("tag", with(24, b"0 1"), "directory entry 0 is `0 1000500000`"),
        ("number", with(36, b"2450O"), "directory entry 1 is `2450O1000005`"),
        (
            "out of the record",
            with(36, b"245999900005"),
            "field 245 (directory entry 1) has 9999 bytes from 5",
        ),
        (
            "length of a field",
            with(36, b"245000900005"),
            "field 245 (directory entry 1) does not end",
        ),
        ("two fields as one", with(36, b"245001900005"), "field 500 begins within another field"),
        ("no length", with(36, b"245000000005"), "field 245 (directory entry 1) does not end"),
        ("overlap", with(36, b"245000500000"), "field 245 begins within another field"),
        ("no fields", iso2709(UTF8, &[]), "the record has no fields"),
        (
            "no indicators",
            iso2709(UTF8, &[("001", b"x"), ("245", b"1")]),
            "data field 245 has 1 bytes",
        ),
        (
            "no subfield",
            iso2709(UTF8, &[("245", b"10Title")]),
            "245 has text that belongs to no subfield",
        ),
        (
            "no code",
            iso2709(UTF8, &[("245", b"10\x1f")]),
            "245 has text that belongs to no subfield",
        ),
        ("no code within", iso2709(UTF8, &[("245", b"10\x1faT\x1f\x1fbU")]), "245 has text that"),
        ("not UTF-8", with(70, b"\xe9"), "field 245 is not UTF-8 at byte 4"),
        ("field terminator", with(70, b"\x1e"), "stands within field 245"),
        ("record terminator", with(70, b"\x1d"), "stands at byte 70 of the record's"),
        ("no record terminator", with(end - 1, b"\x1e"), "do not end with a record terminator"),
        ("line break", [b"\n", &good()[..]].concat(), "`\\n0008` stands where"),
    ]
}

#[test]
fn every_fault_is_named_with_record_offset_and_control_number() {
    for (name, bytes, wanted) in wrong() {
        let input = [&small("before")[..], &bytes, &small("after")].concat();
        let mut reader = Reader::new(&input[..]);
        let mut record = Record::new();
        assert!(reader.read_into(&mut record).expect("the first is good"), "{name}");
        let error = reader.read_into(&mut record).expect_err(name);
        let place = error.place().expect("it is about a record");
        assert_eq!((place.record, place.offset), (1, small("before").len() as u64), "{name}");
        let text = error.to_string();
        assert!(text.contains(wanted), "{name}: {text}");
        if name == "not UTF-8" {
            assert!(text.starts_with("record 1 at byte 67 (001 ab-1): "), "{text}");
        }
        // Nothing of a bad record is left in the good one's memory.
        assert!(
            record.fields().len() == 0 || record.get("001").is_some_and(|f| f.bytes() == b"before")
        );
        let end_is_known = bytes.len() > 5
            && bytes[..5] == *format!("{:05}", bytes.len()).as_bytes()
            && bytes.iter().position(|&byte| byte == 0x1d) == Some(bytes.len() - 1);
        match reader.read_into(&mut record) {
            Ok(is_some) => {
                assert!(end_is_known && is_some, "{name}");
                assert_eq!(record.get("001").expect("has one").bytes(), b"after", "{name}");
            }
            Err(error) => {
                assert!(matches!(error, Error::Stopped { .. }) && !end_is_known, "{name}: {error}")
            }
        }
    }
}

#[test]
fn a_truncated_tail_is_an_error_at_every_byte() {
    let whole = file(2);
    let second = Record::from_bytes(&whole[..]).map_err(|fault| fault.to_string());
    assert!(second.expect_err("there are two").contains("belong to no field"));
    let first = Reader::new(&whole[..]).read().expect("is valid").expect("is there");
    let first_bytes = first.view().encoded_len();
    for end in first_bytes + 1..whole.len() {
        let mut reader = Reader::new(&whole[..end]);
        assert_eq!(reader.read().expect("is whole").expect("is there"), first);
        let error = reader.read().expect_err("is cut");
        let Some(Fault::Truncated { found, .. }) = error.fault() else { panic!("{end}: {error}") };
        assert_eq!(*found, end - first_bytes);
    }
}

#[test]
fn an_iterator_ends_behind_an_error_that_it_cannot_pass() {
    let bytes = [&small("1")[..], b"rubbish that is long enough for a record"].concat();
    let results: Vec<_> = Reader::new(&bytes[..]).take(5).collect();
    assert_eq!(results.len(), 2);
    assert!(results[0].is_ok() && results[1].is_err());
}

#[test]
fn a_record_without_bytes_is_no_record() {
    assert!(Reader::new(&b""[..]).read().expect("nothing is wrong").is_none());
    let error = Record::from_bytes(b"").expect_err("there is none");
    assert_eq!(error, Fault::Truncated { wanted: 26, found: 0 });
}

#[test]
fn other_codings_than_utf8_are_not_taken_for_it() {
    let bytes = iso2709(MARC8, &[("245", b"10\x1faCaf\xe2e")]);
    let record = Record::from_bytes(&bytes).expect("MARC-8 is kept");
    let title = record.get("245").expect("has one").get(b'a').expect("has one");
    assert_eq!(title.bytes(), b"Caf\xe2e");
    assert_eq!(title.text().expect("is decoded"), "Cafe\u{301}");
}
