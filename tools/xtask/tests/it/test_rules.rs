//! The rule `tests`.

use crate::{assert_clean, assert_found};

const RULE: &str = "tests";

#[track_caller]
fn assert_line(path: &str, text: &str, line: usize, part: &str) {
    let main = ("crates/a/tests/it/main.rs", "");
    assert_found(RULE, &[main, (path, text)], &[(&format!("{path}:{line}"), part)]);
}

#[test]
fn an_ignored_test_is_found() {
    assert_line("crates/a/tests/it/b.rs", "#[test]\n#[ignore]\nfn a_claim() {}\n", 2, "ignored");
    assert_line("crates/a/src/b.rs", "#[ignore = \"slow\"]\nfn a_claim() {}\n", 1, "ignored");
}

#[test]
fn a_sleep_in_a_test_is_found() {
    let sleep = "std::thread::sleep(SHORT);\n";
    assert_line("crates/a/tests/it/b.rs", &format!("fn f() {{\n{sleep}}}\n"), 2, "sleep");
    let module = format!("#[cfg(test)]\nmod tests {{\n    fn f() {{\n{sleep}    }}\n}}\n");
    assert_line("crates/a/src/b.rs", &module, 4, "sleep");
    assert_line("crates/a/tests/it/b.rs", "use std::thread::sleep;\n", 1, "sleep");
    assert_clean(RULE, &[("crates/a/src/b.rs", &format!("fn f() {{\n{sleep}}}\n"))]);
}

#[test]
fn unfinished_macros_are_found() {
    for name in ["todo", "unimplemented", "dbg"] {
        let text = format!("fn f() {{\n    {name}!(\"later\")\n}}\n");
        assert_line("crates/a/src/b.rs", &text, 2, "unfinished");
    }
}

#[test]
fn a_name_that_claims_nothing_is_found() {
    for name in ["test_1", "test_042", "works", "it_works"] {
        let text = format!("#[test]\nfn {name}() {{}}\n");
        assert_line("crates/a/tests/it/b.rs", &text, 2, "claims nothing");
    }
}

#[test]
fn a_second_test_binary_is_found() {
    assert_line("crates/a/tests/fast.rs", "", 1, "a test binary of its own");
    assert_line("crates/a/tests/slow/main.rs", "", 1, "a test binary of its own");
    assert_line("crates/b/tests/it/alone.rs", "", 1, "no `tests/it/main.rs`");
}

#[test]
fn an_allowance_without_reason_is_found() {
    assert_line("crates/a/src/b.rs", "\n#[allow(dead_code)]\nfn f() {}\n", 2, "`allow` without");
    assert_line("crates/a/src/b.rs", "#![expect(\n    dead_code\n)]\n", 1, "`expect` without");
    assert_line(
        "crates/a/src/b.rs",
        "#[cfg_attr(unix, allow(dead_code))]\nfn f() {}\n",
        1,
        "`allow`",
    );
}

#[test]
fn claims_reasons_and_quoted_words_pass() {
    let text = r#"
//! `#[ignore]` and todo!() in a comment.
#[allow(dead_code, reason = "the other platform uses it")]
#[cfg_attr(unix, expect(dead_code, reason = "windows uses it"))]
fn full_lane_hands_the_value_back() {
    let text = "todo!() thread::sleep(x) #[allow(x)]";
    let dbg = todo != 1 && works();
    value.expect("it is there");
}
fn test_1_of_2() {}
"#;
    assert_clean(
        RULE,
        &[
            ("crates/a/tests/it/main.rs", text),
            ("crates/a/tests/it/deep/b.rs", text),
            ("crates/a/tests/loom.rs", text),
            ("crates/b/tests/loom/main.rs", text),
            ("crates/a/tests/data/c.rs", text),
        ],
    );
}
