//! `cargo lab self-test`: what is known beforehand, measured.

use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;

use super::Desk;
use super::diff::over;
use crate::runner::process;
use crate::threads::Threads;
use crate::{
    Answer, Cell, Estimate, Fault, Model, Outcome, Request, Role, Shown, Table, Verdict,
    median_interval, models,
};

/// How far what is measured may be from what is known.
const TOLERANCE: f64 = 0.05;
const DURATION: Duration = Duration::from_millis(200);
const REPETITIONS: u32 = 5;

/// Options of `self-test`.
#[derive(Debug, Args)]
pub(super) struct SelfTest {}

/// What was tried, what was found, and whether that is right.
struct Tried {
    what: String,
    found: String,
    is_right: bool,
}

impl SelfTest {
    pub(super) fn run(self, desk: &mut Desk<'_>) -> Result<u8> {
        let mut all =
            vec![busy(100)?, busy(1_000)?, held()?, slowed()?, serial(), omission()?, neighbour()?];
        for model in models::MODELS {
            all.extend(broken(model)?);
        }
        let mut table = Table::new(&["what", "found", "right"]);
        for Tried { what, found, is_right } in &all {
            let word = if *is_right { "yes" } else { "NO" };
            table.row(&[what.clone(), found.clone(), word.to_owned()]);
        }
        desk.say(&table.markdown())?;
        let n_wrong = all.iter().filter(|tried| !tried.is_right).count();
        desk.note(&format!("{n_wrong} of {} are not right", all.len()))?;
        Ok(u8::from(n_wrong > 0))
    }
}

/// A cell of the threads' model.
fn cell(numbers: &[(&str, u64)]) -> Cell {
    let parameters = Threads.about().parameters.iter();
    let cell = parameters.fold(Cell::default(), |cell, parameter| {
        cell.with(parameter.name, parameter.domain.default())
    });
    numbers.iter().fold(cell, |cell, (name, number)| cell.with(name, *number))
}

fn request(subject: &str, numbers: &[(&str, u64)]) -> Request {
    Request::new(Threads.about().name, cell(numbers), subject, DURATION, None)
}

/// A sample in a process of its own.
fn shown(request: &Request) -> Result<Shown> {
    match process(request)? {
        Outcome::Measured(Answer { shown, .. }) => Ok(shown),
        other => anyhow::bail!("`{}` was not measured: {other:?}", request.subject),
    }
}

/// The processor time of an operation in nanoseconds of one thread, the least of some: others can
/// only add to it.
fn ns_per_op(subject: &str, numbers: &[(&str, u64)]) -> Result<f64> {
    let request = request(subject, numbers);
    let one = |_| {
        let shown = shown(&request)?;
        shown.measures.get("cpu_ns_per_op").copied().context("it has a cost")
    };
    let all: Vec<f64> = (0..REPETITIONS).map(one).collect::<Result<_>>()?;
    Ok(all.into_iter().fold(f64::MAX, f64::min))
}

fn near(what: &str, known: f64, found: f64) -> Tried {
    let off = found / known - 1.0;
    Tried {
        what: what.to_owned(),
        found: format!("{found:.1} ns, {:+.1}%", off * 100.0),
        is_right: off.abs() <= TOLERANCE,
    }
}

/// An operation of a known length.
fn busy(ns: u64) -> Result<Tried> {
    let floor = ns_per_op("no-op", &[])?;
    let found = ns_per_op("no-op", &[("outside_ns", ns)])?;
    Ok(near(&format!("work of {ns} ns"), ns as f64, found - floor))
}

/// A lock that is held for a tenth of the time.
fn held() -> Result<Tried> {
    let floor = ns_per_op("parking-lot", &[])?;
    let found = ns_per_op("parking-lot", &[("inside_ns", 100), ("outside_ns", 900)])?;
    Ok(near("a lock held for 100 ns of 1,000", 1_000.0, found - floor))
}

/// Work that takes a tenth longer, in the samples of two records as `diff` compares them, beside the same work
/// once more.
fn slowed() -> Result<Tried> {
    let works = [1_000, 1_000, 1_100].map(|ns| request("no-op", &[("outside_ns", ns)]));
    let mut rates: [Vec<f64>; 3] = Default::default();
    for _ in 0..REPETITIONS {
        for (rates, work) in rates.iter_mut().zip(&works) {
            let shown = shown(work)?;
            rates.push(shown.measures.get("ops_per_s").copied().context("it has a rate")?);
        }
    }
    let [before, again, slower] = rates.map(|rates| median_interval(&rates));
    let before = before.context("there are samples")?;
    let to = |after: Option<Estimate>| after.map(|after| over(&after, &before));
    let (again, slower) = (to(again).context("samples")?, to(slower).context("samples")?);
    Ok(Tried {
        what: "work of 1,000 ns that takes 10% longer".to_owned(),
        found: format!("{:.3} of the rate, and {:.3} of the same work", slower.value, again.value),
        is_right: slower.verdict() == Verdict::Below
            && slower.value < again.value
            && (again.value - 1.0).abs() <= TOLERANCE,
    })
}

