//! The thread that delivers, the same for every design here.

use core::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use inrush_sync::shim::Arc;
use inrush_sync::shim::atomic::{AtomicU64, Ordering::Relaxed};
use inrush_sync::shim::lock::Mutex;
use inrush_sync::shim::thread::{self, Builder, JoinHandle, ThreadId};

/// Where a worker gets its batches. Dropping it closes the batcher, so that nobody waits for a
/// worker that is gone.
pub trait Source<T> {
    /// Waits for the next batch, which is not empty. None when the batcher is closed and every item
    /// that it accepted has been in a batch.
    fn next(&mut self) -> Option<Vec<T>>;

    /// Takes the memory of a batch back.
    fn give_back(&mut self, emptied: Vec<T>);
}

/// The delivering thread, as its batcher sees it.
#[derive(Debug)]
pub(super) struct Worker {
    id: ThreadId,
    n_delivered: Arc<AtomicU64>,
    handle: Mutex<Option<JoinHandle<()>>>,
}

impl Worker {
    /// Starts a thread that passes every batch of `source` to `deliver`.
    ///
    /// # Panics
    ///
    /// The system refuses a thread.
    pub(super) fn spawn<T: 'static>(
        mut source: impl Source<T> + Send + 'static,
        mut deliver: impl FnMut(&mut Vec<T>) + Send + 'static,
    ) -> Self {
        let n_delivered = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&n_delivered);
        let run = move || {
            while let Some(mut batch) = source.next() {
                let n = batch.len() as u64;
                if survives(|| deliver(&mut batch)) {
                    // ORDERING: Relaxed: only this thread writes it; joining it orders the rest.
                    counter.fetch_add(n, Relaxed);
                }
                survives(|| batch.clear());
                source.give_back(batch);
            }
            survives(|| drop(deliver));
        };
        let name = "inrush-batch".to_owned();
        let handle = Builder::new().name(name).spawn(run).expect("a thread for the worker");
        Self { id: handle.thread().id(), n_delivered, handle: Mutex::new(Some(handle)) }
    }

    /// Whether this is the delivering thread.
    pub(super) fn is_current(&self) -> bool {
        thread::current().id() == self.id
    }

    /// Waits for the end of the thread, unless this is it, and returns how many items have been
    /// delivered. The batcher has been closed.
    pub(super) fn join(&self) -> u64 {
        if !self.is_current() {
            // A second caller waits at the lock for the first.
            let mut handle = self.handle.lock();
            if let Some(handle) = handle.take() {
                // It cannot have panicked but in the drop of `deliver`'s last capture, which
                // concerns nobody any more.
                drop(handle.join());
            }
        }
        // ORDERING: Relaxed: written by this thread, or by one that has been joined.
        self.n_delivered.load(Relaxed)
    }
}

/// Calls `f` and returns whether it came to its end.
fn survives(f: impl FnOnce()) -> bool {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(()) => true,
        Err(payload) => {
            // What a panic carries is the callback's own, and may panic once more when dropped.
            if let Err(worse) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
                mem::forget(worse);
            }
            false
        }
    }
}
