//! Lists of words, one word a line in a text file each, and the form in which they are copied into
//! cells.

use crate::cell::below;

/// First names; drawn from with a bias to the beginning.
pub(crate) const FIRST_NAMES: &str = include_str!("words/first_names.txt");
/// Last names; drawn from with a bias to the beginning.
pub(crate) const LAST_NAMES: &str = include_str!("words/last_names.txt");
/// Domains reserved for documents and examples by RFC 2606 and RFC 6761, each with its `@`: mail
/// to a generated address reaches nobody.
pub(crate) const MAIL_DOMAINS: &str = include_str!("words/mail_domains.txt");
/// Cities.
pub(crate) const CITIES: &str = include_str!("words/cities.txt");
/// Countries.
pub(crate) const COUNTRIES: &str = include_str!("words/countries.txt");
/// ISO 3166 alpha-2 codes of the countries.
pub(crate) const COUNTRY_CODES: &str = include_str!("words/country_codes.txt");
/// Streets.
pub(crate) const STREETS: &str = include_str!("words/streets.txt");
/// Everyday words to make texts of.
pub(crate) const WORDS: &str = include_str!("words/words.txt");
/// States of things.
pub(crate) const STATUSES: &str = include_str!("words/statuses.txt");
/// What follows the name in a company's name.
pub(crate) const COMPANY_FORMS: &str = include_str!("words/company_forms.txt");

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
    fn new(text: &str) -> Self {
        let mut bytes = [0; WORD_BYTES];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Self { bytes, len: text.len() as u8 }
    }
}

/// A list of words to draw from.
#[derive(Clone, Debug)]
pub(crate) struct WordList(Vec<Word>);

impl WordList {
    /// The words of `lines`.
    pub(crate) fn new(lines: &str) -> Self {
        Self(lines.lines().map(Word::new).collect())
    }

    /// The words of `lines` in lower case, without accents and without anything that is not a
    /// letter or a digit: fit for an e-mail address.
    pub(crate) fn ascii(lines: &str) -> Self {
        Self(lines.lines().map(|word| Word::new(&ascii_form(word))).collect())
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
            'í' | 'ì' | 'î' | 'ï' | 'ı' => form.push('i'),
            'ł' | 'Ł' => form.push('l'),
            'ñ' => form.push('n'),
            'ó' | 'ò' | 'ô' | 'õ' => form.push('o'),
            'ö' | 'ø' | 'Ö' | 'Ø' => form.push_str("oe"),
            'š' => form.push('s'),
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
        for word in FIRST_NAMES.lines().chain(LAST_NAMES.lines()) {
            let form = ascii_form(word);
            assert!(form.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{word}");
            assert!(form.len() >= word.chars().filter(|c| c.is_alphabetic()).count(), "{word}");
        }
    }

    #[test]
    fn every_word_fits_a_register() {
        let lists = [
            FIRST_NAMES,
            LAST_NAMES,
            MAIL_DOMAINS,
            CITIES,
            COUNTRIES,
            COUNTRY_CODES,
            STREETS,
            WORDS,
            STATUSES,
            COMPANY_FORMS,
        ];
        for word in lists.into_iter().flat_map(str::lines) {
            assert!((1..=WORD_BYTES).contains(&word.len()), "{word}");
            assert!(ascii_form(word).len() <= WORD_BYTES, "{word}");
        }
        assert_eq!(COUNTRIES.lines().count(), COUNTRY_CODES.lines().count());
    }
}
