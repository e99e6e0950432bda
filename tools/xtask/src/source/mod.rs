//! Rust text with code and comments told apart, so that a rule can scan for a word without meeting
//! it in a string, and can find the comment that belongs to a statement.
//!
//! This is a scanner and no parser: it knows comments, literals, brackets and where a statement
//! begins. That is enough for conventions about comments, which a parser would throw away.

mod mask;
mod scope;

use std::ops::Range;

/// A Rust file as the rules see it.
#[derive(Debug)]
pub(crate) struct Source {
    /// The text with comments and the contents of literals blanked. Line breaks stay where they
    /// are.
    code: String,
    /// Per line, the comment on it with its slashes; empty where there is none.
    comments: Vec<String>,
    /// The offset in `code` at which each line begins.
    line_starts: Vec<usize>,
    /// Items under `#[cfg(test)]`, as ranges of `code`.
    test_items: Vec<Range<usize>>,
}

/// A comment found by its marker, one of [`MARKERS`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Marked {
    /// The line that holds the marker.
    pub(crate) line: usize,
    /// What follows the marker, up to the end of the comment or the next marker, on one line.
    pub(crate) text: String,
}

/// Words in capitals that open a comment with a duty.
const MARKERS: &[&str] = &["SAFETY:", "ORDERING:"];

impl Source {
    pub(crate) fn new(text: &str) -> Self {
        let mask::Masked { code, comments } = mask::mask(text);
        let breaks = code.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        let line_starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        let mut source = Self { code, comments, line_starts, test_items: Vec::new() };
        source.test_items = source.find_test_items();
        source
    }

    /// The code alone. Offsets below are offsets into it.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// The line, from 1, of an offset.
    pub(crate) fn line_of(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= offset)
    }

    /// The code on a line.
    pub(crate) fn code_on(&self, line: usize) -> &str {
        self.code[self.offset_of(line)..self.offset_of(line + 1)].trim()
    }

    /// The comment on a line, with its slashes.
    pub(crate) fn comment_on(&self, line: usize) -> &str {
        self.comments.get(line - 1).map_or("", |comment| comment.trim())
    }

    /// The `//!` lines with their numbers and without their slashes.
    pub(crate) fn header(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..)
            .zip(&self.comments)
            .filter_map(|(line, comment)| Some((line, comment.trim().strip_prefix("//!")?.trim())))
    }

    /// Every identifier and keyword with its offset.
    pub(crate) fn words(&self) -> impl Iterator<Item = (usize, &str)> {
        words_of(&self.code)
    }

    /// Whether an offset lies in an item under `#[cfg(test)]`.
    pub(crate) fn is_test(&self, offset: usize) -> bool {
        self.test_items.iter().any(|item| item.contains(&offset))
    }

    /// The line on which a `#[cfg(test)]` item begins that reaches to the end of the file.
    pub(crate) fn trailing_tests(&self) -> Option<usize> {
        let last = self.test_items.last()?;
        self.code[last.end..].trim().is_empty().then(|| self.line_of(last.start))
    }

    /// The bracket that closes the one at `open`, or the end of the file.
    pub(crate) fn closing(&self, open: usize) -> usize {
        let mut depth = 0usize;
        for (at, byte) in self.code.bytes().enumerate().skip(open) {
            match byte {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                _ => continue,
            }
            if depth == 0 {
                return at;
            }
        }
        self.code.len()
    }

    /// The first of these bytes from `at` on that stands outside parentheses and brackets.
    pub(crate) fn find_outside(&self, mut at: usize, bytes: &[u8]) -> Option<usize> {
        loop {
            match *self.code.as_bytes().get(at)? {
                byte if bytes.contains(&byte) => return Some(at),
                b'(' | b'[' => at = self.closing(at) + 1,
                _ => at += 1,
            }
        }
    }

    /// The innermost `{` that is open at `offset`.
    pub(crate) fn enclosing_brace(&self, offset: usize) -> Option<usize> {
        let mut depth = 0usize;
        for (at, byte) in self.code.as_bytes()[..offset].iter().enumerate().rev() {
            match byte {
                b'}' => depth += 1,
                b'{' if depth == 0 => return Some(at),
                b'{' => depth -= 1,
                _ => {}
            }
        }
        None
    }

    /// Every attribute, as the range from its `#` to past its `]`.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = Range<usize>> {
        self.code.match_indices('#').filter_map(|(start, _)| {
            let rest = &self.code[start + 1..];
            let open = start + 1 + usize::from(rest.starts_with('!'));
            self.code[open..]
                .starts_with('[')
                .then(|| start..(self.closing(open) + 1).min(self.code.len()))
        })
    }

    /// Where the statement, match arm or item around `offset` begins.
    ///
    /// A statement ends at `;`, `{` or `}`, and at a `,` that stands directly in braces. A `,` or
    /// `;` in the parentheses or brackets around `offset` belongs to the statement.
    pub(crate) fn statement_start(&self, offset: usize) -> usize {
        let mut depth = 0usize;
        let mut boundary = None;
        for (at, byte) in self.code.as_bytes()[..offset].iter().enumerate().rev() {
            match byte {
                b')' | b']' => depth += 1,
                b'}' => {
                    if depth == 0 {
                        boundary.get_or_insert(at + 1);
                    }
                    depth += 1;
                }
                b'(' | b'[' if depth == 0 => boundary = None,
                b'{' if depth == 0 => {
                    boundary.get_or_insert(at + 1);
                    break;
                }
                b'(' | b'[' | b'{' => depth -= 1,
                b';' | b',' if depth == 0 => {
                    boundary.get_or_insert(at + 1);
                }
                _ => {}
            }
        }
        let start = boundary.unwrap_or(0);
        let blank = self.code[start..].len() - self.code[start..].trim_start().len();
        (start + blank).min(offset)
    }

    /// The comment with this marker that belongs to the code at `offset`: on its line, else nearest
    /// above it inside its statement, else directly above the statement (attributes may lie
    /// between).
    pub(crate) fn marked_for(&self, offset: usize, marker: &str) -> Option<Marked> {
        let last = self.line_of(offset);
        let first = self.line_of(self.statement_start(offset));
        if let Some(found) = (first..=last).rev().find_map(|line| self.marked_on(line, marker)) {
            return Some(found);
        }
        (1..first)
            .rev()
            .take_while(|&line| self.is_comment_or_attribute(line))
            .find_map(|line| self.marked_on(line, marker))
    }

    /// The comment with this marker on exactly this line, with the comment lines that carry it on.
    pub(crate) fn marked_on(&self, line: usize, marker: &str) -> Option<Marked> {
        let mut text = plain(self.comment_on(line))?.strip_prefix(marker)?.trim().to_owned();
        if self.code_on(line).is_empty() {
            for next in line + 1..=self.comments.len() {
                let Some(more) = plain(self.comment_on(next)) else { break };
                if !self.code_on(next).is_empty() || MARKERS.iter().any(|m| more.starts_with(m)) {
                    break;
                }
                text.push(' ');
                text.push_str(more);
            }
        }
        Some(Marked { line, text })
    }

    /// Every comment with this marker.
    pub(crate) fn marked(&self, marker: &str) -> impl Iterator<Item = Marked> {
        (1..=self.comments.len()).filter_map(move |line| self.marked_on(line, marker))
    }

    /// The offset at which a line begins.
    pub(crate) fn offset_of(&self, line: usize) -> usize {
        self.line_starts.get(line - 1).copied().unwrap_or(self.code.len())
    }

    fn is_comment_or_attribute(&self, line: usize) -> bool {
        let code = self.code_on(line);
        if code.is_empty() { !self.comment_on(line).is_empty() } else { code.starts_with("#[") }
    }

    fn find_test_items(&self) -> Vec<Range<usize>> {
        let mut items: Vec<Range<usize>> = Vec::new();
        for attribute in self.attributes() {
            let text = &self.code[attribute.clone()];
            let is_test = text.starts_with("#[cfg(")
                && words_of(text).any(|(_, word)| word == "test")
                && !text.contains("not(test");
            if !is_test || items.last().is_some_and(|item| item.contains(&attribute.start)) {
                continue;
            }
            items.push(attribute.start..self.item_end(attribute.end));
        }
        items
    }

    /// The end of the item that begins at `at`: past its `;`, past its block, or at the end of a
    /// field or variant.
    pub(crate) fn item_end(&self, at: usize) -> usize {
        let Some(end) = self.find_outside(at, b"{;,}") else { return self.code.len() };
        match self.code.as_bytes()[end] {
            b'{' => (self.closing(end) + 1).min(self.code.len()),
            b'}' => end,
            _ => end + 1,
        }
    }
}

