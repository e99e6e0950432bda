//! A vector behind parking_lot's mutex: what is written in ten lines.

use std::mem;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::fan_in::waiting::{Idle, until};
use crate::fan_in::{Door, FanInSubject, Setting, Sink, Worker};

/// A lock for each item; the consumer swaps the vector for an empty one.
#[derive(Debug)]
pub(crate) struct LockedVec;

#[derive(Debug)]
pub(crate) struct LockedDoor {
    shared: Arc<Mutex<Shared>>,
    capacity: usize,
}

#[derive(Debug)]
struct Shared {
    items: Vec<u64>,
    doors: usize,
}

impl FanInSubject for LockedVec {
    type Door = LockedDoor;

    fn start<S: Sink>(setting: &Setting, mut sink: S) -> (Vec<Self::Door>, Worker) {
        let (capacity, doors) = (setting.capacity, setting.producers);
        let shared = Arc::new(Mutex::new(Shared { items: Vec::with_capacity(capacity), doors }));
        let door = || LockedDoor { shared: Arc::clone(&shared), capacity };
        let all = (0..doors).map(|_| door()).collect();
        let mut taken = Vec::with_capacity(capacity);
        let mut idle = Idle::new();
        let worker = Worker::thread(move || {
            loop {
                let doors = {
                    let mut shared = shared.lock();
                    mem::swap(&mut shared.items, &mut taken);
                    shared.doors
                };
                if !taken.is_empty() {
                    sink.many(&taken);
                    taken.clear();
                    idle.reset();
                } else if doors == 0 {
                    break;
                } else {
                    idle.wait();
                }
            }
        });
        (all, worker)
    }
}

impl LockedDoor {
    #[inline]
    fn try_push(&mut self, item: u64) -> bool {
        let mut shared = self.shared.lock();
        let has_room = shared.items.len() < self.capacity;
        if has_room {
            shared.items.push(item);
        }
        has_room
    }
}

impl Door for LockedDoor {
    #[inline]
    fn push(&mut self, item: u64) {
        if !self.try_push(item) {
            until(|| self.try_push(item));
        }
    }
}

impl Drop for LockedDoor {
    fn drop(&mut self) {
        self.shared.lock().doors -= 1;
    }
}
