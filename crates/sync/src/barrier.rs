//! A store-to-load barrier that costs nothing on the side that runs often.
//!
//! Two threads that each store to one word and then load the other's word must not both miss the
//! other's store. A `fence(SeqCst)` between store and load on both sides sees to that; it costs the
//! often-running side some 20 cycles. Linux can put the whole cost on the other side: after
//! `membarrier(PRIVATE_EXPEDITED)` every running thread of the process has passed a full barrier,
//! so that the often-running side needs only to keep the compiler from moving its load.
//!
//! | edge      | from    | to      | carries                                              |
//! |-----------|---------|---------|------------------------------------------------------|
//! | `barrier` | `light` | `heavy` | what was stored before one, to loads behind the other |
//!
//! Proof sketch. With fences on both sides, one comes first in the order of all SeqCst fences, and
//! what is stored before it is seen by loads behind the later one. With `membarrier`, the call
//! interrupts every running thread of the process at some point of its program. A light side that
//! is interrupted before its load sees what was stored before the call; one that is interrupted
//! after its load had passed its store, which the barrier in the interrupt made visible. A thread
//! that does not run passes a full barrier in the scheduler. (membarrier(2); the guarantee is the
//! kernel's and lies outside the language's memory model. loom and Miri check the fences.)
//!
//! The barrier in use is fixed by the first heavy side, or by [`prepare`]. A light side that runs
//! before then uses the fence, which is right with either.

use crate::shim::atomic::{Ordering::SeqCst, fence};

/// The side that runs often: orders this thread's earlier stores before its later loads, as seen by
/// a thread that passes [`heavy`].
#[inline(always)]
pub fn light() {
    #[cfg(all(target_os = "linux", not(any(inrush_loom, miri))))]
    if expedited::is_registered() {
        return light_prepared();
    }
    // ORDERING: SeqCst, from-side of `barrier`, and its to-side when it comes second.
    fence(SeqCst);
}

/// Lets the light side do without a fence from here on, and returns whether the system can do that.
/// The first call in a process may take some milliseconds where other threads run.
pub fn prepare() -> bool {
    #[cfg(inrush_loom)]
    return crate::shim::system::has_barrier();
    #[cfg(all(target_os = "linux", not(any(inrush_loom, miri))))]
    return expedited::register();
    #[cfg(all(any(not(target_os = "linux"), miri), not(inrush_loom)))]
    false
}

/// As [`light`], for those who know that [`prepare`] has returned true. Where it has not, this is no
/// barrier.
#[inline(always)]
pub(crate) fn light_prepared() {
    // ORDERING: SeqCst, from-side of `barrier`, for the compiler; the kernel does the rest.
    #[cfg(not(inrush_loom))]
    crate::shim::atomic::compiler_fence(SeqCst);
    #[cfg(inrush_loom)]
    if crate::shim::system::has_barrier() {
        // ORDERING: SeqCst, from-side of `barrier`: what the kernel does, said to loom.
        fence(SeqCst);
    }
}

/// The side that runs rarely: orders this thread's earlier stores before its later loads, as seen
/// by a thread that passes [`light`]. Costs some microseconds where other threads run.
pub fn heavy() {
    #[cfg(all(target_os = "linux", not(any(inrush_loom, miri))))]
    if expedited::heavy() {
        return;
    }
    // ORDERING: SeqCst, to-side of `barrier`, and its from-side when it comes first.
    fence(SeqCst);
}

#[cfg(all(target_os = "linux", not(any(inrush_loom, miri))))]
mod expedited {
    use std::sync::OnceLock;

    use crate::shim::atomic::{AtomicBool, Ordering::Relaxed};
    use rustix::thread::{MembarrierCommand, membarrier};

    static REGISTERED: AtomicBool = AtomicBool::new(false);

    #[inline(always)]
    pub(super) fn is_registered() -> bool {
        // ORDERING: Relaxed: a stale `false` makes the caller use the fence, which is always right.
        REGISTERED.load(Relaxed)
    }

    /// Registers the process with the kernel, or returns false where there is no such barrier.
    pub(super) fn register() -> bool {
        static SUPPORTED: OnceLock<bool> = OnceLock::new();
        if !*SUPPORTED.get_or_init(ask_kernel) {
            return false;
        }
        // Written once: light sides read the line over and over.
        if !is_registered() {
            // ORDERING: Relaxed: whoever misses it uses the fence; no data is behind it.
            REGISTERED.store(true, Relaxed);
        }
        true
    }

    fn ask_kernel() -> bool {
        membarrier(MembarrierCommand::RegisterPrivateExpedited).is_ok()
    }

    /// Passes the barrier of the kernel, or returns false where there is none.
    pub(super) fn heavy() -> bool {
        if !register() {
            return false;
        }
        // A process that was forked off a registered one has to register again; light sides of it
        // may already rely on the kernel, so that there is no way back.
        if membarrier(MembarrierCommand::PrivateExpedited).is_err() {
            let again = ask_kernel() && membarrier(MembarrierCommand::PrivateExpedited).is_ok();
            assert!(again, "the kernel withdrew membarrier from a process that had registered");
        }
        true
    }
}
