//! Many producers to batches.
//!
//! Two front doors lead to one machine. A [`Producer`] owns a lane and pushes with one write of the
//! item and one of a length; [`Batcher::push`] takes items from any thread, and has a lane for each,
//! up to a limit, behind a lock that costs the lane's first thread two stores. A worker looks at the
//! lanes and hands over a batch when it is full or when its oldest item has lingered; or whoever holds
//! a [`Receiver`] comes for it.
//!
//! | promise | |
//! |---|---|
//! | order | items of one producer, or of one thread at the shared door, arrive as they were pushed; nothing is promised across producers |
//! | loss | every item is delivered, or comes back, or is counted: dropped by policy, failed in the callback, abandoned at the end |
//! | memory | lanes and batches are allocated once and used again |
//! | the end | closing wakes every push that waits, delivers what was published, and has a deadline |
//!
//! The [`comparators`] are other designs behind the same trait, [`Batching`], for those who want to
//! know what is faster where they are.
#![forbid(unsafe_code)]

pub mod comparators;

mod batch;
mod batcher;
mod batching;
mod behind_trait;
mod builder;
mod collector;
mod error;
mod full;
#[cfg(doctest)]
mod guide;
mod hub;
mod inlet;
mod metrics;
mod on_error;
mod options;
mod patience;
mod producer;
#[cfg(feature = "async")]
mod push_async;
mod receiver;
mod shared_door;
mod station;
mod worker;

pub use batch::{Batch, Cause};
pub use batcher::Batcher;
pub use batching::{Batching, Setting};
pub use builder::Builder;
pub use error::{CloseError, Closing, DeliverError, FlushError, ProducerError, PushError};
pub use metrics::{Batches, Metrics};
pub use on_error::{OnError, TakeFailed};
pub use options::{BuildError, Order, Wait, WhenFull};
pub use producer::Producer;
#[cfg(feature = "async")]
pub use push_async::PushAsync;
pub use receiver::{Receiver, RecvError};
