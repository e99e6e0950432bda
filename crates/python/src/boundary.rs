//! Memory that the interpreter and this library both see: the only file with `unsafe`.
//!
//! | memory of | seen by | while |
//! |---|---|---|
//! | an object of Python's | us, to be filled: [`Fillable`] | its buffer is exported, so that it cannot be resized or freed |
//! | an object `bytes` | us, to be filled: [`Room`] | it is in the making, and nobody else knows it |
//! | ours | Python, to be read: [`Block`] | views of it exist, so that it is neither changed nor freed |
//!
//! As with `readinto` of a file, another thread of Python may look into a buffer that is being filled, or
//! write to it, and then some of the bytes are there: nothing that fills one decides by what is in it.
//! Two fillings of the same memory at once are refused, and so is memory in which objects are referred to.
//! Whoever exports a buffer keeps it in its place; an array of numpy that is resized with
//! `refcheck=False` does not, and that is for the one to answer for who says so.

#![allow(unsafe_code, reason = "buffers are raw memory in the interface of the interpreter")]

use std::ffi::{c_int, c_void};
use std::mem::{self, MaybeUninit};
use std::ops::Range;
use std::ptr;
use std::slice;
use std::sync::{Mutex, MutexGuard, PoisonError};

use inrush_bytes::Buffer;
use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::{PyBufferError, PyMemoryError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMemoryView, PySlice};

/// Where buffers are that are being filled, by address.
static IN_FLIGHT: Mutex<Vec<Range<usize>>> = Mutex::new(Vec::new());

fn in_flight() -> MutexGuard<'static, Vec<Range<usize>>> {
    // Nothing under the lock leaves the list half changed.
    IN_FLIGHT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// In a forked process, which has none of the threads that were filling.
pub(crate) fn forget_fillings() {
    in_flight().clear();
}

/// A buffer of Python's that this thread alone fills.
pub(crate) struct Fillable {
    buffer: PyUntypedBuffer,
    range: Range<usize>,
}

impl Fillable {
    /// Exports the buffer of `object`, of any type of items but objects.
    pub(crate) fn new(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        // An array of ctypes does not say how far apart its items are, and a view of it does.
        let buffer = PyUntypedBuffer::get(object).or_else(|error| {
            let py = object.py();
            if !error.is_instance_of::<PyBufferError>(py) {
                return Err(error);
            }
            PyUntypedBuffer::get(PyMemoryView::from(object)?.as_any())
        })?;
        if buffer.readonly() {
            let message = "the buffer is read-only: a bytearray, a memoryview of one, or an array can be filled";
            return Err(PyBufferError::new_err(message));
        }
        if !buffer.is_c_contiguous() {
            return Err(PyBufferError::new_err("the buffer is not contiguous in memory"));
        }
        if holds_objects(buffer.format().to_bytes()) {
            return Err(PyBufferError::new_err("the buffer holds objects, and bytes are none"));
        }
        let start = buffer.buf_ptr().addr();
        let range = start..start + buffer.len_bytes();
        if !range.is_empty() {
            let mut in_flight = in_flight();
            if in_flight.iter().any(|other| other.start < range.end && range.start < other.end) {
                return Err(PyBufferError::new_err("another thread is filling this memory"));
            }
            in_flight.push(range.clone());
        }
        Ok(Self { buffer, range })
    }

    pub(crate) fn bytes(&mut self) -> &mut [u8] {
        if self.range.is_empty() {
            return &mut [];
        }
        // SAFETY: the buffer is contiguous, writable, and stays where it is while it is exported, which it
        // is as long as `self.buffer` is; no other `Fillable` overlaps it, and `&mut self` makes this the
        // only slice of this one.
        unsafe { slice::from_raw_parts_mut(self.buffer.buf_ptr().cast(), self.range.len()) }
    }
}

impl Drop for Fillable {
    fn drop(&mut self) {
        let mut in_flight = in_flight();
        if let Some(at) = in_flight.iter().position(|range| *range == self.range) {
            in_flight.swap_remove(at);
        }
    }
}

/// Memory of an object `bytes` that is in the making.
pub(crate) struct Room<'a> {
    /// What nothing is in yet.
    rest: &'a mut [MaybeUninit<u8>],
}

impl<'a> Room<'a> {
    /// Puts `bytes` behind what is there; nothing, and false, where they do not fit.
    #[must_use]
    pub(crate) fn put(&mut self, bytes: &[u8]) -> bool {
        if bytes.len() > self.rest.len() {
            return false;
        }
        let (place, rest) = mem::take(&mut self.rest).split_at_mut(bytes.len());
        place.write_copy_of_slice(bytes);
        self.rest = rest;
        true
    }

    pub(crate) fn is_full(&self) -> bool {
        self.rest.is_empty()
    }

    /// The rest, with zeros in it.
    pub(crate) fn zeros(&mut self) -> &'a mut [u8] {
        let rest = mem::take(&mut self.rest);
        for place in rest.iter_mut() {
            place.write(0);
        }
        // SAFETY: each byte was written by the loop.
        unsafe { rest.assume_init_mut() }
    }
}

