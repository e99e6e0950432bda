//! What every bench says beside its tables: help, and warnings about the machine.

use std::io::Write;

use clap::error::ErrorKind;

use crate::Machine;

/// Help was asked for, or the arguments mean nothing.
pub(crate) fn explained(error: &clap::Error, out: &mut dyn Write, notes: &mut dyn Write) -> u8 {
    let is_help = error.kind() == ErrorKind::DisplayHelp;
    // Where this cannot be written, the exit code is left to tell.
    let _ = if is_help { write!(out, "{error}") } else { write!(notes, "{error}") };
    if is_help { 0 } else { 2 }
}

/// Says what makes the machine unfit to measure on.
pub(crate) fn warn(machine: &Machine, notes: &mut dyn Write) {
    let load = machine.load_before.unwrap_or(0.0);
    let mut faults = Vec::new();
    if load > machine.cores as f64 / 4.0 {
        faults.push(format!("the load is {load} before the first sample"));
    }
    if machine.opt_level != "3" {
        faults.push(format!("the optimisation level is {}", machine.opt_level));
    }
    for fault in faults {
        // A warning is not worth failing for.
        let _ = writeln!(notes, "warning: {fault}");
    }
}
