//! What a rule reports.

use std::fmt;

/// One violation of one rule at one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, relative to the workspace's root, with `/` between its parts.
    pub path: String,
    /// The line, from 1. A finding about a whole file stands on its first line.
    pub line: usize,
    /// The rule's name; [`crate::Rule::run`] enters it.
    pub rule: &'static str,
    /// What is wrong, and the way out.
    pub message: String,
}

impl Finding {
    /// A finding at a line of a file.
    pub fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, rule: "", message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.rule, self.message)
    }
}
