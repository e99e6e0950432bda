//! `inrush-lab`, which `cargo lab` runs. `cargo lab help` tells what it can do.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let (mut out, mut notes) = (std::io::stdout(), std::io::stderr());
    ExitCode::from(inrush_lab::run_command(&arguments, &mut out, &mut notes))
}
