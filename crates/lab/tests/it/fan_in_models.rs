//! The models of fan-in: every subject is measured, and broken ones are named.

use std::time::Duration;

use inrush_lab::{Cell, Fault, Model, Request, Role, Shown, Value, models};

/// Long enough for each of a few producers to begin.
const SHORT: Duration = Duration::from_millis(20);

fn model(name: &str) -> &'static dyn Model {
    models::find(name).expect("there is this model")
}

/// What a model sets by itself, but for these.
fn cell(model: &dyn Model, changes: &[(&str, Value)]) -> Cell {
    let mut cell = Cell::default();
    for parameter in model.about().parameters {
        cell = cell.with(parameter.name, parameter.domain.default());
    }
    changes.iter().fold(cell, |cell, (name, value)| cell.with(name, value.clone()))
}

fn measure(name: &str, changes: &[(&str, Value)], subject: &str) -> Result<Shown, Fault> {
    let model = model(name);
    models::measure(&Request::new(name, cell(model, changes), subject, SHORT, None))
}

/// Measures all sound subjects of which the cell says something, and returns how many those are.
fn measure_all(name: &str, changes: &[(&str, Value)], wanted: &[&str]) -> usize {
    let model = model(name);
    let cell = cell(model, changes);
    let sound = |subject: &&inrush_lab::Subject| {
        subject.role != Role::Broken && model.refusal(&cell, subject.name).is_none()
    };
    let subjects = model.subjects();
    let asked: Vec<_> = subjects.iter().filter(sound).collect();
    for subject in &asked {
        match measure(name, changes, subject.name) {
            Ok(shown) => {
                for measure in wanted {
                    let value = shown.measures.get(*measure);
                    assert!(
                        value.is_some_and(|value| *value > 0.0),
                        "`{}`: {shown:?}",
                        subject.name
                    );
                }
                let known = |name: &String| model.about().measures.iter().any(|m| m.name == *name);
                assert!(shown.measures.keys().all(known), "`{}`: {shown:?}", subject.name);
            }
            // What the system refuses is not the subject's fault.
            Err(Fault::Skipped(_)) => {}
            Err(fault) => panic!("`{}`: {fault}", subject.name),
        }
    }
    asked.len()
}

#[test]
fn every_subject_of_fan_in_is_measured() {
    let producers = ("producers", Value::Number(2));
    let wanted = ["items_per_s", "cpu_ns_per_item", "jain", "overlap"];
    let placement = |word: &str| ("placement", Value::from(word));
    assert!(measure_all("fan-in", &[producers.clone(), placement("apart")], &wanted) > 30);
    assert!(measure_all("fan-in", &[producers.clone(), placement("spread")], &wanted) > 15);
    assert!(measure_all("fan-in", &[producers, placement("tasks")], &wanted) >= 5);
}

#[test]
fn batches_room_and_padding_reach_the_subjects() {
    for (parameter, values) in [("batch_items", [1, 65_536]), ("linger_us", [0, 10_000])] {
        for value in values {
            assert!(measure_all("fan-in", &[(parameter, value.into())], &["items_per_s"]) > 5);
        }
    }
    for padding in [0, 64, 256] {
        let changes = [("padding_bytes", Value::Number(padding))];
        assert_eq!(measure_all("fan-in", &changes, &["items_per_s"]), 1);
    }
    assert!(measure_all("fan-in", &[("room", Value::Number(1 << 20))], &["items_per_s"]) > 20);
}

#[test]
fn every_subject_of_delays_and_growth_is_measured() {
    let changes = [("distance_us", Value::Number(1000)), ("linger_us", Value::Number(100))];
    assert!(measure_all("delays", &changes[..1], &["p50_ns", "p99_ns", "max_ns"]) > 10);
    assert!(measure_all("delays", &changes, &["p50_ns"]) > 5);
    assert!(measure_all("paced", &[], &["p50_ns", "max_ns", "delivered_per_s"]) > 10);
    assert!(measure_all("growth", &[], &["items", "late_peak_bytes"]) > 20);
}

#[test]
fn broken_subjects_are_named() {
    let ends = [
        ("lossy", " delivered"),
        ("repeating", " delivered"),
        ("reordering", " items came out of order"),
        ("exchanging", " items came out of order"),
        ("panicking", " panicked"),
    ];
    for (name, producers) in [("fan-in", 2), ("growth", 2), ("paced", 1)] {
        for (subject, end) in ends {
            match measure(name, &[("producers", Value::Number(producers))], subject) {
                Err(Fault::Wrong(why)) => assert!(why.ends_with(end), "`{subject}`: {why}"),
                other => panic!("`{subject}` of `{name}` gave {other:?}"),
            }
        }
    }
    let twice = measure("delays", &[("distance_us", Value::Number(1000))], "repeating");
    assert_eq!(twice, Err(Fault::Wrong("not item 1 came".to_owned())));
}

#[test]
fn all_that_are_broken_are_known() {
    for name in ["fan-in", "growth", "paced", "delays"] {
        let subjects = model(name).subjects();
        let broken = subjects.iter().filter(|subject| subject.role == Role::Broken).count();
        assert_eq!(broken, if name == "delays" { 1 } else { 5 }, "{name}");
    }
}

#[test]
fn refusals_say_why() {
    let refusal = |name: &str, changes: &[(&str, Value)], subject: &str| {
        let model = model(name);
        let refusal = model.refusal(&cell(model, changes), subject);
        let measured = measure(name, changes, subject);
        assert_eq!(measured.err(), refusal.clone().map(Fault::Skipped), "`{subject}`");
        refusal.expect("it is refused")
    };
    let number = |name, value: u64| (name, Value::Number(value));
    let spread = ("placement", Value::from("spread"));
    let tasks = ("placement", Value::from("tasks"));
    let few = "it has a place for each producer, of which there are few";
    assert_eq!(refusal("fan-in", &[spread], "lanes"), few);
    assert_eq!(refusal("fan-in", &[tasks], "flume"), "its producers are threads");
    assert_eq!(refusal("fan-in", &[], "tokio-mpsc"), "its producers are tasks");
    assert_eq!(refusal("fan-in", &[number("padding_bytes", 64)], "flume"), "it has no padding");
    let padding = "padding is 0, 64, 128 or 256 bytes, not 7";
    assert_eq!(refusal("fan-in", &[number("padding_bytes", 7)], "slot-batcher"), padding);
    assert_eq!(refusal("fan-in", &[number("batch_items", 7)], "flume"), "it has no batches");
    assert_eq!(
        refusal("fan-in", &[number("room", 3000)], "flume"),
        "room is a power of two, not 3000"
    );
    let room = "there is room for 1024 items at least";
    assert_eq!(refusal("fan-in", &[number("room", 512)], "flume"), room);
    assert_eq!(refusal("delays", &[number("linger_us", 9)], "flume"), "it has no linger");
    assert_eq!(refusal("paced", &[number("linger_us", 9)], "flume"), "it has no linger");
    let nobody = measure("fan-in", &[], "nobody");
    assert_eq!(nobody, Err(Fault::Skipped("no subject `nobody`".to_owned())));
}
