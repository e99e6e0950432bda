//! Memory orderings in Rust text.

use std::ops::Range;

use crate::source::Source;

const ORDERINGS: &[&str] = &["Relaxed", "Acquire", "Release", "AcqRel", "SeqCst"];

/// The orderings used in a file's code, outside `use` and tests, with their offsets.
pub(crate) fn used(source: &Source) -> impl Iterator<Item = (usize, &str)> {
    let imports = imports(source);
    source.words().filter(move |&(at, word)| {
        ORDERINGS.contains(&word)
            && !imports.iter().any(|import| import.contains(&at))
            && !source.is_test(at)
            && !belongs_to_another_type(source, at)
    })
}

/// The ranges of the `use` items. A `use<...>` is a bound and imports nothing.
fn imports(source: &Source) -> Vec<Range<usize>> {
    let code = source.code();
    let uses = source.words().filter(|&(at, word)| {
        word == "use" && !code[at + word.len()..].trim_start().starts_with('<')
    });
    let end = |at: usize| code[at..].find(';').map_or(code.len(), |found| at + found);
    uses.map(|(at, _)| at..end(at)).collect()
}

/// Whether the word is a variant of some other enum, such as `Action::Release`.
fn belongs_to_another_type(source: &Source, at: usize) -> bool {
    let path = source.code()[..at].strip_suffix("::");
    path.is_some_and(|path| !path.ends_with("Ordering"))
}
