//! Batchers as one would write them without lanes: for comparison, and to learn from.
//!
//! | design | an item goes | a producer that finds no room |
//! |---|---|---|
//! | [`SpinBatcher`] | into the current buffer, behind a lock that tries and yields | waits for an empty buffer behind a mutex |
//! | [`ChannelBatcher`] | through a bounded channel | waits until the worker has emptied a place |
//! | [`MutexBatcher`] | into the current buffer, behind a mutex | waits for an empty buffer |
//! | [`SlotBatcher`] | into a place that it reserved with one `fetch_add` | waits for an empty block |
//!
//! All keep the promises of [`Batching`](crate::Batching), allocate no batch after the start as long
//! as `deliver` leaves them the vector's memory, and hand batches to one thread of their own. They
//! are as good as their design allows: none waits with a lock taken that others spin for, and none
//! is woken for each item.
//!
//! ```
//! use std::sync::{Arc, Mutex};
//! use inrush_batch::{Batching, Setting, comparators::MutexBatcher};
//!
//! let sum = Arc::new(Mutex::new(0));
//! let batcher = MutexBatcher::start(Setting::default(), {
//!     let sum = Arc::clone(&sum);
//!     move |batch: &mut Vec<u64>| *sum.lock().unwrap() += batch.iter().sum::<u64>()
//! });
//! std::thread::scope(|scope| {
//!     for _ in 0..4 {
//!         scope.spawn(|| (0..100).for_each(|i| batcher.push(i).expect("it is open")));
//!     }
//! });
//! assert_eq!(batcher.close(), 400);
//! assert_eq!(*sum.lock().unwrap(), 4 * 4950);
//! ```

mod channel;
mod filling;
mod gate;
mod mutex;
mod patience;
mod slot;
mod spin;
mod worker;

pub use channel::ChannelBatcher;
pub use mutex::MutexBatcher;
pub use slot::{Reservation, ReserveError, SlotBatcher};
pub use spin::SpinBatcher;

/// The designs without their threads, for models. No interface.
#[doc(hidden)]
pub mod cores {
    pub use super::channel::{Intake as ChannelCore, Taker as ChannelSource};
    pub use super::gate::{Gate, Inside};
    pub use super::mutex::{Desk as MutexCore, Taker as MutexSource};
    pub use super::slot::{Collector as SlotSource, Place, Refusal, Ring as SlotCore};
    pub use super::spin::{Front as SpinCore, Taker as SpinSource};
    pub use super::worker::Source;
}
