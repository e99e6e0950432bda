//! The threads of the producers: all there before the first item, all at work until the last.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{RwLock, mpsc};
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use super::Door;
use super::placement::Places;
use super::tally::item;
use crate::Fault;

/// Threads have little on their stacks, and there may be 10,000 of them.
const STACK_BYTES: usize = 128 * 1024;
/// How long threads may take to start.
const START: Duration = Duration::from_secs(60);
/// More producers are many.
const FEW: usize = 16;
/// The items that a producer pushes between two looks at the flag that ends it.
const BURST: u64 = 256;
/// The same where producers are many and wait for one another: those of a burst at least that their
/// design hands over at once.
pub(super) const SHORT_BURST: u64 = 16;
/// The items that a producer pushes between two looks at the clock: who sets the flag may have to
/// wait for a processor behind hundreds of producers.
const BETWEEN_LOOKS: u64 = 1024;

/// What producers are to do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shift<'a> {
    /// Where they run.
    pub(super) places: &'a Places,
    /// How long they push.
    pub(super) duration: Duration,
    /// The items that one hands over together.
    pub(super) at_once: usize,
}

/// What all producers did.
#[derive(Clone, Debug)]
pub(super) struct Crew {
    /// When they were let go, all having pushed their first item.
    pub(super) go: Instant,
    /// What each did.
    pub(super) producers: Vec<Produced>,
}

/// What a producer did.
#[derive(Clone, Copy, Debug)]
pub(super) struct Produced {
    /// Before its first push.
    pub(super) first: Instant,
    /// After its last.
    pub(super) last: Instant,
    /// The items that it pushed.
    pub(super) count: u64,
    /// Whether it had a processor to itself or to share, as asked for.
    pub(super) is_pinned: bool,
}

/// Moves each door to a thread of its own. When every thread has pushed one item, calls `before`,
/// lets all push as fast as they can, and calls `meanwhile`, which may take as long as they push.
///
/// A producer looks whether it is to end after a number of pushes, so that one which is kept waiting,
/// or whose turn it is not, ends later, and not before.
pub(super) fn produce<D: Door, T>(
    doors: Vec<D>,
    shift: Shift<'_>,
    before: impl FnOnce() -> T,
    meanwhile: &mut dyn FnMut(),
) -> Result<(T, Crew), Fault> {
    let n = doors.len();
    let is_few = n <= FEW;
    let line = StartLine { duration: shift.duration, is_few, ..StartLine::default() };
    let burst = if is_few { BURST } else { SHORT_BURST.max(shift.at_once as u64) };
    thread::scope(|scope| {
        let mut may_begin = line.may_begin.write().expect("nobody panics with the lock");
        let may_go = line.may_go.write().expect("nobody panics with the lock");
        let (ready, readies) = mpsc::channel();
        let mut threads = Vec::with_capacity(n);
        let mut refusal = None;
        for (producer, door) in doors.into_iter().enumerate() {
            let (line, ready) = (&line, ready.clone());
            let run = move || {
                let is_pinned = shift.places.take_producer(producer);
                // The other end waits as long as threads may take.
                let _ = ready.send(());
                drop(ready);
                line.run(door, producer, burst, is_pinned)
            };
            match thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, run) {
                Ok(thread) => threads.push(thread),
                Err(error) => {
                    let at = producer + 1;
                    refusal = Some(format!("thread {at} of {n} did not start: {error}"));
                    break;
                }
            }
        }
        drop(ready);
        let started = Instant::now();
        let is_there =
            |_: &usize| readies.recv_timeout(START.saturating_sub(started.elapsed())).is_ok();
        let there = (0..threads.len()).take_while(is_there).count();
        if refusal.is_none() && there < n {
            refusal = Some(format!("{there} of {n} threads started"));
        }
        *may_begin = refusal.is_none();
        drop(may_begin);
        let went = refusal.is_none().then(|| {
            line.wait_for(&threads);
            let before = before();
            let go = Instant::now();
            drop(may_go);
            meanwhile();
            thread::sleep(shift.duration.saturating_sub(go.elapsed()));
            (before, go)
        });
        // ORDERING: Relaxed, as the flag alone is the message.
        line.is_over.store(true, Ordering::Relaxed);
        let ended: Vec<_> = threads.into_iter().map(ScopedJoinHandle::join).collect();
        let Some((before, go)) = went else {
            return Err(Fault::Skipped(refusal.unwrap_or_default()));
        };
        let producers: Option<Vec<Produced>> =
            ended.into_iter().map(|ended| ended.ok().flatten()).collect();
        let producers = producers.ok_or_else(|| Fault::Wrong("a producer panicked".to_owned()))?;
        Ok((before, Crew { go, producers }))
    })
}

