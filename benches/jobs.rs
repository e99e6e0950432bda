//! `cargo bench -p inrush-lab --bench jobs`. Whole jobs of a table, and what it costs to make bytes of records, and to read them.
//! `-- --help` tells the options.

inrush_lab::bench_main!("per-file-or-mutex", "table-rates", "file-size", "records", "catalogue",);
