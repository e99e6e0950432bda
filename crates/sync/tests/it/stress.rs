//! Both ends of a lane at once, with random choices. A failure prints the seed that led to it.

use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use inrush_sync::{
    Answer, LaneReceiver, LaneSender, PushError, RecvError, SendError, Shape, barrier, lane,
};

/// xorshift64 (Marsaglia, "Xorshift RNGs", 2003).
#[derive(Clone, Copy)]
struct Random(u64);

impl Random {
    /// A new seed for each run; it is shown when the test fails.
    fn new() -> Self {
        let seed = RandomState::new().hash_one(0) | 1;
        println!("seed {seed}");
        Self(seed)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).expect("48 bits") % bound
    }

    fn between(&mut self, range: Range<usize>) -> usize {
        range.start + self.below(range.len())
    }

    /// A source of its own, for another thread.
    fn split(&mut self) -> Self {
        Self(self.0.rotate_left(32) | 1)
    }

    fn shape(&mut self) -> Shape {
        Shape { blocks: self.between(2..9), block_items: self.between(1..65) }
    }
}

/// Values that own memory, so that one which is read twice or never written does not go unnoticed.
type Value = Box<usize>;

/// Sends `n` values, each in one of the ways that there are.
fn send_all(mut sender: LaneSender<Value>, n: usize, mut random: Random) {
    for value in 0..n {
        if random.below(64) == 0 {
            sender.set_publish_every(random.between(1..20));
        }
        let mut value = Box::new(value);
        if random.below(4) > 0 {
            sender.send(value).expect("the receiver is there");
            continue;
        }
        while let Err(error) = sender.push(value) {
            assert!(matches!(error, PushError::Full(_)), "the receiver is there");
            value = error.into_inner();
            let soon = (random.below(2) == 0).then(|| Instant::now() + Duration::from_micros(50));
            sender.wait_for_room(soon);
        }
        sender.publish();
        if sender.is_called() {
            sender.answer();
        }
    }
}

/// Receives up to the end, each time in one of the ways that there are, and checks the order.
fn receive_all(mut receiver: LaneReceiver<Value>, mut random: Random) -> usize {
    let (mut out, mut n_received) = (Vec::new(), 0);
    loop {
        let limit = random.between(1..100);
        let result = match random.below(3) {
            0 => receiver.recv_into(&mut out, limit),
            1 => {
                let soon = Instant::now() + Duration::from_micros(50);
                receiver.recv_until(&mut out, limit, Some(soon))
            }
            _ => Ok(receiver.drain_into(&mut out, limit)),
        };
        assert_eq!(out.len(), result.unwrap_or(0));
        assert!(out.len() <= limit);
        for value in out.drain(..) {
            assert_eq!(*value, n_received);
            n_received += 1;
        }
        if result == Err(RecvError) {
            return n_received;
        }
    }
}

/// Runs both sides; `start` is called in the thread of each.
fn both_sides(n: usize, mut random: Random, start: fn()) {
    let (sender, receiver) = lane(random.shape());
    let sending = {
        let random = random.split();
        thread::spawn(move || {
            start();
            send_all(sender, n, random);
        })
    };
    let receiving = thread::spawn(move || {
        start();
        receive_all(receiver, random)
    });
    sending.join().expect("the sending side");
    assert_eq!(receiving.join().expect("the receiving side"), n);
}

#[test]
fn values_arrive_once_and_in_order() {
    for _ in 0..20 {
        both_sides(20_000, Random::new(), || ());
    }
}

/// Where a side spins as long as the other does nothing, this takes for ever.
#[cfg(target_os = "linux")]
#[test]
fn values_arrive_with_both_sides_on_one_processor() {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    fn pin() {
        let allowed = sched_getaffinity(None).expect("a thread may ask where it runs");
        let first =
            (0..CpuSet::MAX_CPU).find(|&cpu| allowed.is_set(cpu)).expect("it runs somewhere");
        let mut one = CpuSet::new();
        one.set(first);
        sched_setaffinity(None, &one).expect("a thread may run on one of its processors");
    }
    for _ in 0..5 {
        both_sides(10_000, Random::new(), pin);
    }
}

#[test]
fn values_are_received_or_come_back_when_a_lane_closes() {
    for _ in 0..500 {
        let mut random = Random::new();
        let (sender, mut receiver) = lane::<Value>(random.shape());
        let mut sender = sender.publish_every(random.between(1..6));
        let n_before = random.below(200);
        let sending = thread::spawn(move || {
            let mut n_sent = 0;
            while let Ok(()) = sender.send(Box::new(n_sent)) {
                n_sent += 1;
            }
            // The values that were held back are still the sender's.
            let mut left = Vec::new();
            while let Some(value) = sender.take_back() {
                left.push(*value);
            }
            assert!(matches!(sender.answer(), Answer::Closing | Answer::Closed));
            (n_sent, left)
        });
        let mut out = Vec::new();
        while out.len() < n_before {
            receiver.recv_into(&mut out, n_before).expect("the sender is there");
        }
        receiver.close();
        barrier::heavy();
        receiver.seal_into(&mut out);
        let (n_sent, left) = sending.join().expect("the sending side");
        let all: Vec<usize> =
            out.iter().map(|value| **value).chain(left.into_iter().rev()).collect();
        assert_eq!(all, Vec::from_iter(0..n_sent));
    }
}

#[test]
fn values_are_received_or_dropped_for_newer_ones() {
    for _ in 0..20 {
        let mut random = Random::new();
        let (mut sender, mut receiver) = lane::<Value>(random.shape());
        const N: usize = 20_000;
        let mut there = random.split();
        let sending = thread::spawn(move || {
            let mut n_dropped = 0;
            for value in 0..N {
                let mut value = Box::new(value);
                while let Err(error) = sender.push(value) {
                    assert!(matches!(error, PushError::Full(_)), "the receiver is there");
                    value = error.into_inner();
                    n_dropped += sender.drop_oldest();
                }
                if there.below(100) == 0 {
                    thread::yield_now();
                }
            }
            n_dropped
        });
        let mut out = Vec::new();
        loop {
            let is_abandoned = receiver.is_abandoned();
            let n = receiver.drain_into(&mut out, random.between(1..100));
            if n == 0 {
                if is_abandoned {
                    break;
                }
                thread::yield_now();
            }
        }
        let n_dropped = sending.join().expect("the sending side");
        assert!(out.is_sorted_by(|a, b| a < b));
        assert_eq!(out.last().map(|value| **value), Some(N - 1), "the newest stays");
        assert_eq!(out.len() + n_dropped, N);
    }
}

#[test]
fn receiver_that_goes_away_stops_its_sender() {
    for _ in 0..500 {
        let mut random = Random::new();
        let (mut sender, mut receiver) = lane::<Value>(random.shape());
        let n_received = random.below(200);
        let n_sent = AtomicUsize::new(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                while let Ok(()) = sender.send(Box::new(0)) {
                    n_sent.fetch_add(1, Relaxed);
                }
                assert!(matches!(sender.send(Box::new(1)), Err(SendError(back)) if *back == 1));
            });
            let mut out = Vec::new();
            while out.len() < n_received {
                let n_left = n_received - out.len();
                receiver.recv_into(&mut out, n_left).expect("the sender is there");
            }
            drop(receiver);
        });
        assert!(n_sent.into_inner() >= n_received);
    }
}
