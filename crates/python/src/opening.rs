//! Opening what exists. A named pipe opens only when somebody has its other end, and signals are heard
//! meanwhile.

use std::fs::File;
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{self, OFlag};
use nix::sys::stat::Mode;
use pyo3::prelude::*;

use crate::errors::of_system;

/// Opens what exists at `path`, for reading or writing as `access` says; others run while it waits.
///
/// # Errors
/// What the system says, and what a handler of signals raises.
pub(crate) fn open(py: Python<'_>, path: &Path, access: OFlag) -> PyResult<File> {
    loop {
        // The standard library would go on waiting after a signal.
        match py.detach(|| fcntl::open(path, access | OFlag::O_CLOEXEC, Mode::empty())) {
            Err(Errno::EINTR) => py.check_signals()?,
            Err(error) => return Err(of_system("open", path, &error.into())),
            Ok(file) => return Ok(file.into()),
        }
    }
}
