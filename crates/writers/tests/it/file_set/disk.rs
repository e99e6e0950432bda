//! A disk of a given size, or one that is read-only.

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A tmpfs of its own, where the right to mount is given.
pub(super) struct Disk(TempDir);

impl Disk {
    /// A disk with these options, such as `size=1m`; `None`, and a word, where none may be mounted.
    pub(super) fn mount(options: &str) -> Option<Self> {
        let folder = TempDir::new().ok()?;
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        if !mounted {
            eprintln!("skipped: no right to mount a tmpfs here");
        }
        mounted.then_some(Self(folder))
    }

    pub(super) fn at(&self) -> &Path {
        self.0.path()
    }

    pub(super) fn remount(&self, options: &str) {
        let options = format!("remount,{options}");
        let status = Command::new("mount").args(["-o", &options]).arg(self.at()).status();
        assert!(status.unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.at()).status();
    }
}
