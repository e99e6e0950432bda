//! Accounts of what was done, as Python's own objects.

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use serde::Serialize;

/// What the command prints with `--json`, read by Python.
pub(crate) fn to_python<'py>(
    py: Python<'py>,
    account: &impl Serialize,
) -> PyResult<Bound<'py, PyAny>> {
    let text = serde_json::to_string(account)
        .map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
    py.import("json")?.call_method1("loads", (text,))
}
