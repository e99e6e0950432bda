//! Operations that are to begin at set times, as requests come to a server.
//!
//! A thread that is late stays late until it has caught up, and each operation counts from when it
//! was to begin. So a stall is in the delay of everything that it held up (G. Tene calls what others
//! measure then "coordinated omission").

use std::sync::Mutex;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use super::contended::Contended;
use super::worked::{Window, Worked};
use crate::curves::delays_in_ns;

/// Times at which operations are to begin, and how late they ended.
#[derive(Debug)]
pub(super) struct Pace {
    between: Duration,
    delays: Mutex<Histogram<u64>>,
}

impl Clone for Pace {
    fn clone(&self) -> Self {
        Self { between: self.between, delays: Mutex::new(self.delays()) }
    }
}

impl Pace {
    /// So many operations a second in each thread.
    pub(super) fn new(per_s: u64) -> Self {
        let between = Duration::from_secs_f64(1.0 / per_s as f64);
        Self { between, delays: Mutex::new(delays_in_ns()) }
    }

    /// The delays in nanoseconds, from when an operation was to begin to its end.
    pub(super) fn delays(&self) -> Histogram<u64> {
        self.delays.lock().expect("nobody panics with the lock").clone()
    }

    /// The life of a thread that keeps this pace. The threads take turns.
    pub(super) fn follow(
        &self,
        subject: &dyn Contended,
        (number, threads): (usize, usize),
        window: Window,
        is_pinned: bool,
    ) -> Worked {
        let mut worked = Worked::new(is_pinned);
        let mut delays = delays_in_ns();
        let mut intended = window.begin + self.between * number as u32 / threads as u32;
        while intended < window.end {
            let mut before = Instant::now();
            while before < intended {
                std::hint::spin_loop();
                before = Instant::now();
            }
            subject.burst(number, 1);
            let now = Instant::now();
            worked.note(1, before, now, window);
            delays.saturating_record(now.duration_since(intended).as_nanos() as u64);
            intended += self.between;
        }
        let mut all = self.delays.lock().expect("nobody panics with the lock");
        all.add(&delays).expect("both have the same bounds");
        worked
    }
}