/// What the threads share.
#[derive(Debug, Default)]
struct StartLine {
    /// Locked for writing until all are there; then whether they may begin.
    may_begin: RwLock<bool>,
    /// Locked for writing until all have begun.
    may_go: RwLock<()>,
    n_begun: AtomicUsize,
    is_over: AtomicBool,
    duration: Duration,
    /// Each then pushes something, however short the time is.
    is_few: bool,
}

impl StartLine {
    /// The life of a producer; none where it never began.
    fn run<D: Door>(
        &self,
        mut door: D,
        producer: usize,
        burst: u64,
        is_pinned: bool,
    ) -> Option<Produced> {
        if !*self.may_begin.read().expect("nobody panics with the lock") {
            return None;
        }
        let first = Instant::now();
        door.push(item(producer, 0));
        // ORDERING: Relaxed: the number alone is the message.
        self.n_begun.fetch_add(1, Ordering::Relaxed);
        drop(self.may_go.read().expect("nobody panics with the lock"));
        let go = Instant::now();
        let mut count = 1;
        loop {
            // ORDERING: Relaxed, as the flag alone is the message.
            let is_over = self.is_over.load(Ordering::Relaxed);
            if is_over && (count > 1 || !self.is_few) {
                break;
            }
            push_all(&mut door, item(producer, count)..item(producer, count + burst));
            count += burst;
            if count % BETWEEN_LOOKS < burst && go.elapsed() >= self.duration {
                // ORDERING: Relaxed, as the flag alone is the message.
                self.is_over.store(true, Ordering::Relaxed);
            }
        }
        drop(door);
        Some(Produced { first, last: Instant::now(), count, is_pinned })
    }

    /// Waits until all producers have begun, or one never will: a subject may panic at its first item.
    fn wait_for<T>(&self, producers: &[ScopedJoinHandle<'_, T>]) {
        let is_lost = || producers.iter().any(ScopedJoinHandle::is_finished);
        // ORDERING: Relaxed: the number alone is the message.
        while self.n_begun.load(Ordering::Relaxed) < producers.len() && !is_lost() {
            thread::sleep(Duration::from_micros(200));
        }
    }
}

/// A function of its own for each kind of door, so that what surrounds the loop does not change it.
#[inline(never)]
fn push_all<D: Door>(door: &mut D, items: Range<u64>) {
    door.burst(items);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fan_in::placement::Placement;

    /// As of a subject whose consumer has panicked before the producer's first item.
    #[derive(Debug)]
    struct Shut;

    impl Door for Shut {
        fn push(&mut self, _: u64) {
            panic!("a door that is meant to be shut");
        }
    }

    #[test]
    fn a_producer_that_never_begins_is_a_fault_and_nobody_waits_for_it() {
        let places = Places::new(Placement::Spread);
        let shift = Shift { places: &places, duration: Duration::ZERO, at_once: 1 };
        let made = produce(vec![Shut, Shut], shift, || (), &mut || ());
        assert_eq!(made.err(), Some(Fault::Wrong("a producer panicked".to_owned())));
    }
}
