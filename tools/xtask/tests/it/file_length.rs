//! The rule `file-length`.

use crate::{assert_clean, assert_found};

const RULE: &str = "file-length";

fn lines(n: usize) -> String {
    "const A: u8 = 0;\n".repeat(n)
}

#[test]
fn line_501_is_found_in_sources_benches_and_examples() {
    let text = lines(501);
    let files = [
        ("benches/a.rs", text.as_str()),
        ("crates/a/examples/b.rs", &text),
        ("crates/a/src/deep/c.rs", &text),
        ("tools/t/src/d.rs", &text),
    ];
    let expected = files.map(|(path, _)| (format!("{path}:501"), "501 lines"));
    let expected: Vec<(&str, &str)> =
        expected.iter().map(|(place, part)| (place.as_str(), *part)).collect();
    assert_found(RULE, &files, &expected);
}

#[test]
fn five_hundred_lines_and_any_length_of_tests_pass() {
    let full = lines(500);
    let tested = format!("{full}#[cfg(test)]\nmod tests {{\n{}}}\n", lines(50));
    let long = lines(900);
    assert_clean(
        RULE,
        &[
            ("crates/a/src/a.rs", &full),
            ("crates/a/src/b.rs", &tested),
            ("crates/a/tests/it/c.rs", &long),
            ("docs/d.rs", &long),
        ],
    );
}

#[test]
fn tests_in_the_middle_of_a_file_count() {
    let text = format!("#[cfg(test)]\nmod tests {{\n{}}}\n{}", lines(300), lines(200));
    assert_found(RULE, &[("crates/a/src/a.rs", &text)], &[("crates/a/src/a.rs:501", "503 lines")]);
}
