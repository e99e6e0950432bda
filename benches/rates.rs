//! `cargo bench -p inrush-lab --bench rates`: rows a second to nowhere, and peak memory over the
//! size of a file. `-- --help` tells the options.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let (mut out, mut notes) = (std::io::stdout(), std::io::stderr());
    ExitCode::from(inrush_lab::command::<inrush_lab::rates::Rates>(
        &arguments, &mut out, &mut notes,
    ))
}
