//! The model `catalogue`: what was written is read by two libraries, what was read is looked at.

use inrush_lab::Value;

use crate::ask::Asked;

fn cell(asked: &Asked, work: &str, kind: &str) -> inrush_lab::Cell {
    let records: Value = 50.into();
    asked.cell(&[("work", work.into()), ("kind", kind.into()), ("records", records)])
}

#[test]
fn every_library_writes_and_reads_every_kind() {
    let asked = Asked::new("catalogue");
    for work in ["write", "build", "read", "keep"] {
        for kind in ["short", "long", "generated"] {
            let cell = cell(&asked, work, kind);
            let is_parallel = |subject: &&str| subject.ends_with("-parallel");
            let subjects = asked.subjects();
            let (parallel, single): (Vec<&str>, Vec<&str>) =
                subjects.iter().partition(|subject| is_parallel(subject));
            let bytes = |subject: &str| asked.sound(subject, &cell).measures["bytes_per_record"];
            let lengths: Vec<f64> = single.iter().map(|subject| bytes(subject)).collect();
            assert!(lengths.iter().all(|bytes| *bytes == lengths[0]), "{cell}: {lengths:?}");
            for subject in parallel {
                if ["read", "keep"].contains(&work) {
                    assert_eq!(bytes(subject), lengths[0], "{subject} at {cell}");
                } else {
                    assert_eq!(asked.skipped(subject, &cell), "it writes with one thread");
                }
            }
        }
    }
}

#[test]
fn lost_field_is_named() {
    let asked = Asked::new("catalogue");
    for work in ["write", "build"] {
        let said = asked.wrong("forgets-a-field", &cell(&asked, work, "short"));
        assert!(said.starts_with("record 49 is "), "{work}: {said}");
    }
    for work in ["read", "keep"] {
        let said = asked.wrong("forgets-a-field", &cell(&asked, work, "short"));
        assert_eq!(said, "249 fields were read, not 250", "{work}");
    }
}
