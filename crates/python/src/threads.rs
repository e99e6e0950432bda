//! Threads that fill one buffer together, and what a forked process has of other threads: nothing.
//!
//! A child has only the thread that forked. It finds the pool, but nobody in it who would work, and
//! buffers that are being filled by nobody; so the interpreter calls [`forked`] there.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyDict;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::boundary;

/// There from the first time on that it is asked for. The lock is taken, and let go of, by threads that
/// are attached to the interpreter: none can fork meanwhile.
static POOL: Mutex<Option<Arc<ThreadPool>>> = Mutex::new(None);

fn pool() -> MutexGuard<'static, Option<Arc<ThreadPool>>> {
    // Nothing under the lock leaves it half changed.
    POOL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Threads of this process, one for each processor; none where the system does not give any.
pub(crate) fn of_this_process(_py: Python<'_>) -> Option<Arc<ThreadPool>> {
    let mut pool = pool();
    if pool.is_none() {
        *pool = ThreadPoolBuilder::new().build().ok().map(Arc::new);
    }
    pool.clone()
}

/// Forgets the threads of the parent.
#[pyfunction]
fn forked() {
    // Dropping it would tell threads to end that are not there.
    mem::forget(pool().take());
    boundary::forget_fillings();
}

/// Has the interpreter say when this is a child.
pub(crate) fn watch_forks(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let os = py.import("os")?;
    if !os.hasattr("register_at_fork")? {
        return Ok(());
    }
    let when = PyDict::new(py);
    when.set_item("after_in_child", wrap_pyfunction!(forked, module)?)?;
    os.call_method("register_at_fork", (), Some(&when)).map(|_| ())
}
