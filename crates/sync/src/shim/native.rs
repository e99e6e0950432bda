//! The real thing.

pub use std::sync::Arc;

/// Atomic types and fences.
pub mod atomic {
    pub use core::sync::atomic::{
        AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering, compiler_fence, fence,
    };
}

/// Interior mutability.
pub mod cell {
    /// `core::cell::UnsafeCell`, reached by closures as loom's is.
    #[derive(Debug)]
    #[repr(transparent)]
    pub struct UnsafeCell<T>(core::cell::UnsafeCell<T>);

    impl<T> UnsafeCell<T> {
        /// A cell that holds `value`.
        pub const fn new(value: T) -> Self {
            Self(core::cell::UnsafeCell::new(value))
        }

        /// Calls `f` with a pointer to read through.
        #[inline(always)]
        pub fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
            f(self.0.get())
        }

        /// Calls `f` with a pointer to write through.
        #[inline(always)]
        pub fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
            f(self.0.get())
        }

        /// The value, once nobody shares the cell.
        pub fn into_inner(self) -> T {
            self.0.into_inner()
        }
    }
}

/// Mutual exclusion for the slow paths.
pub mod lock {
    pub use parking_lot::{Mutex, MutexGuard};
}

/// A place that is filled once.
pub mod once {
    pub use std::sync::OnceLock;
}

/// A bounded channel.
pub mod channel {
    pub use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
}

/// Threads, and what a thread does while it waits.
pub mod thread {
    use std::cell::Cell;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
    use std::time::Duration;

    pub use std::thread::{Builder, JoinHandle, Thread, ThreadId, current, park, yield_now};

    /// Blocks until the thread is unparked or the time is over; may return early.
    pub fn park_timeout(timeout: Duration) {
        std::thread::park_timeout(timeout);
    }

    /// Sleeps as briefly as it is worth.
    pub fn nap() {
        std::thread::sleep(Duration::from_micros(50));
    }

    /// Tells the processor that this is a spin loop.
    #[inline(always)]
    pub fn spin_loop() {
        core::hint::spin_loop();
    }

    /// A number for this thread: 0 for the first one that asks, 1 for the next, and so on.
    #[inline]
    pub fn ordinal() -> usize {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        thread_local! {
            static ORDINAL: Cell<usize> = const { Cell::new(usize::MAX) };
        }
        #[cold]
        fn first(ordinal: &Cell<usize>) -> usize {
            // ORDERING: Relaxed: the number only has to be unlike the others.
            ordinal.set(NEXT.fetch_add(1, Relaxed));
            ordinal.get()
        }
        ORDINAL.with(|ordinal| match ordinal.get() {
            usize::MAX => first(ordinal),
            number => number,
        })
    }
}

/// How often a waiting thread pauses and yields before it parks.
pub mod patience {
    /// Rounds of pauses; round `i` pauses up to `2^i` times.
    pub const PAUSES: u32 = 7;
    /// Yields after the pauses.
    pub const YIELDS: u32 = 4;
    /// The round of pauses that a contended word begins with.
    pub const CONTENDED_FIRST: u32 = 6;
    /// Yields that a contended word is given besides.
    pub const CONTENDED_YIELDS: u32 = 996;
    /// Fruitless looks at the lanes before a worker sleeps.
    pub const LOOKS: u32 = 16;
    /// Spin hints between two of them.
    pub const LOOK_HINTS: u32 = 32;
}

/// Makes a constructor `const` where the types of the shim allow it.
#[macro_export]
#[doc(hidden)]
macro_rules! const_where_native {
    ($(#[$meta:meta])* $vis:vis fn $($rest:tt)*) => {
        $(#[$meta])* $vis const fn $($rest)*
    };
}
