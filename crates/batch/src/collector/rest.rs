//! What a worker does when nothing is due: it waits, naps, or sleeps until somebody calls.

use std::time::Instant;

use inrush_sync::barrier;

use super::{Collector, earlier};

impl<T> Collector<T> {
    /// Waits for something to happen, until the caller's deadline at most.
    pub(super) fn rest(&mut self, deadline: Option<Instant>) {
        if !self.patience.wait() {
            return;
        }
        let is_told = match (self.due(), self.linger) {
            // Items wait for their time. A block that fills meanwhile wakes the worker; where a batch
            // may fill without one, it looks again half-way.
            (Some(due), Some(linger)) => {
                let now = Instant::now();
                let left = due.saturating_duration_since(now);
                let half = left.min((left / 2).max(linger / 4));
                let nap = if self.fills_unseen() { half } else { left };
                self.station.sleep(earlier(now.checked_add(nap), deadline))
            }
            _ if self.put_to_rest(|_| true) => {
                let is_told = self.station.sleep(deadline);
                self.looked = None;
                is_told
            }
            _ => true,
        };
        if is_told {
            self.patience.reset();
        }
    }

    /// Whether a batch may fill while no block does: between several lanes, or because it is well on
    /// its way.
    fn fills_unseen(&self) -> bool {
        let lanes = self.polled.iter().map(|&number| &self.lanes[number]);
        let counts = lanes.map(|lane| (lane.n_ready, lane.receiver.block_items() - 1));
        let (n_ready, unseen) = counts
            .fold((self.items.len(), 0_usize), |(n, m), (ready, more)| {
                (n + ready, m.saturating_add(more))
            });
        unseen >= self.batch_size || n_ready > self.batch_size / 4
    }

    /// When the oldest item has to leave.
    fn due(&self) -> Option<Instant> {
        let since = self.polled.iter().map(|&number| self.lanes[number].since);
        let since = since.fold(self.items_since, earlier);
        // A linger beyond what the clock can hold is none.
        since?.checked_add(self.linger?)
    }

    /// Now and then, where most lanes are idle: asks those for a call, so that the next looks are
    /// short.
    pub(super) fn put_idle_lanes_to_rest(&mut self) {
        let n_idle = self.polled.iter().filter(|&&number| self.lanes[number].n_ready == 0).count();
        if n_idle * 4 >= self.polled.len() * 3 {
            self.put_to_rest(|n_ready| n_ready == 0);
        }
    }

    /// Asks some lanes for a call, and returns whether nothing has been published in them since the
    /// last look. Those that hold nothing are not looked at any more.
    fn put_to_rest(&mut self, which: impl Fn(usize) -> bool) -> bool {
        for &number in &self.polled {
            let lane = &mut self.lanes[number];
            if which(lane.n_ready) {
                lane.receiver.ask_for_call();
            }
        }
        barrier::heavy();
        let lanes = &mut self.lanes;
        let mut is_quiet = true;
        self.polled.retain(|&number| {
            let lane = &mut lanes[number];
            if !which(lane.n_ready) {
                return true;
            }
            if lane.receiver.available() != lane.n_ready {
                lane.receiver.retract_call();
                is_quiet = false;
            } else if lane.n_ready == 0 {
                lane.is_polled = false;
            }
            lane.is_polled
        });
        is_quiet
    }
}
