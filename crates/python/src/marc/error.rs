//! What is wrong with a record, as an exception.

use inrush_marc::{Error, Fault};
use pyo3::create_exception;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

create_exception!(
    inrush,
    MarcError,
    PyValueError,
    "A record is not what it should be.

    Where it is one of a file, `record` is its index from 0, `offset` where it begins in bytes, and
    `control_number` its field 001, if that could be read; else they are None."
);

/// Has every `MarcError` the attributes of one that is about a file.
pub(crate) fn add_attributes(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let class = module.py().get_type::<MarcError>();
    ["record", "offset", "control_number"]
        .iter()
        .try_for_each(|&name| class.setattr(name, class.py().None()))?;
    module.add("MarcError", class)
}

/// A record by itself.
pub(crate) fn fault(fault: Fault) -> PyErr {
    MarcError::new_err(fault.to_string())
}

/// A record of a file, or the file.
pub(crate) fn error(error: Error) -> PyErr {
    match error {
        Error::Record { place, fault } => Python::attach(|py| {
            let raised = MarcError::new_err(format!("{place}: {fault}"));
            let value = raised.value(py);
            let noted = value
                .setattr("record", place.record)
                .and_then(|()| value.setattr("offset", place.offset))
                .and_then(|()| value.setattr("control_number", place.control_number));
            noted.err().unwrap_or(raised)
        }),
        // An exception of the object that was read from, or a fault of the system.
        Error::Read { source, .. } | Error::Write { source, .. } => source.into(),
        other => MarcError::new_err(other.to_string()),
    }
}
