//! The worker's side of the lanes: when a batch is due, and what goes into it.
//!
//! A look asks every lane how much is published. When a batch is due, the worker takes exactly what
//! the look has shown, lane by lane, and no more: to follow a producer's last item would tear at the
//! cache line that it is writing.
//!
//! A lane in which nothing happens is put to rest: its producer calls when it has published again.
//! The worker sleeps when every lane rests, and its round does not grow with the lanes that do.

mod rest;

use std::time::{Duration, Instant};

use inrush_sync::shim::Arc;
use inrush_sync::{LaneReceiver, barrier};

use crate::batch::Cause;
use crate::options::Options;
use crate::patience::Patience;
use crate::station::Station;

/// What the worker has to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Deliver what has been collected.
    Batch(Cause),
    /// Nothing was due before the deadline.
    TimedOut,
    /// Everything has been delivered, and no more will come.
    Ended,
}

#[derive(Debug)]
struct Lane<T> {
    receiver: LaneReceiver<T>,
    /// Whether the worker looks at it.
    is_polled: bool,
    /// What the last look has shown and has not been taken.
    n_ready: usize,
    /// When the oldest of those was published, at the earliest.
    since: Option<Instant>,
}

impl<T> Lane<T> {
    /// Whether to take from it makes room in it.
    fn has_full_block(&self) -> bool {
        self.n_ready >= self.receiver.block_items()
    }
}

/// What is being taken, after a look that found a batch due.
#[derive(Clone, Copy, Debug)]
struct Round {
    /// The next lane to take from, in `polled`.
    at: usize,
    /// Take only from lanes that hold a full block, to make room in them.
    full_blocks_only: bool,
    /// Why the last batch of the round leaves, if it leaves before it is full.
    cause: Option<Cause>,
    /// The number of the last flush that had been asked for.
    flush: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Open,
    /// The lanes are closed, and what is in them is delivered.
    Draining,
    /// The lanes are sealed, and the last items are delivered.
    Sealed,
}

/// The reading ends of a station's lanes, and the batch that is being collected.
#[derive(Debug)]
pub(crate) struct Collector<T> {
    station: Arc<Station<T>>,
    lanes: Vec<Lane<T>>,
    polled: Vec<usize>,
    batch_size: usize,
    linger: Option<Duration>,
    pub(crate) items: Vec<T>,
    items_since: Option<Instant>,
    round: Option<Round>,
    /// The number of the last flush that was asked for, of the last whose items have been collected,
    /// and of the last that is through.
    flush: usize,
    flush_collected: usize,
    flush_through: usize,
    stage: Stage,
    /// What was sealed off, last item first.
    tail: Vec<T>,
    /// When the lanes were looked at last.
    looked: Option<Instant>,
    n_looks: u32,
    patience: Patience,
}

impl<T> Collector<T> {
    /// A collector, or none when a batch does not fit into memory.
    pub(crate) fn new(station: Arc<Station<T>>, options: &Options) -> Option<Self> {
        let mut items = Vec::new();
        items.try_reserve_exact(options.batch_size).ok()?;
        Some(Self {
            station,
            lanes: Vec::new(),
            polled: Vec::new(),
            batch_size: options.batch_size,
            linger: options.linger,
            items,
            items_since: None,
            round: None,
            flush: 0,
            flush_collected: 0,
            flush_through: 0,
            stage: Stage::Open,
            tail: Vec::new(),
            looked: None,
            n_looks: 0,
            patience: Patience::new(options.wait),
        })
    }

