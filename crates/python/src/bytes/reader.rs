//! `Bytes.open()`: the bytes as a file that can be read and sought in.

use inrush_bytes::Spec;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use super::filling::{fill, read};
use crate::boundary::Fillable;

/// Bytes with a position, as what takes files of Python takes them: `shutil.copyfileobj`, uploads,
/// `io.BufferedReader`.
#[pyclass(module = "inrush")]
pub(crate) struct BytesReader {
    spec: Spec,
    position: u64,
    is_closed: bool,
}

impl BytesReader {
    pub(crate) fn new(spec: Spec) -> Self {
        Self { spec, position: 0, is_closed: false }
    }

    fn check_open(&self) -> PyResult<()> {
        match self.is_closed {
            true => Err(PyValueError::new_err("I/O operation on closed file")),
            false => Ok(()),
        }
    }
}

#[pymethods]
impl BytesReader {
    /// The next `size` bytes, or as many as are left; all that are left where it is negative or none.
    #[pyo3(signature = (size=None, /))]
    fn read<'py>(&mut self, py: Python<'py>, size: Option<i64>) -> PyResult<Bound<'py, PyBytes>> {
        self.check_open()?;
        let size = size.and_then(|size| u64::try_from(size).ok());
        let bytes = read(py, &self.spec, self.position, size)?;
        self.position += bytes.len()? as u64;
        Ok(bytes)
    }

    /// Fills a buffer with the next bytes, and returns how many: 0 at the end.
    fn readinto(&mut self, py: Python<'_>, buffer: &Bound<'_, PyAny>) -> PyResult<usize> {
        self.check_open()?;
        let mut buffer = Fillable::new(buffer)?;
        let n = fill(py, &self.spec, self.position, buffer.bytes(), false);
        self.position += n as u64;
        Ok(n)
    }

    /// Goes to a position: from the beginning (`whence` 0), from here (1) or from the end (2).
    #[pyo3(signature = (offset, whence=0, /))]
    fn seek(&mut self, offset: i64, whence: u8) -> PyResult<u64> {
        self.check_open()?;
        let base = match whence {
            0 => 0,
            1 => self.position,
            2 => self.spec.size(),
            _ => {
                let message = format!("whence is 0, 1 or 2, not {whence}");
                return Err(PyValueError::new_err(message));
            }
        };
        let position = base.checked_add_signed(offset);
        let refuse = || PyValueError::new_err("a position is not negative");
        self.position = position.ok_or_else(refuse)?;
        Ok(self.position)
    }

    /// The position.
    fn tell(&self) -> PyResult<u64> {
        self.check_open()?;
        Ok(self.position)
    }

    fn readable(&self) -> bool {
        true
    }

    fn seekable(&self) -> bool {
        true
    }

    fn writable(&self) -> bool {
        false
    }

    fn isatty(&self) -> bool {
        false
    }

    /// Does nothing: there is nothing to be written.
    fn flush(&self) {}

    /// Whether it was closed.
    #[getter]
    fn closed(&self) -> bool {
        self.is_closed
    }

    /// Ends it; a second time does nothing.
    fn close(&mut self) {
        self.is_closed = true;
    }

    fn __enter__(slf: PyRef<'_, Self>) -> PyResult<PyRef<'_, Self>> {
        slf.check_open()?;
        Ok(slf)
    }

    #[pyo3(signature = (*_error))]
    fn __exit__(&mut self, _error: &Bound<'_, PyTuple>) {
        self.is_closed = true;
    }
}
