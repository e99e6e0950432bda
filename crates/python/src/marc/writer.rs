//! `MarcWriter`: records to a file or to an object of Python's.
//!
//! What a record costs is a call, a lock that nobody else holds, and a copy into a block. The interpreter
//! is let go of for blocks alone: handing it to another thread and having it back takes 5 to 50 us where
//! it is wanted, as long as a hundred records. `write_many` takes references of all records while it has
//! the interpreter, and does all else without it.
//!
//! Locks are taken in this order, and none is waited for by a thread that is attached to the interpreter:
//! the writer's, then a record's. Who has a record's does not attach.

use std::cell::RefMut;
use std::ffi::CString;

use inrush_marc::{Encoder, Written};
use inrush_writers::Durability;
use pyo3::exceptions::{PyResourceWarning, PyRuntimeError, PyValueError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;

use super::error;
use super::output::Output;
use super::oversize;
use super::record::Record;
use super::taken::{TAKEN_AT_ONCE, take};
use super::turn::Turns;

/// Writes records to a file, or to anything with a method `write`.
///
/// >>> import io
/// >>> out = io.BytesIO()
/// >>> with MarcWriter(out) as writer:
/// ...     writer.write_many([Record.generate(i) for i in range(1000)])
/// 1000
/// >>> len(list(MarcReader(out.getvalue())))
/// 1000
///
/// A file appears under its name when the writer is closed, and not at all if the `with` ends by an
/// exception. An object is called with views of blocks of about 1 MiB, is flushed at the close, and stays
/// open. Threads may share a writer: each record is written once and whole, and each list of
/// `write_many` in its order.
///
/// A record that is too long for the format (99,999 bytes, 9,999 a field) raises `MarcError`, by
/// `oversize="error"`; `"cut"` shortens it, `"leave_out"` leaves it out, and both are counted.
#[pyclass(frozen, module = "inrush")]
pub(crate) struct MarcWriter(Turns<State>);

enum State {
    Open(Box<Open>),
    Closed(Written),
}

impl State {
    /// Hands out what was open, and knows from then on only what was written.
    fn close(&mut self) -> Option<Box<Open>> {
        let Self::Open(open) = self else { return None };
        let closed = Self::Closed(open.encoder.written());
        match std::mem::replace(self, closed) {
            Self::Open(open) => Some(open),
            Self::Closed(_) => None,
        }
    }
}

struct Open {
    encoder: Encoder,
    output: Output,
    block_bytes: usize,
}

impl Open {
    /// Writes the block if it is long enough.
    #[inline]
    fn write_if_full(&mut self, py: Option<Python<'_>>) -> PyResult<()> {
        if self.encoder.block().len() < self.block_bytes { Ok(()) } else { self.write_block(py) }
    }

    #[cold]
    fn write_block(&mut self, py: Option<Python<'_>>) -> PyResult<()> {
        if self.encoder.block().is_empty() {
            return Ok(());
        }
        self.output.write(py, self.encoder.block_mut())
    }

    /// Warns of what is lost when nobody has closed it.
    #[cold]
    fn warn(&self) {
        let n = self.encoder.written().records;
        let message = match &self.output {
            Output::File(_, path) => format!(
                "a MarcWriter was not closed: `{}` is not written ({n} records)",
                path.display()
            ),
            Output::Object(_) => format!(
                "a MarcWriter was not closed: {} bytes of its {n} records are not written",
                self.encoder.block().len()
            ),
        };
        // Where the interpreter is gone, there is nobody to tell.
        let _ = Python::try_attach(|py| {
            // An exception may be on its way, and be what the writer goes by.
            let on_its_way = PyErr::take(py);
            let warned = CString::new(message)
                .map(|message| PyErr::warn(py, &py.get_type::<PyResourceWarning>(), &message, 1));
            if let Ok(Err(error)) = warned {
                error.write_unraisable(py, None);
            }
            if let Some(error) = on_its_way {
                error.restore(py);
            }
        });
    }

    /// Writes records without the interpreter.
    fn write_detached(&mut self, records: &[Py<Record>]) -> PyResult<()> {
        for record in records {
            record.get().encode_detached(&mut self.encoder)?;
            self.write_if_full(None)?;
        }
        Ok(())
    }
}

impl MarcWriter {
    /// The state, for a thread that is attached, and lets go of the interpreter while it waits.
    fn with<T>(
        &self,
        py: Python<'_>,
        act: impl FnOnce(RefMut<'_, State>) -> PyResult<T>,
    ) -> PyResult<T> {
        self.0.take(py, |state| match state {
            Some(state) => act(state),
            None => {
                let message = "the writer was called by the object that it was writing to";
                Err(PyRuntimeError::new_err(message))
            }
        })
    }

    fn with_open<T>(
        &self,
        py: Python<'_>,
        act: impl FnOnce(&mut Open) -> PyResult<T>,
    ) -> PyResult<T> {
        self.with(py, |mut state| match &mut *state {
            State::Open(open) => act(open),
            State::Closed(_) => Err(PyValueError::new_err("the writer is closed")),
        })
    }

    fn written(&self, py: Python<'_>) -> PyResult<Written> {
        self.with(py, |state| {
            Ok(match &*state {
                State::Open(open) => open.encoder.written(),
                State::Closed(written) => *written,
            })
        })
    }

    fn write_taken(&self, py: Python<'_>, records: &[Py<Record>]) -> PyResult<()> {
        self.with_open(py, |open| py.detach(|| open.write_detached(records)))
    }
}

#[pymethods]
impl MarcWriter {
    #[new]
    #[pyo3(signature = (target, *, oversize="error", fsync="none"))]
    fn new(target: &Bound<'_, PyAny>, oversize: &str, fsync: &str) -> PyResult<Self> {
        let oversize = oversize::of(oversize)?;
        let durability = match fsync {
            "none" => Durability::None,
            "file" => Durability::File,
            "dir" => Durability::Directory,
            other => {
                let message = format!("fsync is none, file or dir, not {other:?}");
                return Err(PyValueError::new_err(message));
            }
        };
        let output = Output::new(target, durability)?;
        let block_bytes = output.block_bytes();
        let encoder = Encoder::new().with_block_bytes(block_bytes).oversize(oversize);
        let open = Open { encoder, output, block_bytes };
        Ok(Self(Turns::new(State::Open(Box::new(open)))))
    }

    /// Writes a record. If the output fails, the record is kept and nothing is lost: `flush` goes on with
    /// the first byte that was not accepted.
    fn write(&self, py: Python<'_>, record: &Bound<'_, Record>) -> PyResult<()> {
        let record = record.get();
        self.with_open(py, |open| {
            let result = open.encoder.encode(record.attached(py).view());
            result.map_err(error::error)?;
            open.write_if_full(Some(py))
        })
    }

    /// Writes records one after the other, and returns how many. Other threads run meanwhile. After an
    /// exception, of an iterator too, the records before it are written, or kept as `write` does.
    fn write_many(&self, py: Python<'_>, records: &Bound<'_, PyAny>) -> PyResult<usize> {
        let mut n_before = 0;
        let (taken, all_taken) = take(records, TAKEN_AT_ONCE, |full| {
            n_before += full.len();
            self.write_taken(py, full)
        });
        let n = n_before + taken.len();
        match (all_taken, self.write_taken(py, &taken)) {
            (Ok(()), Ok(())) => Ok(n),
            (Err(error), Ok(())) | (Ok(()), Err(error)) => Err(error),
            (Err(before), Err(error)) => {
                error.set_context(py, Some(before));
                Err(error)
            }
        }
    }

    /// Hands the output what there is. A file is not visible before `close` all the same.
    fn flush(&self, py: Python<'_>) -> PyResult<()> {
        self.with_open(py, |open| open.write_block(Some(py)))
    }

    /// Writes what is left and makes a file visible; a second time does nothing. If that fails, what the
    /// output has not accepted is lost, and a file is not there.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.end(py, |mut open| {
            open.write_block(Some(py))?;
            open.output.finish(py)
        })
    }

    /// Ends the writer without a file. What an object was handed stays there.
    fn discard(&self, py: Python<'_>) -> PyResult<()> {
        self.end(py, |open| open.output.discard(py))
    }

    /// Whether it was closed or discarded.
    #[getter]
    fn closed(&self, py: Python<'_>) -> PyResult<bool> {
        self.with(py, |state| Ok(matches!(*state, State::Closed(_))))
    }

    /// Records so far, those that were cut among them.
    #[getter]
    fn records(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.written(py)?.records)
    }

    /// Bytes of these records.
    #[getter]
    fn bytes(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.written(py)?.bytes)
    }

    /// Records that were too long and are left out, by `oversize="leave_out"`.
    #[getter]
    fn left_out(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.written(py)?.left_out)
    }

    /// Records that were too long and are cut, by `oversize="cut"`.
    #[getter]
    fn cut(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.written(py)?.cut)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        // Whoever is writing has a turn, and then the writer is no garbage.
        let traversed = self.0.try_take(|state| match &*state {
            State::Open(open) => open.output.traverse(&visit),
            State::Closed(_) => Ok(()),
        });
        traversed.unwrap_or(Ok(()))
    }

    fn __clear__(&self) {
        // What an object does when it goes is not done within a turn.
        let open = self.0.try_take(|mut state| state.close()).flatten();
        if let Some(open) = open {
            open.warn();
        }
    }

    fn __enter__<'py>(slf: Bound<'py, Self>) -> PyResult<Bound<'py, Self>> {
        slf.get().with_open(slf.py(), |_| Ok(()))?;
        Ok(slf)
    }

    fn __exit__(
        &self,
        py: Python<'_>,
        error: &Bound<'_, PyAny>,
        _value: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let is_file = self.with(py, |state| {
            Ok(matches!(&*state, State::Open(open) if matches!(open.output, Output::File(..))))
        })?;
        if is_file && !error.is_none() { self.discard(py) } else { self.close(py) }
    }
}

impl MarcWriter {
    fn end(&self, py: Python<'_>, act: impl FnOnce(Open) -> PyResult<()>) -> PyResult<()> {
        self.with(py, |mut state| state.close().map_or(Ok(()), |open| act(*open)))
    }
}

impl Drop for MarcWriter {
    fn drop(&mut self) {
        if let State::Open(open) = self.0.get_mut() {
            open.warn();
        }
    }
}
