//! The rule `safety`.

#![expect(clippy::unnecessary_safety_comment, reason = "clippy reads the fixtures as comments")]

use crate::{assert_clean, assert_found};

const RULE: &str = "safety";
const PATH: &str = "crates/sync/src/a.rs";

#[track_caller]
fn assert_line(text: &str, line: usize, part: &str) {
    assert_found(RULE, &[(PATH, text)], &[(&format!("{PATH}:{line}"), part)]);
}

#[test]
fn a_block_or_impl_without_argument_is_found() {
    assert_line("fn f() {\n    unsafe { g() }\n}\n", 2, "no `// SAFETY:` above this block");
    assert_line("struct A;\nunsafe impl Send for A {}\n", 2, "above this impl");
    assert_line(
        "/// SAFETY: documentation is no argument.\nunsafe impl Send for A {}\n",
        2,
        "impl",
    );
}

#[test]
fn an_argument_covers_its_own_statement_only() {
    let text = "fn f() {\n    // SAFETY: `a` is initialised above.\n\
                    let a = unsafe { g() };\n    let b = unsafe { g() };\n}\n";
    assert_line(text, 4, "above this block");
    let apart = "fn f() {\n    // SAFETY: `a` is initialised above.\n\n    unsafe { g() }\n}\n";
    assert_line(apart, 4, "above this block");
}

#[test]
fn placeholders_are_found() {
    for placeholder in [
        "TODO argue this before the release",
        "FIXME it holds on this machine",
        "This is trivially safe here.",
        "The caller upholds the contract.",
        "untriaged since the last port",
        "it's",
        "",
    ] {
        let text = format!("// SAFETY: {placeholder}\nunsafe impl Send for A {{}}\n");
        assert_line(&text, 2, "is no argument");
    }
}

#[test]
fn an_unsafe_function_without_contract_is_found() {
    assert_line("/// Reads.\n#[inline]\npub unsafe fn f() {}\n", 3, "unsafe fn");
    assert_line("/// Reads.\nunsafe extern \"C\" fn f() {}\n", 2, "unsafe fn");
    assert_line("/// Marks.\npub unsafe trait T {}\n", 2, "unsafe trait");
    assert_line("impl A {\n    unsafe fn f() {}\n}\n", 2, "unsafe fn");
}

#[test]
fn arguments_and_contracts_pass() {
    let text = r#"
/// Reads.
///
/// # Safety
///
/// The slot is full.
#[inline]
pub unsafe fn read(f: unsafe fn(*const u8)) {}

// SAFETY: a value moves with its owner, and `T: Send` lets it.
#[cfg(unix)]
unsafe impl<T: Send> Send for A<T> {}

unsafe extern "C" {}

// SAFETY: `System` keeps the contract, and we only count.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is the one that `System` asks for,
        // word by word.
        let at = self
            .with(|system| unsafe { system.alloc(layout) });
        unsafe {
            // SAFETY: `at` was just allocated with this layout.
            touch(at)
        }
        done(at, unsafe { read(at) }) // SAFETY: `at` is live until the end.
    }
}
"#;
    assert_clean(RULE, &[(PATH, text)]);
}
