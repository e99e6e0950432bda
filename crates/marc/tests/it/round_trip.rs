//! What is read is written again, byte for byte, and what is built is read again.

use inrush_marc::{Fault, Leader, Reader, Record, Writer};

use crate::given::{MARC8, Trickle, UTF8, encode, file, iso2709, read_strictly, small};

/// What is easily lost: the order of fields, empty ones, other scripts, unusual tags and codes.
fn awkward() -> Vec<Vec<u8>> {
    vec![
        small("1"),
        iso2709(
            UTF8,
            &[("001", b"2"), ("650", b" 0\x1faA"), ("500", b"  \x1faB"), ("650", b" 1\x1faC")],
        ),
        iso2709(UTF8, &[("900", b"  \x1faZ"), ("001", b"3"), ("100", b"1 \x1faY"), ("008", b"")]),
        iso2709(
            UTF8,
            &[("001", b""), ("500", b"  "), ("500", b"  \x1fa"), ("501", b"  \x1fa\x1fb\x1fa")],
        ),
        iso2709(UTF8, &[("001", b"5"), ("9AZ", b"zz\x1f!odd\x1f~codes")]),
        iso2709(
            UTF8,
            &[
                ("001", b"6"),
                ("100", b"1 \x1f6880-01\x1faTolsto\xc4\xad, Lev"),
                ("245", "10\u{1f}6880-02\u{1f}aZhongguo".as_bytes()),
                ("880", "1 \u{1f}6100-01/(N\u{1f}aТолстой, Лев".as_bytes()),
                ("880", "10\u{1f}6245-02/$1\u{1f}a中國歷史 𠀋".as_bytes()),
            ],
        ),
        iso2709(MARC8, &[("001", b"7"), ("245", b"10\x1faCaf\xe2e \x1b(Nabc\x1b(B")]),
        swapped(),
    ]
}

/// The directory names the second field of the data first.
fn swapped() -> Vec<u8> {
    let mut bytes = iso2709(UTF8, &[("245", b"00\x1fafirst"), ("500", b"  \x1fasecond")]);
    let (first, second) = (bytes[24..36].to_vec(), bytes[36..48].to_vec());
    bytes[24..48].copy_from_slice(&[second, first].concat());
    bytes
}

#[test]
fn awkward_records_come_back_byte_for_byte() {
    let bytes = awkward().concat();
    let records = read_strictly(&bytes).expect("they are awkward, not wrong");
    assert_eq!(records.len(), awkward().len());
    assert!(encode(&records) == bytes);
    for (record, bytes) in records.iter().zip(awkward()) {
        assert_eq!(record, &Record::from_bytes(&bytes).expect("as before"));
    }
}

#[test]
fn generated_records_come_back_byte_for_byte_however_they_arrive() {
    let bytes = file(300);
    let records = read_strictly(&bytes).expect("generated records are valid");
    assert_eq!(records.len(), 300);
    for at_most in [1, 7, 4_096, 1 << 20] {
        let input = Trickle { rest: &bytes, at_most, is_interrupted: false };
        let read: Result<Vec<Record>, _> = Reader::new(input).collect();
        assert!(read.expect("interruptions are no errors") == records, "{at_most} bytes at a time");
    }
    let mut writer = Writer::new(Vec::new());
    writer.write_many(&records).expect("memory takes all");
    let (written, counts) = writer.finish().expect("memory takes all");
    assert!(written == bytes);
    assert_eq!((counts.records, counts.bytes), (300, bytes.len() as u64));
}

#[test]
fn the_order_of_the_directory_is_the_order_of_fields() {
    let record = Record::from_bytes(&swapped()).expect("each byte is claimed once");
    let texts: Vec<_> =
        record.fields().map(|field| field.get(b'a').expect("has it").bytes()).collect();
    assert_eq!(texts, [&b"second"[..], b"first"]);
}

