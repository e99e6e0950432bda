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

    /// The place of position 0, were the block of this number to hold position `start` in its first
    /// cell.
    pub(super) fn origin(&self, first_cell: usize, start: usize) -> Origin<T> {
        Origin(self.cells.as_ptr().wrapping_add(first_cell).wrapping_sub(start))
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

/// Where the cell of a position is found, for the positions of one block.
pub(super) struct Origin<T>(*const UnsafeCell<MaybeUninit<T>>);

// SAFETY: values only move through the pointer, from the thread that has it, which `T: Send` allows.
unsafe impl<T: Send> Send for Origin<T> {}

// SAFETY: nothing can be done with a shared one.
unsafe impl<T: Send> Sync for Origin<T> {}

impl<T> Origin<T> {
    /// Writes the cell of a position, and asks for the memory of later ones.
    ///
    /// # Safety
    ///
    /// As for [`write`](Self::write).
    #[inline(always)]
    pub(super) unsafe fn write_and_ask(&self, position: usize, value: T) {
        if size_of::<T>() < prefetch::AHEAD {
            prefetch::ahead_of(self.0.wrapping_add(position));
        }
        // SAFETY: as the caller says.
        unsafe { self.write(position, value) }
    }

    /// Writes the cell of a position. The memory of many in a row the processor finds by itself.
    ///
    /// # Safety
    ///
    /// The position lies in the block that this origin was made for, the caller owns its cell, and
    /// the cell holds no value.
    #[inline(always)]
    pub(super) unsafe fn write(&self, position: usize, value: T) {
        // SAFETY: the pointer is into the block, as the caller says, and the block into `Blocks`.
        let cell = unsafe { &*self.0.wrapping_add(position) };
        // SAFETY: the caller owns the cell, and nothing is overwritten.
        cell.with_mut(|place| unsafe { place.write(MaybeUninit::new(value)) });
    }
}

impl<T> fmt::Debug for Origin<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Origin").field(&self.0).finish()
    }
}

impl<T> fmt::Debug for Blocks<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blocks").field("cells", &self.cells.len()).finish()
    }
}
