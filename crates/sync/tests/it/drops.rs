//! Every value that goes into a lane is dropped once, in whatever order its ends go away.

use std::cell::Cell;

use inrush_sync::{LaneReceiver, LaneSender, Shape, lane};

thread_local! {
    /// The values of this thread that have been made and not been dropped.
    static N_ALIVE: Cell<isize> = const { Cell::new(0) };
}

fn count(change: isize) {
    N_ALIVE.set(N_ALIVE.get() + change);
}

/// A kind of value that counts those of it that are alive.
trait Kind: Sized {
    fn new() -> Self;
}

/// Takes no room.
struct Empty;

/// Owns memory, so that a second drop does not go unnoticed.
struct Owner(#[expect(dead_code, reason = "it is there to be freed")] Box<u8>);

/// Larger than the distance over which a lane prefetches.
struct Large([u64; 100]);

impl Kind for Empty {
    fn new() -> Self {
        count(1);
        Self
    }
}

impl Kind for Owner {
    fn new() -> Self {
        count(1);
        Self(Box::new(7))
    }
}

impl Kind for Large {
    fn new() -> Self {
        count(1);
        Self([7; 100])
    }
}

impl Drop for Empty {
    fn drop(&mut self) {
        count(-1);
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        count(-1);
    }
}

impl Drop for Large {
    fn drop(&mut self) {
        assert_eq!(self.0, [7; 100], "a value that was torn or never written");
        count(-1);
    }
}

/// How far the end of a lane has come.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Open,
    Closed,
    Answered,
    Sealed,
    /// With values behind the seal.
    PushedBehindSeal,
}

/// What happens to a lane before its ends go away.
#[derive(Clone, Copy, Debug)]
struct Life {
    shape: Shape,
    publish_every: usize,
    n_pushed: usize,
    n_drained: usize,
    drops_oldest: bool,
    end: End,
    n_taken_back: usize,
}

/// Every combination of a few numbers for each.
fn lives() -> Vec<Life> {
    let mut lives = Vec::new();
    for (block_items, publish_every) in [(1, 1), (2, 1), (2, 3), (4, 1), (4, 3)] {
        let shape = Shape { blocks: 2, block_items };
        let base = Life {
            shape,
            publish_every,
            n_pushed: 0,
            n_drained: 0,
            drops_oldest: false,
            end: End::Open,
            n_taken_back: 0,
        };
        for n_pushed in 0..=2 * block_items {
            for n_drained in 0..=n_pushed {
                for drops_oldest in [false, true] {
                    for end in
                        [End::Open, End::Closed, End::Answered, End::Sealed, End::PushedBehindSeal]
                    {
                        for n_taken_back in 0..3 {
                            lives.push(Life {
                                n_pushed,
                                n_drained,
                                drops_oldest,
                                end,
                                n_taken_back,
                                ..base
                            });
                        }
                    }
                }
            }
        }
    }
    lives
}

fn lead<T: Kind>(life: Life) -> (LaneSender<T>, LaneReceiver<T>) {
    let (sender, mut receiver) = lane(life.shape);
    let mut sender = sender.publish_every(life.publish_every);
    let mut out = Vec::new();
    for _ in 0..life.n_pushed {
        assert!(sender.push(T::new()).is_ok(), "there is room in {life:?}");
    }
    receiver.drain_into(&mut out, life.n_drained);
    if life.drops_oldest {
        sender.drop_oldest();
    }
    if life.end != End::Open {
        receiver.close();
    }
    if life.end == End::Answered {
        sender.answer();
        sender.drop_oldest();
    }
    if life.end == End::Sealed || life.end == End::PushedBehindSeal {
        receiver.seal_into(&mut out);
        sender.drop_oldest();
    }
    if life.end == End::PushedBehindSeal {
        drop(sender.push(T::new()));
        sender.publish();
        receiver.drain_into(&mut out, usize::MAX);
    }
    for _ in 0..life.n_taken_back {
        drop(sender.take_back());
    }
    (sender, receiver)
}

fn drops_each_value_once<T: Kind>() {
    for life in lives() {
        let (sender, receiver) = lead::<T>(life);
        drop(sender);
        drop(receiver);
        assert_eq!(N_ALIVE.get(), 0, "the sender goes first in {life:?}");
        let (sender, receiver) = lead::<T>(life);
        drop(receiver);
        drop(sender);
        assert_eq!(N_ALIVE.get(), 0, "the receiver goes first in {life:?}");
    }
}

#[test]
fn values_without_size_are_dropped_once() {
    drops_each_value_once::<Empty>();
}

#[test]
fn values_that_own_memory_are_dropped_once() {
    drops_each_value_once::<Owner>();
}

#[test]
fn large_values_are_dropped_once() {
    drops_each_value_once::<Large>();
}

#[test]
fn value_that_comes_back_has_not_been_dropped() {
    let (mut sender, receiver) = lane(Shape { blocks: 2, block_items: 1 });
    for _ in 0..2 {
        assert!(sender.push(Owner::new()).is_ok());
    }
    let back = sender.push(Owner::new()).expect_err("the lane is full").into_inner();
    assert_eq!(N_ALIVE.get(), 3);
    drop(receiver);
    assert_eq!(N_ALIVE.get(), 1);
    let back = sender.send(back).expect_err("the receiver is gone").0;
    assert_eq!(N_ALIVE.get(), 1);
    drop(back);
    assert_eq!(N_ALIVE.get(), 0);
}
