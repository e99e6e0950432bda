//! The rule `ordering`.

use crate::{assert_clean, assert_found};

const RULE: &str = "ordering";
const PATH: &str = "crates/sync/src/slot.rs";

const GOOD: &str = r#"//! A hand-off.
//!
//! | edge   | from  | to    | carries  |
//! |--------|-------|-------|----------|
//! | `full` | `put` | `get` | a value  |
//! | `free` | `get` | `put` | its read |

use core::sync::atomic::{
    AtomicU8,
    Ordering::{self, AcqRel, Acquire, Relaxed, Release},
};

fn put(state: &AtomicU8) {
    // ORDERING: Acquire, to-side of `free`.
    while state
        .load(Acquire)
        != EMPTY
    {}
    state.store(FULL, Ordering::Release); // ORDERING: Release, from-side of `full`.
}

fn get(state: &AtomicU8) {
    // ORDERING: AcqRel, to-side of `full`
    // and from-side of `free`; Relaxed where it fails and reads nothing.
    #[cfg(unix)]
    let _ = state.compare_exchange(
        FULL,
        EMPTY,
        AcqRel,
        Relaxed,
    );
    match FULL {
        // ORDERING: Relaxed, a count that nobody waits on.
        FULL => state.fetch_add(1, Relaxed),
        _ => 0,
    };
    let action = Action::Release;
}

#[cfg(test)]
mod tests {
    fn f(state: &AtomicU8) {
        state.load(SeqCst);
    }
}
"#;

#[track_caller]
fn assert_places(text: &str, expected: &[(usize, &str)]) {
    let places: Vec<(String, &str)> =
        expected.iter().map(|(line, part)| (format!("{PATH}:{line}"), *part)).collect();
    let places: Vec<(&str, &str)> =
        places.iter().map(|(place, part)| (place.as_str(), *part)).collect();
    assert_found(RULE, &[(PATH, text)], &places);
}

/// The good file with one text in it replaced.
fn with(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    GOOD.replacen(from, to, 1)
}

#[test]
fn a_protocol_whose_sites_name_their_edges_passes() {
    assert_clean(RULE, &[(PATH, GOOD)]);
}

#[test]
fn an_ordering_without_comment_is_found_where_it_stands() {
    let text = with("    // ORDERING: Relaxed, a count that nobody waits on.\n", "\n");
    assert_places(&text, &[(34, "`Relaxed` without `// ORDERING:`")]);
}

#[test]
fn a_capturing_bound_is_no_import() {
    let text = "fn f(s: &AtomicU8) -> impl Iterator + use<'_> {\n    s.load(Relaxed);\n}\n";
    assert_places(text, &[(2, "`Relaxed` without")]);
}

#[test]
fn two_orderings_of_one_statement_are_one_finding() {
    let bare = "fn f(s: &AtomicU8) {\n\
                    s.compare_exchange(0, 1, AcqRel, Relaxed);\n    fence(SeqCst);\n}\n";
    assert_places(bare, &[(2, "`AcqRel` without"), (3, "`SeqCst` without")]);
}

#[test]
fn an_undeclared_edge_is_found() {
    let text = with("from-side of `full`", "from-side of `fill`");
    assert_places(&text, &[(5, "edge `full` has no from-side"), (19, "`Release` names no edge")]);
}

#[test]
fn an_edge_with_one_end_is_found_at_its_row() {
    let text = with("to-side of `free`", "from-side of `free`");
    assert_places(&text, &[(6, "edge `free` has no to-side")]);
    let text = with("to-side of `full`\n    // and from", "from");
    assert_places(&text, &[(5, "edge `full` has no to-side")]);
}

#[test]
fn a_row_that_nobody_names_is_found() {
    let text = with("its read |", "its read |\n//! | `idle` | `a` | `b` | nothing |");
    assert_places(&text, &[(7, "edge `idle` has no from-side and no to-side")]);
}

#[test]
fn a_relaxed_that_gives_no_reason_is_found() {
    let text = with("Relaxed, a count that nobody waits on.", "Relaxed.");
    assert_places(&text, &[(34, "does not say why")]);
}

#[test]
fn a_site_in_a_test_is_no_end_of_an_edge() {
    let tested = with("        state.load(SeqCst);", "        // ORDERING: to-side of `idle`.");
    let text = tested.replacen("its read |", "its read |\n//! | `idle` | `a` | `b` | x |", 1);
    assert_places(&text, &[(7, "edge `idle`")]);
}

#[test]
fn both_sides_in_one_comment_are_both_ends() {
    let text = "//! | edge | from | to |\n//! |---|---|---|\n//! | `last` | `drop` | `drop` |\n\
                fn f(s: &AtomicU8) {\n    // ORDERING: AcqRel, both sides of `last`.\n\
                    s.fetch_sub(1, AcqRel);\n}\n";
    assert_places(text, &[]);
}

#[test]
fn the_two_ends_may_lie_in_two_files_of_a_crate() {
    let header = "//! | edge | from | to |\n//! |---|---|---|\n//! | `full` | a | b |\n";
    let from = format!(
        "{header}// ORDERING: Release, from-side of `full`.\nfn a() {{ s.store(1, Release) }}\n"
    );
    let to = "// ORDERING: Acquire, to-side of `full`.\nfn b() { s.load(Acquire) }\n";
    assert_clean(RULE, &[("crates/a/src/from.rs", &from), ("crates/a/src/to.rs", to)]);
    assert_found(
        RULE,
        &[("crates/a/src/from.rs", &from), ("crates/b/src/to.rs", to)],
        &[
            ("crates/a/src/from.rs:3", "edge `full` has no to-side"),
            ("crates/b/src/to.rs:2", "names no edge"),
        ],
    );
}

#[test]
fn a_name_means_the_table_of_its_own_file_first() {
    let lonely = "//! | edge | from | to |\n//! |---|---|---|\n//! | `full` | a | b |\n";
    assert_found(
        RULE,
        &[("crates/sync/src/other.rs", lonely), (PATH, GOOD)],
        &[("crates/sync/src/other.rs:3", "edge `full` has no from-side and no to-side")],
    );
}

#[test]
fn tests_and_tools_are_free_of_it() {
    let text = "fn f() { s.load(SeqCst) }\n";
    assert_clean(RULE, &[("crates/a/tests/loom.rs", text), ("tools/t/src/a.rs", text)]);
}
