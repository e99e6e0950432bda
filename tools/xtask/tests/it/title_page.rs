//! The rule `title-page`.

use crate::{assert_clean, assert_found};

const RULE: &str = "title-page";

const TITLE_PAGE: &str = r#"//! A crate.
//!
//! fn in_a_comment() {}

#![forbid(unsafe_code)]
#![doc(
    html_root_url = "x; fn y() {}"
)]

// Reading order.
mod first;
#[cfg(unix)]
mod second;
/// Shown.
pub mod third;
pub(crate) mod fourth;

pub use first::A;
pub use second::{
    B, // The way in.
    deep::{C, D},
};
"#;

#[test]
fn a_title_page_passes() {
    assert_clean(RULE, &[("crates/a/src/lib.rs", TITLE_PAGE)]);
}

#[test]
fn code_on_a_title_page_is_found_where_it_begins() {
    for item in [
        "fn f() {}",
        "pub struct S;",
        "impl S {\n    fn g() {}\n}",
        "use first::A;",
        "macro_rules! m { () => {} }",
        "mod inline {}",
        "#[cfg(test)]\nmod tests;",
        "#[cfg(test)]\nmod tests {\n    fn f() {}\n}",
        "pub const N: [u8; 2] = [0; 2];",
    ] {
        let text = format!("{TITLE_PAGE}{item}\n");
        let line = 23 + usize::from(item.starts_with('#'));
        let place = format!("crates/a/src/lib.rs:{line}");
        assert_found(RULE, &[("crates/a/src/lib.rs", &text)], &[(&place, "module of its own")]);
    }
}

#[test]
fn each_item_of_code_is_one_finding() {
    let text = "fn f() {}\npub use a::B;\nstruct S {\n    a: u8,\n}\n";
    assert_found(
        RULE,
        &[("tools/t/src/lib.rs", text)],
        &[("tools/t/src/lib.rs:1", "`fn f() {}`"), ("tools/t/src/lib.rs:3", "`struct S {`")],
    );
}

#[test]
fn a_main_file_and_the_wheel_may_hold_code() {
    let text = "fn main() {}\n";
    assert_clean(
        RULE,
        &[
            ("crates/cli/src/main.rs", text),
            ("crates/python/src/lib.rs", text),
            ("crates/a/src/b/lib.rs", text),
        ],
    );
}
