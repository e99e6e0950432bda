//! Models of the designs that lanes are compared with, each without its worker's thread: the main
//! thread of a model is the worker.
//!
//! A lock that yields has models of two threads only: two threads that yield to one another while a
//! third holds the lock are an execution without an end.

use std::time::Duration;

use inrush_batch::comparators::cores::{ChannelCore, Gate, MutexCore, Source, SpinCore};
use inrush_batch::{PushError, Setting};
use loom::sync::Arc;
use loom::sync::atomic::{AtomicU32, Ordering::Relaxed};
use loom::thread;

use crate::designs::{Core, Slots, let_sleep, patient, push_all, take, take_rest};
use crate::explore::explore;

macro_rules! models {
    ($($name:ident: $core:ty;)*) => {
        $(
            mod $name {
                use super::*;

                /// A producer that has filled all buffers waits until one comes back, and its items
                /// arrive in order.
                #[test]
                fn buffers_go_round() {
                    explore(|| {
                        let (core, mut taker) = <$core>::open(patient(1, 2));
                        let pushing = push_all(&core, &[0, 1, 2]);
                        assert_eq!([0, 1, 2].map(|_| take(&mut taker)), [[0], [1], [2]]);
                        assert_eq!(pushing.join().unwrap(), 3);
                    });
                }

                /// Two items that are pushed at the same time fill one batch.
                #[test]
                fn unbounded_a_push_meets_a_push() {
                    explore(|| {
                        let (core, mut taker) = <$core>::open(patient(2, 2));
                        let pushing = push_all(&core, &[1]);
                        assert_eq!(Core::push(&*core, 2, false), Ok(()));
                        let mut batch = take(&mut taker);
                        batch.sort_unstable();
                        assert_eq!(batch, [1, 2]);
                        assert_eq!(pushing.join().unwrap(), 1);
                    });
                }

                /// An item that is pushed while the batcher closes is either delivered or returned.
                #[test]
                fn a_push_meets_a_close() {
                    explore(|| {
                        let (core, mut taker) = <$core>::open(patient(2, 3));
                        let pushing = push_all(&core, &[0, 1, 2]);
                        Core::close(&*core);
                        let delivered = take_rest(&mut taker);
                        let n_accepted = pushing.join().unwrap();
                        assert_eq!(delivered, [0, 1, 2][..n_accepted]);
                    });
                }

                /// A flush delivers what was pushed before it, and loses nothing that is pushed
                /// meanwhile.
                #[test]
                fn unbounded_a_push_meets_a_flush() {
                    explore(|| {
                        let (core, mut taker) = <$core>::open(patient(3, 3));
                        assert_eq!(Core::push(&*core, 0, false), Ok(()));
                        let pushing = push_all(&core, &[1]);
                        Core::flush(&*core);
                        let mut delivered = take(&mut taker);
                        assert_eq!(delivered[0], 0);
                        assert_eq!(pushing.join().unwrap(), 1);
                        Core::close(&*core);
                        delivered.extend(take_rest(&mut taker));
                        assert_eq!(delivered, [0, 1]);
                    });
                }

                /// Two producers that find no buffer, though there are empty ones, bring one and not
                /// two.
                #[test]
                fn a_push_meets_a_push_without_a_buffer() {
                    explore(|| {
                        let (core, mut taker) = <$core>::open(patient(2, 3));
                        for item in [1, 2] {
                            assert_eq!(Core::push(&*core, item, false), Ok(()));
                        }
                        let pushing = push_all(&core, &[3]);
                        assert_eq!(Core::push(&*core, 4, false), Ok(()));
                        assert_eq!(take(&mut taker), [1, 2]);
                        let mut batch = take(&mut taker);
                        batch.sort_unstable();
                        assert_eq!(batch, [3, 4]);
                        assert_eq!(pushing.join().unwrap(), 1);
                    });
                }

                /// A batch whose time has come leaves behind those before it, while somebody else
                /// pushes; a sleeping worker is woken for the first item.
                #[test]
                fn a_push_meets_the_end_of_its_linger() {
                    explore(|| {
                        let setting = Setting { linger: Duration::ZERO, ..patient(2, 3) };
                        let (core, mut taker) = <$core>::open(setting);
                        let pushing = push_all(&core, &[0, 1, 2]);
                        let mut delivered = Vec::new();
                        while delivered.len() < 3 {
                            delivered.extend(take(&mut taker));
                        }
                        assert_eq!(delivered, [0, 1, 2]);
                        assert_eq!(pushing.join().unwrap(), 3);
                    });
                }

                /// A producer that waits for room gets its item back when the batcher closes, also
                /// while the worker does nothing.
                #[test]
                fn unbounded_close_wakes_who_waits_for_room() {
                    explore(|| {
                        let (core, mut taker) = <$core>::open(patient(1, 2));
                        assert_eq!(Core::push(&*core, 0, false), Ok(()));
                        let mut batch = taker.next().expect("the batcher is open");
                        assert_eq!(Core::push(&*core, 1, false), Ok(()));
                        let pushing = push_all(&core, &[2]);
                        let_sleep();
                        Core::close(&*core);
                        assert_eq!(pushing.join().unwrap(), 0);
                        batch.clear();
                        taker.give_back(batch);
                        assert_eq!(take_rest(&mut taker), [1]);
                    });
                }

                /// The worker's own push comes to an end, whether there is room or another producer
                /// takes it.
                #[test]
                fn the_worker_never_waits_for_itself() {
                    explore(|| {
                        let (core, mut taker) = <$core>::open(patient(1, 2));
                        assert_eq!(Core::push(&*core, 0, false), Ok(()));
                        let mut batch = taker.next().expect("the batcher is open");
                        let pushing = push_all(&core, &[1]);
                        let own = Core::push(&*core, 2, true);
                        batch.clear();
                        taker.give_back(batch);
                        let mut delivered = take(&mut taker);
                        match own {
                            Ok(()) => {
                                delivered.extend(take(&mut taker));
                                delivered.sort_unstable();
                                assert_eq!(delivered, [1, 2]);
                            }
                            Err(refused) => {
                                assert_eq!(refused, PushError::InCallback(2));
                                assert_eq!(delivered, [1]);
                            }
                        }
                        assert_eq!(pushing.join().unwrap(), 1);
                    });
                }
            }
        )*
    };
}

