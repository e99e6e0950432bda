//! The memory of a lane: cells in a row, of which a block is a part.

use core::fmt;
use core::mem::MaybeUninit;
use core::ops::Range;

use crate::prefetch;
use crate::shim::cell::UnsafeCell;

/// The cells of all blocks. Who may touch which is the lane's business.
pub(super) struct Blocks<T> {
    cells: Box<[UnsafeCell<MaybeUninit<T>>]>,
}

// SAFETY: values only move through the cells, from the thread that writes one to the thread that
// reads it, which `T: Send` allows.
unsafe impl<T: Send> Sync for Blocks<T> {}

impl<T> Blocks<T> {
    /// Empty cells, or none when there is not enough memory.
    pub(super) fn new(len: usize) -> Option<Self> {
        let mut cells = Vec::new();
        cells.try_reserve_exact(len).ok()?;
        cells.extend((0..len).map(|_| UnsafeCell::new(MaybeUninit::uninit())));
        Some(Self { cells: cells.into_boxed_slice() })
    }

    /// Writes a cell, and asks for the memory of later ones.
    ///
    /// # Safety
    ///
    /// `index` is in range, the caller owns the cell, and it holds no value.
    #[inline(always)]
    pub(super) unsafe fn write(&self, index: usize, value: T) {
        debug_assert!(index < self.cells.len(), "a position outside the lane");
        // SAFETY: in range, as the caller says.
        let cell = unsafe { self.cells.get_unchecked(index) };
        cell.with_mut(|place| {
            if size_of::<T>() < prefetch::AHEAD {
                prefetch::for_write(place.wrapping_byte_add(prefetch::AHEAD));
            }
            // SAFETY: the caller owns the cell, and nothing is overwritten.
            unsafe { place.write(MaybeUninit::new(value)) }
        });
    }

    /// Moves the value out of a cell.
    ///
    /// # Safety
    ///
    /// The caller owns the cell, and it holds a value.
    pub(super) unsafe fn read(&self, index: usize) -> T {
        // SAFETY: the caller owns the cell.
        let value = self.cells[index].with(|place| unsafe { place.read() });
        // SAFETY: the cell holds a value, which is now moved out.
        unsafe { value.assume_init() }
    }

    /// Moves the values out of some cells to the end of `out`.
    ///
    /// # Safety
    ///
    /// The caller owns the cells, and each holds a value.
    #[cfg(not(inrush_loom))]
    pub(super) unsafe fn move_into(&self, range: Range<usize>, out: &mut Vec<T>) {
        let cells = &self.cells[range];
        out.reserve(cells.len());
        let from = cells.as_ptr().cast::<T>();
        let to = out.spare_capacity_mut().as_mut_ptr().cast::<T>();
        // SAFETY: the cells are the caller's and initialised, `UnsafeCell<MaybeUninit<T>>` is laid
        // out as `T`, the spare capacity was reserved, and a new allocation overlaps nothing.
        unsafe { core::ptr::copy_nonoverlapping(from, to, cells.len()) };
        let len = out.len() + cells.len();
        // SAFETY: as many values as were copied follow the old length.
        unsafe { out.set_len(len) };
    }

    /// Moves the values out of some cells to the end of `out`, one by one, so that loom sees each.
    ///
    /// # Safety
    ///
    /// The caller owns the cells, and each holds a value.
    #[cfg(inrush_loom)]
    pub(super) unsafe fn move_into(&self, range: Range<usize>, out: &mut Vec<T>) {
        for index in range {
            // SAFETY: the caller owns the cell, and it holds a value.
            out.push(unsafe { self.read(index) });
        }
    }
}

impl<T> fmt::Debug for Blocks<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blocks").field("cells", &self.cells.len()).finish()
    }
}
