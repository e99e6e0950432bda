//! Hands on what only Cargo knows of a build, so that a record can say what was measured.

use std::env;
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
}

fn hand_on(name: &str, value: &str) {
    println!("cargo:rustc-env=INRUSH_LAB_{name}={value}");
}

fn rustc_version() -> Option<String> {
    let output = Command::new(env::var_os("RUSTC")?).arg("--version").output().ok()?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
