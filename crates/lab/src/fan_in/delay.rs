//! How late an item is delivered that comes alone, and what waiting for it costs.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::placement::Places;
use super::{Door, FanInSubject, Placement, Setting, Sink};
use crate::Fault;
use crate::Usage;

/// How long an item may be under way before it counts as lost.
const LOST: Duration = Duration::from_secs(10);

/// One item after another, at a distance.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct DelayPlan {
    /// How the subject is started.
    pub setting: Setting,
    /// From one item to the next: long enough for a consumer to fall asleep.
    pub distance: Duration,
    /// Items.
    pub items: u64,
}

impl DelayPlan {
    /// So many items, one every 10 ms.
    pub fn latency(setting: Setting, items: u64) -> Self {
        Self { setting, distance: Duration::from_millis(10), items }
    }

    /// The same without a linger: what is left is the way to a consumer that sleeps.
    pub fn wake(setting: Setting, items: u64) -> Self {
        Self::latency(Setting { linger: Duration::ZERO, ..setting }, items)
    }
}

/// How late items were.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Delay {
    /// Nanoseconds from before the push to the delivery, of each item in turn.
    pub delays_ns: Vec<u64>,
    /// The processor time of the process, as a share of one processor over the whole time.
    pub busy_fraction: f64,
    /// Whether the threads had the processors of the placement `apart`.
    pub is_pinned: bool,
}

/// Pushes item after item and stamps their deliveries.
///
/// # Errors
/// [`Fault::Wrong`] where an item does not come, [`Fault::Skipped`] where the system does not count.
pub fn delay<S: FanInSubject>(plan: &DelayPlan) -> Result<Delay, Fault> {
    thread::scope(|scope| scope.spawn(|| delay_here::<S>(plan)).join())
        .unwrap_or_else(|_| Err(Fault::Wrong("the subject panicked".to_owned())))
}

fn delay_here<S: FanInSubject>(plan: &DelayPlan) -> Result<Delay, Fault> {
    let places = Places::new(Placement::Apart);
    let consumer_is_pinned = places.take_consumer();
    let (sender, arrivals) = mpsc::channel();
    let sink: Box<dyn Sink> = Box::new(Stamps { next: 0, sender });
    let (doors, worker) = S::start(&plan.setting, sink);
    let producer_is_pinned = places.take_producer(0);
    let usage = || {
        Usage::now().map_err(|error| Fault::Skipped(format!("the system does not count: {error}")))
    };
    let (before, started) = (usage()?, Instant::now());
    let [mut door] = <[S::Door; 1]>::try_from(doors)
        .map_err(|_| Fault::Wrong("there is not one door for one producer".to_owned()))?;
    let mut delays_ns = Vec::new();
    for count in 0..plan.items {
        thread::sleep(plan.distance);
        let pushed = Instant::now();
        door.push(count);
        let arrived = arrivals
            .recv_timeout(LOST)
            .map_err(|_| Fault::Wrong(format!("item {count} did not come")))?;
        let arrived = arrived.ok_or_else(|| Fault::Wrong(format!("not item {count} came")))?;
        let delay = arrived.saturating_duration_since(pushed);
        delays_ns.push(u64::try_from(delay.as_nanos()).unwrap_or(u64::MAX));
    }
    let busy_s = usage()?.since(&before).cpu_s();
    let wall_s = started.elapsed().as_secs_f64();
    drop(door);
    worker.finish();
    Ok(Delay {
        delays_ns,
        busy_fraction: (busy_s / wall_s * 1e4).round() / 1e4,
        is_pinned: consumer_is_pinned && producer_is_pinned,
    })
}

/// Tells when an item came; none where it was not the next.
struct Stamps {
    next: u64,
    sender: mpsc::Sender<Option<Instant>>,
}

impl Sink for Stamps {
    fn one(&mut self, item: u64) {
        let stamp = (item == self.next).then(Instant::now);
        self.next += 1;
        // Nobody listens to a run that was given up.
        let _ = self.sender.send(stamp);
    }

    fn many(&mut self, items: &[u64]) {
        items.iter().for_each(|item| self.one(*item));
    }
}
