//! The model `serialise`: every form is read back.

use crate::ask::Asked;

#[test]
fn every_form_holds_every_record() {
    let asked = Asked::new("serialise");
    for (records, data_bytes) in [(1, 1), (100, 16), (3, 5_000)] {
        let cell = asked.cell(&[("records", records.into()), ("data_bytes", data_bytes.into())]);
        for subject in asked.subjects() {
            let bytes = asked.sound(subject, &cell).measures["bytes_per_record"];
            assert!(bytes >= data_bytes as f64, "{subject} at {cell}: {bytes} bytes");
            if ["copy", "fixed-binary"].contains(&subject) {
                assert_eq!(bytes, (12 + data_bytes) as f64, "{subject} at {cell}");
            }
        }
    }
}

#[test]
fn every_damage_is_named() {
    let asked = Asked::new("serialise");
    let cell = asked.cell(&[("records", 7.into())]);
    let said = asked.wrong("flips-a-bit", &cell);
    assert!(said.starts_with("record 6 is Record { "), "{said}");
    assert_eq!(asked.wrong("forgets-a-record", &cell), "6 of 7 records");
}

#[test]
fn bursts_without_room_are_refused() {
    let asked = Asked::new("serialise");
    let cell = asked.cell(&[("records", 1_000_000.into()), ("data_bytes", 65_536.into())]);
    let said = asked.skipped("copy", &cell);
    assert_eq!(said, "a burst of 65536000000 bytes of data has no room");
    assert_eq!(asked.skipped("nobody", &asked.cell(&[])), "no subject `nobody`");
}
