//! Where blocks of records go: a file of ours, or any object of Python's that can be written to.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use inrush_writers::{Durability, File, Sink, Stream};
use nix::fcntl::OFlag;
use pyo3::exceptions::{PyBlockingIOError, PyOSError, PyOverflowError, PyTypeError, PyValueError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBool;

use crate::boundary::Block;
use crate::errors::of_sink;
use crate::opening::open;
use crate::places::path_of;

/// Where blocks go.
pub(crate) enum Output {
    /// Written to without the interpreter, and there under its name once it is finished.
    File(Box<dyn Sink>, PathBuf),
    /// Handed a view of each block, by the interpreter.
    Object(Py<PyAny>),
}

impl Output {
    /// What `target` is: a path, or something with a method `write`.
    pub(crate) fn new(target: &Bound<'_, PyAny>, durability: Durability) -> PyResult<Self> {
        let py = target.py();
        if let Some(path) = path_of(target)? {
            let sink = match py.detach(|| is_device(&path)) {
                true => device(py, &path)?,
                false => file(py, &path, durability)?,
            };
            return Ok(Self::File(sink, path));
        }
        let text = py.import("io")?.getattr("TextIOBase")?;
        if target.is_instance(&text)? {
            let message = "records are bytes, and this file takes text: open it with mode \"wb\"";
            return Err(PyTypeError::new_err(message));
        }
        if !target.hasattr(intern!(py, "write"))? {
            let found = target.get_type().name()?;
            let message = format!("a path or an object with `write` is wanted, not {found}");
            return Err(PyTypeError::new_err(message));
        }
        Ok(Self::Object(target.clone().unbind()))
    }

    /// How many bytes should be collected before they are written. An object is called with more at
    /// once: each call of a thread that was detached waits for the interpreter.
    pub(crate) fn block_bytes(&self) -> usize {
        match self {
            Self::File(..) => 256 * 1024,
            Self::Object(_) => 1024 * 1024,
        }
    }

    /// Writes a block, and leaves in it what was not accepted. The interpreter is let go of for a file,
    /// and held for an object, whether this thread is attached to it or not.
    pub(crate) fn write(&mut self, py: Option<Python<'_>>, block: &mut Vec<u8>) -> PyResult<()> {
        match self {
            Self::File(sink, _) => {
                let mut write = || {
                    let result = sink.write(block);
                    let n_accepted = result.as_ref().map_or_else(|e| e.accepted, |()| block.len());
                    block.drain(..n_accepted);
                    result
                };
                let result = match py {
                    Some(py) => py.detach(write),
                    None => write(),
                };
                result.map_err(|error| of_sink(&error))
            }
            Self::Object(object) => match py {
                Some(py) => hand_over(object.bind(py), block),
                None => Python::attach(|py| hand_over(object.bind(py), block)),
            },
        }
    }

    pub(crate) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        match self {
            Self::File(..) => Ok(()),
            Self::Object(object) => visit.call(object),
        }
    }

    /// Makes a file visible; has an object write what it holds back.
    pub(crate) fn finish(self, py: Python<'_>) -> PyResult<()> {
        match self {
            Self::File(sink, _) => {
                py.detach(|| sink.finish()).map(|_| ()).map_err(|error| of_sink(&error))
            }
            Self::Object(object) => {
                let object = object.bind(py);
                if object.hasattr(intern!(py, "flush"))? {
                    object.call_method0(intern!(py, "flush"))?;
                }
                Ok(())
            }
        }
    }

    /// Leaves no file behind. What an object was handed stays there.
    pub(crate) fn discard(self, py: Python<'_>) -> PyResult<()> {
        match self {
            Self::File(sink, _) => py.detach(|| sink.abort()).map_err(|error| of_sink(&error)),
            Self::Object(_) => Ok(()),
        }
    }
}

fn file(py: Python<'_>, path: &Path, durability: Durability) -> PyResult<Box<dyn Sink>> {
    match py.detach(|| File::create(path, durability)) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => Err(of_sink(&error)),
    }
}

/// Whether it takes bytes as they come, and has no name to be given at the end.
fn is_device(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

fn device(py: Python<'_>, path: &Path) -> PyResult<Box<dyn Sink>> {
    let device = Device(open(py, path, OFlag::O_WRONLY)?);
    Ok(Box::new(Stream::new(&path.to_string_lossy(), device)))
}

/// A device or a pipe, where a write may wait for long: a signal is heard meanwhile.
struct Device(fs::File);

impl Write for Device {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.0.write(bytes) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {
                    let heard = Python::attach(|py| py.check_signals());
                    // What is not written now may be written later.
                    heard.map_err(|error| io::Error::new(ErrorKind::WouldBlock, error))?;
                }
                result => return result,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Calls `write` until the object has taken the whole block. What it has taken is gone from the block,
/// whether it took the rest or not.
fn hand_over(object: &Bound<'_, PyAny>, block: &mut Vec<u8>) -> PyResult<()> {
    let py = object.py();
    let len = block.len();
    let mut n_accepted = 0;
    let result = Block::lend(py, block, |lent| {
        while n_accepted < len {
            let rest = Block::view_from(lent, n_accepted)?;
            let answer = object.call_method1(intern!(py, "write"), (rest,));
            let answer = answer.inspect_err(|error| {
                n_accepted += accepted_before(py, error, len - n_accepted);
            })?;
            n_accepted += accepted(object, &answer, len - n_accepted)?;
        }
        Ok(())
    });
    block.drain(..n_accepted);
    result
}

/// How many of `n_given` bytes an object has taken before it raised an exception: one that keeps bytes back
/// and writes to what takes none at the moment says so.
fn accepted_before(py: Python<'_>, error: &PyErr, n_given: usize) -> usize {
    if !error.is_instance_of::<PyBlockingIOError>(py) {
        return 0;
    }
    let said = error.value(py).getattr(intern!(py, "characters_written"));
    let said = said.and_then(|said| said.extract());
    said.ok().filter(|&n| n <= n_given).unwrap_or(0)
}

/// How many of `n_given` bytes an object says that it has taken.
fn accepted(
    object: &Bound<'_, PyAny>,
    answer: &Bound<'_, PyAny>,
    n_given: usize,
) -> PyResult<usize> {
    let py = object.py();
    if answer.is_none() {
        // Of a raw file, nothing means that it could not take any now. Others have just not counted.
        let raw = py.import("io")?.getattr("RawIOBase")?;
        if object.is_instance(&raw)? {
            let message = "the output takes nothing at the moment, and waiting for it is not ours";
            return Err(PyBlockingIOError::new_err(message));
        }
        return Ok(n_given);
    }
    // Truth is a number to Python, but who says it means that all is well, and has not counted.
    let number = match answer.extract::<usize>() {
        _ if answer.is_instance_of::<PyBool>() => None,
        Err(error) if !is_no_number(py, &error) => return Err(error),
        number => number.ok(),
    };
    match number {
        Some(0) => Err(PyOSError::new_err(format!("`write` took none of {n_given} bytes"))),
        Some(n) if n <= n_given => Ok(n),
        _ => {
            let message = format!("`write` returned {answer} for {n_given} bytes");
            Err(PyValueError::new_err(message))
        }
    }
}

/// Whether it says that something is no number, or none that there could be so many bytes as.
fn is_no_number(py: Python<'_>, error: &PyErr) -> bool {
    error.is_instance_of::<PyTypeError>(py) || error.is_instance_of::<PyOverflowError>(py)
}
