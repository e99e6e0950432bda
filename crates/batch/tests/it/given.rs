//! Callbacks that record, and callbacks that wait until they may go on.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use inrush_batch::{Batch, Cause};

/// Long enough for any machine; a test that waits for so long has failed.
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// What a callback has been handed so far.
#[derive(Clone, Debug)]
pub(crate) struct Record<T>(Arc<Mutex<Vec<Seen<T>>>>);

/// Why a batch left, and its items.
type Seen<T> = (Cause, Vec<T>);

impl<T: Clone> Record<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    pub(crate) fn add(&self, batch: &Batch<T>) {
        self.0.lock().unwrap().push((batch.cause(), batch.to_vec()));
    }

    pub(crate) fn batches(&self) -> Vec<(Cause, Vec<T>)> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn items(&self) -> Vec<T> {
        self.batches().into_iter().flat_map(|(_, items)| items).collect()
    }
}

/// Holds a callback up, one batch at a time.
pub(crate) struct Gate {
    begun: Sender<()>,
    may_go_on: Receiver<()>,
}

/// Lets a callback go on that waits at its [`Gate`]. Once it is dropped, the gate stands open.
pub(crate) struct Key {
    has_begun: Receiver<()>,
    go_on: Sender<()>,
}

pub(crate) fn gate() -> (Gate, Key) {
    let (begun, has_begun) = channel();
    let (go_on, may_go_on) = channel();
    (Gate { begun, may_go_on }, Key { has_begun, go_on })
}

impl Gate {
    /// Called by the callback.
    pub(crate) fn pass(&self) {
        let _ = self.begun.send(());
        let _ = self.may_go_on.recv();
    }
}

impl Key {
    /// Waits until the callback is at the gate.
    pub(crate) fn wait(&self) {
        self.has_begun.recv_timeout(LONG).expect("a batch");
    }

    pub(crate) fn open_once(&self) {
        self.go_on.send(()).expect("a callback that waits");
    }
}
