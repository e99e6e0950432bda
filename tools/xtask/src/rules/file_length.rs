//! A Rust file outside tests holds at most 500 lines, so that one idea fits one file and one
//! reading.
//!
//! A `#[cfg(test)] mod tests` at the end of the file does not count: private facts stay beside what
//! they are about.

use crate::finding::Finding;
use crate::rules::Rule;
use crate::tree::{File, Tree};

pub(super) const RULE: Rule = Rule { name: "file-length", check };

const MAX_LINES: usize = 500;

fn check(tree: &Tree) -> Vec<Finding> {
    let long = tree.rust().filter(|(file, _)| is_counted(file)).filter_map(|(file, source)| {
        let all = file.text.lines().count();
        let lines = source.trailing_tests().map_or(all, |line| line - 1);
        (lines > MAX_LINES).then(|| {
            let message = format!(
                "{lines} lines without tests; split it by idea, \
                 {MAX_LINES} is the most a file holds"
            );
            Finding::new(&file.path, MAX_LINES + 1, message)
        })
    });
    long.collect()
}

fn is_counted(file: &File) -> bool {
    let in_src = file.path_in_package().is_some_and(|path| path.starts_with("src/"));
    (in_src || file.is_under("benches") || file.is_under("examples")) && !file.is_under("tests")
}
