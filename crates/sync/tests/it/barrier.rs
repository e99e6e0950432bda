//! The store-to-load barrier on a real machine. Without a barrier many rounds fail where two threads run
//! at once, and none where they take turns: a failure proves a bug, a pass only makes it unlikely.

use std::hint;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use inrush_sync::{Padded, barrier};

use crate::given::Step;

const N_ROUNDS: usize = 20_000;

/// The words that the two sides store to, each on a line of its own.
type Round = [Padded<AtomicBool>; 2];

/// Takes the part of one side in every round, and returns what it saw of the other.
fn play(side: usize, rounds: &[Round], step: &Step, barrier: fn()) -> Vec<bool> {
    let mut saw = Vec::with_capacity(rounds.len());
    for (number, round) in rounds.iter().enumerate() {
        // With both lines in both caches the load is fast, and the store has to wait for its line.
        assert!(!round[side].load(Relaxed));
        round[1 - side].load(Relaxed);
        step.meet(side, number + 1);
        // Neither side is always the first.
        for _ in 0..(number >> (5 * side)) % 32 {
            hint::black_box(number);
        }
        round[side].store(true, Relaxed);
        barrier();
        saw.push(round[1 - side].load(Relaxed));
    }
    saw
}

/// The number of rounds in which both sides missed the other's store.
fn n_missed(light: fn(), heavy: fn()) -> usize {
    let rounds: Vec<Round> = (0..N_ROUNDS).map(|_| Round::default()).collect();
    let step = Step::default();
    let [one, other] = thread::scope(|scope| {
        let light = scope.spawn(|| play(0, &rounds, &step, light));
        let other = play(1, &rounds, &step, heavy);
        [light.join().expect("no panic"), other]
    });
    one.iter().zip(other).filter(|&(&one, other)| !one && !other).count()
}

#[test]
fn light_and_heavy_side_never_both_miss_the_other() {
    assert_eq!(n_missed(barrier::light, barrier::heavy), 0);
}

#[test]
fn two_heavy_sides_never_both_miss_the_other() {
    assert_eq!(n_missed(barrier::heavy, barrier::heavy), 0);
}
