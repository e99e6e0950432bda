//! A test in a process of its own.

use std::fs;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// Limits, rights and counts of handles are those of a process: a test that changes or counts them
/// runs itself again in one of its own.
pub(super) struct Child {
    command: Command,
    name: String,
}

const CHILD: &str = "INRUSH_TEST_CHILD";

impl Child {
    /// The test `name` of `module` in a process of its own, or `None` where this is that process.
    pub(super) fn new(module: &str, name: &str) -> Option<Self> {
        let module = module.split_once("::").map_or(module, |(_, module)| module);
        let name = format!("{module}::{name}");
        if std::env::var_os(CHILD).is_some_and(|child| child == *name) {
            return None;
        }
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args([&name, "--exact", "--nocapture"]).env(CHILD, &name);
        Some(Self { command, name })
    }

    /// How it is started, for those who want more of it than that it passes.
    pub(super) fn command(&mut self) -> &mut Command {
        &mut self.command
    }

    /// Runs it, and passes if it does.
    #[track_caller]
    pub(super) fn passes(mut self) {
        let output = self.command.output().unwrap();
        let (said, cried) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let passed = output.status.success() && said.contains("1 passed");
        assert!(passed, "{}: {}\n{said}\n{cried}", self.name, output.status);
        // What it says of being skipped, is to be heard.
        eprint!("{cried}");
    }

    /// Runs it without the rights of the superuser, or passes with a word where that cannot be.
    #[track_caller]
    pub(super) fn passes_without_rights(mut self) {
        use std::os::unix::process::CommandExt;

        const NOBODY: u32 = 65534;
        let probe = TempDir::new().unwrap();
        let may_all = {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(probe.path(), fs::Permissions::from_mode(0o555)).unwrap();
            fs::write(probe.path().join("probe"), "").is_ok()
        };
        if may_all {
            self.command.uid(NOBODY).gid(NOBODY);
            let starts = Command::new(self.command.get_program())
                .arg("--version")
                .uid(NOBODY)
                .gid(NOBODY)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            if starts.is_err() {
                eprintln!("skipped: no user of fewer rights can run {}", self.name);
                return;
            }
        }
        self.passes();
    }
}