/// An object `bytes` of `len` bytes, which `fill` writes while other threads run, and what it returns. What
/// it leaves is zeros.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn new_bytes<T: Send>(
    py: Python<'_>,
    len: usize,
    fill: impl FnOnce(&mut Room<'_>) -> T + Send,
) -> PyResult<(Bound<'_, PyBytes>, T)> {
    let too_long = |_| PyMemoryError::new_err(format!("{len} bytes"));
    let signed = ffi::Py_ssize_t::try_from(len).map_err(too_long)?;
    // SAFETY: without bytes to be copied the interpreter makes an object with room for so many.
    let object = unsafe { ffi::PyBytes_FromStringAndSize(ptr::null(), signed) };
    // SAFETY: it is a new reference, or null and an exception.
    let object = unsafe { Bound::from_owned_ptr_or_err(py, object) }?;
    // SAFETY: it is an object `bytes`.
    let start = unsafe { ffi::PyBytes_AsString(object.as_ptr()) };
    // SAFETY: so many bytes are there, as long as `object` is. Nobody else has a reference to it, so nobody
    // reads or writes them; without bytes it is an object that all share, and the slice is empty.
    let rest = unsafe { slice::from_raw_parts_mut(start.cast::<MaybeUninit<u8>>(), len) };
    let mut room = Room { rest };
    let result = py.detach(|| {
        let result = fill(&mut room);
        room.zeros();
        result
    });
    Ok((object.cast_into::<PyBytes>()?, result))
}

/// Whether items of this format, of the module `struct` with the additions of PEP 3118, refer to objects.
fn holds_objects(format: &[u8]) -> bool {
    // What stands between two colons is the name of a field.
    format.split(|&byte| byte == b':').step_by(2).any(|items| items.contains(&b'O'))
}

/// Bytes of ours that Python reads where they are.
#[pyclass(frozen, module = "inrush._inrush")]
pub(crate) struct Block(Mutex<Lent>);

struct Lent {
    memory: Memory,
    n_views: usize,
}

/// What a block is made of. Neither moves its bytes while it is lent.
enum Memory {
    Owned(Vec<u8>),
    /// So many bytes of a buffer, which goes back to its pool when the block is gone.
    Pooled(Buffer, usize),
}

impl Memory {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Owned(bytes) => bytes,
            Self::Pooled(buffer, n) => &buffer[..*n],
        }
    }
}

impl Block {
    fn new(memory: Memory) -> Self {
        Self(Mutex::new(Lent { memory, n_views: 0 }))
    }

    /// A view of the first `n` bytes of a buffer, which goes back to its pool with the last view.
    pub(crate) fn pooled(
        py: Python<'_>,
        buffer: Buffer,
        n: usize,
    ) -> PyResult<Bound<'_, PyMemoryView>> {
        let block = Bound::new(py, Self::new(Memory::Pooled(buffer, n)))?;
        PyMemoryView::from(block.as_any())
    }

    /// Lends `bytes` to `with`, and takes them back. Where a view is kept, its holder keeps the bytes, and
    /// `bytes` is a copy.
    pub(crate) fn lend<T>(
        py: Python<'_>,
        bytes: &mut Vec<u8>,
        with: impl FnOnce(&Bound<'_, Self>) -> PyResult<T>,
    ) -> PyResult<T> {
        let block = Bound::new(py, Self::new(Memory::Owned(Vec::new())))?;
        // Only now, as there is no error any longer that they could be lost in.
        block.get().lent().memory = Memory::Owned(mem::take(bytes));
        let result = with(&block);
        *bytes = block.get().take_back();
        result
    }

    /// A view of what is behind the first `start` bytes, which knows nothing of other views: that one is
    /// released does not concern the next.
    pub(crate) fn view_from<'py>(
        block: &Bound<'py, Self>,
        start: usize,
    ) -> PyResult<Bound<'py, PyAny>> {
        let view = PyMemoryView::from(block.as_any())?.into_any();
        match start {
            0 => Ok(view),
            _ => view.get_item(PySlice::new(block.py(), start.cast_signed(), isize::MAX, 1)),
        }
    }

    fn lent(&self) -> MutexGuard<'_, Lent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the bytes are and how many, for a view that is there from now on. It is counted before the
    /// interpreter hears of it, and the lock is let go of: whatever that runs may ask for views too.
    fn count_view(&self) -> (*mut c_void, isize) {
        let mut lent = self.lent();
        lent.n_views += 1;
        let bytes = lent.memory.bytes();
        (bytes.as_ptr().cast_mut().cast(), bytes.len().cast_signed())
    }

    fn take_back(&self) -> Vec<u8> {
        let mut lent = self.lent();
        let is_free = lent.n_views == 0;
        match &mut lent.memory {
            // Whoever asks this block for a view from now on sees nothing.
            Memory::Owned(bytes) if is_free => mem::take(bytes),
            memory => memory.bytes().to_vec(),
        }
    }
}

#[pymethods]
impl Block {
    /// # Safety
    /// The interpreter calls it, with a `view` to be filled in.
    unsafe fn __getbuffer__(
        slf: Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        let (start, len) = slf.get().count_view();
        const READ_ONLY: c_int = 1;
        // SAFETY: `view` is the interpreter's to be filled in. The bytes stay where and as they are while
        // it exists: the view keeps the block alive, and while one is counted it does not part with them.
        let filled =
            unsafe { ffi::PyBuffer_FillInfo(view, slf.as_ptr(), start, len, READ_ONLY, flags) };
        if filled != 0 {
            slf.get().lent().n_views -= 1;
            return Err(PyErr::fetch(slf.py()));
        }
        Ok(())
    }

    /// # Safety
    /// The interpreter calls it, once for each view.
    unsafe fn __releasebuffer__(&self, _view: *mut ffi::Py_buffer) {
        self.lent().n_views -= 1;
    }
}
