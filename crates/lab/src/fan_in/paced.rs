//! How late items are that come at a steady pace, as from a source that waits for nobody.
//!
//! Every item has a time at which it is to be pushed, from which its delay counts to its delivery. A producer that
//! is held up pushes the rest as fast as it can, and all of these are late: a stall is in the delay of everything
//! that it held up.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use super::placement::Places;
use super::tally::{Tally, item};
use super::{Door, FanInSubject, Placement, Setting, Sink};
use crate::curves::delays_in_ns;
use crate::{Fault, Usage, processors};

/// How long threads have until the first item.
const START: Duration = Duration::from_millis(50);
/// How long the worker may take to let go of its sink after it has ended.
const LET_GO: Duration = Duration::from_secs(10);

/// Producers that keep a pace.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct PacedPlan {
    /// How the subject is started.
    pub setting: Setting,
    /// Items a second, of all producers together.
    pub items_per_s: f64,
    /// How long items come.
    pub duration: Duration,
}

impl PacedPlan {
    /// A run of a subject in this setting.
    pub fn new(setting: Setting, items_per_s: f64, duration: Duration) -> Self {
        Self { setting, items_per_s, duration }
    }
}

/// How late items were.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Paced {
    /// Nanoseconds from when an item was to be pushed to its delivery.
    pub delays_ns: Histogram<u64>,
    /// Items that were pushed and delivered.
    pub items: u64,
    /// Seconds from when the first was to be pushed to the delivery of the last.
    pub wall_s: f64,
    /// What all threads used meanwhile, waiting for the time of an item included.
    pub usage: Usage,
    /// Whether the threads had the processors of the placement `apart`.
    pub is_pinned: bool,
}

/// Pushes items at their times, and sees how late they are delivered.
///
/// # Errors
/// [`Fault::Wrong`] where an item was lost, repeated or out of order, [`Fault::Skipped`] where producers, which
/// wait for the time of an item without sleeping, would have to share a processor.
pub fn paced<S: FanInSubject>(plan: &PacedPlan) -> Result<Paced, Fault> {
    thread::scope(|scope| scope.spawn(|| paced_here::<S>(plan)).join())
        .unwrap_or_else(|_| Err(Fault::Wrong("the subject panicked".to_owned())))
}

