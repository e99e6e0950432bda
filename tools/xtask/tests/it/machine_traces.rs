//! The rule `machine-traces`. Each path is put together here, because this file is checked too.

use crate::{assert_clean, assert_found};

const RULE: &str = "machine-traces";

#[test]
fn a_folder_of_one_machine_is_found_in_any_text() {
    for (head, tail) in [
        ("/wo", "rk/data"),
        ("/ro", "ot/.cargo"),
        ("/ho", "me/ada"),
        ("/ho", "me/ada/data"),
        ("/tmp/", "wt-a"),
    ] {
        for quote in ["", "`", "\"", "=", "file://"] {
            let text = format!("One.\nSee {quote}{head}{tail}\n");
            assert_found(RULE, &[("docs/a.txt", &text)], &[("docs/a.txt:2", "of one machine")]);
        }
    }
}

#[test]
fn a_longer_path_a_url_and_all_homes_pass() {
    let paths = [
        ("https://x.org/wo", "rk/a"),
        ("~/wo", "rk/a"),
        ("crates/ro", "ot/a"),
        ("$HOME/wo", "rk/a"),
        ("/ho", "me/"),
        ("/ho", "me/<name>"),
        ("/wo", "rkshop/a"),
        ("/tmp/", "w"),
    ];
    for (head, tail) in paths {
        assert_clean(RULE, &[("docs/a.md", &format!("See `{head}{tail}`\n"))]);
    }
}
