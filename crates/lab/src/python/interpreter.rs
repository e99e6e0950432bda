//! The interpreter that samples run in, and what to do where it or a package is not there.
//!
//! Messages name no path but those of the repository, as they are kept with samples.

use std::collections::BTreeMap;
use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::child::answer_of;
use crate::{Fault, repository};

/// Names another interpreter than our own.
const VARIABLE: &str = "INRUSH_PYTHON";
/// Where our own is, in the repository.
const OWN: &str = "target/python-venv/bin/python";
/// What makes it.
const MAKE: &str = "python3 -m venv target/python-venv && target/python-venv/bin/pip install \
                    ./crates/python mrrc pymarc";

/// Has the allocator of glibc keep what is freed. By itself it hands that back to the kernel or not by sizes
/// and by what was freed before, so that the same job may take four times as long for its new pages.
const KEEP_MEMORY: [(&str, &str); 2] =
    [("MALLOC_MMAP_THRESHOLD_", "1073741824"), ("MALLOC_TRIM_THRESHOLD_", "1073741824")];

/// Prints versions, a line for each. The flags tell an interpreter without a lock, `t`.
const VERSIONS: &str = "
import platform, sys
from importlib.metadata import PackageNotFoundError, version
print('python', platform.python_version() + sys.abiflags)
for name in 'inrush', 'mrrc', 'pymarc':
    try:
        print(name, version(name))
    except PackageNotFoundError:
        pass
";

/// An interpreter, which may not be there.
#[derive(Clone, Debug)]
pub(crate) struct Interpreter {
    program: PathBuf,
    /// How a shell names it.
    shown: &'static str,
}

impl Interpreter {
    /// The one that the environment names, or our own.
    pub(crate) fn here() -> Self {
        match env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
            Some(named) => Self { program: named.into(), shown: "\"$INRUSH_PYTHON\"" },
            None => Self { program: repository().join(OWN), shown: OWN },
        }
    }

    /// The answer of a script to a request, which is its argument.
    ///
    /// # Errors
    /// [`Fault::Skipped`] where there is no interpreter, [`Fault::Wrong`] with what the script said where
    /// it failed.
    pub(super) fn ask<A: DeserializeOwned>(
        &self,
        script: &Path,
        request: &impl Serialize,
    ) -> Result<A, Fault> {
        let request =
            serde_json::to_string(request).map_err(|error| Fault::skipped(error.into()))?;
        // What it would write beside the packages is nobody's business here.
        let mut command = Command::new(&self.program);
        command.envs(KEEP_MEMORY).arg("-B").arg(script).arg(request);
        answer_of(&mut command).map_err(|error| match error.downcast_ref::<io::Error>() {
            Some(_) => Fault::Skipped(self.absence()),
            None => Fault::wrong(error),
        })
    }

    /// Its version and those of packages that there are; empty where it is not there.
    pub(crate) fn versions(&self) -> BTreeMap<String, String> {
        let said = self.says(VERSIONS).unwrap_or_default();
        let pairs = said.lines().filter_map(|line| line.split_once(' '));
        pairs.map(|(name, version)| (name.to_owned(), version.to_owned())).collect()
    }

    /// What a short program prints; nothing where it cannot.
    pub(super) fn says(&self, program: &str) -> Option<String> {
        let output = Command::new(&self.program).args(["-B", "-c", program]).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    }

    /// That there is no interpreter, and what makes one.
    pub(super) fn absence(&self) -> String {
        match self.shown {
            OWN => format!("no Python is at `{OWN}`: `{MAKE}`, or name another in {VARIABLE}"),
            _ => format!("what {VARIABLE} names cannot be started"),
        }
    }

    /// That it lacks a package, and what installs that.
    pub(super) fn lack(&self, package: &str, why: &str) -> String {
        let what = if package == "inrush" { "./crates/python" } else { package };
        format!("`{package}` of Python {why}: `{} -m pip install {what}`", self.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(program: &str, shown: &'static str) -> Interpreter {
        Interpreter { program: program.into(), shown }
    }

    fn skipped(interpreter: &Interpreter) -> String {
        match interpreter.ask::<u32>(Path::new("none.py"), &1) {
            Err(Fault::Skipped(why)) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn absent_interpreter_is_named_with_the_command_that_makes_one() {
        let why = skipped(&at("target/no-such-folder/python", OWN));
        assert!(why.starts_with("no Python is at `target/python-venv/bin/python`: `python3 -m"));
        assert!(why.ends_with("or name another in INRUSH_PYTHON"), "{why}");
        let why = skipped(&at("target/no-such-folder/python", "\"$INRUSH_PYTHON\""));
        assert_eq!(why, "what INRUSH_PYTHON names cannot be started");
        assert_eq!(at("target/no-such-folder/python", OWN).says("print(1)"), None);
    }

    #[test]
    fn absent_package_is_named_with_the_command_that_installs_it() {
        let own = at("python", OWN);
        let why = own.lack("mrrc", "is not there");
        let pip = "target/python-venv/bin/python -m pip install";
        assert_eq!(why, format!("`mrrc` of Python is not there: `{pip} mrrc`"));
        assert!(own.lack("inrush", "is not there").ends_with(&format!("`{pip} ./crates/python`")));
    }

    #[test]
    fn script_that_fails_is_wrong() {
        // A shell takes no script of that name, and says so.
        let Err(Fault::Wrong(why)) = at("sh", OWN).ask::<u32>(Path::new("none.py"), &1) else {
            panic!("it ran");
        };
        assert!(why.starts_with("the process ended with"), "{why}");
    }
}
