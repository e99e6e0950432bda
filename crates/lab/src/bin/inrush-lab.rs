//! `inrush-lab`, which `cargo lab` runs. `cargo lab help` tells what it can do.
#![forbid(unsafe_code)]

use std::alloc::System;
use std::process::ExitCode;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

/// Counts, so that a subject which allocates for each item or file is seen to.
#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let (mut out, mut notes) = (std::io::stdout(), std::io::stderr());
    ExitCode::from(inrush_lab::run_command(&arguments, &mut out, &mut notes))
}
