//! A vector behind std's mutex, and one of its own for each producer: the anchor that anything more
//! complicated must beat.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::fan_in::waiting::{Idle, until};
use crate::fan_in::{Door, FanInSubject, Setting, Sink, Worker};

/// A lock for so many items; the consumer swaps the vector for an empty one. What a producer has
/// staged stays with it until there are as many, or until it ends.
#[derive(Debug)]
pub(crate) struct StagedVec<const AT_ONCE: usize>;

#[derive(Debug)]
pub(crate) struct StagedDoor<const AT_ONCE: usize> {
    shared: Arc<Mutex<Shared>>,
    capacity: usize,
    staged: Vec<u64>,
}

#[derive(Debug)]
struct Shared {
    items: Vec<u64>,
    doors: usize,
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().expect("nobody panics with the lock")
}

impl<const AT_ONCE: usize> FanInSubject for StagedVec<AT_ONCE> {
    type Door = StagedDoor<AT_ONCE>;

    fn start<S: Sink>(setting: &Setting, mut sink: S) -> (Vec<Self::Door>, Worker) {
        let (capacity, doors) = (setting.capacity, setting.producers);
        let shared = Arc::new(Mutex::new(Shared { items: Vec::with_capacity(capacity), doors }));
        let door = || StagedDoor {
            shared: Arc::clone(&shared),
            capacity,
            staged: Vec::with_capacity(AT_ONCE),
        };
        let all = (0..doors).map(|_| door()).collect();
        let mut taken = Vec::with_capacity(capacity);
        let mut idle = Idle::new();
        let worker = Worker::thread(move || {
            loop {
                let doors = {
                    let mut shared = lock(&shared);
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

impl<const AT_ONCE: usize> StagedDoor<AT_ONCE> {
    fn try_hand_over(&mut self) -> bool {
        let mut shared = lock(&self.shared);
        let has_room = shared.items.len() + self.staged.len() <= self.capacity;
        if has_room {
            shared.items.extend_from_slice(&self.staged);
            drop(shared);
            self.staged.clear();
        }
        has_room
    }

    #[inline(never)]
    fn hand_over(&mut self) {
        if !self.try_hand_over() {
            until(|| self.try_hand_over());
        }
    }
}

impl<const AT_ONCE: usize> Door for StagedDoor<AT_ONCE> {
    #[inline]
    fn push(&mut self, item: u64) {
        self.staged.push(item);
        if self.staged.len() == AT_ONCE {
            self.hand_over();
        }
    }
}

impl<const AT_ONCE: usize> Drop for StagedDoor<AT_ONCE> {
    fn drop(&mut self) {
        self.hand_over();
        lock(&self.shared).doors -= 1;
    }
}
