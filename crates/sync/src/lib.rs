//! Primitives for a hot path between threads.
//!
//! | item | what it is |
//! |---|---|
//! | [`SpinLock`], [`RawSpinLock`] | a lock for critical sections of nanoseconds, which parks in the end |
//! | [`BiasedLock`] | the same for what is mostly one thread's own: that thread pays two stores |
//! | [`YieldSpinLock`] | try-lock and yield, for comparison |
//! | [`Padded`] | a value on cache lines of its own |
//! | [`Backoff`] | how long to wait before giving the processor away |
//! | [`Event`] | parking and waking without a lost wake-up, for threads and tasks |
//! | [`lane`] | a queue from one thread to another without a read-modify-write per value |
//! | [`Slots`] | uninitialised places that threads fill and empty |
//! | [`barrier`] | a store-to-load barrier that costs nothing on the side that runs often |
//!
//! This is the only crate of the workspace that may use `unsafe`. Every module that shares memory
//! opens with its protocol: who owns what in which state, and every happens-before edge by name.
//! The models in `tests/loom/` check each edge.

pub mod barrier;

mod backoff;
mod biased;
mod event;
mod lane;
mod padded;
mod prefetch;
#[cfg(not(inrush_loom))]
mod raw_spin;
#[doc(hidden)]
pub mod shim;
mod slots;
mod spin;
mod yield_spin;

pub use backoff::Backoff;
pub use biased::{BiasedGuard, BiasedLock};
pub use event::{Event, Place};
pub use lane::{
    Answer, PushError, Pushed, Receiver as LaneReceiver, RecvError, SendError,
    Sender as LaneSender, Shape, Watch as LaneWatch, lane, try_lane,
};
pub use padded::{Alignment, Bytes, DEFAULT_PADDING, Padded};
#[cfg(not(inrush_loom))]
pub use raw_spin::RawSpinLock;
pub use slots::Slots;
pub use spin::{SpinGuard, SpinLock};
pub use yield_spin::{YieldSpinGuard, YieldSpinLock};
