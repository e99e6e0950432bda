//! The rule `documents`.

use crate::{assert_clean, assert_found};

const RULE: &str = "documents";

const PACKAGE: (&str, &str) = (
    "crates/sync/Cargo.toml",
    "[package]\nname = \"inrush-sync\"\n\
     [[bench]]\nname = \"locks\"\n[[bin]]\nname = \"inrush-probe\"\n",
);

/// Checks the text as a guide in a repository with one crate.
#[track_caller]
fn assert_guide(text: &str, expected: &[(&str, &str)]) {
    assert_found(RULE, &[PACKAGE, ("docs/guide.md", text), ("LICENSE-MIT", "")], expected);
}

#[test]
fn what_exists_may_be_named() {
    assert_guide(
        "[a](../LICENSE-MIT#x) ![b](guide.md \"t\") [c](https://x.org/y) [d](#part)\n\
         [e](../crates/sync/)\n\
         `crates/sync/Cargo.toml` `docs/` `results/<date>` `crates/*/src` `crates/{a,b}`\n\
         `docs/...`\n\
         `inrush-sync` `inrush-probe` `-p inrush-sync` `cargo bench --bench locks` `inrush-<dir>`\n\
         `mkdir -p data` `s3://bucket/inrush-demo` `inrush-demo.yaml` `cargo xtask ...`\n\
         ```sh\ncargo xtask tidy\ncargo run -p inrush-sync -- -p nothing\n\
         cargo test --package \\\n  inrush-sync\ncargo bench --bench NAME\n```\n",
        &[],
    );
}

#[test]
fn what_is_cited_from_a_record_names_subjects() {
    assert_guide(
        "<!-- BEGIN lab: big-files 1 bytes_per_s -->\n| `inrush-gone` |\n[a](gone.svg)\n\
         <!-- END lab -->\n`inrush-old`\n",
        &[
            ("docs/guide.md:3", "`gone.svg` leads nowhere"),
            ("docs/guide.md:5", "`inrush-old` is no package"),
        ],
    );
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    assert_guide(
        "One\n[a](gone.md) and [b](../../outside)\n\n[c]: figures/x.svg\n",
        &[
            ("docs/guide.md:2", "`../../outside` leads nowhere"),
            ("docs/guide.md:2", "`gone.md` leads nowhere"),
            ("docs/guide.md:4", "`figures/x.svg` leads nowhere"),
        ],
    );
}

#[test]
fn a_path_that_does_not_exist_is_found() {
    assert_guide(
        "See `crates/sync/Cargo.toml`\nand `crates/gone/src/lib.rs`.\n`.ci/run`\n",
        &[
            ("docs/guide.md:2", "`crates/gone/src/lib.rs` does not exist"),
            ("docs/guide.md:3", "`.ci/run` does not exist"),
        ],
    );
}

#[test]
fn an_unknown_package_is_found_in_code() {
    assert_guide(
        "`inrush-gone`, but not inrush-prose\n```toml\ninrush-old = \"1\"\n```\n",
        &[
            ("docs/guide.md:1", "`inrush-gone` is no package"),
            ("docs/guide.md:3", "`inrush-old` is no package"),
        ],
    );
}

#[test]
fn an_unknown_subcommand_package_or_bench_is_found_in_a_command() {
    assert_guide(
        "`cargo xtask dance`\n```sh\n\
         cargo test -p gone && cargo bench --bench=gone\n\
         cargo build \\\n  --package gone\n```\n`-p gone`\n",
        &[
            ("docs/guide.md:1", "`cargo xtask dance` is no subcommand"),
            ("docs/guide.md:3", "`gone` is no package"),
            ("docs/guide.md:3", "no `[[bench]]` is named `gone`"),
            ("docs/guide.md:4", "`gone` is no package"),
            ("docs/guide.md:7", "`gone` is no package"),
        ],
    );
}

#[test]
fn a_readme_of_151_lines_is_found() {
    let text = format!("```sh\ncargo test\n```\n{}", "A line.\n".repeat(148));
    assert_found(RULE, &[("README.md", &text)], &[("README.md:151", "151 lines")]);
    let shorter = text.strip_suffix("A line.\n").expect("it ends so");
    assert_clean(RULE, &[("README.md", shorter)]);
}

#[test]
fn an_architecture_without_invariant_is_found() {
    assert_found(
        RULE,
        &[("ARCHITECTURE.md", "# Map\n")],
        &[("ARCHITECTURE.md:1", "**Invariant**")],
    );
    assert_clean(RULE, &[("ARCHITECTURE.md", "**Invariant:** `bytes` never reads a clock.\n")]);
}

#[test]
fn a_readme_and_ci_that_test_differently_are_found() {
    let readme = "# It\n\n```sh\ncargo test --workspace   # a minute\n```\n";
    let ci = |line: &str| format!("#!/bin/sh\nset -e\n{line}\n");
    let same = ci("cargo test --workspace");
    assert_clean(RULE, &[("README.md", readme), (".ci/run", &same)]);
    assert_clean(RULE, &[("README.md", readme)]);
    let other = ci("cargo test --workspace --release");
    assert_found(
        RULE,
        &[("README.md", readme), (".ci/run", &other)],
        &[("README.md:4", "`cargo test --workspace` is no line of `.ci/run`")],
    );
    assert_found(
        RULE,
        &[("README.md", "Run `cargo test`.\n")],
        &[("README.md:1", "no fenced line begins with `cargo test`")],
    );
}

#[test]
fn other_texts_may_say_what_they_like() {
    let text = "[a](gone.md) `inrush-gone` `crates/gone`\n";
    assert_clean(RULE, &[("CHANGELOG.md", text), ("results/a/report.md", text)]);
}
