//! The command: arguments in, an exit code out. What is done between stands in `inrush-dataset`.
#![forbid(unsafe_code)]

mod args;
mod commands;
mod config;
mod exit;
mod output;
mod progress;
mod shard;
mod signals;

use std::process::ExitCode;

use args::Command;

fn main() -> ExitCode {
    let exit = match config::arguments(std::env::args_os()) {
        Ok(cli) => match cli.command {
            Command::Table(args) => commands::table::run(&args),
            Command::Bytes(args) => commands::bytes::run(&args),
            Command::Marc(args) => commands::marc::run(&args),
            Command::Tee(args) => commands::tee::run(&args),
            Command::Convert(args) => commands::convert::run(&args),
            Command::Schema(args) => commands::schema::run(&args),
            Command::Verify(args) => commands::verify::run(&args),
            Command::Merge(args) => commands::merge::run(&args),
            Command::Completions(args) => commands::completions::run(&args),
        },
        Err(exit) => Err(exit),
    };
    match exit {
        Ok(exit) => exit.into(),
        Err(failure) => failure.report().into(),
    }
}
