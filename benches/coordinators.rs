//! `cargo bench -p inrush-lab --bench coordinators`: a pipeline per file against one queue behind a
//! mutex, side by side. `-- --help` tells the options.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let (mut out, mut notes) = (std::io::stdout(), std::io::stderr());
    ExitCode::from(inrush_lab::command::<inrush_lab::coordinators::Options>(
        &arguments, &mut out, &mut notes,
    ))
}
