//! Models of the batcher and of the designs beside it, run through every order of events that a
//! bound on preemptions allows. Build them with `--cfg inrush_loom`, as `cargo xtask loom` does.
#![cfg(inrush_loom)]

mod batcher;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Runs a model, and demands that there was more than one way for it to go.
fn explore(model: impl Fn() + Send + Sync + 'static) {
    let n_executions = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&n_executions);
    loom::model(move || {
        counted.fetch_add(1, Relaxed);
        model();
    });
    let n_executions = n_executions.load(Relaxed);
    println!("{n_executions} executions");
    assert!(n_executions > 1, "a model that goes one way only shows nothing");
}
