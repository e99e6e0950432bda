//! A lane against the obvious implementation, over random operations on one thread.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use inrush_sync::{
    Answer, LaneReceiver, LaneSender, Place, PushError, Pushed, RecvError, Shape, lane,
};
use proptest::prelude::*;

use crate::given::{Counted, Drops};

#[derive(Clone, Debug)]
enum Operation {
    Push,
    PushMany(usize),
    Send,
    Publish,
    SetPublishEvery(usize),
    HasRoom,
    PollRoom,
    DropOldest,
    TakeBack,
    Answer,
    Available,
    Drain(usize),
    Receive(usize),
    AskForCall,
    RetractCall,
    Close,
    Seal,
    DropSender,
    DropReceiver,
}

type Kind = fn(usize) -> Operation;

/// How many of 64 operations are of each kind.
const WEIGHTS: [(u8, Kind); 19] = [
    (19, |_| Operation::Push),
    (3, Operation::PushMany),
    (4, |_| Operation::Send),
    (4, |_| Operation::Publish),
    (2, |n| Operation::SetPublishEvery(n / 2)),
    (2, |_| Operation::HasRoom),
    (1, |_| Operation::PollRoom),
    (6, |_| Operation::DropOldest),
    (3, |_| Operation::TakeBack),
    (2, |_| Operation::Answer),
    (2, |_| Operation::Available),
    (8, Operation::Drain),
    (2, Operation::Receive),
    (1, |_| Operation::AskForCall),
    (1, |_| Operation::RetractCall),
    (1, |_| Operation::Close),
    (1, |_| Operation::Seal),
    (1, |_| Operation::DropSender),
    (1, |_| Operation::DropReceiver),
];

/// One number per operation: to choose among strategies costs far more than to run the operation.
fn operation() -> impl Strategy<Value = Operation> {
    (0..640u16).prop_map(|choice| {
        let mut kind = u8::try_from(choice % 64).expect("below 64");
        let mut weights = WEIGHTS.iter();
        loop {
            let (weight, operation) = weights.next().expect("the weights add up to 64");
            match kind.checked_sub(*weight) {
                Some(rest) => kind = rest,
                None => return operation(usize::from(choice / 64)),
            }
        }
    })
}

/// What a lane does, with a queue of values in place of its blocks.
#[derive(Debug)]
struct Oracle {
    block_items: usize,
    n_free: usize,
    /// The values that are in the lane, oldest first, with their positions.
    values: VecDeque<(usize, usize)>,
    cursor: usize,
    published: usize,
    limit: usize,
    every: usize,
    /// The pushes since the window was opened.
    n_held: usize,
    is_halted: bool,
    /// The position of the next value to receive.
    position: usize,
    has_claim: bool,
    head: usize,
    is_called: bool,
    is_closed: bool,
    seal: Option<usize>,
    sender_gone: bool,
}

/// Why a push failed.
#[derive(Debug, PartialEq)]
enum Refusal {
    Full,
    Closed,
}

impl Oracle {
    fn new(shape: Shape) -> Self {
        let block_items = shape.block_items.max(1).next_power_of_two();
        Self {
            block_items,
            n_free: shape.blocks.max(2).next_power_of_two() - 1,
            values: VecDeque::new(),
            cursor: 0,
            published: 0,
            limit: block_items,
            every: 1,
            n_held: 0,
            is_halted: false,
            position: 0,
            has_claim: false,
            head: 0,
            is_called: false,
            is_closed: false,
            seal: None,
            sender_gone: false,
        }
    }

    fn has_room(&mut self) -> bool {
        if self.cursor < self.limit {
            return true;
        }
        if self.is_halted || self.n_free == 0 {
            return false;
        }
        self.n_free -= 1;
        self.limit += self.block_items;
        self.n_held = 0;
        true
    }

    /// Whether the lane refuses a value now, and why.
    fn refusal(&mut self) -> Option<Refusal> {
        if self.sees_close() {
            Some(Refusal::Closed)
        } else {
            (!self.has_room()).then_some(Refusal::Full)
        }
    }

    fn sees_close(&mut self) -> bool {
        if self.is_closed {
            self.halt();
        }
        self.is_halted
    }

    fn halt(&mut self) {
        self.is_halted = true;
        self.limit = self.cursor;
        self.n_held = 0;
    }

    fn push(&mut self, id: usize) -> Result<Pushed, Refusal> {
        // Who holds values back notices a close when it publishes, or goes on to another block.
        if self.every == 1 || self.is_halted || self.cursor == self.limit {
            self.refusal().map_or(Ok(()), Err)?;
        }
        self.hold(id);
        if self.n_held >= self.every || self.cursor == self.limit {
            return self.publish_and_look();
        }
        Ok(Pushed { is_published: false, block_filled: false, is_called: false })
    }

