//! The loom models of a workspace: who has some, how they are built, and how one is run.
//!
//! A model is a test of the target `loom`, built with `--cfg inrush_loom` and optimised. It is run
//! by its own binary and not by `cargo test`, since whoever runs one wants to choose it and to read
//! what it says.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::manifest::Manifest;
use crate::tree::Tree;

/// The crates whose atomics, cells and threads come from the shim, and can be loom's.
const MODELLED: &[&str] = &["crates/sync", "crates/batch"];

/// What the shim and the models look for.
pub(crate) const CFG: &str = "inrush_loom";

/// A model of this prefix is small enough to be run without a bound on [`preemptions`] as well.
const UNBOUNDED_PREFIX: &str = "unbounded_";

/// loom's own variable, which overrides [`preemptions`].
const PREEMPTIONS: &str = "LOOM_MAX_PREEMPTIONS";

/// How often a thread may be interrupted in one execution. Most bugs show with two preemptions
/// (Musuvathi and Qadeer, "Iterative Context Bounding for Systematic Testing of Multithreaded
/// Programs", 2007), and each one more multiplies the time: the small models of the primitives can
/// have three. One removed wake-up has shown with no fewer.
fn preemptions(package: &Package) -> &'static str {
    if package.short_name() == "sync" { "3" } else { "2" }
}

/// A package that may have models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Package {
    /// `inrush-sync`.
    pub(crate) name: String,
    /// `crates/sync`.
    pub(crate) dir: String,
}

impl Package {
    /// The name without what all have in common (`sync`).
    pub(crate) fn short_name(&self) -> &str {
        self.dir.rsplit('/').next().unwrap_or_default()
    }
}

/// Whether a crate's folder is one of those that a model can reach into.
pub(crate) fn is_modelled(dir: &str) -> bool {
    MODELLED.contains(&dir)
}

/// Every package that has a test target of models.
pub(crate) fn packages(tree: &Tree) -> Vec<Package> {
    let has_models = |dir: &str| {
        ["tests/loom.rs", "tests/loom/main.rs"]
            .iter()
            .any(|path| tree.exists(&format!("{dir}/{path}")))
    };
    Manifest::all(tree)
        .into_iter()
        .filter(|manifest| is_modelled(&manifest.dir) && has_models(&manifest.dir))
        .map(|manifest| Package { name: manifest.name, dir: manifest.dir })
        .collect()
}

/// The built models of one package.
#[derive(Debug)]
pub(crate) struct Models {
    pub(crate) package: Package,
    pub(crate) names: Vec<String>,
    program: PathBuf,
    folder: PathBuf,
}

/// How much of a model's executions is explored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bound {
    /// Those with few preemptions.
    Preemptions,
    /// All.
    None,
}

impl Models {
    /// Builds the models of a package of the workspace at `root`.
    ///
    /// # Errors
    ///
    /// cargo cannot be run, or the models do not compile; then cargo has said why.
    pub(crate) fn build(root: &Path, target_dir: &Path, package: &Package) -> Result<Self> {
        let (key, flags) = flags(env::var("RUSTFLAGS").ok(), env::var(ENCODED).ok());
        let output = cargo(root)
            .args(["test", "--release", "--locked", "--no-run"])
            .args(["--package", &package.name, "--test", "loom"])
            .args(["--message-format", "json-render-diagnostics", "--target-dir"])
            .arg(target_dir)
            .env(key, flags)
            .stderr(Stdio::inherit())
            .output()
            .context("run cargo")?;
        if !output.status.success() {
            bail!("the models of `{}` do not compile", package.name);
        }
        let said = String::from_utf8_lossy(&output.stdout);
        let program = said
            .lines()
            .find_map(test_program)
            .with_context(|| format!("cargo built no test `loom` of `{}`", package.name))?;
        let mut models = Self {
            package: package.clone(),
            names: Vec::new(),
            program: program.into(),
            folder: root.join(&package.dir),
        };
        models.names = models.list()?;
        Ok(models)
    }

    fn list(&self) -> Result<Vec<String>> {
        let output = self.program().args(["--list", "--format", "terse"]).output();
        let output =
            output.with_context(|| format!("list the models of `{}`", self.package.name))?;
        let said = String::from_utf8_lossy(&output.stdout);
        Ok(said.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect())
    }

    /// The models that are run without a bound as well.
    pub(crate) fn unbounded(&self) -> impl Iterator<Item = &str> {
        let is_unbounded = |name: &&str| {
            name.rsplit("::").next().is_some_and(|last| last.starts_with(UNBOUNDED_PREFIX))
        };
        self.names.iter().map(String::as_str).filter(is_unbounded)
    }