/// Threads that come one after the other.
fn serial() -> Tried {
    let found = Threads.run(&request("own-rmw", &[("threads", 4)]), true);
    let complaint = match &found {
        Ok(shown) => shown.complaint.clone(),
        Err(fault) => Some(fault.to_string()),
    };
    Tried {
        what: "threads one after the other".to_owned(),
        found: complaint.clone().unwrap_or_else(|| "nothing".to_owned()),
        is_right: complaint.is_some_and(|why| why.contains("at work together")),
    }
}

/// A subject that stands still once for a tenth of the time: a tenth of the operations are late.
fn omission() -> Result<Tried> {
    let shown = shown(&request("stalls-once", &[("paced_per_s", 10_000)]))?;
    let p90 = shown.measures.get("p90_ns").copied().unwrap_or(0.0);
    let p99 = shown.measures.get("p99_ns").copied().unwrap_or(0.0);
    Ok(Tried {
        what: "one stall of 40 ms in 200 ms".to_owned(),
        found: format!("10% wait for {:.0} ms, 1% for {:.0} ms", p90 / 1e6, p99 / 1e6),
        is_right: p90 > 10e6 && p99 > 30e6,
    })
}

/// Other programs on all processors.
fn neighbour() -> Result<Tried> {
    let others = Others::start()?;
    let request = request("own-rmw", &[("threads", 2)]);
    let outcome = process(&request);
    drop(others);
    let complaint = match outcome? {
        Outcome::Measured(answer) => answer.disturbance.complaint(),
        _ => None,
    };
    Ok(Tried {
        what: "a sample beside busy programs".to_owned(),
        found: complaint.clone().unwrap_or_else(|| "nothing".to_owned()),
        is_right: complaint.is_some(),
    })
}

/// Programs that do nothing but run.
struct Others(Vec<Child>);

impl Others {
    fn start() -> Result<Self> {
        let n = thread::available_parallelism().map_or(1, usize::from);
        let start = |_| {
            let mut command = Command::new("sh");
            command.args(["-c", "while :; do :; done"]).stdin(Stdio::null());
            command.spawn().context("start a shell")
        };
        Ok(Self((0..n).map(start).collect::<Result<_>>()?))
    }
}

impl Drop for Others {
    fn drop(&mut self) {
        for child in &mut self.0 {
            // One that has ended already needs neither.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Each broken subject of a model, which a gate must name.
fn broken(model: &dyn Model) -> Result<Vec<Tried>> {
    let crowd = |cell: Cell| {
        let crowds = ["threads", "producers"];
        crowds.iter().fold(cell, |cell, name| match cell.get(name) {
            // Who keeps a pace has a processor to itself, of which there may be few.
            Some(_) if cell.number("paced_per_s") == 0 => cell.with(name, 4),
            _ => cell,
        })
    };
    let cell = model.about().parameters.iter().fold(Cell::default(), |cell, parameter| {
        cell.with(parameter.name, parameter.domain.default())
    });
    // Long enough inside for another to come.
    let long = |cell: Cell| match cell.get("inside_ns") {
        Some(_) => cell.with("inside_ns", 20_000),
        None => cell,
    };
    let cell = long(crowd(cell));
    let one = |name: &'static str| {
        let folder = model.writes().then(std::env::temp_dir);
        let request = Request::new(model.about().name, cell.clone(), name, DURATION, folder);
        let found = match process(&request)? {
            Outcome::Wrong { wrong } => Err(Fault::Wrong(wrong)),
            Outcome::Skipped { skipped } => Err(Fault::Skipped(skipped)),
            Outcome::Measured(_) => Ok(()),
        };
        // Without it nothing can be broken either, and what is there is not at fault.
        let lack = model.lacks().filter(|_| matches!(found, Err(Fault::Skipped(_))));
        Ok(Tried {
            what: format!("`{name}` of `{}`", model.about().name),
            found: found.as_ref().err().map_or_else(|| "nothing".to_owned(), ToString::to_string),
            is_right: matches!(found, Err(Fault::Wrong(_))) || lack.is_some(),
        })
    };
    let broken = model.subjects().into_iter().filter(|s| s.role == Role::Broken);
    broken.filter(|subject| subject.name != "stalls-once").map(|s| one(s.name)).collect()
}
