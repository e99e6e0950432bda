//! `cargo xtask`: a thin front to the library of the same name.

#![forbid(unsafe_code)]

use std::io::{self, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut out = io::stdout().lock();
    match xtask::run(&args, &mut out) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            // A closed stderr leaves nobody to tell; the exit code still does.
            let _ = writeln!(io::stderr(), "xtask: {error:#}");
            ExitCode::from(2)
        }
    }
}
