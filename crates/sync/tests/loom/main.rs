//! Models: small programs that loom runs through every order of events that the memory model allows.
//!
//! Each opens with the claim that it checks; one that fails does so by an assertion, a data race or
//! a deadlock. To run them, with at most three preemptions in an execution:
//!
//! ```sh
//! RUSTFLAGS="--cfg inrush_loom" LOOM_MAX_PREEMPTIONS=3 \
//!     cargo test --release -p inrush-sync --test loom --target-dir target/loom
//! ```
//!
//! Those whose names begin with `unbounded_`, the smallest of each primitive, take seconds without
//! `LOOM_MAX_PREEMPTIONS` as well. What loom cannot show is said at the place that it concerns: it
//! has no clock and runs the loads of a thread in order, and an execution goes on over a yield only
//! when another thread has moved.
#![cfg(inrush_loom)]

mod barrier;
mod close;
mod event;
mod lane;
mod locks;
mod slots;
mod without_barrier;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Wake, Waker};

use inrush_sync::Shape;
use loom::thread;

/// Two blocks of one value each.
const TINY: Shape = Shape { blocks: 2, block_items: 1 };

/// Two blocks of two values each.
const SMALL: Shape = Shape { blocks: 2, block_items: 2 };

/// Runs a model through every order of events, as far as `LOOM_MAX_PREEMPTIONS` reaches.
///
/// # Panics
///
/// The model fails in one of them, or there was only one.
fn explore(claim: &str, model: impl Fn() + Send + Sync + 'static) {
    let n_executions = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&n_executions);
    // Its default takes the bound from the environment.
    loom::model::Builder::new().check(move || {
        count.fetch_add(1, Relaxed);
        model();
    });
    let n_executions = n_executions.load(Relaxed);
    assert!(n_executions > 1, "one execution shows nothing: {claim}");
    println!("{n_executions} executions: {claim}");
}

/// A task that is a thread, which parks when it has nothing to do.
struct Parked(thread::Thread);

impl Wake for Parked {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Wakes this thread.
fn unparker() -> Waker {
    Arc::new(Parked(thread::current())).into()
}
