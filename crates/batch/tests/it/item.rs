//! What the tests push.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

/// An item that says whose it is, and perhaps enters its end in a ledger.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) producer: u32,
    pub(crate) number: u32,
    life: Option<Life>,
}

#[derive(Debug)]
struct Life {
    ledger: Arc<Ledger>,
    panics: bool,
}

impl Item {
    pub(crate) fn new(producer: u32, number: u32) -> Self {
        Self { producer, number, life: None }
    }

    /// One whose drop panics.
    pub(crate) fn explosive(mut self) -> Self {
        if let Some(life) = &mut self.life {
            life.panics = true;
        }
        self
    }

    /// Who pushed it, and as which.
    pub(crate) fn name(&self) -> (u32, u32) {
        (self.producer, self.number)
    }
}

impl Drop for Item {
    fn drop(&mut self) {
        let Some(Life { ledger, panics }) = self.life.take() else { return };
        ledger.n_drops[self.number as usize].fetch_add(1, SeqCst);
        if panics && !thread::panicking() {
            resume_unwind(Box::new("an item does not want to go"));
        }
    }
}

/// How often each item was dropped.
#[derive(Debug)]
pub(crate) struct Ledger {
    n_drops: Box<[AtomicU32]>,
}

impl Ledger {
    pub(crate) fn new(n_items: u32) -> Arc<Self> {
        Arc::new(Self { n_drops: (0..n_items).map(|_| AtomicU32::new(0)).collect() })
    }

    pub(crate) fn item(self: &Arc<Self>, number: u32) -> Item {
        let life = Some(Life { ledger: Arc::clone(self), panics: false });
        Item { producer: 0, number, life }
    }

    /// Fails unless each item was dropped once.
    pub(crate) fn check(&self) {
        for (number, n_drops) in self.n_drops.iter().enumerate() {
            assert_eq!(n_drops.load(SeqCst), 1, "drops of item {number}");
        }
    }
}
