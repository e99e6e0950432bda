//! The gate before a rate counts, and what becomes of samples.

use std::path::PathBuf;
use std::time::Duration;

use inrush_lab::bytes::{
    Answer, BytesSample, Cell, Kind, Rate, Request, SUBJECTS, Summaries, measure, rate,
};
use inrush_lab::survey::{Plan, samples};
use inrush_lab::{Stop, samples_text};

const CHUNK: usize = 5_000;

#[test]
fn nothing_has_no_rate() {
    assert!(rate(Vec::new(), CHUNK, Duration::from_millis(1)).is_err());
}

#[test]
fn every_subject_does_what_it_says() {
    for subject in &SUBJECTS {
        for cell in [Cell::Chunk(4_093), Cell::Chunk(70_000), Cell::All(65_536), Cell::Object(0)] {
            if !cell.asks(subject) {
                continue;
            }
            let answer = measure(&Request::new(cell, subject.name, PathBuf::new()));
            let answer =
                answer.unwrap_or_else(|error| panic!("{} at {cell}: {error}", subject.name));
            // A processor may lack what a variant asks for.
            let rate = answer.rate.filter(|rate| rate.bytes > 0 && rate.wall_s > 0.0);
            assert!(rate.is_some() || subject.kind == Kind::Variant, "{} at {cell}", subject.name);
        }
    }
    assert!(measure(&Request::new(Cell::Chunk(1), "nobody", PathBuf::new())).is_err());
}

fn answer(gigabytes: f64, other_fraction: f64) -> Answer {
    let bytes = (gigabytes * 1e9) as u64;
    let json = format!(
        r#"{{"other_fraction":{other_fraction},"rate":{{"bytes":{bytes},"wall_s":1.0,"cpu_s":1.0}}}}"#
    );
    serde_json::from_str(&json).expect("it is an answer")
}

fn taken(process: impl Fn(Cell, &str, usize) -> Answer) -> Vec<BytesSample> {
    let mut plan = Plan::new(vec![Cell::Chunk(4096)]);
    plan.subjects = ["memset", "bytes"].map(str::to_owned).to_vec();
    plan.repetitions = Some(5);
    let n = std::cell::Cell::new(0);
    let process = |cell: Cell, subject: &str| {
        n.set(n.get() + 1);
        Ok(process(cell, subject, n.get()))
    };
    samples(&plan, &Stop::default(), process, |_| {}).expect("all samples are taken")
}

#[test]
fn ratios_are_those_of_neighbouring_samples() {
    let samples = taken(|_, subject, n| {
        let speed = if subject == "bytes" { 1.0 } else { 2.0 };
        answer(speed * n as f64, 0.0)
    });
    assert_eq!(samples.len(), 10);
    let summaries = Summaries::new(&samples);
    let cell = Cell::Chunk(4096);
    let ratio = summaries.ratio((cell, "bytes"), (cell, "memset"), Rate::bytes_per_ns);
    let ratio = ratio.expect("there are pairs");
    assert!((0.3..0.8).contains(&ratio.value), "{ratio:?}");
    assert!(summaries.ratio((cell, "bytes"), (cell, "nobody"), Rate::bytes_per_ns).is_none());
    let text = samples_text(&samples);
    let again: inrush_lab::Samples<BytesSample> = inrush_lab::Samples::parse(&text);
    assert_eq!((again.samples, again.damaged.len()), (samples, 0));
}

#[test]
fn a_disturbed_sample_is_kept_does_not_count_and_is_taken_again() {
    let samples = taken(|_, _, n| answer(1.0, if n == 1 { 0.5 } else { 0.0 }));
    assert_eq!(samples.len(), 11);
    assert!(samples[0].rejected.as_deref().is_some_and(|why| why.contains("50%")));
    assert_eq!(Summaries::new(&samples).n_rejected(), (1, 11));
}
