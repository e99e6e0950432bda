//! `MarcReader`: records from a file, from bytes, or from an object of Python's.

use std::fs::File;
use std::io::{self, Cursor, ErrorKind, Read};
use std::path::PathBuf;

use inrush_marc::{Error, Marc8, Outcome, Reader};
use nix::fcntl::OFlag;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyDict, PyTuple};

use super::error;
use super::record::Record;
use crate::errors::of_system;
use crate::opening::open;
use crate::places::path_of;

/// Reads records: an iterator over those of a path, of bytes, or of anything with a method `read`.
///
/// >>> data = b"".join(bytes(Record.generate(i)) for i in range(3))
/// >>> [len(record) > 5 for record in MarcReader(data)]
/// [True, True, True]
///
/// Strict, unless told otherwise: leader, directory and data must agree to the byte, and what says that
/// it is UTF-8 must be; the first record that is not so raises `MarcError`, and the next call goes on
/// behind it, or ends where there is no telling where that is. With `lenient` what can be told is handed
/// out, and `problems` lists the rest. Text in MARC-8 is kept as it is and decoded when it is looked at;
/// `marc8="decode"` makes records in UTF-8, `"refuse"` raises.
///
/// Not to be shared by threads.
#[pyclass(module = "inrush")]
pub(crate) struct MarcReader {
    /// There until it is closed.
    reader: Option<Reader<Input>>,
    record: inrush_marc::Record,
}

enum Input {
    File(File, PathBuf),
    Bytes(Cursor<PyBackedBytes>),
    Object(Py<PyAny>),
}

impl Read for Input {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file, path) => Python::attach(|py| {
                loop {
                    match py.detach(|| file.read(out)) {
                        Err(error) if error.kind() == ErrorKind::Interrupted => {
                            py.check_signals().map_err(io::Error::other)?
                        }
                        Err(error) => {
                            return Err(io::Error::other(of_system("read", path, &error)));
                        }
                        Ok(n) => return Ok(n),
                    }
                }
            }),
            Self::Bytes(bytes) => bytes.read(out),
            Self::Object(object) => Python::attach(|py| {
                // An `InterruptedError` of its own is no interrupted call of the system, to be done again.
                let bytes = object.call_method1(py, intern!(py, "read"), (out.len(),));
                let bytes = bytes.map_err(io::Error::other)?;
                let bytes: &[u8] =
                    bytes.extract(py).map_err(PyErr::from).map_err(io::Error::other)?;
                let Some(out) = out.get_mut(..bytes.len()) else {
                    let message = format!(
                        "`read` returned {} bytes, and was asked for {}",
                        bytes.len(),
                        out.len()
                    );
                    return Err(io::Error::other(PyValueError::new_err(message)));
                };
                out.copy_from_slice(bytes);
                Ok(bytes.len())
            }),
        }
    }
}

#[pymethods]
impl MarcReader {
    #[new]
    #[pyo3(signature = (source, *, lenient=false, marc8="keep"))]
    fn new(source: &Bound<'_, PyAny>, lenient: bool, marc8: &str) -> PyResult<Self> {
        let marc8 = match marc8 {
            "keep" => Marc8::Keep,
            "decode" => Marc8::Decode,
            "refuse" => Marc8::Refuse,
            other => {
                let message = format!("marc8 is keep, decode or refuse, not {other:?}");
                return Err(PyValueError::new_err(message));
            }
        };
        let mut reader = Reader::new(input(source)?).marc8(marc8);
        if lenient {
            reader = reader.lenient();
        }
        Ok(Self { reader: Some(reader), record: inrush_marc::Record::new() })
    }

    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&mut self) -> PyResult<Option<Record>> {
        let closed = || PyValueError::new_err("the reader is closed");
        let reader = self.reader.as_mut().ok_or_else(closed)?;
        let is_there = match reader.read_into(&mut self.record) {
            // The error was raised before, and an iterator that has nothing more to hand out ends.
            Err(Error::Stopped { .. }) => false,
            result => result.map_err(error::error)?,
        };
        Ok(is_there.then(|| Record::new_with(self.record.clone())))
    }

    /// What was wrong so far with the input of a lenient reader: for each record that is not as it
    /// should be its index, its offset in bytes, its control number, what is wrong, and whether it was
    /// `kept`, `repaired` or `skipped`.
    #[getter]
    fn problems<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let problems = self.reader.as_ref().map_or(&[][..], Reader::problems);
        let entries = problems.iter().map(|problem| {
            let entry = PyDict::new(py);
            entry.set_item("record", problem.place.record)?;
            entry.set_item("offset", problem.place.offset)?;
            entry.set_item("control_number", problem.place.control_number.as_deref())?;
            entry.set_item("fault", problem.fault.to_string())?;
            let outcome = match problem.outcome {
                Outcome::Kept => "kept",
                Outcome::Repaired => "repaired",
                _ => "skipped",
            };
            entry.set_item("outcome", outcome)?;
            Ok(entry)
        });
        entries.collect()
    }

    /// Where in the input the next record begins, in bytes.
    #[getter]
    fn offset(&self) -> Option<u64> {
        self.reader.as_ref().map(Reader::offset)
    }

    /// Lets go of the input. An object that was handed in stays open.
    fn close(&mut self) {
        self.reader = None;
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        match self.reader.as_ref().map(Reader::get_ref) {
            Some(Input::Object(object)) => visit.call(object),
            _ => Ok(()),
        }
    }

    fn __clear__(&mut self) {
        self.reader = None;
    }

    fn __enter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    #[pyo3(signature = (*_error))]
    fn __exit__(&mut self, _error: &Bound<'_, PyTuple>) {
        self.close();
    }
}

fn input(source: &Bound<'_, PyAny>) -> PyResult<Input> {
    let py = source.py();
    if let Ok(bytes) = source.extract::<PyBackedBytes>() {
        return Ok(Input::Bytes(Cursor::new(bytes)));
    }
    if let Some(path) = path_of(source)? {
        let file = open(py, &path, OFlag::O_RDONLY)?;
        return Ok(Input::File(file, path));
    }
    if source.hasattr(intern!(py, "read"))? {
        return Ok(Input::Object(source.clone().unbind()));
    }
    let found = source.get_type().name()?;
    let message = format!("a path, bytes or an object with `read` is wanted, not {found}");
    Err(PyTypeError::new_err(message))
}
