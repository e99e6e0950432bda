//! The subjects by name.
//!
//! To add one: a file in `subjects`, which implements [`FanInSubject`], and a line here.

use std::fmt;

use inrush_batch::comparators::{ChannelBatcher, MutexBatcher, SlotBatcher, SpinBatcher};

use super::delay::{Delay, DelayPlan, delay};
use super::flow::{Flow, FlowPlan, flow, task_flow};
use super::growth::{Growth, GrowthPlan, growth};
use super::paced::{Paced, PacedPlan, paced};
use super::subjects::batch_channel::BatchChannel;
use super::subjects::batcher::{OwnLane, OwnLaneMany, OwnLaneOfTask, SharedDoor};
use super::subjects::batching::AnyBatcher;
use super::subjects::controls::{Call, OneAtomic, OwnAtomic, OwnSum};
use super::subjects::crossbeam::Crossbeam;
use super::subjects::crossfire::Crossfire;
use super::subjects::disruptor::Disruptor;
use super::subjects::flume::{Flume, FlumeTasks};
use super::subjects::kanal::{Kanal, KanalDrain, KanalTasks};
use super::subjects::lanes::Lanes;
use super::subjects::locked_vec::LockedVec;
use super::subjects::rtrb_lanes::RtrbLanes;
use super::subjects::staged_vec::StagedVec;
use super::subjects::std_sync::StdSync;
use super::subjects::swap_buffer::SwapBuffer;
use super::subjects::thingbuf::ThingBuf;
use super::subjects::tokio_mpsc::TokioMpsc;
use super::{FanInSubject, TaskSubject};
use crate::Fault;

/// What the doors of a subject are like, which says what is measured of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Hands nothing over: items a second only.
    Control,
    /// A lane or a place in a list for each door: as many producers as a program has parts.
    Handle,
    /// One queue for all: as many producers as a program has threads.
    Shared,
    /// Pushes from tasks.
    Task,
}

/// Half a MiB of items.
const ROOMY: usize = 65_536;
/// As much as lies in the first cache, twice.
const SNUG: usize = 8_192;

/// A subject under its name.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Subject {
    /// The subject's name in samples and tables.
    pub name: &'static str,
    /// What is measured of it.
    pub kind: Kind,
    /// The items that a producer gives away together. An item that waits for others does not arrive
    /// by itself.
    pub at_once: usize,
    /// The items for which there is room: the faster of 64 Ki and 8 Ki at four producers, as far
    /// as that could be told.
    pub room: usize,
    /// Whether it is of this workspace.
    pub is_ours: bool,
    /// Whether items wait for others, as batch and linger say.
    pub gathers: bool,
    /// Measures items a second.
    pub flow: fn(&FlowPlan) -> Result<Flow, Fault>,
    /// Measures how late items are delivered.
    pub delay: fn(&DelayPlan) -> Result<Delay, Fault>,
    /// Measures how late items are that come at a pace.
    pub paced: fn(&PacedPlan) -> Result<Paced, Fault>,
    /// Measures what memory grows by.
    pub growth: fn(&GrowthPlan) -> Result<Growth, Fault>,
}