models! {
    spin: SpinCore<u32>;
    channel: ChannelCore<u32>;
    mutex: MutexCore<u32>;
    slot: Slots;
}

macro_rules! models_of_three_threads {
    ($($name:ident: $core:ty;)*) => {
        $(
            mod $name {
                use super::*;

                /// The worker sleeps until the last of two producers has filled the batch.
                #[test]
                fn two_producers_fill_a_batch() {
                    explore(|| {
                        let (core, mut taker) = <$core>::open(patient(2, 2));
                        let pushing = [push_all(&core, &[1]), push_all(&core, &[2])];
                        let mut batch = take(&mut taker);
                        batch.sort_unstable();
                        assert_eq!(batch, [1, 2]);
                        for pushing in pushing {
                            assert_eq!(pushing.join().unwrap(), 1);
                        }
                    });
                }

                /// Two producers that wait for the same room both get on.
                #[test]
                fn two_producers_take_turns() {
                    explore(|| {
                        let (core, mut taker) = <$core>::open(patient(1, 2));
                        assert_eq!(Core::push(&*core, 0, false), Ok(()));
                        let pushing = [push_all(&core, &[1]), push_all(&core, &[2])];
                        let mut delivered = Vec::new();
                        for _ in 0..3 {
                            delivered.extend(take(&mut taker));
                        }
                        assert_eq!(delivered[0], 0);
                        delivered.sort_unstable();
                        assert_eq!(delivered, [0, 1, 2]);
                        for pushing in pushing {
                            assert_eq!(pushing.join().unwrap(), 1);
                        }
                    });
                }

                /// Room for two wakes two, though nothing more is delivered.
                #[test]
                fn room_for_two_wakes_two() {
                    explore(|| {
                        let (core, mut taker) = <$core>::open(patient(2, 2));
                        let push_two =
                            || assert_eq!([0; 2].map(|item| Core::push(&*core, item, false)), [Ok(()); 2]);
                        push_two();
                        let mut batch = taker.next().expect("the batcher is open");
                        push_two();
                        let pushing = [push_all(&core, &[1]), push_all(&core, &[2])];
                        let_sleep();
                        batch.clear();
                        taker.give_back(batch);
                        let _next = taker.next();
                        for pushing in pushing {
                            assert_eq!(pushing.join().unwrap(), 1);
                        }
                    });
                }

                /// Push, close and worker at once: what was accepted is delivered, the rest returned,
                /// and the worker comes to its end.
                #[test]
                fn a_push_meets_a_close_and_the_worker() {
                    explore(|| {
                        let (core, mut taker) = <$core>::open(patient(2, 2));
                        let pushing = push_all(&core, &[0, 1]);
                        let closing = thread::spawn(move || Core::close(&*core));
                        let delivered = take_rest(&mut taker);
                        let n_accepted = pushing.join().unwrap();
                        closing.join().unwrap();
                        assert_eq!(delivered, [0, 1][..n_accepted]);
                    });
                }
            }
        )*
    };
}

