//! The gate before a time counts: what a subject wrote is read back.

use inrush_lab::survey::SurveyCell;
use inrush_lab::writers::{Cell, Request, measure};
use tempfile::tempdir;

#[test]
fn every_subject_writes_what_it_should() {
    let cells = [
        Cell::Tmpfs(70),
        Cell::Single(10),
        Cell::Old(70),
        Cell::Disk(70),
        Cell::Faulty(40),
        Cell::Buffered(1),
        Cell::Object(24),
    ];
    for cell in cells {
        for subject in cell.subjects() {
            let folder = tempdir().expect("a temporary folder");
            let answer = measure(&Request::new(cell, subject, folder.path().to_owned()));
            let answer = answer.unwrap_or_else(|error| panic!("{subject} at {cell}: {error:#}"));
            let rate = answer.rate.expect("every machine can");
            assert!(rate.files > 0 && rate.bytes > 0 && rate.wall_s > 0.0, "{subject} at {cell}");
        }
    }
}

/// Where the file system has no direct I/O, that is said rather than measured as something else.
#[test]
fn direct_writes_are_direct_or_refused() {
    for subject in ["dd", "direct", "inrush-bytes"] {
        let folder = tempdir().expect("a temporary folder");
        let request = Request::new(Cell::Direct(8), subject, folder.path().to_owned());
        match measure(&request) {
            Ok(answer) => assert_eq!(answer.rate.expect("it was measured").bytes, 8 << 20),
            Err(error) => {
                let said = format!("{error:#}");
                assert!(said.contains("no direct I/O") || said.contains("`dd` failed"), "{said}");
            }
        }
    }
}

#[test]
fn an_unknown_subject_is_named() {
    let folder = tempdir().expect("a temporary folder");
    for cell in [Cell::Tmpfs(1), Cell::Direct(1), Cell::Object(8)] {
        let error = measure(&Request::new(cell, "nobody", folder.path().to_owned()));
        assert!(error.unwrap_err().to_string().contains("`nobody`"));
        std::fs::remove_dir_all(folder.path().join("round-0")).ok();
        std::fs::remove_dir_all(folder.path().join("round-1")).ok();
    }
}
