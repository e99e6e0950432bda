//! `cargo bench -p inrush-lab --bench locks`. Locks and counters, under contention and without.
//! `-- --help` tells the options.

inrush_lab::bench_main!("locks", "critical-section", "counters", "pinning", "waiting",);