models_of_three_threads! {
    channel_of_three: ChannelCore<u32>;
    mutex_of_three: MutexCore<u32>;
    slot_of_three: Slots;
}

/// A place that is given up counts as filled, and the batch is what is in the others.
#[test]
fn unbounded_a_place_that_is_given_up_holds_nobody_up() {
    explore(|| {
        let (ring, mut taker) = Slots::open(patient(2, 2));
        let giving_up = {
            let ring = Arc::clone(&ring);
            thread::spawn(move || ring.give_up(ring.try_reserve().expect("there is room")))
        };
        assert_eq!(Core::push(&*ring, 1, false), Ok(()));
        assert_eq!(take(&mut taker), [1]);
        giving_up.join().unwrap();
    });
}

/// A block whose places were all given up makes no batch, and who waits for the next block gets it.
#[test]
fn a_block_of_nothing_makes_no_batch() {
    explore(|| {
        let (ring, mut taker) = Slots::open(patient(1, 2));
        let pushing = {
            let ring = Arc::clone(&ring);
            thread::spawn(move || {
                ring.give_up(ring.try_reserve().expect("there is room"));
                assert_eq!(Core::push(&*ring, 1, false), Ok(()));
            })
        };
        assert_eq!(take(&mut taker), [1]);
        pushing.join().unwrap();
    });
}

/// An item that is committed while the batcher closes is delivered or returned, never both, never
/// neither; and a leaked place before it holds nobody up.
#[test]
fn unbounded_a_commit_meets_a_close() {
    explore(|| {
        let (ring, mut taker) = Slots::open(patient(3, 2));
        let _leaked = ring.try_reserve().expect("there is room");
        let place = ring.try_reserve().expect("there is room");
        let committing = {
            let ring = Arc::clone(&ring);
            thread::spawn(move || ring.commit(place, 1))
        };
        ring.close();
        let delivered = take_rest(&mut taker);
        match committing.join().unwrap() {
            Ok(()) => assert_eq!(delivered, [1]),
            Err(returned) => assert_eq!((returned, delivered.as_slice()), (1, &[][..])),
        }
    });
}

/// Two blocks take turns while two producers overtake each other, and each one's items stay in order.
#[test]
fn a_late_producer_finds_the_block_of_now() {
    explore(|| {
        let (ring, mut taker) = Slots::open(patient(1, 3));
        let pushing = [push_all(&ring, &[1, 2]), push_all(&ring, &[3])];
        let mut delivered = Vec::new();
        for _ in 0..3 {
            delivered.extend(take(&mut taker));
        }
        delivered.retain(|&item| item != 3);
        assert_eq!(delivered, [1, 2]);
        for pushing in pushing {
            pushing.join().unwrap();
        }
    });
}

/// Who finds the gate quiet sees what was done inside, and nobody gets in behind it.
#[test]
fn unbounded_a_quiet_gate_shows_what_was_done_inside() {
    explore(|| {
        let shared = Arc::new((Gate::new(1), AtomicU32::new(0)));
        let entering = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                let (gate, n) = &*shared;
                let inside = gate.enter();
                if inside.is_some() {
                    n.store(1, Relaxed);
                }
                inside.is_some()
            })
        };
        let (gate, n) = &*shared;
        gate.shut();
        let seen = gate.is_quiet().then(|| n.load(Relaxed));
        let got_in = entering.join().unwrap();
        assert!(gate.is_quiet(), "everybody has left");
        assert!(gate.enter().is_none(), "the gate is shut");
        if let Some(seen) = seen {
            assert_eq!(seen, u32::from(got_in));
        }
    });
}
