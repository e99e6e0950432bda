//! Lists of words, and the form in which they are copied into cells.

pub(crate) mod common;
pub(crate) mod names;
pub(crate) mod places;

use crate::cell::below;

/// Bytes in a [`Word`]: one vector register, so that a copy is one load and one store.
pub(crate) const WORD_BYTES: usize = 16;

/// A word of at most [`WORD_BYTES`] bytes of UTF-8, padded with zeros.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    pub(crate) bytes: [u8; WORD_BYTES],
    pub(crate) len: u8,
}

impl Word {
    /// # Panics
    /// If `text` is longer than [`WORD_BYTES`] bytes: the lists are constants, and a test reads
    /// them all.
    pub(crate) fn new(text: &str) -> Self {
        let mut bytes = [0; WORD_BYTES];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Self { bytes, len: text.len() as u8 }
    }
}

/// A list of words to draw from.
#[derive(Clone, Debug)]
pub(crate) struct WordList(Vec<Word>);

impl WordList {
    pub(crate) fn new(words: &[&str]) -> Self {
        Self(words.iter().map(|word| Word::new(word)).collect())
    }

    /// The words in lower case, without accents and without anything that is not a letter or a
    /// digit: fit for an e-mail address.
    pub(crate) fn ascii(words: &[&str]) -> Self {
        Self(words.iter().map(|word| Word::new(&ascii_form(word))).collect())
    }

    /// The word at `index`, for lists that run in parallel.
    #[inline]
    pub(crate) fn get(&self, index: usize) -> &Word {
        &self.0[index]
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// A word, each as likely as any other.
    #[inline]
    pub(crate) fn pick(&self, word: u64) -> &Word {
        &self.0[below(word, self.0.len() as u64) as usize]
    }
}

fn ascii_form(word: &str) -> String {
    let mut form = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            'á' | 'à' | 'â' | 'ã' | 'å' | 'Á' | 'Å' => form.push('a'),
            'ä' | 'Ä' => form.push_str("ae"),
            'ç' | 'Ç' => form.push('c'),
            'é' | 'è' | 'ê' | 'ë' | 'É' => form.push('e'),
            'í' | 'ì' | 'î' | 'ï' => form.push('i'),
            'ł' | 'Ł' => form.push('l'),
            'ñ' => form.push('n'),
            'ó' | 'ò' | 'ô' | 'õ' => form.push('o'),
            'ö' | 'ø' | 'Ö' | 'Ø' => form.push_str("oe"),
            'ú' | 'ù' | 'û' => form.push('u'),
            'ü' | 'Ü' => form.push_str("ue"),
            'ß' => form.push_str("ss"),
            c if c.is_ascii_alphanumeric() => form.push(c.to_ascii_lowercase()),
            _ => {}
        }
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ascii_form_is_fit_for_an_address() {
        assert_eq!(ascii_form("José"), "jose");
        assert_eq!(ascii_form("O'Brien"), "obrien");
        assert_eq!(ascii_form("Müller"), "mueller");
        for word in names::FIRST.iter().chain(names::LAST) {
            let form = ascii_form(word);
            assert!(!form.is_empty() && form.bytes().all(|b| b.is_ascii_alphanumeric()), "{word}");
            assert_eq!(form.len() >= word.chars().filter(|c| c.is_alphabetic()).count(), true);
        }
    }

    #[test]
    fn every_word_fits_a_register() {
        let lists = [
            names::FIRST,
            names::LAST,
            names::MAIL_DOMAINS,
            places::CITIES,
            places::COUNTRIES,
            places::STREETS,
            common::WORDS,
            common::STATUSES,
            common::COMPANY_FORMS,
        ];
        for word in lists.into_iter().flatten() {
            assert!(word.len() < WORD_BYTES, "{word}");
        }
        assert_eq!(places::COUNTRIES.len(), places::COUNTRY_CODES.len());
    }
}
