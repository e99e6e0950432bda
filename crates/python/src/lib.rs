//! The extension module behind the Python package `inrush`.
//!
//! Nothing is decided here that the crates below do not know: arguments become specifications, errors
//! become exceptions, and what takes long is done while other threads of Python run. What holds for the
//! interpreter is said once: `boundary` has the only `unsafe`, `interrupt` the only loop that waits.
#![deny(unsafe_code)]

use pyo3::prelude::*;

mod boundary;
mod bytes;
mod errors;
mod file_set;
mod interrupt;
mod jobs;
mod json;
mod marc;
mod opening;
mod options;
mod places;
mod progress;
mod table;
mod threads;

/// The compiled part of the package.
#[pymodule]
fn _inrush(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<bytes::Bytes>()?;
    module.add_class::<bytes::Chunks>()?;
    module.add_class::<bytes::BytesReader>()?;
    marc::register(module)?;
    module.add("JobError", module.py().get_type::<errors::JobError>())?;
    module.add("FileSetError", module.py().get_type::<errors::FileSetError>())?;
    module.add_class::<table::PyTable>()?;
    module.add_class::<table::Batch>()?;
    module.add_class::<file_set::PyFileSet>()?;
    jobs::register(module)?;
    threads::watch_forks(module)
}
