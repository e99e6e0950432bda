//! A lenient reader hands out what can be told, and lists the rest.

use inrush_marc::{Fault, Outcome, Reader, Record};

use crate::given::{UTF8, encode, file, iso2709, read_leniently, read_strictly, small};

fn numbers(records: &[Record]) -> Vec<String> {
    records.iter().filter_map(|record| record.view().control_number()).collect()
}

fn with(at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut record =
        iso2709(UTF8, &[("001", b"bad"), ("245", b"10\x1faTitle"), ("500", b"  \x1faNote")]);
    record[at..at + bytes.len()].copy_from_slice(bytes);
    record
}

#[test]
fn good_records_are_read_as_strictly_and_nothing_is_listed() {
    let bytes = file(200);
    let (records, problems) = read_leniently(&bytes);
    assert!(records == read_strictly(&bytes).expect("they are valid"));
    assert_eq!(problems, []);
    assert!(encode(&records) == bytes);
}

#[test]
fn a_record_whose_numbers_are_wrong_is_repaired() {
    let good = Record::from_bytes(&with(0, b"")).expect("is valid");
    let wrong: [(&str, usize, &[u8]); 9] = [
        ("length", 0, b"0x101"),
        ("longer length", 0, b"99999"),
        ("shorter length", 0, b"00030"),
        ("indicators", 10, b"1"),
        ("entry map", 20, b"    "),
        ("base", 12, b"?????"),
        ("length of a field", 36, b"245999900004"),
        ("start of a field", 36, b"245001000003"),
        ("no numbers", 39, b"---------"),
    ];
    for (name, at, bytes) in wrong {
        let input = [&small("before")[..], &with(at, bytes), &small("after")].concat();
        let (records, problems) = read_leniently(&input);
        assert_eq!(numbers(&records), ["before", "bad", "after"], "{name}");
        assert_eq!(records[1], good, "{name}");
        assert_eq!(problems.len(), 1, "{name}: {problems:?}");
        assert_eq!(
            (problems[0].place.record, problems[0].outcome),
            (1, Outcome::Repaired),
            "{name}"
        );
        // What is written again is valid.
        assert_eq!(read_strictly(&encode(&records)).expect("is valid"), records, "{name}");
    }
}

#[test]
fn a_record_whose_text_is_wrong_is_kept_byte_for_byte() {
    let bad = with(72, b"\xff");
    let (records, problems) = read_leniently(&[&bad[..], &small("after")].concat());
    assert_eq!(numbers(&records), ["bad", "after"]);
    assert_eq!(problems[0].outcome, Outcome::Kept);
    assert!(encode(&records[..1]) == bad);
    let note = records[0].get("245").expect("is there").get(b'a').expect("is there");
    assert!(matches!(note.text(), Err(Fault::NotUtf8 { .. })));
}

#[test]
fn what_cannot_be_told_is_skipped_and_listed_with_its_number() {
    // A tag that is none, and one field less than entries.
    for bad in [with(36, b"2 5"), with(68, b"\x1e")] {
        let (records, problems) =
            read_leniently(&[&small("before")[..], &bad, &small("after")].concat());
        assert_eq!(numbers(&records), ["before", "after"]);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].place.control_number.as_deref(), Some("bad"));
        assert_eq!(problems[0].outcome, Outcome::Skipped { bytes: bad.len() });
        let text = problems[0].to_string();
        assert!(text.starts_with("record 1 at byte 67 (001 bad): "), "{text}");
    }
}

#[test]
fn a_truncated_record_does_not_take_the_next_with_it() {
    let (bad, after) = (with(0, b""), small("after"));
    for end in 1..bad.len() {
        let (records, problems) =
            read_leniently(&[&small("before")[..], &bad[..end], &after].concat());
        assert_eq!(numbers(&records), ["before", "after"], "{end}: {problems:?}");
        assert_eq!(problems.len(), 1, "{end}: {problems:?}");
        assert_eq!(problems[0].outcome, Outcome::Skipped { bytes: end }, "{end}");
        let (records, problems) = read_leniently(&[&small("before")[..], &bad[..end]].concat());
        assert_eq!(numbers(&records), ["before"], "{end}");
        assert_eq!(problems.len(), 1, "{end}");
    }
}

#[test]
fn bytes_between_records_are_no_records() {
    let input = [&b"\r\n"[..], &small("1"), b"\n", &small("2"), b"\n\x1a"].concat();
    let (records, problems) = read_leniently(&input);
    assert_eq!(numbers(&records), ["1", "2"]);
    let places: Vec<_> =
        problems.iter().map(|problem| (problem.place.record, problem.outcome)).collect();
    let skipped = |bytes| Outcome::Skipped { bytes };
    assert_eq!(places, [(0, skipped(2)), (1, skipped(1)), (2, skipped(2))]);
}

#[test]
fn megabytes_of_rubbish_are_passed_in_bounded_memory() {
    let mut input = small("1");
    input.extend(std::iter::repeat_n(b'?', 5 << 20));
    input.push(0x1d);
    input.extend(small("2"));
    let (records, problems) = read_leniently(&input);
    assert_eq!(numbers(&records), ["1", "2"]);
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].outcome, Outcome::Skipped { bytes: (5 << 20) + 1 });
}

#[test]
fn a_record_terminator_in_the_text_ends_the_record_only_if_another_follows() {
    let (records, problems) = read_leniently(&[&with(72, b"\x1d")[..], &small("after")].concat());
    assert_eq!(numbers(&records), ["bad", "after"]);
    assert_eq!(problems.len(), 1);
    let mut two = [small("one"), small("two")].concat();
    let length = format!("{:05}", two.len());
    two[..5].copy_from_slice(length.as_bytes());
    let (records, problems) = read_leniently(&two);
    assert_eq!(numbers(&records), ["one", "two"]);
    assert_eq!(problems.len(), 1);
}

#[test]
fn problems_are_handed_out_once() {
    let input = [with(10, b"9"), with(10, b"9")].concat();
    let mut reader = Reader::new(&input[..]).lenient();
    assert!(reader.read().expect("can be read").is_some());
    assert_eq!(reader.take_problems().len(), 1);
    assert!(reader.read().expect("can be read").is_some());
    assert_eq!(reader.take_problems()[0].place.record, 1);
    assert!(reader.problems().is_empty());
}
