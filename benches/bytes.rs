//! `cargo bench -p inrush-lab --bench bytes`. What fills buffers, beside `dgen-data`, `memset` and a copy; objects in pieces; jobs of bytes.
//! `-- --help` tells the options.

inrush_lab::bench_main!(
    "chunk-size",
    "streaming",
    "processes",
    "memory",
    "byte-jobs",
    "same-bytes",
);
