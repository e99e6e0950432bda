//! What a lane promises in each of its states.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Context;
use std::time::Instant;

use inrush_sync::{
    Answer, LaneReceiver, Place, PushError, RecvError, SendError, Shape, barrier, lane, try_lane,
};

use crate::given::{Drops, Task};

fn drain(receiver: &mut LaneReceiver<u32>, limit: usize) -> Vec<u32> {
    let mut out = Vec::new();
    receiver.drain_into(&mut out, limit);
    out
}

fn seal(receiver: &mut LaneReceiver<u32>) -> Vec<u32> {
    let mut out = Vec::new();
    receiver.seal_into(&mut out);
    out
}

#[test]
fn sealed_lane_delivers_nothing_more() {
    let drops = Drops::default();
    let (mut sender, mut receiver) = lane(Shape { blocks: 2, block_items: 4 });
    let mut out = Vec::new();
    receiver.seal_into(&mut out);
    sender.push(drops.value()).expect("there is room, and the sender has not been told");
    assert_eq!(receiver.available(), 0);
    assert_eq!(receiver.drain_into(&mut out, 4), 0, "the value belongs to the sender");
    assert_eq!(receiver.seal_into(&mut out), 0);
    assert!(sender.take_back().is_some());
    drop((sender, receiver, out));
    drops.assert_once_each();
}

#[test]
fn receiver_of_a_sealed_lane_does_not_wait_for_its_sender() {
    let (_sender, mut receiver) = lane::<u32>(Shape { blocks: 2, block_items: 4 });
    receiver.close();
    seal(&mut receiver);
    assert_eq!(receiver.recv_into(&mut Vec::new(), 1), Err(RecvError));
}

#[test]
fn sender_that_took_back_a_value_pushes_no_more() {
    let (mut sender, mut receiver) = lane(Shape { blocks: 2, block_items: 2 });
    (0..3).for_each(|value| assert!(sender.push(value).is_ok()));
    assert_eq!(drain(&mut receiver, 2), [0, 1]);
    assert_eq!(seal(&mut receiver), [2]);
    assert!(sender.push(3).is_ok(), "the block has room, and the sender has not been told");
    assert!(sender.has_room(), "a block has come back");
    assert_eq!(sender.take_back(), Some(3));
    assert_eq!(sender.push(4), Err(PushError::Closed(4)));
    assert_eq!(sender.take_back(), None);
}

#[test]
fn closed_lane_drops_no_block_that_is_not_full() {
    let drops = Drops::default();
    let (mut sender, mut receiver) = lane(Shape { blocks: 2, block_items: 4 });
    sender.push(drops.value()).expect("there is room");
    receiver.close();
    assert_eq!(sender.answer(), Answer::Closing);
    assert_eq!(sender.drop_oldest(), 0);
    assert_eq!(receiver.seal_into(&mut Vec::new()), 1);
    drop((sender, receiver));
    drops.assert_once_each();
}

#[test]
fn values_behind_dropped_ones_are_received_after_the_sender_has_gone() {
    let (mut sender, mut receiver) = lane(Shape { blocks: 4, block_items: 1 });
    (0..4).for_each(|value| assert!(sender.push(value).is_ok()));
    assert_eq!(receiver.available(), 4, "which is all that the receiver knows of");
    for value in 4..8 {
        assert_eq!(sender.drop_oldest(), 1);
        assert!(sender.push(value).is_ok());
    }
    drop(sender);
    let mut out = Vec::new();
    while receiver.recv_into(&mut out, 1).is_ok() {}
    assert_eq!(out, [4, 5, 6, 7]);
}

#[test]
fn send_answers_for_what_it_has_published() {
    let (sender, mut receiver) = lane(Shape { blocks: 2, block_items: 8 });
    let mut sender = sender.publish_every(2);
    receiver.ask_for_call();
    assert_eq!(sender.send(0), Ok(()));
    assert!(receiver.awaits_call(), "there is nothing to come for yet");
    assert_eq!(sender.send(1), Ok(()));
    assert!(!receiver.awaits_call());
    assert_eq!(sender.send(2), Ok(()), "it is held back");
    receiver.close();
    assert_eq!(sender.send(3), Err(SendError(3)), "it would be held back by a closed lane");
    assert_eq!(sender.take_back(), Some(2));
    assert_eq!(seal(&mut receiver), [0, 1]);
}

