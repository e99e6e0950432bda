//! How a waiting thread loses its patience.

use inrush_sync::Backoff;

/// How many waits use a backoff up, afresh and after a reset.
fn waits(mut backoff: Backoff) -> [u32; 2] {
    let mut n_waits = [0, 0];
    for n_waits in &mut n_waits {
        while !backoff.is_spent() {
            backoff.wait();
            *n_waits += 1;
        }
        backoff.wait();
        assert!(backoff.is_spent(), "it does not begin anew of itself");
        backoff.reset();
    }
    n_waits
}

#[test]
fn patience_ends_and_begins_anew() {
    let [first, second] = waits(Backoff::new());
    assert!(first == second && (2..20).contains(&first), "{first} waits, then {second}");
}

#[test]
fn a_contended_word_is_waited_for_longer() {
    let [plain, _] = waits(Backoff::new());
    let [first, second] = waits(Backoff::contended());
    assert!(first == second && (plain + 1..2000).contains(&first), "{first} waits, then {second}");
}

#[test]
fn pauses_never_end_the_patience() {
    let mut backoff = Backoff::new();
    for _ in 0..100 {
        backoff.pause();
        assert!(!backoff.is_spent());
    }
}