#[test]
fn a_record_that_is_built_is_the_one_that_is_read() {
    let mut built = Record::new();
    built.control("001", "42").expect("is valid").control("008", "").expect("is valid");
    let field = built.field("245", b"10").expect("is valid");
    field.subfield(b'a', "Война и мир /").expect("is valid").subfield(b'c', "").expect("is valid");
    built.field("500", b"  ").expect("is valid");
    built.field("650", b" 0").expect("is valid").subfield(b'a', "中國").expect("is valid");
    let fields: [(&str, &[u8]); 5] = [
        ("001", b"42"),
        ("008", b""),
        ("245", "10\u{1f}aВойна и мир /\u{1f}c".as_bytes()),
        ("500", b"  "),
        ("650", " 0\u{1f}a中國".as_bytes()),
    ];
    let by_hand = iso2709(UTF8, &fields);
    assert!(encode(std::slice::from_ref(&built)) == by_hand);
    assert_eq!(Record::from_bytes(&by_hand).expect("is valid"), built);
}

#[test]
fn a_record_is_changed_and_all_else_stays() {
    let mut record = Record::from_bytes(&awkward()[1]).expect("is valid");
    record.retain(|field| field.tag().as_str() != "500");
    record.field("700", b"1 ").expect("is valid").subfield(b'a', "D").expect("is valid");
    let fields: [(&str, &[u8]); 4] =
        [("001", b"2"), ("650", b" 0\x1faA"), ("650", b" 1\x1faC"), ("700", b"1 \x1faD")];
    assert!(encode(&[record]) == iso2709(UTF8, &fields));
}

#[test]
fn a_leader_is_changed_and_what_the_encoder_knows_stays() {
    let leader = *b"99999cas  9999999 aa9999";
    let changed = Leader::new(leader).expect("is printable");
    for bytes in awkward() {
        let mut record = Record::from_bytes(&bytes).expect("is valid");
        let coding = record.leader().coding();
        record.set_leader(changed);
        assert_eq!(
            (record.leader().status(), record.leader().kind(), record.leader().level()),
            (b'c', b'a', b's')
        );
        assert_eq!(record.leader().coding(), coding);
        let mut wanted = bytes.clone();
        wanted[5..9].copy_from_slice(&leader[5..9]);
        wanted[17..20].copy_from_slice(&leader[17..20]);
        let found = encode(std::slice::from_ref(&record));
        assert_eq!(found.escape_ascii().to_string(), wanted.escape_ascii().to_string());
    }
    let error = Leader::new(*b"00000\x00am a2200000 i 4500").expect_err("a zero is not printable");
    assert!(matches!(error, Fault::Leader { position: 5, found: 0, .. }));
}

#[test]
fn a_field_leads_to_the_one_in_the_original_script_and_back() {
    let record = Record::from_bytes(&awkward()[5]).expect("is valid");
    let name = record.get("100").expect("has one");
    let original = record.view().linked(&name).expect("has one");
    assert_eq!(original.get(b'a').expect("has one").text().expect("is UTF-8"), "Толстой, Лев");
    assert_eq!(record.view().linked(&original), Some(name));
    assert_eq!(record.view().linked(&record.get("001").expect("has one")), None);
}

#[test]
fn nothing_is_added_that_would_end_something_else() {
    let mut record = Record::new();
    record.control("001", "1").expect("is valid");
    let before = record.clone();
    for text in ["a\u{1d}", "\u{1e}", "a\u{1f}b"] {
        assert!(matches!(record.control("003", text), Err(Fault::DelimiterInText { .. })));
    }
    assert!(matches!(record.control("245", "x"), Err(Fault::OtherKind { is_control: false, .. })));
    assert!(matches!(record.field("008", b"  "), Err(Fault::OtherKind { is_control: true, .. })));
    for tag in ["", "24", "2455", "2 5", "24é"] {
        assert!(matches!(record.field(tag, b"  "), Err(Fault::BadTag { .. })), "{tag}");
    }
    assert!(matches!(record.field("245", b"1\x1e"), Err(Fault::BadCharacter { found: 0x1e, .. })));
    assert_eq!(record, before);
    let field = record.field("245", b"10").expect("is valid");
    assert!(matches!(field.subfield(0x1f, "x"), Err(Fault::BadCharacter { found: 0x1f, .. })));
    assert_eq!(record.fields().len(), 2);
}