#[test]
fn what_is_sent_behind_the_seal_comes_back() {
    let (sender, mut receiver) = lane(Shape { blocks: 2, block_items: 8 });
    let mut sender = sender.publish_every(2);
    assert_eq!(sender.send(0), Ok(()), "it is held back");
    receiver.close();
    barrier::heavy();
    assert_eq!(seal(&mut receiver), []);
    assert_eq!(sender.send(1), Err(SendError(1)));
    assert_eq!(sender.take_back(), Some(0));
    assert_eq!(sender.take_back(), None);
}

#[test]
fn sender_that_waits_is_woken_when_half_of_the_lane_is_free() {
    for blocks in [2, 4, 8] {
        for n_before in 0..2 * blocks {
            let (mut sender, mut receiver) = lane(Shape { blocks, block_items: 2 });
            // Any number of blocks may have gone through before.
            for _ in 0..2 * n_before {
                assert!(sender.push(0).is_ok());
                assert_eq!(drain(&mut receiver, 1), [0]);
            }
            while sender.push(1).is_ok() {}
            let (task, waker) = Task::new();
            let mut place = Place::default();
            assert!(sender.poll_room(&mut place, &mut Context::from_waker(&waker)).is_pending());
            drain(&mut receiver, blocks);
            assert_eq!(task.n_wakes(), 1, "with {blocks} blocks and {n_before} before");
            assert!(sender.has_room());
        }
    }
}

#[test]
fn task_that_waits_for_room_hears_of_the_end() {
    for goes_away in [false, true] {
        let (mut sender, mut receiver) = lane(Shape { blocks: 2, block_items: 1 });
        while sender.push(0).is_ok() {}
        let (task, waker) = Task::new();
        let mut context = Context::from_waker(&waker);
        let mut place = Place::default();
        assert!(sender.poll_room(&mut place, &mut context).is_pending());
        assert!(!place.is_free());
        if goes_away {
            drop(receiver);
        } else {
            receiver.close();
        }
        assert_eq!(task.n_wakes(), 1);
        assert!(sender.poll_room(&mut place, &mut context).is_ready());
        assert_eq!(sender.push(1), Err(PushError::Closed(1)));
    }
}

#[test]
fn task_that_no_longer_waits_for_room_is_not_woken() {
    let (mut sender, mut receiver) = lane(Shape { blocks: 2, block_items: 1 });
    while sender.push(0).is_ok() {}
    let (task, waker) = Task::new();
    let mut place = Place::default();
    assert!(sender.poll_room(&mut place, &mut Context::from_waker(&waker)).is_pending());
    sender.forget(&mut place);
    assert!(place.is_free());
    drain(&mut receiver, 2);
    assert_eq!(task.n_wakes(), 0);
}

#[test]
fn wait_for_room_ends_with_the_time_the_lane_or_room() {
    let (mut sender, mut receiver) = lane(Shape { blocks: 2, block_items: 1 });
    assert!(sender.wait_for_room(Some(Instant::now())), "there is room");
    while sender.push(0).is_ok() {}
    assert!(!sender.wait_for_room(Some(Instant::now())));
    drain(&mut receiver, 1);
    assert!(sender.wait_for_room(Some(Instant::now())), "there is room");
    while sender.push(0).is_ok() {}
    receiver.close();
    assert!(sender.wait_for_room(None));
}

#[test]
fn receiving_until_a_time_ends_with_it() {
    let (mut sender, mut receiver) = lane(Shape { blocks: 2, block_items: 4 });
    let mut out = Vec::new();
    assert_eq!(receiver.recv_until(&mut out, 1, Some(Instant::now())), Ok(0));
    assert!(!receiver.awaits_call(), "it wants no call any more");
    assert_eq!(receiver.recv_into(&mut out, 0), Ok(0), "which is no reason to wait");
    assert!(sender.push(1).is_ok());
    assert_eq!(receiver.recv_until(&mut out, 9, Some(Instant::now())), Ok(1));
    drop(sender);
    assert_eq!(receiver.recv_until(&mut out, 9, Some(Instant::now())), Err(RecvError));
}

