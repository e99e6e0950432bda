//! Failures on demand, to test what is built on sinks.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::{Action, Sink, WriteError, Written};

/// A script of failures: what goes wrong at which step of which file. Its clones count together.
///
/// ```
/// use inrush_writers::{Action, Fault, Faults};
///
/// // The second write to file 7 is interrupted.
/// let interrupted = nix::errno::Errno::EINTR as i32;
/// let faults = Faults::new(move |step| {
///     (step.file == 7 && step.action == Action::Write && step.nth == 1)
///         .then_some(Fault::Errno(interrupted))
/// });
/// ```
#[derive(Clone)]
pub struct Faults {
    script: Arc<dyn Fn(Step) -> Option<Fault> + Send + Sync>,
    /// How often each step of each file was tried.
    tried: Arc<Mutex<HashMap<(usize, Action), u64>>>,
}

/// A step that may be made to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The file's number.
    pub file: usize,
    /// What is about to be done to it.
    pub action: Action,
    /// How often that was tried on this file before.
    pub nth: u64,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The step fails with this error number of the system, and has no effect.
    Errno(i32),
    /// A write takes only the first so many bytes; other steps are not affected.
    Short(usize),
}

impl Faults {
    /// Asks `script` before every step.
    pub fn new(script: impl Fn(Step) -> Option<Fault> + Send + Sync + 'static) -> Self {
        Self { script: Arc::new(script), tried: Arc::default() }
    }

    /// What is to go wrong now.
    pub(crate) fn next(&self, file: usize, action: Action) -> Option<Fault> {
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        let count = tried.entry((file, action)).or_default();
        let step = Step { file, action, nth: *count };
        *count += 1;
        drop(tried);
        (self.script)(step)
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Faults")
    }
}

/// A sink whose steps fail where a script says so: [`Action::Write`] at each write and
/// [`Action::Close`] at the end.
#[derive(Debug)]
pub struct Faulty<S: ?Sized> {
    faults: Faults,
    file: usize,
    /// Whether an error was final, after which nothing may be written.
    failed: bool,
    inner: Box<S>,
}

impl<S: Sink + ?Sized> Faulty<S> {
    /// `inner`, which is number `file` in the script of `faults`.
    pub fn new(inner: Box<S>, file: usize, faults: Faults) -> Self {
        Self { faults, file, failed: false, inner }
    }

    fn error(&mut self, action: Action, source: io::Error) -> WriteError {
        let error = WriteError::new(action, Path::new(&format!("faulty-{}", self.file)), source);
        self.failed |= !error.is_transient();
        error
    }
}

impl<S: Sink + ?Sized> Sink for Faulty<S> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        if self.failed {
            return Err(self.error(Action::Write, io::Error::other("written to after an error")));
        }
        match self.faults.next(self.file, Action::Write) {
            None => self.inner.write(bytes),
            Some(Fault::Errno(errno)) => {
                Err(self.error(Action::Write, io::Error::from_raw_os_error(errno)))
            }
            Some(Fault::Short(n)) => {
                let accepted = n.min(bytes.len());
                self.inner.write(&bytes[..accepted])?;
                let cut = io::Error::from(io::ErrorKind::Interrupted);
                Err(WriteError { accepted, ..self.error(Action::Write, cut) })
            }
        }
    }

    fn finish(mut self: Box<Self>) -> Result<Written, WriteError> {
        if self.failed {
            return Err(self.error(Action::Close, io::Error::other("finished after an error")));
        }
        match self.faults.next(self.file, Action::Close) {
            Some(Fault::Errno(errno)) => {
                Err(self.error(Action::Close, io::Error::from_raw_os_error(errno)))
            }
            _ => self.inner.finish(),
        }
    }

    fn abort(self: Box<Self>) -> Result<(), WriteError> {
        self.inner.abort()
    }
}