/// The text of a plain `//` comment; documentation carries no marker.
fn plain(comment: &str) -> Option<&str> {
    let text = comment.strip_prefix("//")?;
    (!text.starts_with(['/', '!'])).then(|| text.trim())
}

/// The identifiers and keywords of a text with their offsets.
pub(crate) fn words_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(is_word)?;
        let end = text[start..].find(|c| !is_word(c)).map_or(text.len(), |length| start + length);
        rest = end;
        Some((start, &text[start..end]))
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::Source;

    fn start_line(text: &str, word: &str) -> usize {
        let source = Source::new(text);
        let (at, _) = source.words().find(|&(_, found)| found == word).expect("the word is there");
        source.line_of(source.statement_start(at))
    }

    #[test]
    fn a_statement_reaches_over_the_arguments_around_a_word() {
        assert_eq!(start_line("f();\nx.cas(\n    a,\n    here,\n);", "here"), 2);
        assert_eq!(start_line("f(|| {\n    g();\n    here();\n});", "here"), 3);
        assert_eq!(
            start_line("f(\n    match a {\n        b => c,\n    },\n    here,\n);", "here"),
            1
        );
    }

    #[test]
    fn a_match_arm_is_a_statement() {
        assert_eq!(start_line("match x {\n    A => f(1, 2),\n    B => here,\n}", "here"), 3);
        assert_eq!(start_line("match x {\n    A => { f() }\n    B => here,\n}", "here"), 3);
    }

    #[test]
    fn only_items_under_cfg_test_are_tests() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n\
                    #[cfg(not(test))]\nfn c() {}\n#[cfg_attr(test, d)]\nfn e() {}\n";
        let source = Source::new(text);
        let tests: Vec<&str> =
            source.words().filter(|&(at, _)| source.is_test(at)).map(|(_, word)| word).collect();
        assert_eq!(tests, ["cfg", "test", "mod", "tests", "fn", "b"]);
        assert_eq!(source.trailing_tests(), None);
    }

    #[test]
    #[expect(clippy::unnecessary_safety_comment, reason = "clippy reads the text as a comment")]
    fn a_marked_comment_goes_on_to_the_next_marker() {
        let text = "// SAFETY: one\n// two.\n// ORDERING: three.\n#[cold]\nf(here);\n";
        let source = Source::new(text);
        let at = source.code().find("here").expect("the word is there");
        let texts = ["SAFETY:", "ORDERING:"]
            .map(|marker| source.marked_for(at, marker).map(|found| found.text));
        assert_eq!(texts, [Some("one two.".to_owned()), Some("three.".to_owned())]);
    }
}
