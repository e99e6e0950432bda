//! The model `python`: where there is an interpreter with the packages, every subject writes what it read.
//! Where there is none, what is missing is said.

use std::io::Write;

use inrush_lab::{Cell, Fault, Shown, Value};

use crate::ask::Asked;

fn asked() -> Asked {
    Asked::new("python")
}

/// 60 records, in the folder of the run, as there is no memory everywhere.
fn cell(parameters: &[(&str, Value)]) -> Cell {
    asked().cell(&[&[("records", 60.into()), ("target", "disk".into())], parameters].concat())
}

/// A sample, where this machine can take one.
fn measured(subject: &str, cell: &Cell) -> Option<Shown> {
    match asked().measure(subject, cell) {
        Ok(shown) => Some(shown),
        Err(Fault::Skipped(why)) => {
            // Past the capture of a test's output: what was not tried is to be seen.
            let _ = writeln!(std::io::stderr(), "not tried: {subject}: {why}");
            assert!(
                why.contains("Python") || why.contains("INRUSH_PYTHON") || why.contains("memory"),
                "{why}"
            );
            None
        }
        Err(fault) => panic!("{subject} at {cell}: {fault}"),
    }
}

#[test]
fn every_subject_writes_all_records_to_every_target() {
    for target in ["memory", "nowhere", "tmpfs", "disk"] {
        for subject in asked().subjects() {
            let cell = cell(&[("target", target.into())]);
            let Some(shown) = measured(subject, &cell) else { continue };
            assert_eq!(shown.measures["bytes_per_record"] > 200.0, subject != "loop-alone");
            assert!(!shown.measures.contains_key("speedup"), "{subject} at {cell}");
        }
    }
}

#[test]
fn threads_write_together_what_they_write_in_turn() {
    for crew in ["kept", "fresh"] {
        for subject in asked().subjects() {
            let cell = cell(&[("threads", 2.into()), ("crew", crew.into())]);
            let Some(shown) = measured(subject, &cell) else { continue };
            assert!(shown.measures["speedup"] > 0.0, "{subject} at {cell}: {shown:?}");
        }
    }
    let refused = asked().skipped("mrrc", &cell(&[("crew", "fresh".into())]));
    assert!(refused.starts_with("one thread is the interpreter's own"), "{refused}");
}

#[test]
fn dropped_record_is_named() {
    let subject = "inrush-drops-one";
    for target in ["memory", "nowhere", "disk"] {
        let cell = cell(&[("target", target.into()), ("threads", 2.into())]);
        match asked().measure(subject, &cell) {
            Err(Fault::Wrong(why)) => assert_eq!(why, "59 of 60 records", "{target}"),
            Err(Fault::Skipped(_)) => assert_eq!(measured(subject, &cell), None),
            Ok(shown) => panic!("{subject} at {cell}: {shown:?}"),
        }
    }
}
