//! Whether two threads really run at once.
//!
//! Threads count rounds of arithmetic that keep a core's units busy and touch no memory: one
//! alone, then two together, then one alone again, so that a slow drift of the clock rate falls
//! out. Two cores do twice the rounds of one. Siblings of a core do less than that, and so do
//! virtual processors that take turns on one core, even where the guest's system counts both as
//! running.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use super::{Check, State};
use crate::machine::line_of;

const NAME: &str = "two threads at once";

/// What a thread did in its span.
#[derive(Clone, Copy, Debug)]
struct Run {
    /// Rounds for each second of the span.
    rate: f64,
    /// The share of the span in which it was on a processor; none where the system does not tell.
    on_share: Option<f64>,
}

pub(super) fn check(span: Duration) -> Check {
    if span.is_zero() {
        return judged(None, None);
    }
    let alone = |_| together::<1>(span).map(|[run]| run.rate);
    let (before, both, after) = (alone(()), together::<2>(span), alone(()));
    let speed = before.zip(after).zip(both).and_then(|((before, after), [a, b])| {
        let alone = f64::midpoint(before, after);
        (alone > 0.0).then(|| (a.rate + b.rate) / alone)
    });
    let on_share = both.and_then(|[a, b]| Some(f64::min(a.on_share?, b.on_share?)));
    judged(speed, on_share)
}

/// Runs of one thread or of two. None where the system refuses one.
fn together<const N: usize>(span: Duration) -> Option<[Run; N]> {
    let start = Barrier::new(N);
    let runs: Option<Vec<Run>> = thread::scope(|scope| {
        // The last one is this thread: of two, a refused one leaves nobody alone at the barrier.
        let others: Vec<_> = (1..N)
            .map(|_| thread::Builder::new().spawn_scoped(scope, || run(&start, span)))
            .collect();
        let is_refused = others.iter().any(Result::is_err);
        let own = if is_refused { None } else { Some(run(&start, span)) };
        let others = others.into_iter().map(|thread| thread.ok()?.join().ok());
        others.chain([own]).collect()
    });
    runs?.try_into().ok()
}

fn run(start: &Barrier, span: Duration) -> Run {
    start.wait();
    let (on_before, started) = (on_processor_ns(), Instant::now());
    let mut n_rounds = 0_u64;
    let mut lanes = [1_u64, 2, 3, 4, 5, 6, 7, 8];
    while started.elapsed() < span {
        for _ in 0..500 {
            lanes = lanes.map(|lane| {
                let lane = lane ^ (lane << 13);
                let lane = lane ^ (lane >> 7);
                lane ^ (lane << 17)
            });
        }
        lanes = std::hint::black_box(lanes);
        n_rounds += 1;
    }
    let wall_s = started.elapsed().as_secs_f64();
    let on_ns = on_processor_ns().zip(on_before).map(|(now, before)| now.saturating_sub(before));
    Run {
        rate: n_rounds as f64 / wall_s,
        on_share: on_ns.map(|ns| (ns as f64 / 1e9 / wall_s).min(1.0)),
    }
}

/// The processor time of the calling thread, by Linux's Documentation/scheduler/sched-stats.
fn on_processor_ns() -> Option<u64> {
    on_processor_ns_in(&line_of("/proc/thread-self/schedstat")?)
}

/// On a processor, waiting for one, and turns on it.
fn on_processor_ns_in(schedstat: &str) -> Option<u64> {
    schedstat.split(' ').next()?.parse().ok()
}

/// `speed` is what two did of what one does alone.
fn judged(speed: Option<f64>, on_share: Option<f64>) -> Check {
    let Some(speed) = speed else {
        return Check::unknown(NAME, "watch for longer, and let two threads start");
    };
    let on =
        on_share.map(|share| format!(", each on a processor {:.0}% of the time", share * 100.0));
    let found = format!("two do {speed:.2} times the work of one{}", on.unwrap_or_default());
    let advice = "they share a core or wait for others, and so will the threads of a cell";
    Check::in_state(NAME, State::of_at_least(speed, 1.8, 1.4), found, advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twice_the_work_is_good() {
        assert_eq!(judged(Some(1.97), Some(0.99)).state, State::Good);
        assert_eq!(judged(Some(1.5), None).state, State::Warn);
        assert_eq!(judged(Some(1.02), Some(1.0)).state, State::Bad);
        let found = judged(Some(1.97), Some(0.99)).found;
        assert_eq!(found, "two do 1.97 times the work of one, each on a processor 99% of the time");
    }

    #[test]
    fn no_span_leaves_it_unknown() {
        assert_eq!(check(Duration::ZERO).state, State::Unknown);
    }

    #[test]
    fn time_on_a_processor_is_the_first_number() {
        assert_eq!(on_processor_ns_in("821747 74356 3"), Some(821_747));
        assert_eq!((on_processor_ns_in(""), on_processor_ns_in("x 1 2")), (None, None));
    }
}
