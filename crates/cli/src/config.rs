//! Options from a TOML file: the same names as on the command line.
//!
//! A value from the file becomes the default of its option, so that the parser itself keeps the
//! order: command line, environment, file, built-in default.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{ArgAction, CommandFactory, FromArgMatches};
use toml::de::{DeTable, DeValue};

use crate::args::Cli;
use crate::exit::{Exit, Failure};

/// The arguments, with those of the configuration file that they name.
pub(crate) fn arguments(args: impl Iterator<Item = OsString>) -> Result<Cli, Failure> {
    let args: Vec<OsString> = args.collect();
    let command = Cli::command();
    let matches = command.clone().try_get_matches_from(&args).map_err(|error| refused(&error))?;
    let Some((subcommand, given)) = matches.subcommand() else {
        return Err(Failure::usage("no command"));
    };
    let config = given.try_get_one::<PathBuf>("config").ok().flatten().cloned();
    let matches = match config {
        Some(path) => {
            let command = with_defaults_from(&path, command, subcommand)?;
            command.try_get_matches_from(&args).map_err(|error| refused(&error))?
        }
        None => matches,
    };
    Cli::from_arg_matches(&matches).map_err(|error| refused(&error))
}

/// Help and version are no failures; everything else is wrong usage.
fn refused(error: &clap::Error) -> Failure {
    let exit = if error.use_stderr() { Exit::Usage } else { Exit::Ok };
    match error.print() {
        Ok(()) => Failure::silent(exit),
        Err(error) => Failure::from(error),
    }
}

/// The command with the values of the file at `path` as defaults of the options of `subcommand`.
fn with_defaults_from(
    path: &Path,
    command: clap::Command,
    subcommand: &str,
) -> Result<clap::Command, Failure> {
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::usage(format!("read `{}`: {error}", path.display())))?;
    let fault = |offset: usize, message: String| {
        let line = text[..offset.min(text.len())].matches('\n').count() + 1;
        Failure::usage(format!("`{}`, line {line}: {message}", path.display()))
    };
    let table = DeTable::parse(&text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        fault(offset, error.message().to_owned())
    })?;
    let options = options_of(&command, subcommand);
    let mut defaults = Vec::new();
    for (key, value) in table.get_ref() {
        let name: &str = key.get_ref();
        let Some((id, is_switch)) =
            options.iter().find(|option| option.name == name).map(|o| (o.id.clone(), o.is_switch))
        else {
            let names: Vec<&str> = options.iter().map(|option| option.name.as_str()).collect();
            let names = names.join(", ");
            return Err(fault(
                key.span().start,
                format!("unknown key `{name}`; `inrush {subcommand}` has {names}"),
            ));
        };
        let value_text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.as_str().replace('_', ""),
            DeValue::Float(number) => number.as_str().replace('_', ""),
            DeValue::Boolean(switch) => switch.to_string(),
            _ => {
                let message = format!("`{name}` is a text, a number, true or false");
                return Err(fault(value.span().start, message));
            }
        };
        check(&command, subcommand, name, &value_text, is_switch)
            .map_err(|message| fault(value.span().start, message))?;
        defaults.push((id, value_text));
    }
    Ok(command.mut_subcommand(subcommand, |mut subcommand| {
        for (id, value) in defaults {
            subcommand = subcommand.mut_arg(id, |arg| arg.default_value(value));
        }
        subcommand
    }))
}

struct ConfigOption {
    id: String,
    name: String,
    is_switch: bool,
}

/// The options of a subcommand that a file may set.
fn options_of(command: &clap::Command, subcommand: &str) -> Vec<ConfigOption> {
    let Some(subcommand) = command.find_subcommand(subcommand) else { return Vec::new() };
    subcommand
        .get_arguments()
        .filter_map(|arg| {
            let name = arg.get_long()?.to_owned();
            let is_switch = matches!(arg.get_action(), ArgAction::SetTrue);
            Some(ConfigOption { id: arg.get_id().to_string(), name, is_switch })
        })
        .filter(|option| !matches!(option.name.as_str(), "config" | "help" | "version"))
        .collect()
}

/// Lets the parser judge one value on its own, so that the fault is told with its line.
fn check(
    command: &clap::Command,
    subcommand: &str,
    name: &str,
    value: &str,
    is_switch: bool,
) -> Result<(), String> {
    if is_switch {
        return match value {
            "true" | "false" => Ok(()),
            _ => Err(format!("`{name}` is true or false")),
        };
    }
    // Arguments that stand without a name are left out here, so the parser may miss them.
    let args = [command.get_name(), subcommand, &format!("--{name}={value}")].map(str::to_owned);
    match command.clone().try_get_matches_from(args) {
        Err(error) if error.kind() != clap::error::ErrorKind::MissingRequiredArgument => {
            // The parser adds its usage behind an empty line; before it stand the fault and, where
            // there are only some, the possible values.
            let text = error.to_string();
            let fault = text.split("\n\n").next().unwrap_or_default();
            Err(fault.trim_start_matches("error: ").replace('\n', ""))
        }
        _ => Ok(()),
    }
}
