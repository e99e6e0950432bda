//! Uninitialised places that threads fill and empty without a lock.
//!
//! | state   | place         | owner                |
//! |---------|---------------|----------------------|
//! | `EMPTY` | uninitialised | nobody               |
//! | `BUSY`  | changing      | who made it `BUSY`   |
//! | `FULL`  | holds a value | nobody               |
//!
//! | edge     | from   | to     | carries                |
//! |----------|--------|--------|------------------------|
//! | `filled` | `put`  | `take` | the write of the value |
//! | `emptied`| `take` | `put`  | the end of its read    |

use core::fmt;
use core::mem::MaybeUninit;

use crate::padded::{Alignment, Bytes, DEFAULT_PADDING, Padded};
use crate::shim::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use crate::shim::cell::UnsafeCell;

const EMPTY: u32 = 0;
const BUSY: u32 = 1;
const FULL: u32 = 2;

/// A fixed number of places for values, each padded to `N` bytes; any thread may fill or empty any
/// place.
///
/// ```
/// let slots = inrush_sync::Slots::<String>::new(2);
/// assert_eq!(slots.put(1, "hello".into()), Ok(()));
/// assert_eq!(slots.put(1, "again".into()), Err("again".into()));
/// assert_eq!(slots.take(1).as_deref(), Some("hello"));
/// assert_eq!(slots.take(0), None);
/// ```
pub struct Slots<T, const N: usize = DEFAULT_PADDING>
where
    Bytes<N>: Alignment,
{
    slots: Box<[Padded<Slot<T>, N>]>,
}

struct Slot<T> {
    state: AtomicU32,
    value: UnsafeCell<MaybeUninit<T>>,
}

// SAFETY: a place belongs to the thread that made it `BUSY`, one at a time, and values only move
// through it, which `T: Send` allows.
unsafe impl<T: Send> Sync for Slot<T> {}

impl<T, const N: usize> Slots<T, N>
where
    Bytes<N>: Alignment,
{
    /// `len` empty places.
    pub fn new(len: usize) -> Self {
        let slot =
            || Slot { state: AtomicU32::new(EMPTY), value: UnsafeCell::new(MaybeUninit::uninit()) };
        Self { slots: (0..len).map(|_| Padded::new(slot())).collect() }
    }

    /// The number of places.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there is no place at all.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Puts a value into the place at `index`.
    ///
    /// # Errors
    ///
    /// The value, when the place is not empty.
    ///
    /// # Panics
    ///
    /// There is no place at `index`.
    #[inline]
    pub fn put(&self, index: usize, value: T) -> Result<(), T> {
        let slot = &self.slots[index];
        // ORDERING: Acquire, to-side of `emptied`; Relaxed on failure, where nothing is touched.
        if slot.state.compare_exchange(EMPTY, BUSY, Acquire, Relaxed).is_err() {
            return Err(value);
        }
        // SAFETY: `BUSY` makes this thread the owner, and `EMPTY` said that nothing is overwritten.
        slot.value.with_mut(|place| unsafe { place.write(MaybeUninit::new(value)) });
        // ORDERING: Release, from-side of `filled`.
        slot.state.store(FULL, Release);
        Ok(())
    }

    /// Takes the value out of the place at `index`, if there is one.
    ///
    /// # Panics
    ///
    /// There is no place at `index`.
    #[inline]
    pub fn take(&self, index: usize) -> Option<T> {
        let slot = &self.slots[index];
        // ORDERING: Acquire, to-side of `filled`; Relaxed on failure, where nothing is touched.
        slot.state.compare_exchange(FULL, BUSY, Acquire, Relaxed).ok()?;
        // SAFETY: `BUSY` makes this thread the owner.
        let value = slot.value.with(|place| unsafe { place.read() });
        // SAFETY: the place was `FULL`, so that it holds a value, which is moved out once.
        let value = unsafe { value.assume_init() };
        // ORDERING: Release, from-side of `emptied`.
        slot.state.store(EMPTY, Release);
        Some(value)
    }
}

impl<T, const N: usize> Drop for Slots<T, N>
where
    Bytes<N>: Alignment,
{
    fn drop(&mut self) {
        for index in 0..self.len() {
            drop(self.take(index));
        }
    }
}

impl<T, const N: usize> fmt::Debug for Slots<T, N>
where
    Bytes<N>: Alignment,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slots").field("len", &self.len()).finish_non_exhaustive()
    }
}
