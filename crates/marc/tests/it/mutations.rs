//! Whatever the bytes are, a reader says what is wrong, and hands out nothing that is not there.

use inrush_marc::{Marc8, ParallelReader, Reader, Record, TextFormat};
use proptest::prelude::*;

use crate::given::{MARC8, encode, file, iso2709, read_leniently, read_strictly};

/// A change of bytes: where, as a share of all, and what.
#[derive(Clone, Debug)]
enum Change {
    Set(f64, u8),
    Cut(f64, usize),
    Insert(f64, Vec<u8>),
    Swap(f64, f64),
    Truncate(f64),
}

fn change() -> impl Strategy<Value = Change> {
    let at = 0.0..1.0_f64;
    // Digits and delimiters are what structure is made of.
    let byte = prop_oneof![any::<u8>(), b'0'..=b'9', 0x1b..=0x1f_u8, Just(0xe2)];
    prop_oneof![
        4 => (at.clone(), byte.clone()).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => (at.clone(), 1..200_usize).prop_map(|(at, n)| Change::Cut(at, n)),
        1 => (at.clone(), prop::collection::vec(byte, 1..30)).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        1 => (at.clone(), at.clone()).prop_map(|(at, other)| Change::Swap(at, other)),
        1 => at.prop_map(Change::Truncate),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: Change) {
    let place = |share: f64, len: usize| ((share * len as f64) as usize).min(len.saturating_sub(1));
    let len = bytes.len();
    match change {
        _ if len == 0 => {}
        Change::Set(at, byte) => bytes[place(at, len)] = byte,
        Change::Cut(at, n) => {
            let start = place(at, len);
            bytes.drain(start..(start + n).min(len));
        }
        Change::Insert(at, more) => {
            let start = place(at, len);
            bytes.splice(start..start, more);
        }
        Change::Swap(at, other) => bytes.swap(place(at, len), place(other, len)),
        Change::Truncate(at) => bytes.truncate(place(at, len)),
    }
}

fn base() -> Vec<u8> {
    let marc8 =
        iso2709(MARC8, &[("001", b"m8"), ("245", b"10\x1faCaf\xe2e \x1b(NMIR\x1b(B \x1b$1!0!")]);
    [file(4), marc8, file(2)].concat()
}

/// What holds for any bytes.
fn holds(bytes: &[u8]) {
    let (records, problems) = read_leniently(bytes);
    match read_strictly(bytes) {
        Ok(strict) => {
            assert!(strict == records);
            assert!(problems.is_empty(), "{problems:?}");
            assert!(encode(&strict) == bytes, "what a strict reader takes comes back");
        }
        Err(error) => {
            assert!(!problems.is_empty(), "{error}");
            assert!(!error.to_string().is_empty());
        }
    }
    for record in &records {
        assert!(record.fields().len() > 0, "a record without fields");
        // Repaired records have their own length; it may be beyond what the format can say.
        if let Ok(()) = record.encode(&mut Vec::new()) {
            let again = read_leniently(&encode(std::slice::from_ref(record))).0;
            assert_eq!(again, std::slice::from_ref(record));
        }
        let mut text = Vec::new();
        for format in [TextFormat::JsonLines, TextFormat::MarcXml] {
            if format.write_record(record.view(), &mut text).is_err() {
                assert!(text.is_empty() || text.ends_with(b"\n"));
            }
        }
        let mut decoded = record.clone();
        if decoded.decode_marc8().is_err() {
            assert_eq!(&decoded, record);
        }
    }
    let n_skipped: usize = problems
        .iter()
        .map(|problem| match problem.outcome {
            inrush_marc::Outcome::Skipped { bytes } => bytes,
            _ => 0,
        })
        .sum();
    assert!(n_skipped <= bytes.len());
    let (in_parallel, found) =
        ParallelReader::new(bytes, 2).lenient().read_all().expect("no error");
    assert_eq!(in_parallel.len() as u64, found.records);
    assert!(in_parallel == records, "several threads find what one finds");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn changed_bytes_are_read_or_named(changes in prop::collection::vec(change(), 1..8)) {
        let mut bytes = base();
        for change in changes {
            apply(&mut bytes, change);
        }
        holds(&bytes);
    }

    #[test]
    fn any_bytes_are_read_or_named(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        holds(&bytes);
    }

    #[test]
    fn any_text_of_marc8_is_decoded_or_named(text in prop::collection::vec(any::<u8>(), 0..60)) {
        let text: Vec<u8> = text.into_iter().filter(|byte| !(0x1d..=0x1f).contains(byte)).collect();
        let bytes = iso2709(MARC8, &[("245", &[b"10\x1fa", &text[..]].concat())]);
        let mut reader = Reader::new(&bytes[..]).marc8(Marc8::Decode);
        if let Ok(Some(record)) = reader.read() {
            let record: Record = record;
            let field = record.get("245").expect("is there");
            field.get(b'a').expect("is there").text().expect("it is UTF-8 now");
        }
    }
}
