//! What a worker hands over.

use core::ops::{Deref, DerefMut};

/// Why a batch left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// It was full.
    Size,
    /// Its oldest item had waited for as long as it may.
    Age,
    /// Somebody asked.
    Flush,
    /// The batcher was closed.
    Close,
}

/// Some items, in order for each producer; never none. Reads as a slice.
///
/// What a callback leaves in it is dropped when the callback has returned without an error.
#[derive(Debug)]
pub struct Batch<T> {
    pub(crate) items: Vec<T>,
    pub(crate) cause: Cause,
    pub(crate) attempt: u32,
}

impl<T> Batch<T> {
    /// Why the batch left.
    pub fn cause(&self) -> Cause {
        self.cause
    }

    /// How often it has been handed to the callback, this time included: 1, and more after an error
    /// that is tried again.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Moves the items out, and keeps the memory for the next batch.
    pub fn drain(&mut self) -> std::vec::Drain<'_, T> {
        self.items.drain(..)
    }

    /// Moves the items out with their memory; the worker allocates anew for the next batch.
    pub fn take(&mut self) -> Vec<T> {
        core::mem::take(&mut self.items)
    }
}

impl<T> Deref for Batch<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<T> DerefMut for Batch<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.items
    }
}
