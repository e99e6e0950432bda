//! `cargo bench -p inrush-lab --bench bytes`: bytes a second into a buffer, beside `dgen-data`, a copy
//! and `memset`. `-- --help` tells the options.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let (mut out, mut notes) = (std::io::stdout(), std::io::stderr());
    ExitCode::from(inrush_lab::command::<inrush_lab::bytes::Bytes>(
        &arguments, &mut out, &mut notes,
    ))
}
