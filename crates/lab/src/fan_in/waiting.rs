//! How those wait that have nothing else to wait with.

use std::hint;
use std::thread;

/// The spin hints of a producer between looking for room and giving the processor away.
const SPINS: u32 = 100;
/// The spin hints of a consumer between two looks: each look takes the line away that a producer
/// writes.
const HINTS: u32 = 16;
/// The looks before it gives the processor away to a producer that may need it.
const LOOKS: u32 = 64;

/// Waits until `attempt` succeeds.
#[cold]
#[inline(never)]
pub(super) fn until(mut attempt: impl FnMut() -> bool) {
    let mut tries = 0;
    while !attempt() {
        if tries < SPINS {
            hint::spin_loop();
            tries += 1;
        } else {
            thread::yield_now();
        }
    }
}

/// A consumer that finds nothing.
#[derive(Debug, Default)]
pub(super) struct Idle {
    looks: u32,
}

impl Idle {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Waits after an empty look.
    pub(super) fn wait(&mut self) {
        self.looks += 1;
        if self.looks.is_multiple_of(LOOKS) {
            thread::yield_now();
        }
        for _ in 0..HINTS {
            hint::spin_loop();
        }
    }

    /// There was something.
    pub(super) fn reset(&mut self) {
        self.looks = 0;
    }
}
