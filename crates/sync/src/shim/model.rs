//! The model: loom's types behind the same names.

pub use loom::sync::Arc;

/// Atomic types and fences.
pub mod atomic {
    pub use loom::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence};
}

/// Interior mutability, checked for races by loom.
pub mod cell {
    pub use loom::cell::UnsafeCell;
}

/// Mutual exclusion for the slow paths.
pub mod lock {
    pub use loom::sync::MutexGuard;
    use std::sync::TryLockError;

    /// loom's mutex with the interface of `parking_lot`'s.
    #[derive(Debug)]
    pub struct Mutex<T>(loom::sync::Mutex<T>);

    impl<T> Mutex<T> {
        /// An unlocked mutex that holds `value`.
        pub fn new(value: T) -> Self {
            Self(loom::sync::Mutex::new(value))
        }

        /// Locks; a panic of an earlier holder changes nothing.
        pub fn lock(&self) -> MutexGuard<'_, T> {
            self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
        }

        /// Locks if that is possible at once.
        pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
            match self.0.try_lock() {
                Ok(guard) => Some(guard),
                Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) => None,
            }
        }
    }
}

/// What a model supposes of the system.
pub mod system {
    use std::cell::Cell;

    thread_local! {
        // Of the real thread, in which all threads of a model run.
        static HAS_BARRIER: Cell<bool> = const { Cell::new(true) };
    }

    /// Whether the light side of a barrier needs no fence of its own.
    pub fn has_barrier() -> bool {
        HAS_BARRIER.get()
    }

    /// Runs models that suppose the opposite.
    pub fn without_barrier(run: impl FnOnce()) {
        HAS_BARRIER.set(false);
        run();
        HAS_BARRIER.set(true);
    }
}

/// A place that is filled once. That the standard library's keeps its word is not for a model to prove:
/// this one has a lock.
pub mod once {
    use std::cell::UnsafeCell;

    use super::lock::Mutex;

    /// The standard library's, as far as it is used.
    #[derive(Debug)]
    pub struct OnceLock<T> {
        is_set: Mutex<bool>,
        value: UnsafeCell<Option<T>>,
    }

    // SAFETY: the value is written once, with the lock held, and read behind a look under that lock
    // which found it written.
    unsafe impl<T: Send + Sync> Sync for OnceLock<T> {}

    impl<T> Default for OnceLock<T> {
        fn default() -> Self {
            Self { is_set: Mutex::new(false), value: UnsafeCell::new(None) }
        }
    }

    impl<T> OnceLock<T> {
        /// An empty place.
        pub fn new() -> Self {
            Self::default()
        }

        /// The value, if there is one.
        pub fn get(&self) -> Option<&T> {
            let is_set = *self.is_set.lock();
            if !is_set {
                return None;
            }
            // SAFETY: it is set, and nobody writes it again.
            unsafe { &*self.value.get() }.as_ref()
        }

        /// Fills the place.
        ///
        /// # Errors
        ///
        /// The value, where there is one already.
        pub fn set(&self, value: T) -> Result<(), T> {
            let mut is_set = self.is_set.lock();
            if *is_set {
                return Err(value);
            }
            // SAFETY: it is not set, so that nobody reads it, and the lock keeps others from writing.
            unsafe { *self.value.get() = Some(value) };
            *is_set = true;
            Ok(())
        }
    }
}

/// A bounded channel, as far as it is used without its own waiting: loom has none. That the standard
/// library's keeps its word is not for a model to prove.
pub mod channel {
    use std::collections::VecDeque;
    pub use std::sync::mpsc::TrySendError;

    use super::Arc;
    use super::lock::Mutex;

    /// The sending end.
    #[derive(Debug)]
    pub struct SyncSender<T>(Arc<Mutex<VecDeque<T>>>, usize);

    /// The receiving end.
    #[derive(Debug)]
    pub struct Receiver<T>(Arc<Mutex<VecDeque<T>>>);

    /// A channel for `bound` values.
    pub fn sync_channel<T>(bound: usize) -> (SyncSender<T>, Receiver<T>) {
        let queue = Arc::new(Mutex::new(VecDeque::new()));
        (SyncSender(Arc::clone(&queue), bound), Receiver(queue))
    }

    impl<T> SyncSender<T> {
        /// Sends if there is room.
        pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
            let mut queue = self.0.lock();
            if queue.len() == self.1 {
                return Err(TrySendError::Full(value));
            }
            queue.push_back(value);
            Ok(())
        }
    }

    impl<T> Receiver<T> {
        /// What there is, without waiting for more.
        pub fn try_iter(&self) -> impl Iterator<Item = T> {
            std::iter::from_fn(|| self.0.lock().pop_front())
        }
    }
}

/// Threads, and what a thread does while it waits.
pub mod thread {
    use std::time::Duration;

    pub use loom::thread::{Builder, JoinHandle, Thread, ThreadId, current, park, yield_now};

    /// loom has no clock: every timeout is over at once, after the others had a turn.
    pub fn park_timeout(_timeout: Duration) {
        yield_now();
    }

    /// Lets the others run.
    pub fn nap() {
        yield_now();
    }

    /// Lets the others run: nothing else can change what a spin loop waits for.
    pub fn spin_loop() {
        yield_now();
    }

    /// A number for this thread.
    pub fn ordinal() -> usize {
        use loom::sync::atomic::{AtomicUsize, Ordering::Relaxed};
        loom::lazy_static! {
            static ref NEXT: AtomicUsize = AtomicUsize::new(0);
        }
        loom::thread_local! {
            // ORDERING: Relaxed: the number only has to be unlike the others.
            static ORDINAL: usize = NEXT.fetch_add(1, Relaxed);
        }
        ORDINAL.with(|ordinal| *ordinal)
    }
}

/// How often a waiting thread pauses and yields before it parks: never. loom runs nobody twice in a
/// row over a yield, and shows a thread no old value again behind one, so that a model with a pause
/// would not reach all that can happen to a thread that parks.
pub mod patience {
    /// Rounds of pauses.
    pub const PAUSES: u32 = 0;
    /// Yields after the pauses.
    pub const YIELDS: u32 = 0;
    /// The round of pauses that a contended word begins with.
    pub const CONTENDED_FIRST: u32 = 0;
    /// Yields that a contended word is given besides.
    pub const CONTENDED_YIELDS: u32 = 0;
    /// Fruitless looks at the lanes before a worker sleeps.
    pub const LOOKS: u32 = 1;
    /// Spin hints between two of them.
    pub const LOOK_HINTS: u32 = 1;
}

/// Makes a constructor `const` where the types of the shim allow it: loom's do not.
#[macro_export]
#[doc(hidden)]
macro_rules! const_where_native {
    ($(#[$meta:meta])* $vis:vis fn $($rest:tt)*) => {
        $(#[$meta])* $vis fn $($rest)*
    };
}
