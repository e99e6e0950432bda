//! The one loop that waits: work goes on in a thread of its own while the calling thread, which is
//! the one that Python's signals come to, looks up now and then.
//!
//! | thread | interpreter | does |
//! |---|---|---|
//! | the calling one | detached, attached for a moment at a time | signals, callbacks, iterators |
//! | the worker | never attached | the work, by the crates below |
//!
//! 1. Whatever the calling thread raises, `KeyboardInterrupt` or what a callback did, cancels the
//!    token of the work, and is raised only after the work has come to its orderly end: files that were
//!    begun are finished or gone.
//! 2. The end of the work wakes the calling thread at once, as the worker's end of the channel is then
//!    gone; so short work is not kept waiting.
//! 3. Python hands signals to its main thread alone: a call from another one is stopped by what its
//!    callback raises, and by nothing else.

use std::panic::resume_unwind;
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use inrush_dataset::CancelToken;
use pyo3::prelude::*;

use crate::errors;

/// How long a signal may wait to be seen.
pub(crate) const GLANCE: Duration = Duration::from_millis(50);

/// What the calling thread does for the work, attached to the interpreter. An exception stops it.
pub(crate) trait Attendant: Send {
    /// Looks up, about every [`GLANCE`].
    fn glance(&mut self, _py: Python<'_>) -> PyResult<()> {
        Ok(())
    }

    /// Answers the worker, who has rung.
    fn serve(&mut self, _py: Python<'_>) -> PyResult<()> {
        Ok(())
    }

    /// Hears that the work has come to its end by itself.
    fn end(&mut self, _py: Python<'_>) -> PyResult<()> {
        Ok(())
    }
}

/// Nobody waits for news.
impl Attendant for () {}

impl<A: Attendant> Attendant for Option<A> {
    fn glance(&mut self, py: Python<'_>) -> PyResult<()> {
        self.as_mut().map_or(Ok(()), |attendant| attendant.glance(py))
    }

    fn serve(&mut self, py: Python<'_>) -> PyResult<()> {
        self.as_mut().map_or(Ok(()), |attendant| attendant.serve(py))
    }

    fn end(&mut self, py: Python<'_>) -> PyResult<()> {
        self.as_mut().map_or(Ok(()), |attendant| attendant.end(py))
    }
}

/// With this the worker rings for the calling thread, to be [served](Attendant::serve).
#[derive(Debug)]
pub(crate) struct Bell(mpsc::Sender<()>);

impl Bell {
    /// Rings; whether anybody hears it shows in what is served.
    pub(crate) fn ring(&self) {
        let _ = self.0.send(());
    }
}

/// Does `work` detached from the interpreter, and what `attendant` does meanwhile. `answer` makes of
/// its result what Python is given.
///
/// # Errors
/// What a signal handler or the attendant raised, with a note of what `answer` fails with; otherwise
/// what `answer` fails with.
pub(crate) fn wait<T: Send, R>(
    py: Python<'_>,
    cancel: &CancelToken,
    attendant: &mut impl Attendant,
    work: impl FnOnce(&Bell) -> T + Send,
    answer: impl FnOnce(T) -> PyResult<R>,
) -> PyResult<R> {
    let waited = py.detach(|| {
        thread::scope(|scope| {
            let (sender, rings) = mpsc::channel();
            let thread = thread::Builder::new().name("inrush-job".to_owned());
            let worker = thread.spawn_scoped(scope, move || {
                let bell = Bell(sender);
                work(&bell)
            })?;
            let raised = attend(&rings, cancel, attendant);
            // A panic is a defect, and goes on as one.
            Ok((worker.join().unwrap_or_else(|payload| resume_unwind(payload)), raised))
        })
    });
    let (result, raised) =
        waited.map_err(|error| errors::of_system("start", Path::new("a thread"), &error))?;
    let answer = answer(result);
    match raised.or_else(|| attendant.end(py).err()) {
        None => answer,
        Some(raised) => {
            if let Err(error) = answer {
                raised.add_note(py, error.value(py).to_string())?;
            }
            Err(raised)
        }
    }
}

/// Attends to the worker until it has ended. Returns what was raised, for which it was cancelled.
fn attend(
    rings: &mpsc::Receiver<()>,
    cancel: &CancelToken,
    attendant: &mut impl Attendant,
) -> Option<PyErr> {
    loop {
        let rung = match rings.recv_timeout(GLANCE) {
            Ok(()) => true,
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => return None,
        };
        let attended = Python::attach(|py| {
            py.check_signals()?;
            if rung { attendant.serve(py) } else { attendant.glance(py) }
        });
        if let Err(raised) = attended {
            cancel.cancel();
            // Until the worker's end of the channel is gone.
            while rings.recv().is_ok() {}
            return Some(raised);
        }
    }
}
