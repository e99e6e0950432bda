//! Threads that make objects at the same time, in one process or in each of several.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::subject::{NextObject, Objects};
use crate::{Usage, processors};

/// How many bytes are made at least between two looks at the clock.
const BETWEEN_LOOKS: usize = 256 << 10;

/// What makes objects.
pub(super) type MakeObjects = fn(&Objects) -> Result<NextObject>;

/// What threads of a process made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Made {
    /// A thread each.
    pub(super) turns: Vec<Turn>,
    /// Seconds of processor time of all.
    pub(super) cpu_s: f64,
}

/// What a thread made, and when by the clock that all processes have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Turn {
    bytes: u64,
    began_ns: u64,
    ended_ns: u64,
}

/// What threads of one process or of several made together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Together {
    pub(super) bytes: u64,
    /// From the first beginning to the last end.
    pub(super) wall_s: f64,
    /// The share of that in which as many as there are processors were at work, or all.
    pub(super) overlap: f64,
}

/// Lets so many threads make objects until `duration` is over. Each makes one beforehand, which is
/// checked and does not count; then `go` is called, and all begin.
pub(super) fn make(
    objects: MakeObjects,
    wanted: Objects,
    threads: usize,
    duration: Duration,
    go: impl FnOnce() -> Result<()>,
) -> Result<Made> {
    let places = if threads > 1 { processors::all() } else { Vec::new() };
    let (ready, start) = (Barrier::new(threads + 1), Barrier::new(threads + 1));
    let anchor = Anchor::new()?;
    let life = |number: usize| -> Result<Turn> {
        if let Some(&processor) = number.checked_rem(places.len()).and_then(|at| places.get(at)) {
            processors::pin(processor);
        }
        let thread = wanted.thread + number as u64;
        let first = objects(&Objects { thread, ..wanted }).and_then(|mut next| {
            next()?;
            Ok(next)
        });
        // Also with nothing to do: the others wait for all.
        ready.wait();
        start.wait();
        let mut next = first?;
        let at_once = (BETWEEN_LOOKS / wanted.object_bytes.max(1)).max(1);
        let (began, mut bytes) = (Instant::now(), 0);
        loop {
            for _ in 0..at_once {
                bytes += next()?;
            }
            let now = Instant::now();
            if now.duration_since(began) >= duration {
                break Ok(Turn { bytes, began_ns: anchor.ns(began), ended_ns: anchor.ns(now) });
            }
        }
    };
    thread::scope(|scope| {
        let life = &life;
        let spawned: Vec<_> = (0..threads).map(|i| scope.spawn(move || life(i))).collect();
        ready.wait();
        let went = go();
        let before = Usage::now().context("read the usage of the process");
        start.wait();
        let joined = spawned.into_iter().map(|thread| thread.join().expect("no subject panics"));
        let turns = joined.collect::<Result<Vec<Turn>>>()?;
        went?;
        let usage = Usage::now().context("read the usage of the process")?.since(&before?);
        Ok(Made { turns, cpu_s: usage.cpu_s() })
    })
}

impl Together {
    /// Of the threads of all processes on so many processors; none where there are no threads.
    pub(super) fn of<'m>(
        made: impl IntoIterator<Item = &'m Made>,
        processors: usize,
    ) -> Option<Self> {
        let turns: Vec<Turn> = made.into_iter().flat_map(|made| made.turns.clone()).collect();
        let first = turns.iter().map(|turn| turn.began_ns).min()?;
        let last = turns.iter().map(|turn| turn.ended_ns).max()?;
        let all_ns = last.saturating_sub(first);
        let together_ns = together_ns(&turns, processors.clamp(1, turns.len()));
        Some(Self {
            bytes: turns.iter().map(|turn| turn.bytes).sum(),
            wall_s: all_ns as f64 / 1e9,
            overlap: if all_ns > 0 { together_ns as f64 / all_ns as f64 } else { 0.0 },
        })
    }
}

/// How long at least `enough` were at work.
fn together_ns(turns: &[Turn], enough: usize) -> u64 {
    let begins = turns.iter().map(|turn| (turn.began_ns, 1));
    let mut events: Vec<(u64, i64)> =
        begins.chain(turns.iter().map(|turn| (turn.ended_ns, -1))).collect();
    events.sort_unstable();
    let (mut at_work, mut since, mut together) = (0, 0, 0);
    for (at, change) in events {
        if at_work >= enough as i64 {
            together += at - since;
        }
        (at_work, since) = (at_work + change, at);
    }
    together
}

/// An instant by both clocks: the one that never steps, and the one that processes share.
#[derive(Clone, Copy, Debug)]
struct Anchor(Instant, u64);

impl Anchor {
    fn new() -> Result<Self> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).context("read the clock")?;
        Ok(Self(Instant::now(), u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)))
    }

    fn ns(&self, at: Instant) -> u64 {
        let Self(instant, ns) = *self;
        ns.saturating_add(at.saturating_duration_since(instant).as_nanos() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(bytes: u64, began_ns: u64, ended_ns: u64) -> Made {
        Made { turns: vec![Turn { bytes, began_ns, ended_ns }], cpu_s: 0.0 }
    }

    #[test]
    fn those_that_come_one_after_the_other_are_not_together() {
        let side_by_side = Together::of(&[turn(3, 0, 100), turn(4, 5, 98)], 2).expect("two");
        assert_eq!((side_by_side.bytes, side_by_side.overlap), (7, 0.93));
        let in_turn = Together::of(&[turn(3, 0, 100), turn(4, 100, 200)], 2).expect("two");
        assert_eq!((in_turn.wall_s, in_turn.overlap), (200e-9, 0.0));
        assert_eq!(Together::of(&[], 2), None);
    }

    #[test]
    fn more_than_there_are_processors_may_take_turns() {
        let all = [turn(1, 0, 60), turn(1, 0, 100), turn(1, 50, 100)];
        assert_eq!(Together::of(&all, 2).expect("three").overlap, 1.0);
        assert_eq!(Together::of(&all, 3).expect("three").overlap, 0.1);
        assert_eq!(Together::of(&all[..1], 2).expect("one").overlap, 1.0);
    }
}
