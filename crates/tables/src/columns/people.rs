//! Columns about the row's person: the names, the login and the e-mail address agree.

use std::ops::Range;

use arrow_array::ArrayRef;

use super::text::{TextBuffer, make_unique, strings};
use super::{Generate, Source};
use crate::Meaning;
use crate::cell::mix;
use crate::schema::{Column, Key};
use crate::words::{self, WordList};

pub(super) fn generator(
    column: &Column,
    source: Source,
    max_length: Option<u32>,
) -> Box<dyn Generate> {
    Box::new(People {
        meaning: Meaning::of(column),
        unique: column.key == Key::Unique,
        max_length,
        source,
        first: WordList::new(words::FIRST_NAMES),
        last: WordList::new(words::LAST_NAMES),
        first_ascii: WordList::ascii(words::FIRST_NAMES),
        last_ascii: WordList::ascii(words::LAST_NAMES),
        domains: WordList::new(words::MAIL_DOMAINS),
    })
}

/// The longest text: two names, a number, a unique code and a domain, each at most a word.
const MAX_BYTES: usize = 96;

#[derive(Debug)]
struct People {
    meaning: Meaning,
    unique: bool,
    max_length: Option<u32>,
    source: Source,
    first: WordList,
    last: WordList,
    first_ascii: WordList,
    last_ascii: WordList,
    domains: WordList,
}

/// Who a row is about: places in the two lists, and a word for everything else.
#[derive(Clone, Copy)]
struct Person {
    first: usize,
    last: usize,
    rest: u64,
}

impl People {
    #[inline]
    fn person(&self, row: u64) -> Person {
        let word = self.source.person.word(row);
        Person {
            first: skewed(word as u32, self.first.len()),
            last: skewed((word >> 32) as u32, self.last.len()),
            rest: mix(word),
        }
    }

    /// The part of the address before the `@`.
    #[inline]
    fn local_part(&self, person: Person, text: &mut TextBuffer) {
        let first = self.first_ascii.get(person.first);
        let last = self.last_ascii.get(person.last);
        match person.rest & 3 {
            0 => {
                text.byte(first.bytes[0]);
                text.word(last);
            }
            1 => {
                text.word(first);
                text.byte(b'_');
                text.word(last);
            }
            _ => {
                text.word(first);
                text.byte(b'.');
                text.word(last);
            }
        }
        // Three in four carry a number, as the plain form is soon taken.
        if person.rest & 0xC != 0 {
            text.decimal((person.rest >> 8) & 0x3FF);
        }
    }

    fn email(&self, row: u64, person: Person, text: &mut TextBuffer) {
        let start = text.len();
        self.local_part(person, text);
        let domain = self.domains.pick(person.rest);
        let max = self.max_length.map_or(usize::MAX, |n| n as usize);
        if !self.unique && text.len() - start + usize::from(domain.len) <= max {
            text.word(domain);
            return;
        }
        // The local part gives way, so that what is left is still an address.
        let room = max.saturating_sub(usize::from(domain.len));
        let local_limit = u32::try_from(room).ok();
        if self.unique {
            let code = row;
            if room < 16 && self.max_length.is_some() {
                make_unique(text, start, b'.', code, self.max_length);
                return;
            }
            make_unique(text, start, b'.', code, local_limit);
        } else {
            text.limit(start, local_limit);
        }
        text.word(domain);
        text.limit(start, self.max_length);
    }
}

impl Generate for People {
    fn array(&self, rows: Range<u64>) -> ArrayRef {
        strings(rows, &self.source, MAX_BYTES, |row, text| {
            let person = self.person(row);
            let start = text.len();
            let separator = match self.meaning {
                Meaning::Email => return self.email(row, person, text),
                Meaning::FirstName => {
                    text.word(self.first.get(person.first));
                    b' '
                }
                Meaning::LastName => {
                    text.word(self.last.get(person.last));
                    b' '
                }
                Meaning::UserName => {
                    self.local_part(person, text);
                    b'-'
                }
                _ => {
                    text.word(self.first.get(person.first));
                    text.byte(b' ');
                    text.word(self.last.get(person.last));
                    b' '
                }
            };
            if self.unique {
                make_unique(text, start, separator, row, self.max_length);
            } else {
                text.limit(start, self.max_length);
            }
        })
    }
}

/// A place in a list of `len`, the smaller of two draws: the beginning comes up more often.
#[inline]
fn skewed(draws: u32, len: usize) -> usize {
    let smaller = (draws & 0xFFFF).min(draws >> 16) as usize;
    (smaller * len) >> 16
}
