//! Blocks of writers that are gone, for those that come after them.
//!
//! A block of a MiB is new memory to the system: each of its pages is given when it is first written to,
//! and taken back when the writer is gone. To write some thousand records costs less than that.

use std::mem;
use std::ops::{Deref, DerefMut};

use inrush_marc::Encoder;
use parking_lot::Mutex;

/// How many blocks are kept.
const MOST: usize = 8;
/// A longer block, which an output that took nothing has left behind, is not kept.
const LONGEST: usize = 2 << 20;

/// Nobody waits for the lock: whoever cannot have it at once, as in a forked process whose parent had it,
/// does without.
static BLOCKS: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

/// An encoder with a block that was another's before.
pub(crate) struct RecycledEncoder(Encoder);

impl RecycledEncoder {
    /// Gives `encoder` a block in which there is room for `n_bytes`, and one record that begins before
    /// their end.
    pub(crate) fn new(mut encoder: Encoder, n_bytes: usize) -> Self {
        let n_room = n_bytes + inrush_marc::MAX_RECORD_BYTES;
        let found = BLOCKS.try_lock().and_then(|mut blocks| {
            let place = blocks.iter().position(|block| block.capacity() >= n_room)?;
            Some(blocks.swap_remove(place))
        });
        *encoder.block_mut() = found.unwrap_or_else(|| Vec::with_capacity(n_room));
        Self(encoder)
    }
}

impl Deref for RecycledEncoder {
    type Target = Encoder;

    fn deref(&self) -> &Encoder {
        &self.0
    }
}

impl DerefMut for RecycledEncoder {
    fn deref_mut(&mut self) -> &mut Encoder {
        &mut self.0
    }
}

impl Drop for RecycledEncoder {
    fn drop(&mut self) {
        let mut block = mem::take(self.0.block_mut());
        if block.capacity() > LONGEST {
            return;
        }
        block.clear();
        let Some(mut blocks) = BLOCKS.try_lock() else { return };
        if blocks.len() < MOST {
            blocks.push(block);
        } else if let Some(smaller) = blocks.iter_mut().min_by_key(|other| other.capacity())
            && smaller.capacity() < block.capacity()
        {
            mem::swap(smaller, &mut block);
        }
    }
}
