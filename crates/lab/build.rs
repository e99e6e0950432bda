//! Hands on what only Cargo knows of a build, so that a record can say what was measured.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    for name in ["PROFILE", "OPT_LEVEL", "TARGET"] {
        hand_on(name, &env::var(name).unwrap_or_default());
    }
    // Cargo separates the flags by the unit separator, as a flag may hold a space.
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default().replace('\u{1f}', " ");
    hand_on("RUSTFLAGS", &flags);
    hand_on("RUSTC_VERSION", &rustc_version().unwrap_or_default());
    hand_on("DEPENDENCIES", &dependencies().unwrap_or_default());
}

fn hand_on(name: &str, value: &str) {
    println!("cargo:rustc-env=INRUSH_LAB_{name}={value}");
}

fn rustc_version() -> Option<String> {
    let output = Command::new(env::var_os("RUSTC")?).arg("--version").output().ok()?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

/// The direct dependencies of this package from outside of the workspace, `name version;name
/// version`, in the order of the lock file, which is that of their names.
fn dependencies() -> Option<String> {
    let lock = Path::new(&env::var_os("CARGO_MANIFEST_DIR")?).join("../../Cargo.lock");
    let text = fs::read_to_string(&lock).ok()?;
    // Only where it is there: Cargo would run this again and again for a file that is not.
    println!("cargo:rerun-if-changed={}", lock.display());
    let packages: Vec<&str> = text.split("[[package]]").skip(1).collect();
    let name = env::var("CARGO_PKG_NAME").ok()?;
    let own = packages.iter().find(|package| value(package, "name") == Some(&name))?;
    let listed = own.split_once("dependencies = [")?.1.split_once(']')?.0;
    let pairs = listed.lines().filter_map(|line| {
        // A dependency is `name`, or `name version` where the lock file has several of that name.
        let mut words = line.trim().trim_matches([',', '"']).split(' ');
        let (name, version) = (words.next().filter(|name| !name.is_empty())?, words.next());
        let is_it = |package: &&&str| {
            value(package, "name") == Some(name)
                && version.is_none_or(|version| value(package, "version") == Some(version))
        };
        let package = packages.iter().find(is_it)?;
        // What has no source is a member of the workspace.
        value(package, "source")?;
        Some(format!("{name} {}", value(package, "version")?))
    });
    Some(pairs.collect::<Vec<_>>().join(";"))
}

/// The text of the line `key = "text"` of a package.
fn value<'a>(package: &'a str, key: &str) -> Option<&'a str> {
    let mut values = package.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix(" = "));
    Some(values.next()?.trim_matches('"'))
}
