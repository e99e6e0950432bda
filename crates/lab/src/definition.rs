//! Definitions in TOML, read so that whatever means nothing is named with its file, line and key.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::near::near;

/// A text that is no definition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {key}{why}")]
pub struct DefinitionError {
    /// The file, as it was given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The key and a colon, where one is at fault.
    pub key: String,
    /// What is wrong, and what would be right.
    pub why: String,
}

/// What comes of reading.
pub(crate) type Read<T> = Result<T, DefinitionError>;

/// The text that is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'t> {
    file: &'t str,
    text: &'t str,
}

impl<'t> Source<'t> {
    /// The text of a file, under the name by which its writer knows it.
    pub(crate) fn new(file: &'t str, text: &'t str) -> Self {
        Self { file, text }
    }

    /// The whole of it.
    pub(crate) fn table(&self) -> Read<Spanned<DeTable<'t>>> {
        DeTable::parse(self.text).map_err(|error| {
            self.error(error.span().unwrap_or_default(), "", error.message().to_owned())
        })
    }

    /// What is wrong with a key at a place.
    pub(crate) fn error(&self, at: Range<usize>, key: &str, why: String) -> DefinitionError {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        let key = if key.is_empty() { String::new() } else { format!("`{key}`: ") };
        let line = before.matches('\n').count() + 1;
        DefinitionError { file: self.file.to_owned(), line, key, why }
    }

    /// Refuses every key but these.
    pub(crate) fn only(&self, table: &DeTable<'t>, keys: &[&str]) -> Read<()> {
        for key in table.keys() {
            if !keys.contains(&key.get_ref().as_ref()) {
                let why = format!("no such key{}", near(key.get_ref(), keys.iter().copied()));
                return Err(self.error(key.span(), key.get_ref(), why));
            }
        }
        Ok(())
    }

    /// The text of a key that must be there.
    pub(crate) fn text_of(
        &self,
        table: &DeTable<'t>,
        span: &Range<usize>,
        key: &str,
    ) -> Read<String> {
        match self.text_if_any(table, key)? {
            Some(text) => Ok(text),
            None => Err(self.error(span.clone(), key, "is missing".to_owned())),
        }
    }

    /// The text of a key that may be there.
    pub(crate) fn text_if_any(&self, table: &DeTable<'t>, key: &str) -> Read<Option<String>> {
        let Some(found) = table.get(key) else { return Ok(None) };
        match found.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Ok(Some(text.trim().to_owned())),
            _ => Err(self.error(found.span(), key, "is a text, and not empty".to_owned())),
        }
    }

    /// A text or a list of some, each with its place.
    pub(crate) fn texts(
        &self,
        found: &Spanned<DeValue<'t>>,
        key: &str,
    ) -> Read<Vec<(Range<usize>, String)>> {
        let text = |found: &Spanned<DeValue<'t>>| match found.get_ref() {
            DeValue::String(text) => Ok((found.span(), text.to_string())),
            _ => Err(self.error(found.span(), key, "is a text, or a list of some".to_owned())),
        };
        match found.get_ref() {
            DeValue::Array(array) if !array.is_empty() => array.iter().map(text).collect(),
            _ => Ok(vec![text(found)?]),
        }
    }

    /// A number.
    pub(crate) fn number(&self, found: &Spanned<DeValue<'t>>, key: &str) -> Read<f64> {
        let number = match found.get_ref() {
            DeValue::Integer(number) => number.as_str().parse::<f64>().ok(),
            DeValue::Float(number) => number.as_str().parse::<f64>().ok(),
            _ => None,
        };
        number.ok_or_else(|| self.error(found.span(), key, "is a number".to_owned()))
    }
}