    /// The command that runs some models, and no other.
    pub(crate) fn command<'a>(
        &self,
        names: impl IntoIterator<Item = &'a str>,
        bound: Bound,
    ) -> Command {
        let mut command = self.program();
        command.arg("--exact").args(names);
        match bound {
            Bound::Preemptions if env::var_os(PREEMPTIONS).is_none() => {
                command.env(PREEMPTIONS, preemptions(&self.package))
            }
            Bound::Preemptions => &mut command,
            Bound::None => command.env_remove(PREEMPTIONS),
        };
        command
    }

    fn program(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(&self.folder).env("CARGO_MANIFEST_DIR", &self.folder);
        command
    }
}

/// The folder in which the workspace at `root` builds.
///
/// # Errors
///
/// cargo cannot be run, or cannot read the workspace.
pub(crate) fn target_dir(root: &Path) -> Result<PathBuf> {
    let output = cargo(root)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .stderr(Stdio::inherit())
        .output()
        .context("run cargo")?;
    let metadata: Value =
        serde_json::from_slice(&output.stdout).context("read what `cargo metadata` says")?;
    let folder = metadata["target_directory"].as_str();
    folder.map(PathBuf::from).context("`cargo metadata` names no target folder")
}

/// The cargo that runs this.
fn cargo(root: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root).stdin(Stdio::null());
    command
}

/// The program that a line of cargo's report announces, if it is the one of the models.
fn test_program(line: &str) -> Option<String> {
    let message: Value = serde_json::from_str(line).ok()?;
    let target = &message["target"];
    let is_models = target["name"] == "loom" && target["kind"][0] == "test";
    is_models.then(|| message["executable"].as_str().map(str::to_owned)).flatten()
}

/// Takes precedence over `RUSTFLAGS`, and separates flags with a character that no flag contains.
const ENCODED: &str = "CARGO_ENCODED_RUSTFLAGS";

/// The variable that passes the compiler's flags, and what it has to say: what the caller said, and
/// the model's.
fn flags(plain: Option<String>, encoded: Option<String>) -> (&'static str, String) {
    let (key, said, separator) = match encoded {
        Some(encoded) => (ENCODED, encoded, "\x1f"),
        None => ("RUSTFLAGS", plain.unwrap_or_default(), " "),
    };
    let before = if said.is_empty() { "" } else { separator };
    (key, format!("{said}{before}--cfg{separator}{CFG}"))
}

#[cfg(test)]
mod tests {
    use super::{ENCODED, flags, packages, test_program};
    use crate::tree::Tree;

    #[test]
    fn the_flags_of_the_caller_stay() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(flags(None, None), ("RUSTFLAGS", "--cfg inrush_loom".to_owned()));
        assert_eq!(flags(some("-A x"), None), ("RUSTFLAGS", "-A x --cfg inrush_loom".to_owned()));
        let encoded = "-A\u{1f}x\u{1f}--cfg\u{1f}inrush_loom".to_owned();
        assert_eq!(flags(some("-B"), some("-A\u{1f}x")), (ENCODED, encoded));
    }

    #[test]
    fn only_a_crate_with_a_loom_target_has_models() {
        let manifest =
            |dir: &str| (format!("{dir}/Cargo.toml"), format!("[package]\nname = \"in-{dir}\"\n"));
        let file = |path: &str| (path.to_owned(), String::new());
        let tree = Tree::from_files([
            manifest("crates/sync"),
            manifest("crates/batch"),
            manifest("crates/tables"),
            file("crates/batch/tests/it/main.rs"),
            file("crates/sync/tests/loom/main.rs"),
            file("crates/tables/tests/loom.rs"),
        ]);
        let found = packages(&tree);
        let dirs: Vec<&str> = found.iter().map(|package| package.dir.as_str()).collect();
        assert_eq!(dirs, ["crates/sync"]);
        assert_eq!(found[0].short_name(), "sync");
    }

    #[test]
    fn the_program_is_that_of_the_test_target() {
        let line = |kind: &str, name: &str, program: &str| {
            format!(r#"{{"target":{{"kind":["{kind}"],"name":"{name}"}},"executable":{program}}}"#)
        };
        assert_eq!(test_program(&line("test", "loom", "\"/a\"")), Some("/a".to_owned()));
        assert_eq!(test_program(&line("lib", "loom", "null")), None);
        assert_eq!(test_program(&line("test", "it", "\"/a\"")), None);
        assert_eq!(test_program("no json"), None);
    }
}
