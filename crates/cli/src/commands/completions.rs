//! `inrush completions SHELL`.

use clap::CommandFactory;

use crate::args::{Cli, CompletionsArgs};
use crate::exit::{Exit, Failure};
use crate::output::Channel;

pub(crate) fn run(args: &CompletionsArgs) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "inrush", &mut script);
    Channel::Stdout.write(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Ok)
}
