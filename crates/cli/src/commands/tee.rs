//! `inrush tee`: standard input to many files at once.

use std::io::{self, Read};
use std::os::fd::AsFd;
use std::path::Path;
use std::time::Duration;

use inrush_dataset::{ByteCount, CancelToken, peak_rss_bytes};
use inrush_writers::{FileReport, FileSet, Mode, Report, RetryPolicy, SetError, Status};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::Serialize;

use crate::args::TeeArgs;
use crate::exit::{Exit, Failure};
use crate::output::{Channel, counted, list_faults};
use crate::signals::Signals;

/// The most that is read at once, and so written to each file at once.
const BLOCK_BYTES: usize = 1 << 20;

/// How long a read may keep us from seeing that we are to stop.
const GLANCE: Duration = Duration::from_millis(50);

pub(crate) fn run(args: &TeeArgs) -> Result<Exit, Failure> {
    let set = file_set(args)?;
    raise_handles();
    let cancel = CancelToken::default();
    let signals = Signals::watch(&cancel)?;
    let mut broken = None;
    let blocks = Blocks { stdin: io::stdin().lock(), cancel: &cancel, broken: &mut broken };
    let report = match set.cancel(cancel.clone()).write_batches(blocks) {
        Ok(report) => report,
        Err(SetError::Incomplete(report)) => *report,
        Err(error) => return Err(Failure::usage(error)),
    };
    tell(&report, args)?;
    if let Some(error) = broken {
        return Err(Failure::other(format!("read standard input: {error}")));
    }
    Ok(match signals.caught() {
        _ if report.is_complete() => Exit::Ok,
        Some(signal) => Exit::Signal(signal),
        None if report.is_out_of_space() => Exit::OutOfSpace,
        None => Exit::SomeFailed,
    })
}

fn file_set(args: &TeeArgs) -> Result<FileSet, Failure> {
    let mode = match (args.append, args.atomic) {
        (true, true) => return Err(Failure::usage("--append and --atomic exclude each other")),
        (true, false) => Mode::Append,
        (false, true) => Mode::Atomic,
        (false, false) => Mode::Truncate,
    };
    let mut set = FileSet::new(&args.files).mode(mode);
    if let Some(retries) = args.retries {
        set = set.retry(RetryPolicy::attempts(retries.saturating_add(1)));
    }
    if let Some(timeout) = args.timeout {
        set = set.timeout(timeout.into());
    }
    if let Some(fsync) = args.fsync {
        set = set.fsync(fsync.into());
    }
    for (option, number) in [("--jobs", args.run.jobs), ("--max-open", args.max_open)] {
        if number == Some(0) {
            return Err(Failure::usage(format!("{option} must be at least 1")));
        }
    }
    if let Some(jobs) = args.run.jobs {
        set = set.workers(jobs);
    }
    if let Some(max_open) = args.max_open {
        set = set.max_open(max_open);
    }
    Ok(set)
}

/// Lets this process open as many files as the system lets it ask for.
fn raise_handles() {
    let limit = getrlimit(Resource::Nofile);
    // Where that is refused, fewer files stay open at a time.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
}

/// Standard input, block by block as it comes.
struct Blocks<'b> {
    stdin: io::StdinLock<'static>,
    cancel: &'b CancelToken,
    /// Why it could not be read to its end.
    broken: &'b mut Option<io::Error>,
}

impl Iterator for Blocks<'_> {
    type Item = Option<Vec<u8>>;

    /// The next block; none while nothing comes, so that whoever waits can look up.
    fn next(&mut self) -> Option<Self::Item> {
        match self.read() {
            Ok(Some(block)) if block.is_empty() => None,
            Ok(block) => Some(block),
            Err(error) => {
                *self.broken = Some(error);
                // What was written so far is not all there should be.
                self.cancel.cancel();
                None
            }
        }
    }
}

impl Blocks<'_> {
    fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
        if !is_readable(self.stdin.as_fd())? {
            return Ok(None);
        }
        let mut block = vec![0; BLOCK_BYTES];
        let n = self.stdin.read(&mut block)?;
        block.truncate(n);
        Ok(Some(block))
    }
}

/// Waits a little until there is something to read, or the end of it.
fn is_readable(stdin: impl AsFd) -> io::Result<bool> {
    let timeout = GLANCE.try_into().map_err(io::Error::other)?;
    match poll(&mut [PollFd::new(&stdin, PollFlags::IN)], Some(&timeout)) {
        Ok(n) => Ok(n > 0),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(errno) => Err(errno.into()),
    }
}

/// The summary as one object.
#[derive(Serialize)]
struct TeeSummary<'r> {
    files: usize,
    written: usize,
    bytes: u64,
    seconds: f64,
    bytes_per_s: f64,
    success_rate: f64,
    attempts: u64,
    peak_rss_bytes: Option<u64>,
    failures: Vec<FileReport<'r>>,
}

fn tell(report: &Report, args: &TeeArgs) -> Result<(), Failure> {
    let seconds = report.elapsed().as_secs_f64();
    let bytes_per_s = report.bytes() as f64 / seconds.max(f64::MIN_POSITIVE);
    if args.run.output.json {
        return Channel::Stdout.write_json(&TeeSummary {
            files: report.n_files(),
            written: report.count(Status::Written),
            bytes: report.bytes(),
            seconds,
            bytes_per_s,
            success_rate: report.success_rate(),
            attempts: report.attempts(),
            peak_rss_bytes: peak_rss_bytes(),
            failures: report.failures().collect(),
        });
    }
    list_failures(report);
    if args.run.output.quiet {
        return Ok(());
    }
    let mut text = format!(
        "{}, {} in {seconds:.2} s ({}/s)",
        counted(report.count(Status::Written) as u64, "file"),
        ByteCount(report.bytes()),
        ByteCount(bytes_per_s as u64),
    );
    let n_failed = report.n_files() - report.count(Status::Written);
    if n_failed > 0 {
        text.push_str(&format!("; {} FAILED", counted(n_failed as u64, "file")));
    }
    text.push('\n');
    Channel::Stdout.write(&text)
}

/// Names the folders at fault, and the files that failed for another reason.
fn list_failures(report: &Report) {
    let folders = report.folders().iter().map(|folder| {
        let n_files = counted(folder.n_files as u64, "file");
        format!("folder `{}`: {} ({n_files})", folder.path.display(), folder.source)
    });
    let is_theirs = |path: &Path| {
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        let folder = folder.unwrap_or(Path::new("."));
        report.folders().iter().any(|fault| fault.path == folder)
    };
    let others = report.failures().filter(|file| !is_theirs(file.path));
    let faults: Vec<String> = folders.chain(others.map(|file| file.to_string())).collect();
    list_faults(faults.into_iter());
}
