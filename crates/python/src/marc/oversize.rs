//! What is done with records that are too long, by name.

use inrush_marc::Oversize;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// What `name` says is done with them.
pub(super) fn of(name: &str) -> PyResult<Oversize> {
    match name {
        "error" => Ok(Oversize::default()),
        "cut" => Ok(Oversize::Cut),
        "leave_out" => Ok(Oversize::LeaveOut),
        other => {
            let message = format!("oversize is error, cut or leave_out, not {other:?}");
            Err(PyValueError::new_err(message))
        }
    }
}
