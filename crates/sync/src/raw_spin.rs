//! [`SpinLock`](crate::SpinLock)'s lock as a drop-in for whatever is generic over `lock_api`.

use crate::spin::Spin;

/// The lock of [`SpinLock`](crate::SpinLock) without a value, for `lock_api`.
///
/// ```
/// type Mutex<T> = lock_api::Mutex<inrush_sync::RawSpinLock, T>;
///
/// static TOTAL: Mutex<u32> = Mutex::new(40);
/// *TOTAL.lock() += 2;
/// assert_eq!(*TOTAL.lock(), 42);
/// ```
#[derive(Debug)]
pub struct RawSpinLock(Spin);

// SAFETY: `Spin` lets one thread in at a time; taking it acquires and freeing it releases. It
// neither panics nor keeps anything that would be left behind by a move or a drop while taken.
unsafe impl lock_api::RawMutex for RawSpinLock {
    const INIT: Self = Self(Spin::new());

    type Guard = lock_api::GuardNoSend;

    #[inline]
    fn lock(&self) -> Self::Guard {
        self.0.lock();
        lock_api::GuardNoSend::new()
    }

    #[inline]
    fn try_lock(&self) -> Option<Self::Guard> {
        self.0.try_lock().then(lock_api::GuardNoSend::new)
    }

    #[inline]
    unsafe fn unlock(&self, _guard: Self::Guard) {
        self.0.unlock();
    }

    #[inline]
    fn is_locked(&self) -> bool {
        self.0.is_locked()
    }
}
