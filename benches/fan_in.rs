//! `cargo bench -p inrush-lab --bench fan_in`. Many producers to one consumer, through channels, rings, locks and batchers.
//! `-- --help` tells the options.

inrush_lab::bench_main!(
    "producers",
    "beside",
    "tasks",
    "batch-size",
    "recycling",
    "padding",
    "delays",
    "slow-consumer",
);
