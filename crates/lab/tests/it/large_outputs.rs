//! The models `big-files` and `objects-store`: what was written is all there.

use crate::ask::Asked;

const MIB: u64 = 1 << 20;

#[test]
fn every_subject_writes_a_large_file() {
    let asked = Asked::new("big-files");
    let cell = asked.cell(&[("size_bytes", (3 * MIB).into())]);
    for subject in ["dd", "file", "inrush-bytes"] {
        let shown = asked.sound(subject, &cell).measures;
        assert_eq!(shown["bytes"], (3 * MIB) as f64, "{subject}");
        assert_eq!(shown.contains_key("peak_rss_bytes"), subject != "dd");
    }
}

/// Where the file system has no direct I/O, that is said rather than measured as something else.
#[test]
fn direct_writes_are_direct_or_refused() {
    let asked = Asked::new("big-files");
    let cell = asked.cell(&[("size_bytes", (8 * MIB).into())]);
    for subject in ["dd-direct", "direct", "inrush-bytes-direct"] {
        match asked.measure(subject, &cell) {
            Ok(shown) => assert_eq!(shown.measures["bytes"], (8 * MIB) as f64),
            Err(fault) => {
                let said = fault.to_string();
                assert!(said.contains("no direct I/O") || said.contains("`dd` failed"), "{said}");
            }
        }
    }
}

#[test]
fn large_file_that_is_not_whole_is_named() {
    let asked = Asked::new("big-files");
    let cell = asked.cell(&[("size_bytes", MIB.into())]);
    let said = asked.wrong("stops-early", &cell);
    assert_eq!(said, "the file has 786432 bytes, not 1048576");
    assert_eq!(asked.wrong("skips-a-chunk", &cell), "byte 786432 is 0x00, not 0xa5");
}

#[test]
fn object_comes_in_whole_whatever_its_parts() {
    let asked = Asked::new("objects-store");
    for (bytes, part_bytes, in_flight, parts) in
        [(24 * MIB + 1, 8 * MIB, 16, 4.0), (11 * MIB, 5 * MIB, 1, 3.0)]
    {
        let cell = asked.cell(&[
            ("size_bytes", bytes.into()),
            ("part_bytes", part_bytes.into()),
            ("in_flight", in_flight.into()),
        ]);
        for subject in asked.subjects() {
            let shown = asked.sound(subject, &cell).measures;
            assert_eq!(shown["parts"], parts, "{subject} at {cell}");
        }
    }
}

#[test]
fn object_that_lacks_a_chunk_is_named() {
    let asked = Asked::new("objects-store");
    let cell = asked.cell(&[("size_bytes", (8 * MIB).into())]);
    let said = asked.wrong("forgets-a-chunk", &cell);
    assert_eq!(said, "8126464 bytes came in, not 8388608");
}

#[test]
fn cells_that_cannot_be_are_refused() {
    let asked = Asked::new("big-files");
    let said = asked.skipped("file", &asked.cell(&[("size_bytes", (MIB + 1).into())]));
    assert_eq!(said, "1048577 bytes are no whole MiB");
    assert_eq!(asked.skipped("nobody", &asked.cell(&[])), "no subject `nobody`");
    let asked = Asked::new("objects-store");
    let said = asked.skipped("raw-parts", &asked.cell(&[("size_bytes", (1 << 40).into())]));
    assert_eq!(said, "an object has 10,000 parts at most, not 131072");
}
