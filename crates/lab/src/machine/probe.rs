//! Facts of the machine and of the repository, from whatever tells them on this system.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use super::linux;

pub(super) fn cpu_model() -> String {
    let model = linux::cpu_model()
        .or_else(|| sysctl("machdep.cpu.brand_string"))
        .or_else(|| field(&output("lscpu", &[] as &[&str])?, "Model name"));
    model.unwrap_or_else(|| format!("unknown {}", std::env::consts::ARCH))
}

pub(super) fn memory_bytes() -> Option<u64> {
    linux::memory_bytes().or_else(|| sysctl("hw.memsize")?.parse().ok())
}

pub(super) fn kernel() -> Option<String> {
    linux::kernel().or_else(|| sysctl("kern.osrelease"))
}

/// The load average over a minute.
pub(crate) fn load() -> Option<f64> {
    // `{ 1.50 1.20 1.10 }`
    linux::load().or_else(|| sysctl("vm.loadavg")?.split(' ').nth(1)?.parse().ok())
}

/// The type of the file system that holds a folder.
pub(crate) fn file_system(folder: &Path) -> Option<String> {
    linux::file_system(&folder.canonicalize().ok()?)
}

pub(super) fn commit(repository: &Path) -> Option<String> {
    git(repository, &["rev-parse", "HEAD"]).filter(|commit| !commit.is_empty())
}

/// Whether what is measured differs from the commit; records and prose are no part of it.
pub(super) fn is_dirty(repository: &Path) -> Option<bool> {
    let of_what = ["--", ":/", ":(top,exclude)results", ":(top,exclude)*.md"];
    let status = ["status", "--porcelain", "--untracked-files=normal"];
    git(repository, &[&status[..], &of_what].concat()).map(|changes| !changes.is_empty())
}

fn git(repository: &Path, arguments: &[&str]) -> Option<String> {
    let head = [OsStr::new("-C"), repository.as_os_str()];
    output("git", &head.into_iter().chain(arguments.iter().map(OsStr::new)).collect::<Vec<_>>())
}

/// A number or name of macOS; none elsewhere.
pub(crate) fn sysctl(name: &str) -> Option<String> {
    // On Linux the command has other names, and `/proc` has told already.
    if cfg!(target_vendor = "apple") { output("sysctl", &["-n", name]) } else { None }
}

/// What a command prints, where it is there and succeeds.
fn output(program: &str, arguments: &[impl AsRef<OsStr>]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// The value of the first line `name: value`.
fn field(text: &str, name: &str) -> Option<String> {
    let value = text
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, value)| key.trim() == name && !value.trim().is_empty())?
        .1;
    Some(value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_is_found_by_its_whole_name() {
        let text = "Architecture: aarch64\nBIOS Model name: x\n  Model name:   Neoverse-N1\n";
        assert_eq!(field(text, "Model name").as_deref(), Some("Neoverse-N1"));
        assert_eq!(field(text, "Model"), None);
    }

    #[test]
    fn code_is_a_change_and_records_and_prose_are_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let put = |file: &str, text: &str| {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder");
            std::fs::write(path, text).expect("it is written");
        };
        for file in ["src/lib.rs", "docs/guide.md", "results/README.md", "results/a/machine.toml"] {
            put(file, "before");
        }
        let id = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
        let done = [
            git(folder.path(), &["init", "--quiet"]),
            git(folder.path(), &["add", "."]),
            git(folder.path(), &[&id[..], &["commit", "--quiet", "-m", "all"]].concat()),
        ];
        if done.contains(&None) {
            // Without git nobody can tell, and `dirty` is absent.
            assert_eq!(output("git", &["--version"]), None, "{done:?}");
            return;
        }
        assert_eq!(is_dirty(folder.path()), Some(false));
        put("results/a/machine.toml", "after");
        put("docs/guide.md", "after");
        assert_eq!(is_dirty(folder.path()), Some(false));
        put("results/b/machine.toml", "new");
        assert_eq!(is_dirty(folder.path()), Some(false));
        put("src/new.rs", "new");
        assert_eq!(is_dirty(folder.path()), Some(true));
        std::fs::remove_file(folder.path().join("src/new.rs")).expect("it is removed");
        put("src/lib.rs", "after");
        assert_eq!(is_dirty(folder.path()), Some(true));
    }

    #[test]
    fn absent_program_tells_nothing() {
        assert_eq!(output("inrush-no-such-program", &["x"]), None);
    }
}
