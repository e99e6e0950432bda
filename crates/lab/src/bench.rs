//! A bench from its arguments to its exit code, whatever its question.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, ensure};
use clap::{Args, Parser};
use serde::Serialize;
use serde::de::DeserializeOwned;
use signal_hook::consts::{SIGINT, SIGTERM};

use crate::console::{explained, warn_after, warn_before};
use crate::record::{read, write};
use crate::{Kept, Machine, Place, Record, Watch, answer, repository, request, resolve};

/// Options of every bench. Relative paths count from the root of the workspace.
#[derive(Clone, Debug, Args)]
#[non_exhaustive]
pub struct BenchOptions {
    /// Where the samples write, such as /dev/shm; without it the system's temporary folder.
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Keep samples, machine and report in DIR/DATE-MACHINE/QUESTION.
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,
    /// Measure nothing: take the samples of this record, and write its report anew.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["quick", "folder", "record"])]
    pub from: Option<PathBuf>,
    /// Put the tables that documents cite into this one, between their markers.
    #[arg(long, value_name = "FILE")]
    pub splice: Option<PathBuf>,
    /// Write nothing: exit with 1 where this document, or the record's report, is not what the
    /// samples say.
    #[arg(long, value_name = "FILE", requires = "from", conflicts_with = "splice")]
    pub check: Option<PathBuf>,
    /// What Cargo says to every bench.
    #[arg(long, hide = true)]
    pub bench: bool,
}

impl BenchOptions {
    /// Where the samples write.
    pub fn folder(&self) -> PathBuf {
        self.folder.as_deref().map_or_else(std::env::temp_dir, resolve)
    }
}

/// A question: its command line, its samples, and how they read.
pub trait Bench: Parser {
    /// What a child is asked to do.
    type Request: DeserializeOwned;
    /// What the child says of it.
    type Answer: Serialize;
    /// What is kept of a run.
    type Sample: Kept;
    /// Where documents cite the answer, under the question's name.
    const PLACE: Place;

    /// The options that all benches have.
    fn options(&self) -> &BenchOptions;

    /// Does a request, in the process of a child.
    ///
    /// # Errors
    /// Where the job fails.
    fn measure(request: &Self::Request) -> Result<Self::Answer>;

    /// Takes all samples, and tells `notes` of each; ends early when `stop` says so.
    ///
    /// # Errors
    /// Where a child fails, or what it wrote is wrong, or `stop` was set.
    fn take(&self, stop: &Stop, notes: &mut dyn Write) -> Result<Vec<Self::Sample>>;

    /// The tables of all samples.
    ///
    /// # Errors
    /// Where the samples are not of this question.
    fn tables(samples: &[Self::Sample]) -> Result<String>;

    /// What documents cite. `record` is the folder of the samples as the repository names it.
    ///
    /// # Errors
    /// As for [`tables`](Self::tables), and where a sample is missing that is cited.
    fn block(samples: &[Self::Sample], machine: &Machine, record: Option<&str>) -> Result<String>;

    /// The whole `report.md`.
    ///
    /// # Errors
    /// As for [`tables`](Self::tables).
    fn report(samples: &[Self::Sample], machine: &Machine, n_damaged: usize) -> Result<String>;
}

