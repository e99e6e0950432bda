//! The model `table-jobs`: whole jobs pass, and broken ones are named.

use inrush_lab::{Cell, Value};

use crate::ask::Asked;

fn asked() -> Asked {
    Asked::new("table-jobs")
}

fn cell(parameters: &[(&str, Value)]) -> Cell {
    let small = [("files", 3.into()), ("rows_per_file", 100.into()), ("jobs", 2.into())];
    asked().cell(&[&small, parameters].concat())
}

#[test]
fn every_subject_writes_every_format_to_every_target() {
    for (format, target) in
        [("parquet", "folder"), ("csv", "folder"), ("parquet", "null"), ("csv", "null")]
    {
        let cell = cell(&[("format", format.into()), ("target", target.into())]);
        let bytes = asked().subjects().into_iter().map(|subject| {
            let shown = asked().sound(subject, &cell).measures;
            assert_eq!((shown["files"], shown["rows"], shown["files_failed"]), (3.0, 300.0, 0.0));
            assert!(shown["peak_rss_bytes"] > 0.0, "{subject} at {cell}");
            shown["bytes"] as u64
        });
        let bytes: Vec<u64> = bytes.collect();
        assert!(bytes[0] > 0 && bytes[0] == bytes[1], "{cell}: {bytes:?}");
    }
}

#[test]
fn files_that_fail_leave_the_others_alone() {
    for (failing, format) in [(1, "parquet"), (2, "csv"), (3, "parquet")] {
        let cell = cell(&[("failing", failing.into()), ("format", format.into())]);
        for subject in asked().subjects() {
            let shown = asked().sound(subject, &cell).measures;
            let found = (shown["files"], shown["files_failed"]);
            assert_eq!(found, ((3 - failing) as f64, failing as f64), "{subject} at {cell}");
        }
    }
}

#[test]
fn every_damage_is_named() {
    let said = |subject, format: &str| asked().wrong(subject, &cell(&[("format", format.into())]));
    for (subject, expected) in [
        ("loses-a-file", "`seed7-00001-of-00003.parquet` is in the manifest, and not there"),
        ("leaves-a-part", "`.x.inrush-part` is there, and not in the manifest"),
        ("cuts-a-file", "the footer of `seed7-00002-of-00003.parquet`: "),
        ("flips-a-bit", "the bytes of the files are not those of the manifest"),
        ("ends-early", "the manifest says that the job is not complete"),
    ] {
        let said = said(subject, "parquet");
        assert!(said.starts_with(expected), "{subject}: {said}");
    }
    for (subject, expected) in [
        ("cuts-a-file", "the text of `seed7-00002-of-00003.csv` states 99 rows, not 100"),
        ("flips-a-bit", "the bytes of the files are not those of the manifest"),
    ] {
        assert_eq!(said(subject, "csv"), expected, "{subject}");
    }
}

/// Footers, manifest and job all agree: nothing but the files of the other coordinator can tell.
#[test]
fn rows_of_another_seed_are_noticed() {
    for format in ["parquet", "csv"] {
        let said = asked().wrong("writes-other-rows", &cell(&[("format", format.into())]));
        assert!(said.ends_with("has other bytes from the other coordinator"), "{said}");
    }
}

#[test]
fn cells_that_mean_nothing_are_refused() {
    let said = |parameters: &[(&str, Value)]| asked().skipped("per-file", &cell(parameters));
    assert_eq!(said(&[("failing", 4.into())]), "4 of 3 files cannot fail");
    let nowhere = [("failing", 1.into()), ("target", "null".into())];
    assert_eq!(said(&nowhere), "no name is taken where no file is kept");
    assert_eq!(asked().skipped("nobody", &cell(&[])), "no subject `nobody`");
}
