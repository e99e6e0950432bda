//! `encode_marc`: records as one object `bytes`.

use inrush_marc::{Encoder, Oversize};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::oversize;
use super::record::Record;
use super::taken::take;
use crate::boundary::{Room, new_bytes};

/// Bytes that are encoded before they are put where they belong: they stay in the cache between the two.
const BLOCK_BYTES: usize = 64 * 1024;

/// Records in ISO 2709, one behind the other: what `MarcWriter` would write, as `bytes`.
///
/// Other threads run meanwhile. One thread has bytes as fast out of a `BytesIO`; several gain more in this
/// way, as a `BytesIO` copies each block while it has the interpreter.
///
/// >>> data = encode_marc([Record.generate(i) for i in range(1000)])
/// >>> len(list(MarcReader(data)))
/// 1000
///
/// `oversize` is as for `MarcWriter`: a record that is too long raises `MarcError`, is cut, or left out.
#[pyfunction]
#[pyo3(signature = (records, *, oversize="error"))]
pub(crate) fn encode_marc<'py>(
    py: Python<'py>,
    records: &Bound<'py, PyAny>,
    oversize: &str,
) -> PyResult<Bound<'py, PyBytes>> {
    let oversize = oversize::of(oversize)?;
    let (taken, all_taken) = take(records, usize::MAX, |_| Ok(()));
    all_taken?;
    // Letting go of the interpreter for this would cost more than it takes.
    let n_bytes = taken.iter().map(|one| one.get().attached(py).view().encoded_len()).sum();
    let (bytes, is_whole) = new_bytes(py, n_bytes, |room| fill(room, &taken, oversize))?;
    if is_whole? {
        return Ok(bytes);
    }
    let encoder = py.detach(|| {
        let mut encoder = Encoder::new().oversize(oversize);
        taken.iter().try_for_each(|record| record.get().encode_detached(&mut encoder))?;
        Ok::<_, PyErr>(encoder)
    })?;
    let block = encoder.block();
    new_bytes(py, block.len(), |room| room.put(block)).map(|(bytes, _)| bytes)
}

/// Puts the records where there is room for just so many bytes; false if they have more, or fewer: records
/// were cut or left out, or changed meanwhile.
fn fill(room: &mut Room<'_>, taken: &[Py<Record>], oversize: Oversize) -> PyResult<bool> {
    let mut encoder = Encoder::new().with_block_bytes(BLOCK_BYTES).oversize(oversize);
    for record in taken {
        record.get().encode_detached(&mut encoder)?;
        if encoder.block().len() >= BLOCK_BYTES {
            if !room.put(encoder.block()) {
                return Ok(false);
            }
            encoder.block_mut().clear();
        }
    }
    Ok(room.put(encoder.block()) && room.is_full())
}
