//! The same operations against the obvious queue.

use std::collections::VecDeque;
use std::sync::Mutex;

use inrush_batch::{PushError, Setting};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::patient;
use crate::conformance::Subject;
use crate::history::History;
use crate::item::Item;

#[derive(Clone, Debug)]
enum Operation {
    Push(u32),
    Flush,
    /// Flushes, and waits until everything is there.
    FlushAndWait,
    Close,
}

fn operations() -> impl Strategy<Value = Vec<Operation>> {
    let operation = prop_oneof![
        8 => (1u32..30).prop_map(Operation::Push),
        4 => Just(Operation::Flush),
        4 => Just(Operation::FlushAndWait),
        1 => Just(Operation::Close),
    ];
    prop::collection::vec(operation, 0..30)
}

/// What the batcher should have accepted, in order.
#[derive(Default)]
struct Oracle {
    queue: Mutex<VecDeque<u32>>,
    is_closed: bool,
}

impl Oracle {
    fn push(&self, number: u32) -> Result<(), u32> {
        if self.is_closed {
            return Err(number);
        }
        self.queue.lock().expect("nobody panics with it").push_back(number);
        Ok(())
    }

    fn accepted(&self) -> Vec<u32> {
        self.queue.lock().expect("nobody panics with it").iter().copied().collect()
    }
}

pub(crate) fn any_sequence_delivers_what_a_queue_would<B: Subject>() {
    // A failing sequence is printed whole, so that it needs no file of its own.
    let config = Config { cases: 64, failure_persistence: None, ..Config::default() };
    let settings = (1usize..12, 2usize..5);
    let result = TestRunner::new(config).run(&(settings, operations()), |(setting, operations)| {
        let (batch_size, batches) = setting;
        run::<B>(Setting { batches, ..patient(batch_size) }, &operations);
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

fn run<B: Subject>(setting: Setting, operations: &[Operation]) {
    let history = History::new(setting.batch_size);
    let batcher = B::start(setting, history.recorder());
    let mut oracle = Oracle::default();
    let mut next = 0;
    for operation in operations {
        match operation {
            Operation::Push(n) => {
                for number in next..next + n {
                    let result = batcher.push(Item::new(0, number)).map_err(|error| match error {
                        PushError::Closed(item) => item.number,
                        other => panic!("not closed: {other:?}"),
                    });
                    assert_eq!(result, oracle.push(number));
                }
                next += n;
            }
            Operation::Flush => batcher.flush(),
            Operation::FlushAndWait => {
                batcher.flush();
                history.wait_for_items(oracle.accepted().len());
            }
            Operation::Close => {
                oracle.is_closed = true;
                assert_eq!(batcher.close(), oracle.accepted().len() as u64);
            }
        }
    }
    let accepted = oracle.accepted();
    assert_eq!(batcher.close(), accepted.len() as u64);
    assert_eq!(history.of(0), accepted);
    history.check(&[u32::try_from(accepted.len()).expect("few items")]);
    let n_flushes =
        operations.iter().filter(|operation| !matches!(operation, Operation::Push(_))).count();
    let n_partial = history.sizes().iter().filter(|&&size| size < setting.batch_size).count();
    assert!(n_partial <= n_flushes + 1, "{n_partial} batches are not full: {operations:?}");
}
