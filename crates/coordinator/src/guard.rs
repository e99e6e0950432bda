//! Calls into a job and its sinks: a panic there ends one file, as an error does.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use inrush_writers::{Sink, Written};

use crate::{FileError, Job, Outcome, Output};

pub(crate) fn open(job: &dyn Job, file: usize) -> Result<Box<dyn Sink>, FileError> {
    Ok(caught(|| job.sink(file))??)
}

pub(crate) fn generate(job: &dyn Job, file: usize, out: &mut dyn Output) -> Result<(), FileError> {
    caught(|| job.generate(file, out))?.map_err(FileError::Generate)
}

pub(crate) fn write(sink: &mut dyn Sink, bytes: &[u8]) -> Result<(), FileError> {
    Ok(caught(|| sink.write(bytes))??)
}

pub(crate) fn finish(sink: Box<dyn Sink>) -> Result<Written, FileError> {
    Ok(caught(|| sink.finish())??)
}

/// Aborts the sink of a file that has failed already. What it says is no longer of interest: the
/// first error is the one to report, and a part that stays is found at the next run.
pub(crate) fn abort(sink: Box<dyn Sink>) {
    let _ = caught(|| sink.abort());
}

fn caught<T>(call: impl FnOnce() -> T) -> Result<T, FileError> {
    // A sink that has panicked is only dropped or aborted, and a generator is not called again.
    catch_unwind(AssertUnwindSafe(call)).map_err(|payload| FileError::panicked(&*payload))
}

/// The report of one thread to its job, file by file.
///
/// A panic of the job's own [`Job::ended`] belongs to no file. It waits here until the thread has
/// made all its files, since nobody may be left waiting for them.
pub(crate) struct Teller<'a> {
    job: &'a dyn Job,
    outcomes: Vec<Outcome>,
    panic: Option<Box<dyn Any + Send>>,
}

impl<'a> Teller<'a> {
    pub(crate) fn new(job: &'a dyn Job) -> Self {
        Self { job, outcomes: Vec::new(), panic: None }
    }

    pub(crate) fn tell(&mut self, outcome: Outcome) {
        let told = catch_unwind(AssertUnwindSafe(|| self.job.ended(&outcome)));
        if let Err(payload) = told {
            self.panic.get_or_insert(payload);
        }
        self.outcomes.push(outcome);
    }

    /// What was told; passes on the first panic.
    pub(crate) fn into_outcomes(self) -> Vec<Outcome> {
        match self.panic {
            Some(payload) => resume_unwind(payload),
            None => self.outcomes,
        }
    }
}
