//! Trying again what may succeed a little later.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

use crate::{CancelToken, Sink, WriteError, Written};

/// How often a [transient](WriteError::is_transient) failure is tried again, and how long after.
///
/// The pause before attempt `n + 1` is drawn between half and all of `base * 2^(n - 1)`, and of `cap`
/// where that is less: what failed together shall not come back together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    pub(crate) attempts: u32,
    pub(crate) base: Duration,
    pub(crate) cap: Duration,
}

impl Default for RetryPolicy {
    /// Three attempts in all.
    fn default() -> Self {
        Self::attempts(3)
    }
}

/// The longest pause of all: a clock cannot count to the end of every duration.
const YEARS: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

impl RetryPolicy {
    /// The first failure is final.
    pub const NEVER: Self = Self::attempts(1);

    /// So many attempts in all, of which there is always one; pauses from 100 ms to 1 s.
    pub const fn attempts(attempts: u32) -> Self {
        let attempts = if attempts == 0 { 1 } else { attempts };
        Self { attempts, base: Duration::from_millis(100), cap: Duration::from_secs(1) }
    }

    /// The first pause.
    #[must_use]
    pub const fn base(self, base: Duration) -> Self {
        Self { base, ..self }
    }

    /// The longest pause.
    #[must_use]
    pub const fn cap(self, cap: Duration) -> Self {
        Self { cap, ..self }
    }

    /// How long to wait after `failures` failed attempts, or `None` where that was the last one.
    pub fn pause(&self, failures: u32) -> Option<Duration> {
        if failures >= self.attempts {
            return None;
        }
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        let whole = self.base.saturating_mul(doubled).min(self.cap).min(YEARS);
        // The hasher's keys are random, and that is all that is wanted of it.
        let share = RandomState::new().hash_one(failures) as f64 / u64::MAX as f64;
        Some(whole.mul_f64(0.5 + share / 2.0).min(whole))
    }
}

/// Offers the rest of the bytes again where the sink inside failed for a transient reason.
///
/// What the sink took before it failed is not offered twice. Pauses end when the token is cancelled,
/// with the error that they waited for. [`finish`](Sink::finish) is not tried again, as it uses up
/// the sink.
#[derive(Debug)]
pub struct Retry<S: ?Sized> {
    policy: RetryPolicy,
    cancel: CancelToken,
    inner: Box<S>,
}

impl<S: Sink + ?Sized> Retry<S> {
    /// `inner`, tried again by `policy` until `cancel` is cancelled.
    pub fn new(inner: Box<S>, policy: RetryPolicy, cancel: CancelToken) -> Self {
        Self { policy, cancel, inner }
    }
}

impl<S: Sink + ?Sized> Sink for Retry<S> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        let mut accepted = 0;
        let mut failures = 0;
        loop {
            let Err(error) = self.inner.write(&bytes[accepted..]) else { return Ok(()) };
            accepted += error.accepted;
            failures += 1;
            let pause = self.policy.pause(failures).filter(|_| error.is_transient());
            if !pause.is_some_and(|pause| self.cancel.sleep_until(Instant::now() + pause)) {
                return Err(WriteError { accepted, ..error });
            }
        }
    }

    fn finish(self: Box<Self>) -> Result<Written, WriteError> {
        self.inner.finish()
    }

    fn abort(self: Box<Self>) -> Result<(), WriteError> {
        self.inner.abort()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_cap_and_end_with_the_attempts() {
        let policy = RetryPolicy::attempts(6).base(Duration::from_millis(100));
        for (failures, whole_ms) in [(1, 100), (2, 200), (3, 400), (4, 800), (5, 1000)] {
            for _ in 0..100 {
                let pause = policy.pause(failures).unwrap().as_millis();
                assert!((whole_ms / 2..=whole_ms).contains(&pause), "{failures}: {pause} ms");
            }
        }
        assert_eq!(policy.pause(6), None);
        assert_eq!(RetryPolicy::NEVER.pause(1), None);
        assert_eq!(RetryPolicy::attempts(0), RetryPolicy::NEVER);
        let endless = policy.base(Duration::MAX).cap(Duration::MAX).pause(1).unwrap();
        assert!(Instant::now().checked_add(endless).is_some());
        let long = RetryPolicy::attempts(u32::MAX).cap(Duration::from_secs(7));
        assert!(long.pause(u32::MAX - 1).unwrap() <= Duration::from_secs(7));
    }
}
