//! Columns of text about places, companies, states and nothing in particular.

use std::ops::Range;

use arrow_array::ArrayRef;

use super::text::{TextBuffer, make_unique, strings};
use super::{Generate, Source, TEXT_BYTES};
use crate::Meaning;
use crate::cell::{below, mix};
use crate::schema::{Column, Key};
use crate::words::{self, WordList};

/// The most words in a text without a limit.
const MAX_WORDS: u64 = 12;
/// Room for the longest text: a separator behind each word, and a unique code.
const MAX_BYTES: usize = (MAX_WORDS as usize + 2) * 17;
const _: () = assert!(MAX_BYTES as u64 <= TEXT_BYTES);

pub(super) fn generator(
    column: &Column,
    source: Source,
    max_length: Option<u32>,
) -> Box<dyn Generate> {
    let topic = match Meaning::of(column) {
        Meaning::City => Topic::One(WordList::new(words::CITIES)),
        Meaning::Country => Topic::One(WordList::new(words::COUNTRIES)),
        Meaning::CountryCode => Topic::One(WordList::new(words::COUNTRY_CODES)),
        Meaning::Status => Topic::One(WordList::new(words::STATUSES)),
        Meaning::Street => Topic::Street(WordList::new(words::STREETS)),
        Meaning::Phone => Topic::Phone,
        Meaning::Company => Topic::Company {
            names: WordList::new(words::LAST_NAMES),
            forms: WordList::new(words::COMPANY_FORMS),
        },
        _ => Topic::Words {
            words: WordList::new(words::WORDS),
            // Words have seven characters on average: a short column gets few of them.
            most: max_length.map_or(MAX_WORDS, |n| (u64::from(n) / 8).clamp(1, MAX_WORDS)),
        },
    };
    Box::new(Topics { topic, unique: column.key == Key::Unique, max_length, source })
}

#[derive(Debug)]
enum Topic {
    One(WordList),
    Street(WordList),
    Phone,
    Company { names: WordList, forms: WordList },
    Words { words: WordList, most: u64 },
}

#[derive(Debug)]
struct Topics {
    topic: Topic,
    unique: bool,
    max_length: Option<u32>,
    source: Source,
}

impl Topic {
    #[inline]
    fn write(&self, word: u64, text: &mut TextBuffer) {
        match self {
            Self::One(list) => text.word(list.pick(word)),
            Self::Street(list) => {
                text.decimal(1 + below(mix(word), 250));
                text.byte(b' ');
                text.word(list.pick(word));
            }
            Self::Phone => {
                // 555-0100 to 555-0199 are set aside for fiction.
                for byte in *b"+1-" {
                    text.byte(byte);
                }
                text.decimal(200 + below(word, 800));
                for byte in *b"-555-01" {
                    text.byte(byte);
                }
                text.byte(b'0' + below(mix(word), 10) as u8);
                text.byte(b'0' + (mix(word) % 10) as u8);
            }
            Self::Company { names, forms } => {
                text.word(names.pick(word));
                text.word(forms.pick(mix(word)));
            }
            Self::Words { words, most } => {
                let n_words = 1 + below(word, *most);
                let mut draw = word;
                for i in 0..n_words {
                    if i > 0 {
                        text.byte(b' ');
                    }
                    draw = mix(draw);
                    text.word(words.pick(draw));
                }
            }
        }
    }
}

impl Generate for Topics {
    fn array(&self, rows: Range<u64>) -> ArrayRef {
        strings(rows, &self.source, MAX_BYTES, |row, text| {
            let start = text.len();
            self.topic.write(self.source.values.word(row), text);
            if self.unique {
                make_unique(text, start, b' ', row, self.max_length);
            } else {
                text.limit(start, self.max_length);
            }
        })
    }
}
