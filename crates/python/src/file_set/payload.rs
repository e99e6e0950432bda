//! Bytes of Python's that a thread without the interpreter can read.

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyMemoryView};

/// The bytes of `data`: `bytes` as they are, since nobody can change them; any other buffer as it is
/// now, since its owner may change it while it is written.
///
/// # Errors
/// `TypeError` where it is no buffer.
pub(super) fn payload(data: &Bound<'_, PyAny>) -> PyResult<PyBackedBytes> {
    if let Ok(bytes) = data.cast::<PyBytes>() {
        return Ok(bytes.clone().into());
    }
    let copy = PyMemoryView::from(data)?.call_method0("tobytes")?;
    Ok(copy.cast_into::<PyBytes>()?.into())
}
