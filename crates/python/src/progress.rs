//! How far a job is, counted by its threads and told to a function of Python's.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use inrush_dataset::{Progress, Work};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::interrupt::Attendant;

/// The least time between two calls: ten a second are as many as anybody reads.
const BETWEEN_CALLS: Duration = Duration::from_millis(100);

/// What is done of how much, in rows or bytes.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    done: AtomicU64,
    /// Known once the job has begun.
    total: OnceLock<u64>,
}

impl Progress for Meter {
    fn begin(&self, _files: u64, work: Work) {
        let total = match work {
            Work::Rows(amount) | Work::Bytes(amount) => amount,
            _ => 0,
        };
        self.total.get_or_init(|| total);
    }

    fn advance(&self, amount: u64) {
        // ORDERING: Relaxed, as a number to be shown carries nothing.
        self.done.fetch_add(amount, Ordering::Relaxed);
    }
}

/// Tells a function of Python's what the meter says.
#[derive(Debug)]
pub(crate) struct Callback<'m> {
    function: Py<PyAny>,
    meter: &'m Meter,
    last: Instant,
}

impl<'m> Callback<'m> {
    /// Of `function`, which was given as `progress`.
    ///
    /// # Errors
    /// `TypeError` where it cannot be called.
    pub(crate) fn new(function: &Bound<'_, PyAny>, meter: &'m Meter) -> PyResult<Self> {
        if !function.is_callable() {
            let given = function.get_type().name()?;
            let message = format!("progress is a function of (done, total), not {given}");
            return Err(PyTypeError::new_err(message));
        }
        Ok(Self { function: function.clone().unbind(), meter, last: Instant::now() })
    }

    fn call(&mut self, py: Python<'_>) -> PyResult<()> {
        let Some(&total) = self.meter.total.get() else { return Ok(()) };
        // ORDERING: Relaxed, as in `Meter`.
        let done = self.meter.done.load(Ordering::Relaxed);
        self.function.call1(py, (done.min(total), total))?;
        // From the end of the call, so that a slow function does not take all of the time.
        self.last = Instant::now();
        Ok(())
    }
}

impl Attendant for Callback<'_> {
    fn glance(&mut self, py: Python<'_>) -> PyResult<()> {
        if self.last.elapsed() < BETWEEN_CALLS { Ok(()) } else { self.call(py) }
    }

    fn end(&mut self, py: Python<'_>) -> PyResult<()> {
        self.call(py)
    }
}
