//! What is said beside answers: help, and warnings about the machine.

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

/// Says what makes the machine unfit to measure on, as far as it shows at the beginning.
pub(crate) fn warn_before(machine: &Machine, notes: &mut dyn Write) {
    let mut faults = Vec::new();
    let load = machine.load_before.unwrap_or(0.0);
    if load > machine.cores as f64 / 4.0 {
        faults.push(format!("the load is {load} before the first sample"));
    }
    if machine.opt_level != "3" {
        faults.push(format!("the optimisation level is {}", machine.opt_level));
    }
    warn(&faults, notes);
}

/// Says what has disturbed the samples.
pub(crate) fn warn_after(machine: &Machine, notes: &mut dyn Write) {
    let mut faults = Vec::new();
    for (fraction, whose) in
        [(machine.other_fraction, "other programs"), (machine.steal_fraction, "other machines")]
    {
        if let Some(fraction) = fraction.filter(|&fraction| fraction > 0.05) {
            let percent = fraction * 100.0;
            faults.push(format!("{whose} took {percent:.0}% of the processor time; measure again"));
        }
    }
    warn(&faults, notes);
}

fn warn(faults: &[String], notes: &mut dyn Write) {
    for fault in faults {
        // A warning is not worth failing for.
        let _ = writeln!(notes, "warning: {fault}");
    }
}