    fn hold(&mut self, id: usize) {
        self.values.push_back((self.cursor, id));
        self.cursor += 1;
        self.n_held += 1;
    }

    /// Takes as many of `n` values as fit into the block at hand, and returns whether that was all.
    fn push_many(&mut self, n: usize, first: usize) -> (Result<Pushed, Refusal>, bool) {
        let room = if self.is_halted { 0 } else { self.limit - self.cursor };
        (first..first + n.min(room)).for_each(|id| self.hold(id));
        (self.publish_and_look(), n < room)
    }

    fn publish_and_look(&mut self) -> Result<Pushed, Refusal> {
        self.publish();
        let (is_called, block_filled) =
            (self.is_called, self.is_halted || self.cursor == self.limit);
        if self.is_closed {
            self.halt();
            if self.seal.is_some() && self.take_back().is_some() {
                return Err(Refusal::Closed);
            }
        }
        Ok(Pushed { is_published: true, block_filled, is_called })
    }

    fn publish(&mut self) {
        self.published = self.cursor;
        self.n_held = 0;
    }

    fn drop_oldest(&mut self) -> usize {
        if self.is_halted || self.has_room() || self.seal.is_some() {
            return 0;
        }
        let head = self.head;
        self.head += self.block_items;
        self.n_free += 1;
        self.values.retain(|&(position, _)| !(head..self.head).contains(&position));
        self.block_items
    }

    fn take_back(&mut self) -> Option<usize> {
        if self.cursor == self.published {
            if self.seal.is_none_or(|seal| seal == self.published) {
                return None;
            }
            self.published -= 1;
            self.is_halted = true;
        }
        self.cursor -= 1;
        self.n_held = 0;
        if self.is_halted {
            self.halt();
        }
        self.values.pop_back().map(|(_, id)| id)
    }

    fn answer(&mut self) -> Answer {
        let is_called = std::mem::take(&mut self.is_called);
        if self.is_closed {
            self.halt();
            if self.seal.is_some() { Answer::Closed } else { Answer::Closing }
        } else if is_called {
            Answer::Call
        } else {
            Answer::Nothing
        }
    }

    fn available(&self) -> usize {
        if self.seal.is_some() { 0 } else { self.published.saturating_sub(self.position) }
    }

    fn drain(&mut self, limit: usize) -> Vec<usize> {
        let mut ids = Vec::new();
        while ids.len() < limit && self.available() > 0 {
            if !self.has_claim {
                if self.position < self.head {
                    // The sender has dropped what came next.
                    self.position = self.head;
                    continue;
                }
                self.has_claim = true;
                self.head += self.block_items;
            }
            let (position, id) = self.values.pop_front().expect("as many as are published");
            assert_eq!(position, self.position);
            ids.push(id);
            self.position += 1;
            if self.position.is_multiple_of(self.block_items) {
                self.has_claim = false;
                self.n_free += 1;
            }
        }
        ids
    }

    fn seal(&mut self) -> Vec<usize> {
        let ids = self.drain(usize::MAX);
        self.seal.get_or_insert(self.position);
        ids
    }
}

/// Both ends of a lane, with the oracle beside them.
struct Pair {
    sender: Option<LaneSender<Counted>>,
    receiver: Option<LaneReceiver<Counted>>,
    oracle: Oracle,
    drops: Drops,
}

fn ids(values: &[Counted]) -> Vec<usize> {
    values.iter().map(|value| value.id).collect()
}

fn assert_same(found: Result<Pushed, PushError<Counted>>, expected: Result<Pushed, Refusal>) {
    match (found, expected) {
        (Ok(found), Ok(expected)) => assert_eq!(found, expected),
        (Err(PushError::Full(_)), Err(Refusal::Full))
        | (Err(PushError::Closed(_)), Err(Refusal::Closed)) => {}
        (found, expected) => panic!("{found:?} where {expected:?} was expected"),
    }
}

impl Pair {
    fn new(shape: Shape) -> Self {
        let (sender, receiver) = lane(shape);
        let (sender, receiver) = (Some(sender), Some(receiver));
        Self { sender, receiver, oracle: Oracle::new(shape), drops: Drops::default() }
    }

    fn apply(&mut self, operation: &Operation) {
        if self.sender.is_some() {
            self.apply_to_sender(operation);
        }
        if self.receiver.is_some() {
            self.apply_to_receiver(operation);
        }
        self.assert_alive();
    }

    /// What is in the lane is alive; everything else has been dropped once.
    fn assert_alive(&self) {
        let mut expected = vec![1; self.drops.counts().len()];
        if self.sender.is_some() || self.receiver.is_some() {
            self.oracle.values.iter().for_each(|&(_, id)| expected[id] = 0);
        }
        assert_eq!(self.drops.counts(), expected);
    }

