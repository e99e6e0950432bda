//! Bytes made where they are wanted, with the interpreter let go of where that is worth it.

use inrush_bytes::{Spec, par_fill};
use pyo3::exceptions::PyMemoryError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::boundary::new_bytes;
use crate::threads;

/// From how many bytes on other threads run while they are made. Fewer are made in less than the time in
/// which threads hand the interpreter to each other, 5 to 50 us where it is wanted by more than one.
const DETACH_BYTES: usize = 64 * 1024;

/// Writes the bytes from `offset` on, and returns how many.
pub(super) fn fill(
    py: Python<'_>,
    spec: &Spec,
    offset: u64,
    out: &mut [u8],
    parallel: bool,
) -> usize {
    if out.len() < DETACH_BYTES {
        return spec.fill_at(offset, out);
    }
    let threads = if parallel { threads::of_this_process(py) } else { None };
    py.detach(|| match threads {
        Some(threads) => threads.install(|| par_fill(spec, offset, out)),
        None => spec.fill_at(offset, out),
    })
}

/// At most `size` bytes from `offset` on.
pub(super) fn read<'py>(
    py: Python<'py>,
    spec: &Spec,
    offset: u64,
    size: Option<u64>,
) -> PyResult<Bound<'py, PyBytes>> {
    let left = spec.size().saturating_sub(offset);
    let n = left.min(size.unwrap_or(u64::MAX));
    let n = usize::try_from(n).map_err(|_| PyMemoryError::new_err(format!("{n} bytes")))?;
    if n < DETACH_BYTES {
        return PyBytes::new_with(py, n, |out| {
            spec.fill_at(offset, out);
            Ok(())
        });
    }
    new_bytes(py, n, |room| spec.fill_at(offset, room.zeros())).map(|(bytes, _)| bytes)
}
