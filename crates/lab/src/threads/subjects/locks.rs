//! Locks: the standard library's, those of three crates, ours.

use inrush_sync::{SpinLock, YieldSpinLock, barrier};

use crate::threads::{LockSubject, Section};

impl LockSubject for std::sync::Mutex<Section> {
    fn new(section: Section) -> Self {
        Self::new(section)
    }

    fn with(&self, visit: impl FnOnce(&Section)) {
        visit(&self.lock().expect("nobody panics with the lock"));
    }
}

impl LockSubject for parking_lot::Mutex<Section> {
    fn new(section: Section) -> Self {
        Self::new(section)
    }

    fn with(&self, visit: impl FnOnce(&Section)) {
        visit(&self.lock());
    }
}

impl LockSubject for parking_lot::FairMutex<Section> {
    fn new(section: Section) -> Self {
        Self::new(section)
    }

    fn with(&self, visit: impl FnOnce(&Section)) {
        visit(&self.lock());
    }
}

impl LockSubject for spin::Mutex<Section> {
    fn new(section: Section) -> Self {
        Self::new(section)
    }

    fn with(&self, visit: impl FnOnce(&Section)) {
        visit(&self.lock());
    }
}

impl LockSubject for spin::mutex::TicketMutex<Section> {
    fn new(section: Section) -> Self {
        Self::new(section)
    }

    fn with(&self, visit: impl FnOnce(&Section)) {
        visit(&self.lock());
    }
}

impl LockSubject for SpinLock<Section> {
    fn new(section: Section) -> Self {
        // As its page tells those who measure in nanoseconds.
        barrier::prepare();
        Self::new(section)
    }

    fn with(&self, visit: impl FnOnce(&Section)) {
        visit(&self.lock());
    }
}

impl LockSubject for YieldSpinLock<Section> {
    fn new(section: Section) -> Self {
        Self::new(section)
    }

    fn with(&self, visit: impl FnOnce(&Section)) {
        visit(&self.lock());
    }
}
