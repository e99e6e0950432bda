//! `cargo bench -p inrush-lab --bench writers`: many small files and large ones, beside the bare
//! system calls, `tokio::fs` and `dd`. `-- --help` tells the options.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let (mut out, mut notes) = (std::io::stdout(), std::io::stderr());
    ExitCode::from(inrush_lab::command::<inrush_lab::writers::Writers>(
        &arguments, &mut out, &mut notes,
    ))
}
