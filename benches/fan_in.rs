//! `cargo bench -p inrush-lab --bench fan_in`: many producers to one consumer, through channels,
//! rings, locks and batchers. `-- --help` tells the options.

use std::alloc::System;
use std::process::ExitCode;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

/// Counts, so that a subject which allocates for each item is seen to.
#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let (mut out, mut notes) = (std::io::stdout(), std::io::stderr());
    ExitCode::from(inrush_lab::command::<inrush_lab::fan_in::FanIn>(
        &arguments, &mut out, &mut notes,
    ))
}
