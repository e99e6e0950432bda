//! Whole jobs: what the command does, from Python.

mod merge;
mod verify;
mod write;

use inrush_dataset::{self as dataset, CancelToken, Cause, Destination, RunOptions, Spec, Summary};
use pyo3::prelude::*;

use crate::errors;
use crate::interrupt::wait;
use crate::json::to_python;
use crate::options::Options;
use crate::places::destination;
use crate::progress::{Callback, Meter};

/// Makes the functions of this file part of `module`.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(write::write_table, module)?)?;
    module.add_function(wrap_pyfunction!(write::write_bytes, module)?)?;
    module.add_function(wrap_pyfunction!(write::write_marc, module)?)?;
    module.add_function(wrap_pyfunction!(verify::verify, module)?)?;
    module.add_function(wrap_pyfunction!(merge::merge, module)?)
}

/// Runs the job that `spec` describes, with what is left of `options`.
fn run<'py>(
    py: Python<'py>,
    spec: impl FnOnce() -> PyResult<Spec> + Send,
    out: &Bound<'py, PyAny>,
    options: Options<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let run = options.run(destination("out", out)?)?;
    let (cancel, meter) = (CancelToken::default(), Meter::default());
    let mut callback = callback(&options, &meter)?;
    options.finish()?;
    let work = || dataset::run(&spec()?, &run, &cancel, &meter).map_err(errors::of_job);
    wait(
        py,
        &cancel,
        &mut callback,
        |_| work(),
        |summary: PyResult<Summary>| {
            let summary = summary?;
            let account = to_python(py, &summary)?;
            if summary.failures.is_empty() {
                return Ok(account);
            }
            let out_of_space = summary.failed_for(Cause::OutOfSpace);
            Err(errors::of_files(py, failed(&summary, &run), &account, out_of_space))
        },
    )
}

fn callback<'m>(options: &Options<'_>, meter: &'m Meter) -> PyResult<Option<Callback<'m>>> {
    options.take("progress")?.map(|function| Callback::new(&function, meter)).transpose()
}

/// What failed, what did not, and what to do.
fn failed(summary: &Summary, run: &RunOptions) -> String {
    let n_failed = summary.failures.len() as u64;
    // What was stopped says nothing about why.
    let (stopped, faults): (Vec<_>, Vec<_>) =
        summary.failures.iter().partition(|failure| failure.cause == Cause::Stopped);
    let faults = faults.iter().chain(&stopped);
    let lines = faults.map(|fault| format!("{}: {}", fault.name, fault.error));
    let mut message = format!("{n_failed} of {} files failed", n_failed + summary.files);
    message.push_str(&listed(lines, summary.failures.len()));
    if matches!(run.destination, Destination::Folder(_) | Destination::Objects(_)) {
        let room = summary.failed_for(Cause::OutOfSpace).then_some("make room, then ");
        let room = room.unwrap_or_default();
        message.push_str(&format!("\n  {room}resume=True makes those that are missing"));
    }
    message
}

/// The first few of `n_lines`, and how many there are more.
fn listed(lines: impl Iterator<Item = String>, n_lines: usize) -> String {
    const SHOWN: usize = 5;
    let n_more = n_lines.saturating_sub(SHOWN);
    let mut text: String = lines.take(SHOWN).map(|line| format!("\n  {line}")).collect();
    if n_more > 0 {
        text.push_str(&format!("\n  and {n_more} more"));
    }
    text
}
