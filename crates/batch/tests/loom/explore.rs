//! Running a model.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Runs a model through its executions, and fails if there was only one: it would then claim nothing
/// about the order of events.
pub(crate) fn explore(model: impl Fn() + Send + Sync + 'static) {
    // Not loom's: it counts what loom does.
    let n_executions = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&n_executions);
    let mut builder = loom::model::Builder::new();
    builder.max_branches = 10_000;
    builder.check(move || {
        counter.fetch_add(1, Relaxed);
        model();
    });
    let n_executions = n_executions.load(Relaxed);
    assert!(n_executions > 1, "only one execution");
    println!("{n_executions} executions");
}
