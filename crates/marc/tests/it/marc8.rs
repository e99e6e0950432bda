//! Records in the coding before Unicode.

use inrush_marc::{Coding, Fault, Marc8, Outcome, Reader, Record};

use crate::given::{MARC8, UTF8, encode, iso2709};

fn title(text: &[u8]) -> Vec<u8> {
    iso2709(MARC8, &[("001", b"m8"), ("245", &[b"10\x1fa", text].concat())])
}

fn decoded(text: &[u8]) -> Result<String, Fault> {
    let record = Record::from_bytes(&title(text)).expect("its structure is right");
    let field = record.get("245").expect("is there");
    field.get(b'a').expect("is there").text().map(std::borrow::Cow::into_owned)
}

#[test]
fn text_in_every_set_is_decoded() {
    // By the code tables of the Library of Congress.
    let texts: [(&[u8], &str); 13] = [
        (b"plain", "plain"),
        (b"Caf\xe2e \xa5\xa2\xb2 \xb5 \xc7", "Cafe\u{301} ÆØø æ ß"),
        (b"\xe8u \xf0c \xe4\xe2a", "u\u{308} c\u{327} a\u{303}\u{301}"),
        (b"\xebi\xeca", "i\u{fe20}a\u{fe21}"),
        (b"H\x1bb2\x1bsO E=mc\x1bp2\x1bs", "H₂O E=mc²"),
        (b"\x1bga\x1bs-ray", "α-ray"),
        (b"\x1b(NwOJNA I MIR\x1b(B.", "Война и мир."),
        (b"\x1b)Q\x1b(N\xc4\x1b(B", "ё"),
        (b"\x1b(S\x22Aa\x1b(B", "Α\u{301}α"),
        (b"\x1b(2yl\x1b(B", "ש\u{5dc}"),
        (b"\x1b(3GDC\x1b(B", "\u{627}\u{624}\u{623}"),
        (b"\x1b)4\xa8\x1b)!E\xa1", "\u{67d}Ł"),
        (b"\x1b,Nw\x1b,B\x1b-!E\xa1", "ВŁ"),
    ];
    for (bytes, wanted) in texts {
        assert_eq!(decoded(bytes).as_deref(), Ok(wanted), "{}", bytes.escape_ascii());
    }
}

#[test]
fn what_is_not_decoded_is_named() {
    let error = |text| decoded(text).expect_err("is no MARC-8 that is decoded").to_string();
    assert!(error(b"a \x1b$1!0!").contains("byte 2 of the text escapes to East Asian (EACC)"));
    assert!(error(b"\x1b$,1!0!").contains("East Asian (EACC)"));
    assert!(error(b"\x1b(Zx").contains("the set of `ESC (Z`"));
    assert!(error(b"x\x1b").contains("the set of `ESC `"));
    assert!(
        error(b"ab\xff")
            .contains("byte 2 of the text, 0xff, is no character of extended Latin (ANSEL)")
    );
    assert!(error(b"ab\xe2").contains("the mark at byte 2 of the text has no letter behind it"));
}

#[test]
fn a_record_is_kept_decoded_or_refused_as_asked() {
    let file = [title(b"Caf\xe2e"), title(b"plain")].concat();
    let read = |marc8| Reader::new(&file[..]).marc8(marc8).collect::<Result<Vec<Record>, _>>();

    let kept = read(Marc8::Keep).expect("both are kept");
    assert!(encode(&kept) == file);

    let decoded = read(Marc8::Decode).expect("both are decoded");
    let wanted = [
        iso2709(UTF8, &[("001", b"m8"), ("245", "10\u{1f}aCafe\u{301}".as_bytes())]),
        iso2709(UTF8, &[("001", b"m8"), ("245", b"10\x1faplain")]),
    ];
    assert!(encode(&decoded) == wanted.concat());
    assert!(decoded.iter().all(|record| record.leader().coding() == Coding::Utf8));

    let error = read(Marc8::Refuse).expect_err("the first is no ASCII");
    assert_eq!(error.fault(), Some(&Fault::Marc8Refused));
    let ascii = title(b"plain");
    let mut reader = Reader::new(&ascii[..]).marc8(Marc8::Refuse);
    let record = reader.read().expect("it is ASCII").expect("is there");
    assert!(encode(&[record]) == ascii);
}

#[test]
fn a_record_that_cannot_be_decoded_is_never_handed_out_as_if_it_were() {
    let file = [title(b"\x1b$1!0!"), title(b"plain")].concat();
    let mut reader = Reader::new(&file[..]).marc8(Marc8::Decode);
    let error = reader.read().expect_err("EACC is refused");
    assert!(matches!(error.fault(), Some(Fault::Marc8Set { .. })), "{error}");
    assert!(reader.read().expect("the next is good").is_some());

    let mut reader = Reader::new(&file[..]).marc8(Marc8::Decode).lenient();
    let records: Vec<Record> = reader.by_ref().map(|record| record.expect("a slice")).collect();
    assert_eq!(records.len(), 2);
    assert_eq!(records[0].leader().coding(), Coding::Marc8);
    assert!(encode(&records[..1]) == title(b"\x1b$1!0!"));
    assert!(matches!(reader.problems()[0].fault, Fault::Marc8Set { .. }));
    assert_eq!(reader.problems()[0].outcome, Outcome::Kept);

    let mut reader = Reader::new(&file[..]).marc8(Marc8::Refuse).lenient();
    assert_eq!(reader.by_ref().count(), 1);
    let skipped = Outcome::Skipped { bytes: title(b"\x1b$1!0!").len() };
    assert_eq!(reader.problems()[0].outcome, skipped);
}

#[test]
fn text_is_not_mixed() {
    let mut record = Record::from_bytes(&title(b"Caf\xe2e")).expect("is valid");
    let field = record.field("500", b"  ").expect("is valid");
    assert!(matches!(field.subfield(b'a', "é"), Err(Fault::Marc8Record { .. })));
    record.decode_marc8().expect("is decoded");
    let field = record.field("501", b"  ").expect("is valid");
    field.subfield(b'a', "é").expect("it is UTF-8 now");
}
