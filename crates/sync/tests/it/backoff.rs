//! How a waiting thread loses its patience.

use inrush_sync::Backoff;

#[test]
fn patience_ends_and_begins_anew() {
    let mut backoff = Backoff::new();
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
    let [first, second] = n_waits;
    assert!(first == second && (2..20).contains(&first), "{first} waits, then {second}");
}

#[test]
fn pauses_never_end_the_patience() {
    let mut backoff = Backoff::new();
    for _ in 0..100 {
        backoff.pause();
        assert!(!backoff.is_spent());
    }
}
