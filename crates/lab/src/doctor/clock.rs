//! The clock that every sample is read from.

use std::time::{Duration, Instant};

use super::{Check, State};
use crate::machine::Settings;
use crate::{figures, median};

const BATCHES: usize = 21;
const READS: u32 = 1_000;

pub(super) fn check() -> Check {
    judged(read_ns(), step_ns(), Settings::now().clock_source.as_deref())
}

/// What a reading costs: the median over batches.
fn read_ns() -> f64 {
    let batches: Vec<f64> = (0..BATCHES)
        .map(|_| {
            let started = Instant::now();
            for _ in 0..READS {
                std::hint::black_box(Instant::now());
            }
            started.elapsed().as_nanos() as f64 / f64::from(READS)
        })
        .collect();
    median(&batches).unwrap_or(f64::NAN)
}

/// The least difference that readings one after the other have shown; none where they showed
/// none. It is no finer than a reading takes.
fn step_ns() -> Option<f64> {
    let mut earlier = Instant::now();
    let mut least = Duration::MAX;
    for _ in 0..10 * READS {
        let now = Instant::now();
        least = Some(now - earlier).filter(|step| !step.is_zero()).map_or(least, |s| s.min(least));
        earlier = now;
    }
    (least < Duration::MAX).then_some(least.as_nanos() as f64)
}

fn judged(read_ns: f64, step_ns: Option<f64>, source: Option<&str>) -> Check {
    let Some(step_ns) = step_ns else {
        let found = format!("a reading costs {} ns and never moved on", figures(read_ns));
        return Check::in_state("clock", State::Bad, found, "samples cannot be timed with it");
    };
    let state = State::of_at_most(read_ns, 100.0, 1_000.0)
        .max(State::of_at_most(step_ns, 1_000.0, 100_000.0));
    let source = source.map(|source| format!(", from {source}")).unwrap_or_default();
    let found = format!(
        "a reading costs {} ns, the least step is {} ns{source}",
        figures(read_ns),
        figures(step_ns)
    );
    let advice = "latencies are coarser than that; see `available_clocksource` for another source";
    Check::in_state("clock", state, found, advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worse_of_cost_and_step_counts() {
        let state = |read, step| judged(read, step, Some("tsc")).state;
        assert_eq!(state(25.0, Some(26.0)), State::Good);
        assert_eq!(state(25.0, Some(41_000.0)), State::Warn);
        assert_eq!(state(2_000.0, Some(26.0)), State::Bad);
        assert_eq!(state(25.0, None), State::Bad);
        let found = judged(25.0, Some(26.0), Some("tsc")).found;
        assert_eq!(found, "a reading costs 25.0 ns, the least step is 26.0 ns, from tsc");
    }
}
