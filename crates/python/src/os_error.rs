//! Faults of the system, as the exceptions that Python has for them.

use std::io;
use std::path::PathBuf;

use inrush_writers::WriteError;
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;

/// What a sink says: `FileNotFoundError`, `PermissionError` and so on by the number of the fault, with
/// the path. An exception of Python's that ended it is raised itself.
pub(crate) fn write_error(error: &WriteError) -> PyErr {
    let raised = error.source.get_ref().and_then(|inner| inner.downcast_ref::<PyErr>());
    if let Some(raised) = raised {
        return Python::attach(|py| raised.clone_ref(py));
    }
    match error.source.raw_os_error() {
        Some(errno) => {
            let said = without_number(&error.source);
            let path = error.path.clone();
            PyOSError::new_err((errno, format!("{}: {said}", error.action), path))
        }
        None => PyOSError::new_err(error.to_string()),
    }
}

/// A file that could not be opened or read.
pub(crate) fn open_error(error: &io::Error, path: PathBuf) -> PyErr {
    match error.raw_os_error() {
        Some(errno) => PyOSError::new_err((errno, without_number(error), path)),
        None => PyOSError::new_err(error.to_string()),
    }
}

/// What the system says, but for the number, which the interpreter adds itself.
fn without_number(error: &io::Error) -> String {
    let said = error.to_string();
    said.split(" (os error").next().unwrap_or_default().to_owned()
}
