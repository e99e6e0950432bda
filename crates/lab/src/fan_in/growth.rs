//! What memory grows by while producers push without end and the consumer is slow.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use inrush_dataset::peak_rss_bytes;
use serde::{Deserialize, Serialize};

use super::placement::Places;
use super::tally::Tally;
use super::threads::{Shift, produce};
use super::{FanInSubject, Placement, Setting, Sink};
use crate::Fault;
use crate::process::rss_bytes;

/// The moments, in the middles of tenths of the time; the third is a quarter of it, the eighth three
/// quarters.
const MOMENTS: usize = 10;
/// The items between two rests of the consumer.
const BETWEEN_RESTS: u64 = 1024;
/// A rest. With it the consumer takes less than a million items a second.
const REST: Duration = Duration::from_millis(1);

/// Endless producers and a slow consumer.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct GrowthPlan {
    /// How the subject is started.
    pub setting: Setting,
    /// How long all producers push.
    pub duration: Duration,
}

impl GrowthPlan {
    /// A run of a subject in this setting.
    pub fn new(setting: Setting, duration: Duration) -> Self {
        Self { setting, duration }
    }
}

/// What memory grew by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Growth {
    /// The highest memory of the process so far, after a quarter of the time.
    pub early_peak_bytes: u64,
    /// The same after three quarters.
    pub late_peak_bytes: u64,
    /// The memory of the process in the middle of each tenth of the time; empty where the system does
    /// not tell.
    pub course_bytes: Vec<u64>,
    /// Items delivered.
    pub items: u64,
}

impl Growth {
    /// What the highest memory grew by.
    pub fn bytes(&self) -> u64 {
        self.late_peak_bytes.saturating_sub(self.early_peak_bytes)
    }
}

/// Pushes without end and reads the highest memory early and late.
///
/// # Errors
/// [`Fault::Wrong`] where an item was lost, repeated or out of order, [`Fault::Skipped`] where the
/// system does not let the cell run.
pub fn growth<S: FanInSubject>(plan: &GrowthPlan) -> Result<Growth, Fault> {
    thread::scope(|scope| scope.spawn(|| growth_here::<S>(plan)).join())
        .unwrap_or_else(|_| Err(Fault::Wrong("the subject panicked".to_owned())))
}

fn growth_here<S: FanInSubject>(plan: &GrowthPlan) -> Result<Growth, Fault> {
    let places = Places::new(Placement::Apart);
    places.take_consumer();
    let (tally, told) = Tally::new(plan.setting.producers, S::IN_ORDER);
    let is_over = Arc::new(AtomicBool::new(false));
    let slow = Slow { tally, until_rest: BETWEEN_RESTS, is_over: Arc::clone(&is_over) };
    let sink: Box<dyn Sink> = Box::new(slow);
    let (doors, worker) = S::start(&plan.setting, sink);
    let mut course = Vec::new();
    let mut peaks = Vec::new();
    let shift = Shift { places: &places, duration: plan.duration, at_once: S::AT_ONCE };
    let ((), crew) = produce(doors, shift, || (), &mut || {
        // It waits for nobody: the time that passes is what is looked at.
        let tenth = plan.duration / MOMENTS as u32;
        for moment in 0..MOMENTS {
            thread::sleep(if moment == 0 { tenth / 2 } else { tenth });
            course.push(rss_bytes());
            peaks.push(peak_rss_bytes());
        }
    })?;
    // ORDERING: Relaxed, as the flag alone is the message.
    is_over.store(true, Ordering::Relaxed);
    worker.finish();
    let told = told.recv().map_err(|_| Fault::Wrong("the sink was not dropped".to_owned()))?;
    let pushed: Vec<u64> = crew.producers.iter().map(|produced| produced.count).collect();
    if let Some(fault) = told.fault(&pushed) {
        return Err(Fault::Wrong(fault));
    }
    let peak = |moment: usize| peaks.get(moment).copied().flatten();
    let Some((early_peak_bytes, late_peak_bytes)) = peak(2).zip(peak(7)) else {
        return Err(Fault::Skipped("the system does not tell the peak memory".to_owned()));
    };
    let course_bytes = course.into_iter().collect::<Option<Vec<u64>>>().unwrap_or_default();
    Ok(Growth { early_peak_bytes, late_peak_bytes, course_bytes, items: told.count() })
}

/// A sink that rests as long as there are producers: what piled up without a bound would otherwise
/// take minutes to go.
struct Slow {
    tally: Tally,
    until_rest: u64,
    is_over: Arc<AtomicBool>,
}

impl Slow {
    fn took(&mut self, n: u64) {
        self.until_rest = self.until_rest.saturating_sub(n);
        if self.until_rest == 0 {
            // ORDERING: Relaxed, as the flag alone is the message.
            if !self.is_over.load(Ordering::Relaxed) {
                thread::sleep(REST);
            }
            self.until_rest = BETWEEN_RESTS;
        }
    }
}

impl Sink for Slow {
    fn one(&mut self, item: u64) {
        self.tally.one(item);
        self.took(1);
    }

    fn many(&mut self, items: &[u64]) {
        for piece in items.chunks(BETWEEN_RESTS as usize) {
            self.tally.many(piece);
            self.took(piece.len() as u64);
        }
    }
}
