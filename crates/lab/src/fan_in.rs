//! How many items a second go from many producers to one consumer, and what does one cost?
//!
//! | | |
//! |---|---|
//! | subjects | [`SUBJECTS`]: three controls, a bare call, peers from the registry, locks around a vector, ours |
//! | cells | 1 to 16 producers beside the consumer's processor; 2 to 10,000 threads over all; as many tasks |
//! | measured | items a second, processor time of an item, context switches, allocations |
//! | beside | items alone or at a pace: how late they are; a slow consumer: what memory grows by |
//! | verified | in every sample each item, once and in its producer's order; that all producers were at work together |
//!
//! Its models are [`ManyToOne`], [`Delays`], [`PacedItems`] and [`SlowConsumer`].
//!
//! A subject implements [`FanInSubject`] in a file of its own and has a line in the list. Every peer
//! that was looked at builds with the compiler of this workspace; `disruptor` is measured with its
//! producer for many even where there is one, `nexus-queue` is not measured beside `rtrb`, which is
//! the same design, and the Go batcher that these designs began with cannot be a dependency.

mod delay;
mod flow;
mod growth;
mod model;
mod named;
mod paced;
mod placement;
mod registry;
mod subject;
mod subjects;
mod sweep;
mod tally;
mod tasks;
mod threads;
mod waiting;

pub use delay::{Delay, DelayPlan, delay};
pub use flow::{Flow, FlowPlan, flow};
pub use growth::{Growth, GrowthPlan, growth};
pub use model::{Delays, ManyToOne, PacedItems, SlowConsumer};
pub use paced::{Paced, PacedPlan, paced};
pub use placement::Placement;
pub use registry::{Kind, SUBJECTS, Subject};
pub use subject::{Door, FanInSubject, Setting, Sink, TaskDoor, TaskSubject, Worker};
pub use subjects::batching::{AnyBatcher, BatcherDoor};
