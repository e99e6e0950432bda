//! The rule `forbid-unsafe`.

use crate::{assert_clean, assert_found};

const RULE: &str = "forbid-unsafe";
const FORBIDS: &str = "//! Docs.\n#![forbid(unsafe_code)]\n";
const DENIES: &str = "//! Docs.\n#![deny(missing_docs, unsafe_code)]\n";

#[test]
fn a_root_that_does_not_forbid_is_found() {
    assert_found(
        RULE,
        &[
            ("crates/a/src/bin/tool.rs", ""),
            ("crates/a/src/lib.rs", DENIES),
            ("crates/a/src/main.rs", "// #![forbid(unsafe_code)]\n"),
            ("crates/python/src/lib.rs", "#[deny(unsafe_code)]\nmod a;\n"),
            ("tools/t/src/main.rs", ""),
        ],
        &[
            ("crates/a/src/bin/tool.rs:1", "`#![forbid(unsafe_code)]`"),
            ("crates/a/src/lib.rs:1", "`#![forbid(unsafe_code)]`"),
            ("crates/a/src/main.rs:1", "`#![forbid(unsafe_code)]`"),
            ("crates/python/src/lib.rs:1", "`#![deny(unsafe_code)]`"),
            ("tools/t/src/main.rs:1", "`#![forbid(unsafe_code)]`"),
        ],
    );
}

#[test]
fn unsafe_outside_sync_is_found() {
    assert_found(
        RULE,
        &[
            ("benches/b.rs", "fn f() {\n    unsafe { g() }\n}\n"),
            ("crates/a/src/c.rs", "\n\nunsafe impl Send for A {}\n"),
            ("crates/a/tests/it/d.rs", "pub unsafe fn h() {}\n"),
        ],
        &[
            ("benches/b.rs:2", "outside crates/sync"),
            ("crates/a/src/c.rs:3", "outside crates/sync"),
            ("crates/a/tests/it/d.rs:1", "outside crates/sync"),
        ],
    );
}

#[test]
fn a_second_boundary_file_is_found() {
    let boundary = "fn f() {\n    unsafe { g() }\n}\n";
    assert_found(
        RULE,
        &[
            ("crates/python/src/buffer.rs", boundary),
            ("crates/python/src/lib.rs", DENIES),
            ("crates/python/src/second.rs", boundary),
        ],
        &[("crates/python/src/second.rs:2", "a second file with `unsafe`")],
    );
}

#[test]
fn the_word_in_comments_strings_and_names_passes() {
    let text = format!("{FORBIDS}// unsafe\nconst A: &str = \"unsafe\";\nfn unsafe_free() {{}}\n");
    assert_clean(
        RULE,
        &[
            ("crates/a/src/lib.rs", &text),
            ("crates/sync/src/lib.rs", "//! Docs.\n"),
            ("crates/sync/src/cell.rs", "unsafe impl Send for A {}\n"),
            ("crates/a/src/module.rs", ""),
        ],
    );
}