fn paced_here<S: FanInSubject>(plan: &PacedPlan) -> Result<Paced, Fault> {
    let PacedPlan { setting, items_per_s, duration } = *plan;
    let (producers, places) = (setting.producers, Places::new(Placement::Apart));
    let n_places = processors::all().len().saturating_sub(1).max(1);
    if producers > n_places {
        let why = format!("{producers} producers cannot keep a pace on {n_places} processors");
        return Err(Fault::Skipped(why));
    }
    let consumer_is_pinned = places.take_consumer();
    let (tally, told) = Tally::new(producers, S::IN_ORDER);
    let (teller, delays) = mpsc::channel();
    let times = Times { begin: Instant::now() + START, items_per_s, producers };
    let late = Late { tally, times, delays_ns: delays_in_ns(), teller };
    let (doors, worker) = S::start(&setting, late);
    let usage = || Usage::now().map_err(|error| Fault::Skipped(error.to_string()));
    let before = usage()?;
    let pushed: Vec<Pushed> = thread::scope(|scope| {
        let threads: Vec<_> = doors
            .into_iter()
            .enumerate()
            .map(|(number, door)| {
                let places = &places;
                scope.spawn(move || {
                    let is_pinned = places.take_producer(number);
                    Pushed { is_pinned, ..push(door, number, times, duration) }
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join()).collect::<Result<_, _>>()
    })
    .map_err(|_| Fault::Wrong("a producer panicked".to_owned()))?;
    worker.finish();
    let spent = usage()?.since(&before);
    let holds = |_| Fault::Wrong("the worker has ended and holds its sink".to_owned());
    let (told, delays_ns) =
        (told.recv_timeout(LET_GO).map_err(holds)?, delays.recv_timeout(LET_GO).map_err(holds)?);
    let counts: Vec<u64> = pushed.iter().map(|pushed| pushed.count).collect();
    if let Some(fault) = told.fault(&counts) {
        return Err(Fault::Wrong(fault));
    }
    if pushed.iter().any(|pushed| !pushed.was_in_time) {
        return Err(Fault::Skipped("a producer started after its first item was due".to_owned()));
    }
    Ok(Paced {
        delays_ns,
        items: told.count(),
        wall_s: told.finished.saturating_duration_since(times.begin).as_secs_f64(),
        usage: spent,
        is_pinned: consumer_is_pinned && pushed.iter().all(|pushed| pushed.is_pinned),
    })
}

/// When items are to be pushed. The producers take turns.
#[derive(Clone, Copy, Debug)]
struct Times {
    begin: Instant,
    items_per_s: f64,
    producers: usize,
}

impl Times {
    /// From the begin to the item of this count of a producer.
    fn after_begin(&self, producer: usize, count: u64) -> Duration {
        let nth = count * self.producers as u64 + producer as u64;
        Duration::from_nanos((nth as f64 / self.items_per_s * 1e9) as u64)
    }
}

/// What a producer did.
#[derive(Clone, Copy, Debug)]
struct Pushed {
    count: u64,
    /// Whether it was there before its first item was due.
    was_in_time: bool,
    is_pinned: bool,
}

fn push<D: Door>(mut door: D, producer: usize, times: Times, duration: Duration) -> Pushed {
    let was_in_time = Instant::now() <= times.begin;
    let mut count = 0;
    loop {
        let due = times.after_begin(producer, count);
        if due >= duration {
            // The door goes, and with it the consumer's reason to wait.
            return Pushed { count, was_in_time, is_pinned: false };
        }
        while Instant::now() < times.begin + due {
            std::hint::spin_loop();
        }
        door.push(item(producer, count));
        count += 1;
    }
}

/// A gate that also looks at the clock.
#[derive(Debug)]
struct Late {
    tally: Tally,
    times: Times,
    delays_ns: Histogram<u64>,
    teller: mpsc::Sender<Histogram<u64>>,
}

impl Late {
    fn note(&mut self, number: u64, now: Instant) {
        let (producer, count) = Tally::parts(number);
        let due = self.times.begin + self.times.after_begin(producer, count);
        let ns = now.saturating_duration_since(due).as_nanos();
        self.delays_ns.saturating_record(u64::try_from(ns).unwrap_or(u64::MAX));
    }
}

impl Sink for Late {
    fn one(&mut self, item: u64) {
        self.note(item, Instant::now());
        self.tally.one(item);
    }

    fn many(&mut self, items: &[u64]) {
        let now = Instant::now();
        items.iter().for_each(|item| self.note(*item, now));
        self.tally.many(items);
    }
}

impl Drop for Late {
    fn drop(&mut self) {
        // Nobody listens to a run that was given up.
        let _ = self.teller.send(std::mem::replace(&mut self.delays_ns, delays_in_ns()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fan_in::Worker;
    use crate::fan_in::subjects::batching::AnyBatcher;

    /// Hands an item over in the producer's own thread, and stops once for 50 ms.
    struct Stalls;

    struct StallingDoor<S>(S, u64);

    const STALL: Duration = Duration::from_millis(50);

    impl<S: Sink> Door for StallingDoor<S> {
        fn push(&mut self, item: u64) {
            let stalled = Instant::now();
            while self.1 == 100 && stalled.elapsed() < STALL {
                std::hint::spin_loop();
            }
            self.1 += 1;
            self.0.one(item);
        }
    }

    impl FanInSubject for Stalls {
        type Door = StallingDoor<Box<dyn Sink>>;

        fn start<S: Sink>(_: &Setting, sink: S) -> (Vec<Self::Door>, Worker) {
            (vec![StallingDoor(Box::new(sink), 0)], Worker::closing(|| ()))
        }
    }

    fn plan(items_per_s: f64) -> PacedPlan {
        let setting = Setting { linger: Duration::ZERO, ..Setting::new(1, 8_192) };
        PacedPlan::new(setting, items_per_s, Duration::from_millis(200))
    }

    #[test]
    fn stall_is_in_the_delay_of_all_that_it_held_up() {
        let paced = paced::<Stalls>(&plan(10_000.0)).expect("it runs");
        assert_eq!((paced.items, paced.delays_ns.len()), (2_000, 2_000));
        // 50 ms of 10,000 items a second are 500 that wait, the first longest and half of them 25 ms.
        let late = |ms: u64| paced.delays_ns.count_between(ms * 1_000_000, u64::MAX / 2);
        assert!((450..).contains(&late(4)), "{}", late(4));
        assert!((200..).contains(&late(25)), "{}", late(25));
        assert!(paced.delays_ns.max() >= 50_000_000);
    }

    #[test]
    fn every_item_of_a_batcher_has_its_delay() {
        type Spin = AnyBatcher<inrush_batch::comparators::SpinBatcher<u64>>;
        let paced = paced::<Spin>(&plan(100_000.0)).expect("it runs");
        assert_eq!((paced.items, paced.delays_ns.len()), (20_000, 20_000));
        assert!(paced.wall_s >= 0.199 && paced.delays_ns.value_at_quantile(0.5) > 0);
    }

    #[test]
    fn producers_that_would_share_a_processor_are_refused() {
        let mut plan = plan(1_000.0);
        plan.setting = Setting { producers: 10_000, ..plan.setting };
        assert!(matches!(paced::<Stalls>(&plan), Err(Fault::Skipped(why)) if why.contains("pace")));
    }
}
