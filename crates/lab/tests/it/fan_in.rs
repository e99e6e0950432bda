//! The gate before a flow counts: every subject passes it, and broken ones are named.

use std::ops::Range;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use inrush_batch::{Batching, PushError, Setting as Start};
use inrush_lab::fan_in::{
    AnyBatcher, DelayPlan, Door, FanInSubject, Flow, FlowPlan, GrowthPlan, Kind, Placement,
    SUBJECTS, Setting, Sink, Worker, delay, flow, growth,
};

/// Long enough for each of a few producers to begin.
const SHORT: Duration = Duration::from_millis(20);

/// So little room that producers wait for it.
fn setting(producers: usize) -> Setting {
    Setting::new(producers, 2048)
}

fn plan(producers: usize) -> FlowPlan {
    FlowPlan::new(setting(producers), Placement::Apart, SHORT)
}

#[test]
fn every_subject_passes_the_gate() {
    for subject in SUBJECTS {
        for producers in [1, 3] {
            let flow = (subject.flow)(&plan(producers));
            let Flow { items, overlap, jain, .. } =
                flow.unwrap_or_else(|fault| panic!("`{}`: {fault}", subject.name));
            assert!(items > 0, "`{}` moved nothing", subject.name);
            assert!((0.0..=1.0).contains(&overlap), "`{}`: {overlap}", subject.name);
            assert!(jain > 0.3 && jain <= 1.0, "`{}`: {jain}", subject.name);
        }
    }
}

#[test]
fn every_shared_subject_takes_many_threads() {
    let plan = FlowPlan::new(setting(50), Placement::Spread, SHORT);
    for subject in SUBJECTS.iter().filter(|subject| subject.kind != Kind::Handle) {
        let flow = (subject.flow)(&plan);
        let flow = flow.unwrap_or_else(|fault| panic!("`{}`: {fault}", subject.name));
        assert!(flow.items >= 50, "`{}`: {flow:?}", subject.name);
    }
}

#[test]
fn every_subject_that_can_delivers_a_lone_item() {
    let plan = DelayPlan::latency(setting(1), 2);
    for subject in SUBJECTS.iter().filter(|subject| subject.delivers_alone()) {
        let delay = (subject.delay)(&plan);
        let delay = delay.unwrap_or_else(|fault| panic!("`{}`: {fault}", subject.name));
        assert_eq!(delay.delays_ns.len(), 2, "`{}`", subject.name);
    }
}

#[test]
fn every_subject_outlives_a_slow_consumer() {
    let plan = GrowthPlan::new(setting(4), SHORT);
    for subject in
        SUBJECTS.iter().filter(|subject| !matches!(subject.kind, Kind::Control | Kind::Task))
    {
        let growth = (subject.growth)(&plan);
        let growth = growth.unwrap_or_else(|fault| panic!("`{}`: {fault}", subject.name));
        assert!(growth.items > 0, "`{}`: {growth:?}", subject.name);
    }
}

/// A batcher as simple as can be: a worker takes whatever a channel holds.
struct Simple {
    sender: Mutex<Option<SyncSender<u64>>>,
    worker: Mutex<Option<JoinHandle<u64>>>,
}

impl Batching<u64> for Simple {
    fn start(setting: Start, mut deliver: impl FnMut(&mut Vec<u64>) + Send + 'static) -> Self {
        let (sender, receiver) = sync_channel(setting.batch_size * setting.batches);
        let worker = thread::spawn(move || {
            let (mut batch, mut n) = (Vec::new(), 0);
            while let Ok(first) = receiver.recv() {
                batch.push(first);
                batch.extend(receiver.try_iter().take(setting.batch_size - 1));
                n += batch.len() as u64;
                deliver(&mut batch);
                batch.clear();
            }
            n
        });
        Self { sender: Mutex::new(Some(sender)), worker: Mutex::new(Some(worker)) }
    }

    fn push(&self, item: u64) -> Result<(), PushError<u64>> {
        let sender = self.sender.lock().expect("no panic").clone();
        let Some(sender) = sender else { return Err(PushError::Closed(item)) };
        sender.send(item).map_err(|unsent| PushError::Closed(unsent.0))
    }

    fn flush(&self) {}

    fn close(&self) -> u64 {
        drop(self.sender.lock().expect("no panic").take());
        let worker = self.worker.lock().expect("no panic").take();
        worker.map_or(0, |worker| worker.join().expect("no panic"))
    }
}

#[test]
fn anything_that_batches_is_a_subject() {
    let flow = flow::<AnyBatcher<Simple>>(&plan(3)).expect("it is whole");
    assert!(flow.items > 0, "{flow:?}");
    let delay = delay::<AnyBatcher<Simple>>(&DelayPlan::wake(setting(1), 2)).expect("it is whole");
    assert_eq!(delay.delays_ns.len(), 2);
    let growth =
        growth::<AnyBatcher<Simple>>(&GrowthPlan::new(setting(4), SHORT)).expect("it is whole");
    assert!(growth.items > 0, "{growth:?}");
}

/// A subject of which every other item waits for ever is no excuse for a hang of the test: it
/// shows that a burst is handed on as it was asked for.
#[test]
fn bursts_are_what_is_pushed() {
    struct Noted(Arc<Mutex<Vec<Range<u64>>>>);
    impl Door for Noted {
        fn push(&mut self, item: u64) {
            self.burst(item..item + 1);
        }
        fn burst(&mut self, items: Range<u64>) {
            self.0.lock().expect("no panic").push(items);
        }
    }
    struct Notes;
    impl FanInSubject for Notes {
        type Door = Noted;
        fn start<S: Sink>(setting: &Setting, mut sink: S) -> (Vec<Noted>, Worker) {
            let all: Vec<Arc<Mutex<Vec<Range<u64>>>>> =
                (0..setting.producers).map(|_| Arc::default()).collect();
            let doors = all.iter().map(|notes| Noted(Arc::clone(notes))).collect();
            let deliver = move || {
                for notes in all {
                    for items in notes.lock().expect("no panic").drain(..) {
                        sink.many(&items.collect::<Vec<_>>());
                    }
                }
            };
            (doors, Worker::closing(deliver))
        }
    }
    let plan = FlowPlan::new(setting(2), Placement::Apart, Duration::from_micros(100));
    flow::<Notes>(&plan).expect("all bursts are delivered");
}
