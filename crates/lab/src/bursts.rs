//! Bursts of the same records, one after the other for a time, and what they cost.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::allocations::allocations;
use crate::{Fault, Shown, Usage};

/// What bursts have cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bursts {
    n: f64,
    took_s: f64,
    usage: Usage,
    allocations: Option<u64>,
}

impl Bursts {
    /// Does `burst` again and again, until `duration` is over.
    ///
    /// # Errors
    /// [`Fault::Wrong`] with what a burst says, [`Fault::Skipped`] where the system does not count.
    pub(crate) fn of(
        duration: Duration,
        mut burst: impl FnMut() -> Result<()>,
    ) -> Result<Self, Fault> {
        let usage = || Usage::now().context("read the usage").map_err(Fault::skipped);
        let (before, allocated) = (usage()?, allocations());
        let started = Instant::now();
        let mut n = 0.0;
        let took = loop {
            burst().map_err(Fault::wrong)?;
            n += 1.0;
            let took = started.elapsed();
            if took >= duration {
                break took;
            }
        };
        Ok(Self {
            n,
            took_s: took.as_secs_f64(),
            allocations: allocations().zip(allocated).map(|(after, before)| after - before),
            usage: usage()?.since(&before),
        })
    }

    /// The measures of bursts that have so many records in so many bytes each.
    pub(crate) fn shown(&self, records: usize, bytes: usize) -> Shown {
        let n = self.n * records as f64;
        let mut shown = Shown::default();
        shown.set("records_per_s", n / self.took_s);
        shown.set("bytes_per_s", self.n * bytes as f64 / self.took_s);
        shown.set("cpu_ns_per_record", self.usage.cpu_s() * 1e9 / n);
        shown.set("bytes_per_record", bytes as f64 / records as f64);
        shown.counted(&self.usage.counted, n, "record");
        if let Some(allocations) = self.allocations {
            shown.set("allocations_per_record", allocations as f64 / n);
        }
        shown
    }
}