/// Whether the user wants the bench to end.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Fails once the bench is to end.
    ///
    /// # Errors
    /// When a signal has come.
    pub fn check(&self) -> Result<()> {
        // ORDERING: Relaxed, as the flag alone is the message.
        ensure!(!self.0.load(Ordering::Relaxed), "interrupted");
        Ok(())
    }

    /// One that is asked to end by the signals that end a program.
    ///
    /// # Errors
    /// Where the system does not let it hear them.
    pub fn on_signals() -> Result<Self> {
        let stop = Self::default();
        for signal in [SIGINT, SIGTERM] {
            signal_hook::flag::register(signal, Arc::clone(&stop.0)).context("hear signals")?;
        }
        Ok(stop)
    }

    /// Asks the bench to end.
    pub fn stop(&self) {
        // ORDERING: Relaxed, as in `check`: the flag alone is the message.
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Runs the bench of a question as the command line says: tables go to `out`, progress and
/// complaints to `notes`. Returns the exit code: 0, or 1 where a sample was wrong, a file could
/// not be written or a check found a difference, or 2 for arguments that mean nothing.
pub fn command<Q: Bench>(arguments: &[OsString], out: &mut dyn Write, notes: &mut dyn Write) -> u8 {
    let done = match request::<Q::Request>(arguments) {
        Ok(Some(request)) => Q::measure(&request).and_then(|said| answer(out, &said)),
        Ok(None) => match Q::try_parse_from(arguments) {
            Ok(question) => match &question.options().from {
                Some(folder) => recompute::<Q>(folder, question.options(), out, notes),
                None => take(&question, out, notes),
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

/// Measures.
fn take<Q: Bench>(question: &Q, out: &mut dyn Write, notes: &mut dyn Write) -> Result<()> {
    let options = question.options();
    let watch = Watch::begin(&options.folder(), &repository());
    warn_before(watch.machine(), notes);
    // The children share the terminal and end by the same signal; this process then removes what
    // the last one left.
    let stop = Stop::on_signals()?;
    let samples = question.take(&stop, notes)?;
    let machine = watch.end();
    write!(out, "{}", Q::tables(&samples)?).context("write the tables")?;
    warn_after(&machine, notes);

    let record = options
        .record
        .as_deref()
        .map(|results| Record::new(&resolve(results), &machine, Q::PLACE.name));
    if let Some(record) = &record {
        record.write(&samples, &machine)?;
        write(&record.report_path(), &Q::report(&samples, &machine, 0)?)?;
        writeln!(notes, "recorded in {}", record.folder().display())?;
    }
    splice::<Q>(options, &samples, &machine, record.as_ref())
}

/// Reads a record.
fn recompute<Q: Bench>(
    folder: &Path,
    options: &BenchOptions,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> Result<()> {
    let record = Record::at(resolve(folder));
    let (found, machine) = record.read::<Q::Sample>()?;
    for damaged in &found.damaged {
        writeln!(notes, "warning: `{}`: {damaged}", record.samples_path().display())?;
    }
    let samples = &found.samples;
    let report = Q::report(samples, &machine, found.damaged.len())?;
    let Some(document) = &options.check else {
        write!(out, "{}", Q::tables(samples)?).context("write the tables")?;
        write(&record.report_path(), &report)?;
        return splice::<Q>(options, samples, &machine, Some(&record));
    };

    let path = resolve(document);
    let text = read(&path)?;
    let filled = fill::<Q>(&text, &path, samples, &machine, Some(&record))?;
    for (path, is_current) in
        [(&path, filled == text), (&record.report_path(), read(&record.report_path())? == report)]
    {
        ensure!(
            is_current,
            "`{}` is not what the samples of `{}` say; write it anew by `{} -- --from {} --splice {}`",
            path.display(),
            folder.display(),
            Q::PLACE.command,
            folder.display(),
            document.display()
        );
    }
    Ok(())
}

fn splice<Q: Bench>(
    options: &BenchOptions,
    samples: &[Q::Sample],
    machine: &Machine,
    record: Option<&Record>,
) -> Result<()> {
    let Some(path) = options.splice.as_deref().map(resolve) else { return Ok(()) };
    let text = read(&path)?;
    write(&path, &fill::<Q>(&text, &path, samples, machine, record)?)
}

fn fill<Q: Bench>(
    text: &str,
    path: &Path,
    samples: &[Q::Sample],
    machine: &Machine,
    record: Option<&Record>,
) -> Result<String> {
    let name = record.and_then(|record| record.name_in(&repository()));
    let block = Q::block(samples, machine, name.as_deref())?;
    Q::PLACE.fill(text, &block).with_context(|| format!("`{}`", path.display()))
}
