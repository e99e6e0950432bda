//! A consumer that sweeps over lanes, one for each producer.

use std::time::{Duration, Instant};

use super::waiting::Idle;
use super::{Setting, Sink};

/// The receiving end of a lane.
pub(super) trait Lane {
    /// The items that the producer has published and that have not been drained.
    fn available(&mut self) -> usize;

    /// Passes so many of the available items to `sink`.
    fn drain<S: Sink>(&mut self, n: usize, sink: &mut S);

    /// Whether the producer is gone. What it published before is available.
    fn is_abandoned(&self) -> bool;
}

/// Drains all lanes until they are abandoned and empty.
///
/// It looks at all lanes first, and then drains what it has seen and no more: behind the tail of a
/// producer that is writing, each small piece would cost a cache line back and forth. It drains when
/// there is a batch, when the linger of the setting is over, or when the producers are gone.
pub(super) fn sweep<L: Lane, S: Sink>(mut lanes: Vec<L>, setting: &Setting, mut sink: S) {
    let mut seen = vec![0; lanes.len()];
    let mut idle = Idle::new();
    let mut since: Option<Instant> = None;
    loop {
        let is_over = lanes.iter().all(Lane::is_abandoned);
        for (seen, lane) in seen.iter_mut().zip(&mut lanes) {
            *seen = lane.available();
        }
        let n: usize = seen.iter().sum();
        if n >= setting.batch || is_over || (n > 0 && is_late(&mut since, setting.linger)) {
            for (&seen, lane) in seen.iter().zip(&mut lanes).filter(|(seen, _)| **seen > 0) {
                lane.drain(seen, &mut sink);
            }
            if n == 0 {
                break;
            }
            since = None;
            idle.reset();
        } else {
            idle.wait();
        }
    }
}

/// Whether so much time has passed since the first call for these items.
fn is_late(since: &mut Option<Instant>, linger: Duration) -> bool {
    since.get_or_insert_with(Instant::now).elapsed() >= linger
}
