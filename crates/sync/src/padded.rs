//! A value that shares no cache line with its neighbours.

use core::ops::{Deref, DerefMut};

/// The padding that suits the target, in bytes.
///
/// 128 where the prefetcher fetches lines in pairs (x86-64) or lines are that long (Apple's
/// aarch64, big POWER cores), 256 on s390x, 64 elsewhere; the same choice as
/// `crossbeam_utils::CachePadded`'s, but for 64 instead of 32 on small 32-bit targets.
pub const DEFAULT_PADDING: usize = if cfg!(target_arch = "s390x") {
    256
} else if cfg!(any(
    target_arch = "x86_64",
    target_arch = "aarch64",
    target_arch = "arm64ec",
    target_arch = "powerpc64"
)) {
    128
} else {
    64
};

/// Names an alignment. Implemented for 0, 64, 128 and 256.
#[derive(Clone, Copy, Debug)]
pub struct Bytes<const N: usize>;

/// An alignment that [`Padded`] knows.
pub trait Alignment: sealed::Sealed {
    /// A type of no size with that alignment.
    type Marker: Copy + core::fmt::Debug + Default + Send + Sync;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! alignments {
    ($($bytes:literal $name:ident $align:literal),*) => { $(
        /// No bytes, aligned.
        #[derive(Clone, Copy, Debug, Default)]
        #[repr(align($align))]
        pub struct $name;
        impl sealed::Sealed for Bytes<$bytes> {}
        impl Alignment for Bytes<$bytes> {
            type Marker = $name;
        }
    )* };
}
alignments!(0 Unpadded 1, 64 Aligned64 64, 128 Aligned128 128, 256 Aligned256 256);

/// Aligns a value to `N` bytes, and so makes its size a multiple of `N`: writers of two neighbours
/// do not fight for one cache line. `N` is 0 (no padding, for comparison), 64, 128 or 256.
///
/// ```
/// use inrush_sync::Padded;
///
/// let counters = [Padded::<u64, 128>::new(0), Padded::new(0)];
/// let [a, b] = [&raw const *counters[0], &raw const *counters[1]];
/// assert_eq!(b.addr() - a.addr(), 128);
/// assert_eq!(size_of::<Padded<u64, 0>>(), 8);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Padded<T, const N: usize = DEFAULT_PADDING>
where
    Bytes<N>: Alignment,
{
    align: <Bytes<N> as Alignment>::Marker,
    value: T,
}

impl<T, const N: usize> Padded<T, N>
where
    Bytes<N>: Alignment,
{
    /// Pads `value`.
    pub fn new(value: T) -> Self {
        Self { align: Default::default(), value }
    }

    /// The value without its padding.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T, const N: usize> Deref for Padded<T, N>
where
    Bytes<N>: Alignment,
{
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T, const N: usize> DerefMut for Padded<T, N>
where
    Bytes<N>: Alignment,
{
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

#[cfg(test)]
mod tests {
    use super::{DEFAULT_PADDING, Padded};

    #[test]
    fn each_padding_sets_size_and_alignment() {
        assert_eq!((size_of::<Padded<u8, 0>>(), align_of::<Padded<u8, 0>>()), (1, 1));
        assert_eq!((size_of::<Padded<u8, 64>>(), align_of::<Padded<u8, 64>>()), (64, 64));
        assert_eq!((size_of::<Padded<u8, 128>>(), align_of::<Padded<u8, 128>>()), (128, 128));
        assert_eq!((size_of::<Padded<u8, 256>>(), align_of::<Padded<u8, 256>>()), (256, 256));
        assert_eq!(align_of::<Padded<u8>>(), DEFAULT_PADDING);
    }
}
