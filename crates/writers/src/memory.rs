//! Files in memory, for tests and for measuring without a disk.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::{Sink, WriteError, Written};

/// Named files in memory, shared by its clones.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
}

impl MemoryStore {
    /// A sink whose bytes become the file `name` when it finishes.
    pub fn sink(&self, name: &str) -> Memory {
        Memory { name: name.to_owned(), bytes: Vec::new(), store: self.clone() }
    }

    /// A copy of the file `name`, if it was finished.
    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        self.files().get(name).cloned()
    }

    /// The names of the finished files, in order.
    pub fn names(&self) -> Vec<String> {
        self.files().keys().cloned().collect()
    }

    fn files(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        // No code panics between taking the lock and leaving the map whole.
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file of a [`MemoryStore`] while it is written.
#[derive(Debug)]
pub struct Memory {
    name: String,
    bytes: Vec<u8>,
    store: MemoryStore,
}

impl Sink for Memory {
    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Written, WriteError> {
        let written = Written::new(self.bytes.len() as u64);
        self.store.files().insert(self.name, self.bytes);
        Ok(written)
    }

    fn abort(self: Box<Self>) -> Result<(), WriteError> {
        Ok(())
    }
}