    fn apply_to_sender(&mut self, operation: &Operation) {
        let Self { sender: here, oracle, drops, .. } = self;
        let Some(sender) = here else { return };
        match operation {
            Operation::Push => {
                let value = drops.value();
                let expected = oracle.push(value.id);
                assert_same(sender.push(value), expected);
            }
            Operation::PushMany(n) => {
                let (expected, is_end) = oracle.push_many(*n, drops.counts().len());
                let mut values = (0..*n).map(|_| drops.value());
                let found = sender.push_many(&mut values);
                if let Ok((_, found)) = found {
                    assert_eq!(found, is_end);
                }
                assert_same(found.map(|(pushed, _)| pushed), expected);
            }
            Operation::Send => {
                // Nobody else is there to make room.
                if oracle.refusal() == Some(Refusal::Full) {
                    return;
                }
                let value = drops.value();
                let id = value.id;
                let comes_back = oracle.sees_close();
                if !comes_back {
                    let pushed = oracle.push(id).expect("the lane is open and has room");
                    if pushed.is_called {
                        oracle.answer();
                    }
                }
                match sender.send(value) {
                    Ok(()) => assert!(!comes_back, "a value that is not received comes back"),
                    Err(back) => assert!(comes_back && back.0.id == id, "it is received"),
                }
            }
            Operation::Publish => {
                oracle.publish();
                sender.publish();
            }
            Operation::SetPublishEvery(n) => {
                oracle.publish();
                oracle.every = (*n).max(1);
                sender.set_publish_every(*n);
            }
            Operation::HasRoom => assert_eq!(sender.has_room(), oracle.has_room()),
            Operation::PollRoom => {
                let mut place = Place::default();
                let poll = sender.poll_room(&mut place, &mut Context::from_waker(Waker::noop()));
                let is_ready = oracle.has_room() || oracle.sees_close();
                assert_eq!(poll == Poll::Ready(()), is_ready);
                sender.forget(&mut place);
            }
            Operation::DropOldest => assert_eq!(sender.drop_oldest(), oracle.drop_oldest()),
            Operation::TakeBack => {
                assert_eq!(sender.take_back().map(|value| value.id), oracle.take_back());
            }
            Operation::Answer => {
                assert_eq!(sender.is_called(), oracle.is_called || oracle.is_closed);
                assert_eq!(sender.answer(), oracle.answer());
            }
            Operation::DropSender => {
                *here = None;
                oracle.publish();
                oracle.is_called = false;
                oracle.sender_gone = true;
                return;
            }
            _ => {}
        }
        assert_eq!(sender.position(), oracle.cursor);
    }

    fn apply_to_receiver(&mut self, operation: &Operation) {
        let Self { receiver: here, oracle, .. } = self;
        let Some(receiver) = here else { return };
        let mut out = Vec::new();
        let received = match operation {
            Operation::Available => {
                assert_eq!(receiver.available(), oracle.available());
                return;
            }
            Operation::Drain(limit) => {
                receiver.drain_into(&mut out, *limit);
                oracle.drain(*limit)
            }
            Operation::Receive(limit) => {
                // The time is over already, so that it does not wait.
                let result = receiver.recv_until(&mut out, *limit, Some(Instant::now()));
                let received = oracle.drain(*limit);
                let is_over = oracle.sender_gone || oracle.seal.is_some();
                let expected = match received.len() {
                    0 if *limit > 0 && is_over => Err(RecvError),
                    n => Ok(n),
                };
                if expected == Ok(0) && *limit > 0 {
                    // Its own request was taken back.
                    oracle.is_called = false;
                }
                assert_eq!(result, expected);
                received
            }
            Operation::AskForCall => {
                receiver.ask_for_call();
                oracle.is_called = true;
                return;
            }
            Operation::RetractCall => {
                assert_eq!(receiver.retract_call(), !oracle.is_called);
                oracle.is_called = false;
                return;
            }
            Operation::Close => {
                receiver.close();
                oracle.is_closed = true;
                return;
            }
            Operation::Seal => {
                receiver.seal_into(&mut out);
                oracle.seal()
            }
            Operation::DropReceiver => {
                *here = None;
                oracle.is_closed = true;
                drop(oracle.seal());
                return;
            }
            _ => return,
        };
        assert_eq!(ids(&out), received);
        assert_eq!(receiver.is_abandoned(), oracle.sender_gone);
        assert_eq!(receiver.awaits_call(), oracle.is_called);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_lane_does_what_a_queue_does(
        blocks in 0..5usize,
        block_items in 0..5usize,
        operations in prop::collection::vec(operation(), 0..120),
        sender_goes_first in any::<bool>(),
    ) {
        let mut pair = Pair::new(Shape { blocks, block_items });
        for operation in &operations {
            pair.apply(operation);
        }
        let Pair { sender, receiver, drops, .. } = pair;
        if sender_goes_first {
            drop(sender);
            drop(receiver);
        } else {
            drop(receiver);
            drop(sender);
        }
        drops.assert_once_each();
    }
}
