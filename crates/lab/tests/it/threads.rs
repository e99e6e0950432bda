//! The model `threads`: sound subjects pass, and broken ones are named.

use std::time::Duration;

use inrush_lab::threads::Threads;
use inrush_lab::{Cell, Fault, Model, Request, Role, Shown};

fn cell(numbers: &[(&str, u64)]) -> Cell {
    let default = Threads.about().parameters.iter().fold(Cell::default(), |cell, parameter| {
        cell.with(parameter.name, parameter.domain.default())
    });
    numbers.iter().fold(default, |cell, (name, number)| cell.with(name, *number))
}

fn measure(subject: &str, numbers: &[(&str, u64)]) -> Result<Shown, Fault> {
    let duration = Duration::from_millis(20);
    Threads.measure(&Request::new("threads", cell(numbers), subject, duration, None))
}

#[test]
fn sound_subjects_pass_with_more_threads_than_processors() {
    for subject in Threads.subjects().iter().filter(|subject| subject.role != Role::Broken) {
        // Locks that only spin would take long.
        let threads = if ["ticket", "spin-crate"].contains(&subject.name) { 2 } else { 16 };
        let shown = measure(subject.name, &[("threads", threads)]).expect(subject.name);
        for known in ["ops_per_s", "cpu_ns_per_op", "jain", "min_over_max", "overlap", "at_work"] {
            assert!(shown.measures[known] >= 0.0, "{}: {known}", subject.name);
        }
        assert!(shown.measures["ops_per_s"] > 0.0, "{}", subject.name);
        assert!((0.0..=1.0001).contains(&shown.measures["jain"]), "{}", subject.name);
    }
}

#[test]
fn lock_that_lets_two_in_is_named() {
    // Two that are inside at the same time meet there by chance, so it may take some tries.
    let faults =
        (0..100).map(|_| measure("two-step-lock", &[("threads", 4), ("inside_ns", 20_000)]));
    let why = faults.into_iter().find_map(|found| match found {
        Err(Fault::Wrong(why)) => Some(why),
        _ => None,
    });
    let why = why.expect("it is seen");
    assert!(why.starts_with("two threads were inside the lock at once, "), "{why}");
}

#[test]
fn counter_that_loses_counts_is_named() {
    let Err(Fault::Wrong(why)) = measure("unlocked-counter", &[("threads", 4)]) else {
        panic!("it was not seen")
    };
    assert!(why.ends_with(" operations were counted"), "{why}");
}

#[test]
fn every_padding_counts_the_same() {
    for padding in [0, 64, 128, 256] {
        let numbers = [("threads", 2), ("padding_bytes", padding)];
        assert!(Threads.refusal(&cell(&numbers), "sharded").is_none());
        measure("sharded", &numbers).expect("it counts");
    }
    let odd = cell(&[("padding_bytes", 65)]);
    let why = Threads.refusal(&odd, "sharded").expect("there is none of that");
    assert_eq!(why, "padding is 0, 64, 128 or 256 bytes, not 65");
    let why = Threads.refusal(&cell(&[("padding_bytes", 0)]), "std-mutex").expect("it has none");
    assert_eq!(why, "it has no padding");
}

#[test]
fn stall_makes_everything_late_that_it_holds_up() {
    let shown = measure("stalls-once", &[("paced_per_s", 20_000)]).expect("it is measured");
    // A stall of 40 ms in 20 ms of operations: those that were to begin in it wait, all but the
    // hundred before it. A closed loop would have one of 400 late.
    assert!(shown.measures["p90_ns"] > 10e6, "{:?}", shown.measures);
    assert!(shown.delays.is_some_and(|text| text.starts_with("HISTFAAA")));
}

#[test]
fn pace_needs_a_processor_for_each_thread() {
    let Err(Fault::Skipped(why)) = measure("own-rmw", &[("threads", 50_000), ("paced_per_s", 10)])
    else {
        panic!("it was measured")
    };
    assert!(why.starts_with("50000 threads cannot keep a pace on "), "{why}");
}

#[test]
fn unknown_subject_is_skipped_with_its_name() {
    assert_eq!(measure("x", &[]), Err(Fault::Skipped("no subject `x`".to_owned())));
}