impl Subject {
    pub(super) const fn new<S: FanInSubject>(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            at_once: S::AT_ONCE,
            room: ROOMY,
            is_ours: false,
            gathers: S::GATHERS,
            flow: flow::<S>,
            delay: delay::<S>,
            paced: paced::<S>,
            growth: growth::<S>,
        }
    }

    const fn of_tasks<S: TaskSubject>(name: &'static str) -> Self {
        fn not_asked<P, R>(_: &P) -> Result<R, Fault> {
            Err(Fault::Skipped("it is measured by its flow alone".to_owned()))
        }
        Self {
            name,
            kind: Kind::Task,
            at_once: 1,
            room: ROOMY,
            is_ours: false,
            gathers: S::GATHERS,
            flow: task_flow::<S>,
            delay: not_asked,
            paced: not_asked,
            growth: not_asked,
        }
    }

    const fn snug(self) -> Self {
        Self { room: SNUG, ..self }
    }

    pub(super) const fn ours(self) -> Self {
        Self { is_ours: true, ..self }
    }

    /// The subject of this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        SUBJECTS.iter().find(|subject| subject.name == name)
    }

    /// Whether an item arrives though none follows it.
    pub fn delivers_alone(&self) -> bool {
        !matches!(self.kind, Kind::Control | Kind::Task) && self.at_once == 1
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Every subject, in the order of the tables.
pub const SUBJECTS: &[Subject] = &[
    Subject::new::<OwnSum>("own-sum", Kind::Control),
    Subject::new::<OwnAtomic>("own-atomic", Kind::Control),
    Subject::new::<OneAtomic>("one-atomic", Kind::Control),
    Subject::new::<Call>("call", Kind::Shared).snug(),
    Subject::new::<Crossbeam>("crossbeam", Kind::Shared).snug(),
    Subject::new::<StdSync>("std-sync", Kind::Shared),
    Subject::new::<Flume>("flume", Kind::Shared),
    Subject::new::<Kanal>("kanal", Kind::Shared),
    Subject::new::<KanalDrain>("kanal-drain", Kind::Shared).snug(),
    Subject::new::<Crossfire>("crossfire", Kind::Shared),
    Subject::new::<ThingBuf>("thingbuf", Kind::Shared).snug(),
    Subject::new::<BatchChannel<1>>("batch-channel", Kind::Shared),
    Subject::new::<BatchChannel<64>>("batch-channel-64", Kind::Shared),
    Subject::new::<SwapBuffer<1>>("swap-buffer", Kind::Shared),
    Subject::new::<SwapBuffer<64>>("swap-buffer-64", Kind::Shared),
    Subject::new::<Disruptor<1>>("disruptor", Kind::Handle),
    Subject::new::<Disruptor<64>>("disruptor-64", Kind::Handle),
    Subject::new::<LockedVec>("locked-vec", Kind::Shared).snug(),
    Subject::new::<StagedVec<64>>("staged-vec-64", Kind::Shared).snug(),
    Subject::new::<StagedVec<256>>("staged-vec-256", Kind::Shared).snug(),
    Subject::new::<RtrbLanes<1>>("rtrb-lanes", Kind::Handle),
    Subject::new::<RtrbLanes<64>>("rtrb-lanes-64", Kind::Handle),
    Subject::new::<Lanes<1>>("lanes", Kind::Handle).ours(),
    Subject::new::<Lanes<64>>("lanes-64", Kind::Handle).ours(),
    Subject::new::<AnyBatcher<SpinBatcher<u64>>>("spin-batcher", Kind::Shared).ours(),
    Subject::new::<AnyBatcher<ChannelBatcher<u64>>>("channel-batcher", Kind::Shared).ours(),
    Subject::new::<AnyBatcher<MutexBatcher<u64>>>("mutex-batcher", Kind::Shared).ours(),
    Subject::new::<AnyBatcher<SlotBatcher<u64, 0>>>("slot-batcher-0", Kind::Shared).ours(),
    Subject::new::<AnyBatcher<SlotBatcher<u64, 128>>>("slot-batcher-128", Kind::Shared).ours(),
    Subject::new::<SharedDoor>("shared-door", Kind::Shared).ours(),
    Subject::new::<OwnLane<true, 1>>("producer-spin", Kind::Handle).ours(),
    Subject::new::<OwnLane<true, 64>>("producer-spin-64", Kind::Handle).ours(),
    Subject::new::<OwnLane<false, 1>>("producer-park", Kind::Handle).ours(),
    Subject::new::<OwnLane<false, 64>>("producer-park-64", Kind::Handle).ours(),
    Subject::new::<OwnLaneMany<64>>("producer-many-64", Kind::Handle).ours(),
    Subject::of_tasks::<TokioMpsc>("tokio-mpsc"),
    Subject::of_tasks::<FlumeTasks>("flume-async"),
    Subject::of_tasks::<KanalTasks>("kanal-async"),
    Subject::of_tasks::<SharedDoor>("shared-door-async").ours(),
    Subject::of_tasks::<OwnLaneOfTask>("producer-async").ours(),
];
