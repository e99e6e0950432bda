//! The subcommands, and the way from an argument list to an exit code.

use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::names::{LOOM, TIDY, WEAKEN};
use crate::{loom, tidy, weaken};

/// One word after `cargo xtask`.
#[derive(Debug)]
pub struct Subcommand {
    /// The word itself.
    pub name: &'static str,
    /// What may stand behind it, as the usage text shows it; empty where nothing may.
    pub arguments: &'static str,
    /// One line for the usage text.
    pub summary: &'static str,
    /// Does the work on the workspace at the given root as the arguments say, writes its report,
    /// and returns the exit code.
    pub run: fn(root: &Path, args: &[String], out: &mut dyn Write) -> Result<u8>,
}

/// Every subcommand there is.
pub const SUBCOMMANDS: &[Subcommand] = &[
    Subcommand {
        name: TIDY,
        arguments: "",
        summary: "check the conventions that no lint can; exit 1 when there are findings",
        run: |root, _, out| tidy::run(root, out),
    },
    Subcommand {
        name: LOOM,
        arguments: "[PACKAGE]",
        summary: "run the loom models; exit 1 when one fails",
        run: loom::run,
    },
    Subcommand {
        name: WEAKEN,
        arguments: "[--all] [--sample N] [--write]",
        summary: "weaken memory orderings, one at a time; exit 1 when no model notices",
        run: weaken::run,
    },
];

/// Runs the subcommand that `args` (without the program's name) asks for and returns the exit code.
///
/// # Errors
///
/// An unknown subcommand, arguments that the subcommand does not take, and whatever kept it from
/// doing its work. The binary turns each into exit code 2, so that 1 always means findings.
pub fn run(args: &[String], out: &mut dyn Write) -> Result<u8> {
    let Some((name, rest)) = args.split_first() else {
        bail!("no subcommand\n\n{}", usage());
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        write!(out, "{}", usage())?;
        return Ok(0);
    }
    let Some(subcommand) = SUBCOMMANDS.iter().find(|subcommand| subcommand.name == name) else {
        bail!("unknown subcommand `{name}`\n\n{}", usage());
    };
    if let Some(extra) = rest.first().filter(|_| subcommand.arguments.is_empty()) {
        bail!("`{name}` takes no argument, and was given `{extra}`\n\n{}", usage());
    }
    (subcommand.run)(&workspace_root()?, rest, out)
}

/// The root of the workspace that this package belongs to.
///
/// Cargo's run-time answer comes first: two checkouts that share one target folder also share this
/// binary, and the path compiled into it names only one of them.
///
/// # Errors
///
/// Two levels above the package there is no `Cargo.toml`.
pub fn workspace_root() -> Result<PathBuf> {
    let package = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let root = package.ancestors().nth(2).context("the package lies at the file system's root")?;
    if !root.join("Cargo.toml").is_file() {
        bail!("`{}` has no Cargo.toml: run this through `cargo xtask`", root.display());
    }
    Ok(root.to_path_buf())
}

fn usage() -> String {
    let mut text = String::from("usage: cargo xtask <subcommand>\n\n");
    for Subcommand { name, arguments, summary, .. } in SUBCOMMANDS {
        text.push_str(&format!(
            "  {}\n      {summary}\n",
            format!("{name} {arguments}").trim_end()
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::SUBCOMMANDS;
    use crate::names::SUBCOMMAND_NAMES;

    #[test]
    fn documents_may_name_every_subcommand_and_no_other() {
        let names: Vec<&str> = SUBCOMMANDS.iter().map(|subcommand| subcommand.name).collect();
        assert_eq!(names, SUBCOMMAND_NAMES);
    }
}