    /// Collects until a batch is due. The caller empties `items` before it asks again.
    pub(crate) fn next(&mut self, deadline: Option<Instant>) -> Next {
        if self.items.is_empty() {
            self.items_since = None;
            self.confirm_flush();
        }
        loop {
            if let Some(cause) = self.go_on() {
                self.patience.found();
                return Next::Batch(cause);
            }
            if self.stage == Stage::Sealed {
                return Next::Ended;
            }
            if self.look() {
                continue;
            }
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                return Next::TimedOut;
            }
            self.rest(deadline);
        }
    }

    /// Goes on with the round, and returns why a batch leaves.
    fn go_on(&mut self) -> Option<Cause> {
        if self.items.len() >= self.batch_size {
            return Some(Cause::Size);
        }
        while let Some(mut round) = self.round {
            let Some(&number) = self.polled.get(round.at) else {
                self.round = None;
                if round.cause.is_some() {
                    self.flush_collected = round.flush;
                    if !self.items.is_empty() {
                        return round.cause;
                    }
                    self.confirm_flush();
                }
                break;
            };
            let lane = &mut self.lanes[number];
            if lane.n_ready > 0 && (lane.has_full_block() || !round.full_blocks_only) {
                self.items_since = earlier(self.items_since, lane.since);
                let room = self.batch_size.saturating_sub(self.items.len());
                let n = lane.receiver.drain_into(&mut self.items, room.min(lane.n_ready));
                // Fewer than shown: the producer dropped some.
                lane.n_ready = if n == 0 { 0 } else { lane.n_ready - n };
            }
            if lane.n_ready == 0 {
                lane.since = None;
            }
            if lane.n_ready == 0 || round.full_blocks_only {
                round.at += 1;
            }
            self.round = Some(round);
            if self.items.len() >= self.batch_size {
                return Some(Cause::Size);
            }
        }
        self.take_tail()
    }

    /// Collects from what was sealed off.
    fn take_tail(&mut self) -> Option<Cause> {
        while self.items.len() < self.batch_size {
            match self.tail.pop() {
                Some(item) => self.items.push(item),
                None => break,
            }
        }
        let is_last = self.stage == Stage::Sealed && !self.items.is_empty();
        is_last.then_some(if self.items.len() >= self.batch_size {
            Cause::Size
        } else {
            Cause::Close
        })
    }

    /// Collects batches of this size from now on.
    pub(crate) fn set_batch_size(&mut self, batch_size: usize) {
        self.batch_size = batch_size;
    }

    /// Moves at most `limit` of the collected items to the end of `out`, and returns how many.
    pub(crate) fn take_into(&mut self, out: &mut Vec<T>, limit: usize) -> usize {
        let n = self.items.len().min(limit);
        out.extend(self.items.drain(..n));
        n
    }

    /// What was collected for a flush has been delivered.
    fn confirm_flush(&mut self) {
        if self.flush_through != self.flush_collected {
            self.flush_through = self.flush_collected;
            self.station.set_flushed(self.flush_through);
        }
    }

    /// Looks at the lanes, and begins a round if a batch is due.
    fn look(&mut self) -> bool {
        self.read_mail();
        self.station.forget_nudge();
        let previous = self.looked;
        let now = self.linger.map(|_| Instant::now());
        self.looked = now;
        let mut n_ready = self.items.len();
        let mut has_full_block = false;
        let mut since = self.items_since;
        for &number in &self.polled {
            let lane = &mut self.lanes[number];
            lane.n_ready = lane.receiver.available();
            if lane.n_ready > 0 {
                lane.since = lane.since.or(previous).or(now);
                since = earlier(since, lane.since);
                n_ready += lane.n_ready;
                has_full_block |= lane.has_full_block();
            }
        }
        let cause = if self.stage == Stage::Draining {
            Some(Cause::Close)
        } else if self.flush != self.flush_through {
            Some(Cause::Flush)
        } else if self.is_due(since, now) && n_ready > 0 {
            Some(Cause::Age)
        } else {
            None
        };
        self.n_looks = self.n_looks.wrapping_add(1);
        if self.polled.len() >= MANY && self.n_looks.is_multiple_of(LOOKS_TO_ORDER) {
            self.put_idle_lanes_to_rest();
        }
        if n_ready == 0 {
            return self.nothing_left();
        }
        if cause.is_none() && n_ready < self.batch_size && !has_full_block {
            return false;
        }
        let full_blocks_only = cause.is_none() && n_ready < self.batch_size;
        self.round = Some(Round { at: 0, full_blocks_only, cause, flush: self.flush });
        true
    }

    fn is_due(&self, since: Option<Instant>, now: Option<Instant>) -> bool {
        match (since, now, self.linger) {
            (Some(since), Some(now), Some(linger)) => now.duration_since(since) >= linger,
            _ => false,
        }
    }

    /// There is nothing to collect: a flush is through, and a drain is over. Returns whether that
    /// changes what comes next.
    fn nothing_left(&mut self) -> bool {
        self.flush_collected = self.flush;
        self.confirm_flush();
        let is_over = self.stage == Stage::Draining;
        if is_over {
            self.seal();
        }
        is_over
    }

    fn read_mail(&mut self) {
        let mut is_closing = false;
        let (lanes, polled, flush) = (&mut self.lanes, &mut self.polled, &mut self.flush);
        self.station.read_mail(|mail| {
            for receiver in mail.lanes.drain(..) {
                polled.push(lanes.len());
                lanes.push(Lane { receiver, is_polled: true, n_ready: 0, since: None });
            }
            for number in mail.called.drain(..) {
                if !core::mem::replace(&mut lanes[number].is_polled, true) {
                    polled.push(number);
                }
            }
            *flush = mail.flush;
            is_closing = mail.is_closing;
        });
        if is_closing && self.stage == Stage::Open {
            self.close();
        }
    }

    /// Lets no more items into the lanes.
    fn close(&mut self) {
        self.stage = Stage::Draining;
        self.polled.clear();
        for (number, lane) in self.lanes.iter_mut().enumerate() {
            lane.receiver.close();
            lane.is_polled = true;
            self.polled.push(number);
        }
        // A push that this barrier does not catch sees the closed lane, and asks the seal.
        barrier::heavy();
    }

    /// Takes what the closed lanes hold, for the last time.
    fn seal(&mut self) {
        for lane in &mut self.lanes {
            lane.receiver.seal_into(&mut self.tail);
        }
        self.tail.reverse();
        self.stage = Stage::Sealed;
        self.polled.clear();
    }

    /// Leaves everything undelivered, and returns how many items that were.
    pub(crate) fn give_up(&mut self) -> usize {
        // Lanes that were made since the last look are still in the mail.
        self.read_mail();
        self.close();
        self.seal();
        self.round = None;
        let n = self.items.len() + self.tail.len();
        self.items.clear();
        self.tail.clear();
        n
    }
}

/// From this many lanes on it is worth a barrier to look at fewer.
const MANY: usize = 64;

/// How often it is tried.
const LOOKS_TO_ORDER: u32 = 32;

/// The earlier of two moments, of which either may be none.
fn earlier(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
