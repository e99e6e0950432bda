//! A stream of its own for every file.

use std::any::Any;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Instant;

use super::Settings;
use super::entry::Entry;
use super::run::Work;
use super::target::Target;
use crate::{Action, WriteError};

/// Bytes that are collected before they are written.
const BUFFER_BYTES: usize = 64 << 10;

/// Lets a function write each file.
pub(super) struct Streams<F>(pub(super) F);

/// One file of a set, for the function that writes it.
///
/// Small writes are collected. A transient failure is tried again here, behind the last byte that is
/// known to be written; any other ends the file, and is reported whether or not the function returns
/// it.
#[derive(Debug)]
pub struct FileSink<'f> {
    settings: &'f Settings<'f>,
    index: usize,
    path: &'f Path,
    entry: &'f mut Entry,
    buffer: &'f mut Vec<u8>,
    target: Option<Target<'f>>,
    failure: Option<WriteError>,
}

impl<F: Fn(usize, &mut FileSink<'_>) -> io::Result<()> + Sync> Work for Streams<F> {
    type Scratch = Vec<u8>;
    const RESUMES: bool = false;

    fn attempt<'a>(
        &self,
        buffer: &mut Vec<u8>,
        settings: &Settings<'a>,
        index: usize,
        path: &'a Path,
        entry: &mut Entry,
    ) -> Result<(), WriteError> {
        buffer.clear();
        let mut sink =
            FileSink { settings, index, path, entry, buffer, target: None, failure: None };
        sink.put_out(&[]);
        if sink.failure.is_none() {
            let made = catch_unwind(AssertUnwindSafe(|| (self.0)(index, &mut sink)));
            let made = made.unwrap_or_else(|payload| Err(io::Error::other(panicked(&*payload))));
            match made {
                Ok(()) => sink.flush_buffer(),
                // What the sink failed with says more than what was made of it.
                Err(source) if sink.failure.is_none() => {
                    sink.failure = Some(WriteError::new(Action::Generate, path, source));
                }
                Err(_) => {}
            }
        }
        match (sink.failure, sink.target) {
            (Some(error), _) => Err(error),
            (None, Some(target)) => target.finish(settings),
            (None, None) => Ok(()),
        }
    }
}

impl FileSink<'_> {
    /// The bytes that are in the file so far, without those that are still collected.
    pub fn bytes_written(&self) -> u64 {
        self.entry.written
    }

    fn flush_buffer(&mut self) {
        let bytes = std::mem::take(self.buffer);
        self.put_out(&bytes);
        *self.buffer = bytes;
        self.buffer.clear();
    }

    /// Writes `bytes`, trying again as long as the policy says.
    fn put_out(&mut self, bytes: &[u8]) {
        let mut accepted = 0;
        while self.failure.is_none() {
            let Err(error) = self.try_put_out(&bytes[accepted..]) else { return };
            accepted += error.accepted;
            let error = match self.target.take() {
                Some(target) => target.interrupt(error),
                None => error,
            };
            // `Entry::fail` counts the last one.
            let pause = self.settings.retry.pause(self.entry.failures + 1);
            let due = pause.filter(|_| error.is_transient()).map(|pause| Instant::now() + pause);
            match due.map(|due| self.settings.stop.sleep_until(due)) {
                Some(Ok(())) => {
                    self.entry.failures += 1;
                    self.entry.attempts += 1;
                }
                stopped => {
                    self.entry.stopped = stopped.and_then(Result::err);
                    self.failure = Some(error);
                }
            }
        }
    }

    fn try_put_out(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        let target = match &mut self.target {
            Some(target) => target,
            none => none.insert(self.entry.open(self.settings, self.index, self.path)?),
        };
        target.write(bytes, &mut self.entry.written, &self.settings.stop)
    }

    fn result(&self) -> io::Result<()> {
        match &self.failure {
            None => Ok(()),
            Some(error) => Err(match error.source.kind() {
                // Whoever is told so tries again at once, and would do so for ever.
                io::ErrorKind::Interrupted => io::Error::other(error.to_string()),
                kind => io::Error::new(kind, error.to_string()),
            }),
        }
    }
}

impl Write for FileSink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.result()?;
        if self.settings.stop.why().is_some() {
            // Bytes that were refused make the file incomplete, whether or not the function says so.
            let source = io::Error::other("the set was stopped");
            self.failure = Some(WriteError::new(Action::Write, self.path, source));
            return self.result().map(|()| 0);
        }
        if self.buffer.len() + bytes.len() > BUFFER_BYTES {
            self.flush_buffer();
        }
        if bytes.len() >= BUFFER_BYTES {
            self.put_out(bytes);
        } else {
            self.buffer.extend_from_slice(bytes);
        }
        self.result().map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.flush_buffer();
        self.result()
    }
}

fn panicked(payload: &(dyn Any + Send)) -> String {
    let said = payload.downcast_ref::<&str>().copied();
    let said = said.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    format!("panicked: {}", said.unwrap_or("without a message"))
}
