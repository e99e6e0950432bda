//! The bench from its arguments to its exit code.

use std::ffi::OsString;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, Result};
use clap::Parser;
use clap::error::ErrorKind;
use signal_hook::consts::{SIGINT, SIGTERM};

use super::report::tables;
use super::{CellSummary, Options, PLACE, Request, block, measure, report, samples, summaries};
use crate::record::{read, write};
use crate::{Machine, Record, Watch, answer, ask, figures, repository, request, resolve};

/// Runs the bench as the command line says: tables go to `out`, progress and complaints to
/// `notes`. Returns the exit code: 0, or 1 where a sample was wrong, a file could not be written
/// or a check found a difference, or 2 for arguments that mean nothing.
pub fn command(arguments: &[OsString], out: &mut dyn Write, notes: &mut dyn Write) -> u8 {
    let done = match request::<Request>(arguments) {
        Ok(Some(request)) => measure(&request).and_then(|measured| answer(out, &measured)),
        Ok(None) => match Options::try_parse_from(arguments) {
            Ok(options) => match &options.from {
                Some(_) => recompute(&options, out, notes),
                None => take(&options, out, notes),
            },
            Err(error) => return explained(&error, out, notes),
        },
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => 0,
        Err(error) => {
            // Where even this cannot be written, the exit code is left to tell.
            let _ = writeln!(notes, "error: {error:#}");
            1
        }
    }
}

/// Help was asked for, or the arguments mean nothing.
fn explained(error: &clap::Error, out: &mut dyn Write, notes: &mut dyn Write) -> u8 {
    let is_help = error.kind() == ErrorKind::DisplayHelp;
    // Where this cannot be written, the exit code is left to tell.
    let _ = if is_help { write!(out, "{error}") } else { write!(notes, "{error}") };
    if is_help { 0 } else { 2 }
}

/// Measures.
fn take(options: &Options, out: &mut dyn Write, notes: &mut dyn Write) -> Result<()> {
    let plan = options.plan();
    let repository = repository();
    let watch = Watch::begin(&plan.folder, &repository);
    warn(&unfit_before(watch.machine()), notes);
    // The children share the terminal and end by the same signal; this process then removes what
    // the last one left.
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stop)).context("hear signals")?;
    }

    let samples = samples(&plan, &stop, ask, |cell, sample| {
        let label = cell.label();
        let n = (sample.repetition + 1, plan.repetitions(cell));
        let wall = figures(sample.measured.wall_s * 1e3);
        // Progress is not worth failing for.
        let _ = writeln!(notes, "{label} {}/{} {}: {wall} ms", n.0, n.1, sample.subject);
    })?;
    let machine = watch.end();
    let summaries = summaries(&samples)?;
    show(&summaries, out)?;
    warn(&unfit_after(&machine), notes);

    let record = options
        .record
        .as_deref()
        .map(|results| Record::new(&resolve(results), &machine, PLACE.name));
    if let Some(record) = &record {
        record.write(&samples, &machine)?;
        write(&record.report_path(), &report(&summaries, &machine, 0))?;
        writeln!(notes, "recorded in {}", record.folder().display())?;
    }
    splice(options, &summaries, &machine, record.as_ref())
}

/// Reads a record.
fn recompute(options: &Options, out: &mut dyn Write, notes: &mut dyn Write) -> Result<()> {
    let folder = options.from.as_deref().context("there is no record to read")?;
    let record = Record::at(resolve(folder));
    let (read_samples, machine) = record.read()?;
    for damaged in &read_samples.damaged {
        writeln!(notes, "warning: `{}`: {damaged}", record.samples_path().display())?;
    }
    let summaries = summaries(&read_samples.samples)?;
    let report = report(&summaries, &machine, read_samples.damaged.len());
    let Some(document) = &options.check else {
        show(&summaries, out)?;
        write(&record.report_path(), &report)?;
        return splice(options, &summaries, &machine, Some(&record));
    };

    let path = resolve(document);
    let text = read(&path)?;
    let filled = fill(&text, &path, &summaries, &machine, Some(&record))?;
    for (path, is_current) in
        [(&path, filled == text), (&record.report_path(), read(&record.report_path())? == report)]
    {
        anyhow::ensure!(
            is_current,
            "`{}` is not what the samples of `{}` say; write it anew by `{} -- --from {} --splice {}`",
            path.display(),
            folder.display(),
            PLACE.command,
            folder.display(),
            document.display()
        );
    }
    Ok(())
}

fn show(summaries: &[CellSummary], out: &mut dyn Write) -> Result<()> {
    write!(out, "{}", tables(summaries)).context("write the tables")
}

fn splice(
    options: &Options,
    summaries: &[CellSummary],
    machine: &Machine,
    record: Option<&Record>,
) -> Result<()> {
    let Some(path) = options.splice.as_deref().map(resolve) else { return Ok(()) };
    let text = read(&path)?;
    write(&path, &fill(&text, &path, summaries, machine, record)?)
}

fn fill(
    text: &str,
    path: &std::path::Path,
    summaries: &[CellSummary],
    machine: &Machine,
    record: Option<&Record>,
) -> Result<String> {
    let name = record.and_then(|record| record.name_in(&repository()));
    let block = block(summaries, machine, name.as_deref())?;
    PLACE.fill(text, &block).with_context(|| format!("`{}`", path.display()))
}

/// What makes the machine unfit to measure on, as far as it shows at the beginning.
fn unfit_before(machine: &Machine) -> Vec<String> {
    let mut faults = Vec::new();
    let load = machine.load_before.unwrap_or(0.0);
    if load > machine.cores as f64 / 4.0 {
        faults.push(format!("the load is {load} before the first sample"));
    }
    if machine.opt_level != "3" {
        faults.push(format!("the optimisation level is {}", machine.opt_level));
    }
    faults
}

/// What has disturbed the samples.
fn unfit_after(machine: &Machine) -> Vec<String> {
    let mut faults = Vec::new();
    for (fraction, whose) in
        [(machine.other_fraction, "other programs"), (machine.steal_fraction, "other machines")]
    {
        if let Some(fraction) = fraction.filter(|&fraction| fraction > 0.05) {
            let percent = fraction * 100.0;
            faults.push(format!("{whose} took {percent:.0}% of the processor time; measure again"));
        }
    }
    faults
}

fn warn(faults: &[String], notes: &mut dyn Write) {
    for fault in faults {
        // A warning is not worth failing for.
        let _ = writeln!(notes, "warning: {fault}");
    }
}
