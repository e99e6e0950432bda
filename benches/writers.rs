//! `cargo bench -p inrush-lab --bench writers`. Many small files and large ones, beside the bare system calls and `dd`; objects; records by Python.
//! `-- --help` tells the options.

inrush_lab::bench_main!("small-files", "big-files", "objects", "python",);
