//! `cargo bench -p inrush-lab --bench questions`: every question in its quick form, as
//! `cargo lab run --quick` asks it.

use std::alloc::System;
use std::ffi::OsString;
use std::process::ExitCode;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

/// Counts, so that a subject which allocates for each item or file is seen to.
#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    // The process of a sample is this program again, with a request.
    let is_sample = arguments.get(1).is_some_and(|argument| argument == "--child");
    let quick = ["lab", "run", "--quick"].map(OsString::from);
    let arguments = if is_sample { arguments } else { quick.to_vec() };
    let (mut out, mut notes) = (std::io::stdout(), std::io::stderr());
    ExitCode::from(inrush_lab::run_command(&arguments, &mut out, &mut notes))
}
