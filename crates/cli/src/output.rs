//! Text for people, and where it goes.

use std::io::{self, Write};

use serde::Serialize;

use crate::exit::Failure;

/// Where a summary goes: standard output, or standard error where that carries the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    Stdout,
    Stderr,
}

impl Channel {
    /// Writes `text`. A reader that went away is not told so by a panic.
    pub(crate) fn write(self, text: &str) -> Result<(), Failure> {
        match self {
            Self::Stdout => {
                let mut out = io::stdout().lock();
                out.write_all(text.as_bytes())?;
                out.flush()?;
            }
            Self::Stderr => io::stderr().write_all(text.as_bytes())?,
        }
        Ok(())
    }

    /// Writes `value` as one line of JSON.
    pub(crate) fn write_json(self, value: &impl Serialize) -> Result<(), Failure> {
        let mut text = serde_json::to_string(value)
            .map_err(|error| Failure::usage(format!("write the summary: {error}")))?;
        text.push('\n');
        self.write(&text)
    }
}

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 file`, `2 files`.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// Rows one below the other, each cell as wide as the widest of its column.
pub(crate) fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let widths: [usize; N] =
        std::array::from_fn(|i| rows.iter().map(|row| row[i].chars().count()).max().unwrap_or(0));
    let mut text = String::new();
    for row in rows {
        for (cell, width) in row.iter().zip(widths) {
            text.push_str(&format!("  {cell:width$}"));
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

/// Says what failed, on standard error, the first of many only: a line each.
pub(crate) fn list_faults(faults: impl ExactSizeIterator<Item = String>) {
    const SHOWN: usize = 20;
    let hidden = faults.len().saturating_sub(SHOWN);
    let mut text: String = faults.take(SHOWN).map(|fault| format!("inrush: {fault}\n")).collect();
    if hidden > 0 {
        text.push_str(&format!("inrush: ... and {hidden} more\n"));
    }
    // Where standard error is closed there is nobody to tell.
    let _ = io::stderr().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_three() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