#[test]
fn call_is_answered_once() {
    let (mut sender, mut receiver) = lane::<u32>(Shape { blocks: 2, block_items: 4 });
    assert!(!sender.is_called());
    receiver.ask_for_call();
    assert!(sender.is_called() && receiver.awaits_call());
    assert_eq!(sender.answer(), Answer::Call);
    assert_eq!(sender.answer(), Answer::Nothing);
    assert!(receiver.retract_call(), "it was answered");
    receiver.ask_for_call();
    assert!(!receiver.retract_call(), "nobody has answered");
    assert_eq!(sender.answer(), Answer::Nothing);
}

#[test]
fn shape_is_rounded_up_to_powers_of_two() {
    let capacity = |blocks, block_items| Shape { blocks, block_items }.capacity();
    assert_eq!(capacity(0, 0), Some(2));
    assert_eq!(capacity(3, 5), Some(4 * 8));
    assert_eq!(capacity(2, usize::MAX), None);
    assert_eq!(capacity(usize::MAX, 1), None);
    assert_eq!(capacity(1 << 33, 1), None, "blocks are numbered with 32 bits");
    let (mut sender, _receiver) = lane(Shape { blocks: 3, block_items: 5 });
    assert_eq!((0..).take_while(|&value: &u32| sender.push(value).is_ok()).count(), 32);
}

#[test]
fn lane_that_does_not_fit_into_memory_is_refused() {
    for block_items in [usize::MAX, 1 << 60, 1 << 50] {
        assert!(try_lane::<u64>(Shape { blocks: 2, block_items }).is_none());
    }
}

#[test]
fn watch_sees_what_was_published_and_outlives_both_ends() {
    let drops = Drops::default();
    let (sender, receiver) = lane(Shape { blocks: 2, block_items: 4 });
    let mut sender = sender.publish_every(2);
    let watch = receiver.watch();
    for published in [0, 2, 2, 4] {
        assert!(sender.push(drops.value()).is_ok());
        assert_eq!(watch.published(), published);
    }
    watch.close();
    assert!(matches!(sender.push(drops.value()), Err(PushError::Closed(_))));
    drop((sender, receiver));
    drops.assert_once_each();
    assert_eq!(watch.clone().published(), 4);
}

#[test]
fn errors_say_what_happened() {
    assert_eq!(PushError::Full(1).to_string(), "lane is full");
    assert_eq!(PushError::Closed(1).to_string(), "lane is closed");
    assert_eq!(SendError(1).to_string(), "lane is closed");
    assert_eq!(RecvError.to_string(), "lane is empty and its sender gone");
}

#[test]
fn what_a_panicking_source_gave_is_published() {
    let (mut sender, mut receiver) = lane(Shape { blocks: 2, block_items: 8 });
    let mut source = (0..8).map(|n| if n == 3 { panic!("no more") } else { Box::new(n) });
    let pushing = AssertUnwindSafe(|| sender.push_many(&mut source));
    assert!(catch_unwind(pushing).is_err());
    assert_eq!(sender.position(), 3);
    assert!(sender.push(Box::new(9)).is_ok());
    let mut out = Vec::new();
    receiver.drain_into(&mut out, usize::MAX);
    assert_eq!(out.into_iter().map(|value| *value).collect::<Vec<i32>>(), [0, 1, 2, 9]);
}

#[test]
fn many_values_stop_at_the_end_of_the_block() {
    let (mut sender, mut receiver) = lane(Shape { blocks: 2, block_items: 4 });
    let mut values = 0..10;
    let (pushed, is_end) = sender.push_many(&mut values).expect("the lane is open");
    assert!(pushed.is_published && pushed.block_filled && !is_end);
    assert_eq!((values.start, receiver.available()), (4, 4));
    // At the end of the block there is no room, and nothing is taken.
    let (_, is_end) = sender.push_many(&mut values).expect("the lane is open");
    assert!(!is_end);
    assert_eq!(values.start, 4);
    assert!(sender.push(values.next().expect("more")).is_ok());
    let (pushed, is_end) = sender.push_many(&mut (5..7)).expect("the lane is open");
    assert!(!pushed.block_filled && is_end);
    let mut out = Vec::new();
    receiver.drain_into(&mut out, usize::MAX);
    assert_eq!(out, Vec::from_iter(0..7));
}
