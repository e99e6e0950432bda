//! What a lane promises in each of its states.

use inrush_sync::{Answer, LaneReceiver, PushError, RecvError, SendError, Shape, barrier, lane};

use crate::given::Drops;

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
