//! What is swept and what is fixed: the parameters of a cell by name.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What a parameter is set to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A number, in the unit that its parameter's name ends with.
    Number(u64),
    /// One of some words.
    Word(String),
}

/// Parameters and their values, all that a model has.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cell(BTreeMap<String, Value>);

impl Cell {
    /// Sets a parameter.
    #[must_use]
    pub fn with(mut self, parameter: &str, value: impl Into<Value>) -> Self {
        self.0.insert(parameter.to_owned(), value.into());
        self
    }

    /// The value of a parameter, where it has one.
    pub fn get(&self, parameter: &str) -> Option<&Value> {
        self.0.get(parameter)
    }

    /// The number of a parameter; 0 where it has none.
    pub fn number(&self, parameter: &str) -> u64 {
        match self.get(parameter) {
            Some(Value::Number(number)) => *number,
            _ => 0,
        }
    }

    /// The word of a parameter; empty where it has none.
    pub fn word(&self, parameter: &str) -> &str {
        match self.get(parameter) {
            Some(Value::Word(word)) => word,
            _ => "",
        }
    }

    /// All parameters that are set, in the order of their names.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The same without a parameter: what cells of one sweep share.
    #[must_use]
    pub fn without(&self, parameter: &str) -> Self {
        let mut rest = self.clone();
        rest.0.remove(parameter);
        rest
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Value {
    fn from(word: &str) -> Self {
        Self::Word(word.to_owned())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Word(word) => f.write_str(word),
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (name, value)) in self.0.iter().enumerate() {
            let space = if i > 0 { " " } else { "" };
            write!(f, "{space}{name}={value}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cell_is_written_as_an_object_of_its_parameters() {
        let cell = Cell::default().with("threads", 4).with("pin", "scatter");
        let text = serde_json::to_string(&cell).expect("it fits JSON");
        assert_eq!(text, r#"{"pin":"scatter","threads":4}"#);
        assert_eq!(serde_json::from_str::<Cell>(&text).expect("it is a cell"), cell);
        assert_eq!(cell.to_string(), "pin=scatter threads=4");
        assert_eq!(cell.without("pin").to_string(), "threads=4");
        assert_eq!((cell.number("threads"), cell.word("pin")), (4, "scatter"));
        assert_eq!((cell.number("pin"), cell.word("threads")), (0, ""));
    }
}
