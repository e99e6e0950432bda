//! Work of a known length, which touches no memory.

use std::cell::Cell;
use std::hint::black_box;
use std::sync::OnceLock;
use std::time::Instant;

/// Iterations in one look at the clock while the machine is measured.
const PROBE: u64 = 100_000;
/// Iterations of a short work, of which as many are done in a look as make those of a long one.
const SHORT: u64 = 64;
/// No processor needs more to begin.
const MOST_FIXED_NS: f64 = 10.0;
/// Looks, of which the fastest counts: nothing makes a processor faster than it is.
const PROBES: usize = 50;

/// A chain of multiplications, each of which waits for the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    iterations: u64,
}

impl Work {
    /// Nothing to do.
    pub const NONE: Self = Self { iterations: 0 };

    /// Work of about so many nanoseconds, on this machine when nobody disturbs it.
    pub fn ns(ns: u64) -> Self {
        if ns == 0 { Self::NONE } else { Self { iterations: iterations(ns as f64).max(1) } }
    }

    /// Does it, and begins where the last work of this thread has ended: a processor that looks ahead
    /// would otherwise do two at a time.
    #[inline]
    pub fn run(self) {
        if self == Self::NONE {
            return;
        }
        LAST.with(|last| {
            let mut x = last.get();
            for _ in 0..self.iterations {
                x = (x.rotate_left(23) ^ self.iterations).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            }
            last.set(black_box(x));
        });
    }
}

thread_local! {
    /// What the last work has come to.
    static LAST: Cell<u64> = const { Cell::new(1) };
}

/// What this machine needs for a work.
#[derive(Clone, Copy, Debug)]
struct Pace {
    /// Iterations in a nanosecond of a long work.
    per_ns: f64,
    /// What a work takes beside them: to begin, and to have foretold the end of its loop wrongly.
    fixed_ns: f64,
}

impl Pace {
    fn measured() -> Self {
        let fastest = |n_works: u64, iterations: u64| {
            let probe = |_| {
                let started = Instant::now();
                (0..n_works).for_each(|_| black_box(Work { iterations }).run());
                started.elapsed().as_nanos().max(1)
            };
            (0..PROBES).map(probe).min().unwrap_or(1) as f64 / n_works as f64
        };
        let per_ns = PROBE as f64 / fastest(1, PROBE);
        let fixed_ns = fastest(PROBE / SHORT, SHORT) - SHORT as f64 / per_ns;
        Self { per_ns, fixed_ns: fixed_ns.clamp(0.0, MOST_FIXED_NS) }
    }
}

fn iterations(ns: f64) -> u64 {
    static PACE: OnceLock<Pace> = OnceLock::new();
    let pace = PACE.get_or_init(Pace::measured);
    ((ns - pace.fixed_ns).max(0.0) * pace.per_ns).round() as u64
}
