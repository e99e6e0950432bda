//! Threads that work at the same time, and how it is known that they did.

use std::sync::RwLock;
use std::thread;
use std::time::{Duration, Instant};

use super::contended::Contended;
use super::pace::Pace;
use super::pin::Pin;
use super::worked::{Window, Worked};
use crate::Fault;

/// Enough for what a subject does, so that there is memory for 10,000.
const STACK_BYTES: usize = 64 << 10;
/// From letting threads go to the window, at least; and for each of them, which is to be woken.
const WARM_UP: Duration = Duration::from_millis(10);
const WARM_UP_OF_ONE: Duration = Duration::from_micros(10);
/// How long a burst is to take: a look at the clock costs next to nothing then.
const BURST: Duration = Duration::from_micros(20);
const LONGEST_BURST: u64 = 4096;

/// How threads are started.
#[derive(Clone, Debug)]
pub(super) struct Crew {
    /// How many.
    pub(super) threads: usize,
    /// Where they run.
    pub(super) pin: Pin,
    /// How long they are looked at.
    pub(super) duration: Duration,
    /// At which times an operation is to begin; one after the other without.
    pub(super) pace: Option<Pace>,
    /// Each is let go when the one before has ended: what the overlap must find out.
    pub(super) is_serial: bool,
}

impl Crew {
    /// Lets all threads work on `subject`, and returns what each did.
    pub(super) fn work(&self, subject: &dyn Contended) -> Result<(Window, Vec<Worked>), Fault> {
        let line: RwLock<Option<Window>> = RwLock::default();
        thread::scope(|scope| {
            let mut held = line.write().expect("nobody panics with the lock");
            let mut threads = Vec::with_capacity(self.threads);
            for number in 0..self.threads {
                let line = &line;
                let life = move || {
                    let is_pinned = self.pin.take(number);
                    let window = (*line.read().expect("nobody panics with the lock"))?;
                    Some(self.one(subject, number, window, is_pinned))
                };
                match thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, life) {
                    Ok(thread) => threads.push(thread),
                    // Those that wait find no window, and end.
                    Err(error) => {
                        let (at, n) = (number + 1, self.threads);
                        let why = format!("thread {at} of {n} did not start: {error}");
                        return Err(Fault::Skipped(why));
                    }
                }
            }
            let warm_up = WARM_UP.max(WARM_UP_OF_ONE * self.threads as u32);
            let window = Window::new(Instant::now() + warm_up, self.duration);
            *held = Some(window);
            drop(held);
            let ended: Option<Vec<Worked>> =
                threads.into_iter().map(|thread| thread.join().ok().flatten()).collect();
            let worked = ended.ok_or_else(|| Fault::Wrong("the subject panicked".to_owned()))?;
            Ok((window, worked))
        })
    }

    /// The life of a thread, from when it is let go.
    fn one(
        &self,
        subject: &dyn Contended,
        number: usize,
        window: Window,
        is_pinned: bool,
    ) -> Worked {
        let window = if self.is_serial { window.part(number, self.threads) } else { window };
        if let Some(pace) = &self.pace {
            return pace.follow(subject, (number, self.threads), window, is_pinned);
        }
        while self.is_serial && Instant::now() < window.begin {
            thread::yield_now();
        }
        let mut worked = Worked::new(is_pinned);
        let mut n = 1;
        let mut before = Instant::now();
        loop {
            subject.burst(number, n);
            let now = Instant::now();
            worked.note(n, before, now, window);
            if now >= window.end {
                return worked;
            }
            let took = now.duration_since(before);
            if took < BURST / 2 && n < LONGEST_BURST {
                n *= 2;
            } else if took > BURST * 2 && n > 1 {
                n /= 2;
            }
            before = now;
        }
    }
}
