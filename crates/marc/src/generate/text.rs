//! Pieces of text that several fields are made of.

use std::fmt::Write;

use super::draws::Draws;
use super::languages::Language;

/// A text in Latin letters, and in the original script beside it where there is one.
#[derive(Debug, Default)]
pub(super) struct Text {
    pub(super) latin: String,
    pub(super) original: String,
}

impl Text {
    pub(super) fn clear(&mut self) {
        self.latin.clear();
        self.original.clear();
    }

    /// Adds words of a title, the first of them with a capital letter if it begins one.
    pub(super) fn words(&mut self, draws: &mut Draws, language: &Language, n: u32) {
        for _ in 0..n {
            let (latin, original) = draws.pick(language.words);
            if self.latin.is_empty() {
                let mut letters = latin.chars();
                self.latin.extend(letters.next().into_iter().flat_map(char::to_uppercase));
                self.latin.push_str(letters.as_str());
            } else {
                self.latin.push(' ');
                self.latin.push_str(latin);
            }
            if !self.original.is_empty() {
                self.original.push_str(language.separator);
            }
            self.original.push_str(original);
        }
    }

    /// A name as a heading has it: last name first.
    pub(super) fn name(&mut self, draws: &mut Draws, language: &Language) {
        self.clear();
        let (last, first) = (draws.pick(language.last_names), draws.pick(language.first_names));
        let initial = char::from(b'A' + draws.below(26) as u8);
        let has_initial = language.script.is_none() && draws.in_thousand(350);
        for part in [last.0, ", ", first.0] {
            self.latin.push_str(part);
        }
        if has_initial {
            self.latin.extend([' ', initial, '.']);
        }
        let separator = if language.separator.is_empty() { "" } else { ", " };
        for part in [last.1, separator, first.1] {
            self.original.push_str(part);
        }
    }

    /// Adds the same to both.
    pub(super) fn both(&mut self, text: &str) {
        self.latin.push_str(text);
        self.original.push_str(text);
    }
}

/// An ISBN of 13 digits: twelve, and the check digit of ISO 2108.
pub(super) fn isbn(draws: &mut Draws, out: &mut String) {
    let number = 978_000_000_000 + draws.word() % 1_000_000_000;
    let mut sum = 0;
    let (mut rest, mut weight) = (number, 3);
    while rest > 0 {
        sum += rest % 10 * weight;
        rest /= 10;
        weight = 4 - weight;
    }
    put(out, format_args!("{number}{}", (10 - sum % 10) % 10));
}

/// Formats into a text that is cleared before.
pub(super) fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.clear();
    out.write_fmt(text).expect("a string takes all");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_isbn_has_the_right_check_digit() {
        let mut text = String::new();
        for index in 0..1_000 {
            isbn(&mut Draws::new(1, index), &mut text);
            let digits = text.bytes().map(|byte| u32::from(byte - b'0'));
            let sum: u32 =
                digits.zip([1, 3].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
            assert_eq!((text.len(), sum % 10), (13, 0), "{text}");
        }
    }
}
