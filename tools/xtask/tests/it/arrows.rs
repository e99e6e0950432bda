//! The rule `arrows`.

use crate::{assert_clean, assert_found};

const RULE: &str = "arrows";

fn package(name: &str, rest: &str) -> String {
    format!("[package]\nname = \"{name}\"\n{rest}")
}

#[test]
fn an_arrow_that_points_up_is_found_on_its_line() {
    let text = package(
        "inrush-bytes",
        "[dependencies]\nanyhow.workspace = true\ninrush-writers.workspace = true\n",
    );
    assert_found(
        RULE,
        &[("crates/bytes/Cargo.toml", &text)],
        &[("crates/bytes/Cargo.toml:5", "no arrow leads from `bytes` to `writers`")],
    );
}

#[test]
fn build_and_target_sections_are_read_too() {
    let text = package(
        "inrush-batch",
        "[build-dependencies]\ninrush-marc.workspace = true\n\
         [target.'cfg(unix)'.dependencies]\ninrush-writers = { workspace = true }\n\
         [target.'cfg(unix)'.dependencies.inrush-sync]\nworkspace = true\n",
    );
    assert_found(
        RULE,
        &[("crates/batch/Cargo.toml", &text)],
        &[
            ("crates/batch/Cargo.toml:4", "to `marc`"),
            ("crates/batch/Cargo.toml:6", "to `writers`"),
        ],
    );
}

#[test]
fn the_top_is_seen_from_nowhere() {
    let all = "[dependencies]\ninrush.workspace = true\n\
               inrush-lab.workspace = true\ninrush-python.workspace = true\n";
    let lab = package("inrush-lab", all);
    let dataset = package("inrush-dataset", all);
    assert_found(
        RULE,
        &[("crates/lab/Cargo.toml", &lab), ("crates/dataset/Cargo.toml", &dataset)],
        &[
            ("crates/dataset/Cargo.toml:4", "from `dataset` to `cli`"),
            ("crates/dataset/Cargo.toml:5", "from `dataset` to `lab`"),
            ("crates/dataset/Cargo.toml:6", "from `dataset` to `python`"),
            ("crates/lab/Cargo.toml:4", "from `lab` to `cli`"),
            ("crates/lab/Cargo.toml:5", "from `lab` to `lab`"),
            ("crates/lab/Cargo.toml:6", "from `lab` to `python`"),
        ],
    );
}

#[test]
fn a_test_may_look_sideways_and_not_up() {
    let text = package(
        "inrush-formats",
        "[dev-dependencies]\ninrush-tables.workspace = true\ninrush-dataset.workspace = true\n",
    );
    assert_found(
        RULE,
        &[("crates/formats/Cargo.toml", &text)],
        &[("crates/formats/Cargo.toml:5", "a test of `formats` looks up to `dataset`")],
    );
}

#[test]
fn a_crate_without_a_floor_is_found() {
    let text = package("inrush-attic", "");
    assert_found(
        RULE,
        &[("crates/attic/Cargo.toml", &text)],
        &[("crates/attic/Cargo.toml:1", "crate `attic` has no floor")],
    );
}

#[test]
fn the_arrows_of_the_design_pass() {
    let arrows = [
        ("batch", "inrush-batch", &["sync"][..]),
        ("coordinator", "inrush-coordinator", &["sync", "writers"]),
        (
            "dataset",
            "inrush-dataset",
            &["coordinator", "bytes", "tables", "formats", "marc", "writers"],
        ),
        ("cli", "inrush", &["dataset", "writers", "sync"]),
        ("python", "inrush-python", &["dataset", "batch", "bytes"]),
        ("lab", "inrush-lab", &["dataset", "batch", "sync", "marc"]),
    ];
    for (dir, name, uses) in arrows {
        let mut rest = "[dependencies]\nserde.workspace = true\n".to_owned();
        for used in uses {
            rest.push_str(&format!("inrush-{used}.workspace = true\n"));
        }
        let path = format!("crates/{dir}/Cargo.toml");
        assert_clean(RULE, &[(&path, &package(name, &rest))]);
    }
}
