//! Catalogue records: held, read, written.

mod encode;
mod error;
mod field;
mod output;
mod oversize;
mod reader;
mod record;
mod taken;
mod three_phase;
mod turn;
mod writer;

use pyo3::prelude::*;

/// Makes the classes and functions for records part of `module`.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<record::Record>()?;
    module.add_class::<field::Field>()?;
    module.add_class::<reader::MarcReader>()?;
    module.add_class::<writer::MarcWriter>()?;
    module.add_function(wrap_pyfunction!(encode::encode_marc, module)?)?;
    // For the lab alone: the package does not export it.
    module.add_class::<three_phase::ThreePhaseWriter>()?;
    error::add_attributes(module)
}
