//! The set of files under measurement, in both of its ways.

use anyhow::{Result, ensure};
use inrush_writers::{Action, Fault, Faults, FileSet, Report, RetryPolicy, SetError, Status};

use super::round::{MESSAGE, Round, Said};

/// A call with the message.
pub(super) fn write_all(round: &Round) -> Result<Said> {
    said(round, set(round).write_all(MESSAGE))
}

/// A call with one batch of one message.
pub(super) fn write_batches(round: &Round) -> Result<Said> {
    said(round, set(round).write_batches([[MESSAGE]]))
}

fn set(round: &Round) -> FileSet {
    let mut set = FileSet::new(&round.paths).mode(round.mode).workers(round.threads);
    if !round.has_retries {
        set = set.retry(RetryPolicy::NEVER);
    }
    if round.hits() > 0 {
        let hit: Vec<bool> = (0..round.paths.len()).map(|file| round.is_hit(file)).collect();
        set = set.faults(Faults::new(move |step| {
            let is_hit = step.action == Action::Write && step.nth == 0 && hit[step.file];
            is_hit.then_some(Fault::Errno(rustix::io::Errno::AGAIN.raw_os_error()))
        }));
    }
    set
}

/// What a report says. That it is not of success is for the gate to judge; which files failed is
/// looked at here.
fn said(round: &Round, result: Result<Report, SetError>) -> Result<Said> {
    let report = match result {
        Ok(report) => report,
        Err(SetError::Incomplete(report)) => *report,
        Err(error) => return Err(error.into()),
    };
    for (file, of_file) in report.files().enumerate() {
        let is_written = of_file.status == Status::Written;
        ensure!(is_written || round.is_hit(file), "{report}");
    }
    Ok(Said { attempts: report.attempts(), failed: report.failures().count() as u64 })
}
