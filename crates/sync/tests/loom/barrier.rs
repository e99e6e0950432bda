//! The barrier that two sides pass.

use inrush_sync::barrier;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, Ordering::Relaxed};
use loom::thread;

use crate::explore;

/// Of a light and a heavy side that each store and then load, one sees the other's store.
#[test]
fn unbounded_both_sides_of_a_barrier_do_not_miss_each_other() {
    explore("one side sees the other's store", || {
        let words = Arc::new([AtomicBool::new(false), AtomicBool::new(false)]);
        let there = Arc::clone(&words);
        let light = thread::spawn(move || {
            there[0].store(true, Relaxed);
            barrier::light();
            there[1].load(Relaxed)
        });
        words[1].store(true, Relaxed);
        barrier::heavy();
        let heavy_sees = words[0].load(Relaxed);
        let light_sees = light.join().expect("no panic");
        assert!(heavy_sees || light_sees, "both missed the other's store");
    });
}
