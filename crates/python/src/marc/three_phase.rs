//! `ThreePhaseWriter`: the way of a published report to write records, kept so that the lab can measure it
//! beside ours. Nobody should use it, and the package does not export it.
//!
//! | phase | the interpreter is | a record is |
//! |---|---|---|
//! | 1 | held | copied |
//! | 2 | let go of | encoded into memory of its own |
//! | 3 | held again | appended to what a file gets, or handed to an object |
//!
//! So every record hands the interpreter to whoever waits for it, and has to wait to have it back.

use std::mem;
use std::sync::{Mutex, PoisonError};

use inrush_writers::Durability;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::error::fault;
use super::output::Output;
use super::record::Record;

/// What a file gets at once: the room of a `BufWriter` of the standard library, as in the report.
const BUFFER_BYTES: usize = 8 * 1024;

/// Writes records in three phases each, for the lab to compare with `MarcWriter`.
///
/// An object is called once for every record. A file appears under its name when the writer is closed.
/// Not to be shared by threads: a call while another thread is in one raises `RuntimeError`.
#[pyclass(module = "inrush._inrush")]
pub(crate) struct ThreePhaseWriter {
    /// There until it is closed. Nobody waits for the lock: who calls a method has the writer alone, and the
    /// interpreter asks for something that could be shared all the same.
    output: Mutex<Option<Output>>,
    buffer: Vec<u8>,
}

#[pymethods]
impl ThreePhaseWriter {
    #[new]
    fn new(target: &Bound<'_, PyAny>) -> PyResult<Self> {
        let output = Output::new(target, Durability::None)?;
        Ok(Self { output: Mutex::new(Some(output)), buffer: Vec::with_capacity(BUFFER_BYTES) })
    }

    /// Writes a record.
    fn write(&mut self, py: Python<'_>, record: &Bound<'_, Record>) -> PyResult<()> {
        let closed = || PyValueError::new_err("the writer is closed");
        let Self { output, buffer } = self;
        let output = alone(output).as_mut().ok_or_else(closed)?;
        let copy = record.get().attached(py).clone();
        let encoded = py.detach(|| {
            let mut bytes = Vec::new();
            copy.encode(&mut bytes).map(|()| bytes)
        });
        let mut bytes = encoded.map_err(fault)?;
        match output {
            Output::File(..) => {
                if buffer.len() + bytes.len() > BUFFER_BYTES {
                    // As in the report, a file is written to with the interpreter held.
                    output.write(None, buffer)?;
                }
                buffer.append(&mut bytes);
                Ok(())
            }
            Output::Object(_) => output.write(Some(py), &mut bytes),
        }
    }

    /// Writes what is left and makes a file visible; a second time does nothing.
    fn close(&mut self, py: Python<'_>) -> PyResult<()> {
        let Some(mut output) = alone(&mut self.output).take() else { return Ok(()) };
        let mut rest = mem::take(&mut self.buffer);
        if !rest.is_empty() {
            output.write(None, &mut rest)?;
        }
        output.finish(py)
    }

    fn __enter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __exit__(
        &mut self,
        py: Python<'_>,
        error: &Bound<'_, PyAny>,
        _value: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        match alone(&mut self.output).take_if(|output| {
            // What an object was handed stays there, whatever went wrong.
            !error.is_none() && matches!(output, Output::File(..))
        }) {
            Some(output) => output.discard(py),
            None => self.close(py),
        }
    }
}

/// The output, for who has the writer alone.
fn alone(output: &mut Mutex<Option<Output>>) -> &mut Option<Output> {
    output.get_mut().unwrap_or_else(PoisonError::into_inner)
}
