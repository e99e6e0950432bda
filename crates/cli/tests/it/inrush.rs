//! Calling the command, and looking at what it left.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// The command, without options and schedulers from the environment of whoever runs the tests.
pub(crate) fn command() -> Command {
    alone(Command::new(env!("CARGO_BIN_EXE_inrush")))
}

/// `command` without these variables.
pub(crate) fn alone(mut command: Command) -> Command {
    let ours = ["INRUSH_", "JOB_COMPLETION_", "SLURM_", "OMPI_", "PMI_"];
    for (name, _) in std::env::vars_os() {
        if ours.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs the command with the words of `args`.
pub(crate) fn inrush(args: &[&str]) -> Run {
    run(command().args(args))
}

pub(crate) fn run(command: &mut Command) -> Run {
    let output = command.output().expect("the command starts");
    Run { output }
}

/// A run that has ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) output: Output,
}

impl Run {
    pub(crate) fn code(&self) -> i32 {
        self.output.status.code().unwrap_or(-1)
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    /// Asserts the exit code, and shows all output where it is another.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code(), code, "stdout: {}\nstderr: {}", self.stdout(), self.stderr());
        let said = self.stderr();
        assert!(!said.contains("panicked") && !said.contains("RUST_BACKTRACE"), "{said}");
        self
    }

    /// Asserts that standard error has all of `parts`.
    #[track_caller]
    pub(crate) fn says(self, parts: &[&str]) -> Self {
        let said = self.stderr();
        for part in parts {
            assert!(said.contains(part), "`{part}` is not in: {said}");
        }
        self
    }
}

/// The files of a folder by name, the manifest left out, as its times differ from run to run.
pub(crate) fn data_files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    names(folder)
        .into_iter()
        .filter(|name| name != "_manifest.jsonl")
        .map(|name| {
            let bytes = fs::read(folder.join(&name)).expect("the file can be read");
            (name, bytes)
        })
        .collect()
}

/// The names in a folder, hidden ones too.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder can be listed");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("and its entries").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The temporary files that a run must not leave.
pub(crate) fn parts(folder: &Path) -> Vec<String> {
    names(folder).into_iter().filter(|name| name.ends_with(".inrush-part")).collect()
}

/// The lines of a folder's manifest.
pub(crate) fn manifest(folder: &Path) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(folder.join("_manifest.jsonl")).expect("there is a manifest");
    text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

/// The root hash of a complete manifest.
pub(crate) fn root(folder: &Path) -> String {
    let lines = manifest(folder);
    let last = lines.last().expect("the manifest has lines");
    last["root"].as_str().expect("a complete manifest ends with its root").to_owned()
}

/// `path` as text, for arguments.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("temporary folders have names in UTF-8")
}
