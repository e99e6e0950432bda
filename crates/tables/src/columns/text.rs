//! Building columns of text, and the codes that fill `char(n)` and make text unique.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, StringArray};
use arrow_buffer::{Buffer, OffsetBuffer, ScalarBuffer};

use super::{Generate, Source};
use crate::cell::mix;
use crate::permutation::Permutation;
use crate::words::{WORD_BYTES, Word};

/// The text of a column while it grows: bytes ahead of a length, so that a word is copied as one
/// register and cut back by moving the length only.
#[derive(Debug)]
pub(super) struct TextBuffer {
    bytes: Vec<u8>,
    len: usize,
}

impl TextBuffer {
    /// The text so far.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Forgets what was written past `len`.
    pub(super) fn truncate(&mut self, len: usize) {
        self.len = len.min(self.len);
    }

    /// Makes room for `additional` bytes and the overhang of the last word.
    #[inline]
    fn reserve(&mut self, additional: usize) {
        let needed = self.len + additional + WORD_BYTES;
        if self.bytes.len() < needed {
            self.bytes.resize(needed.max(2 * self.bytes.len()), 0);
        }
    }

    #[inline]
    pub(super) fn word(&mut self, word: &Word) {
        self.bytes[self.len..self.len + WORD_BYTES].copy_from_slice(&word.bytes);
        self.len += usize::from(word.len);
    }

    #[inline]
    pub(super) fn byte(&mut self, byte: u8) {
        self.bytes[self.len] = byte;
        self.len += 1;
    }

    /// `number` in base 36, lower case, at least `width` digits.
    pub(super) fn base36(&mut self, mut number: u64, width: usize) {
        let start = self.len;
        while number > 0 || self.len - start < width.max(1) {
            self.byte(b"0123456789abcdefghijklmnopqrstuvwxyz"[(number % 36) as usize]);
            number /= 36;
        }
        self.bytes[start..self.len].reverse();
    }

    /// `number` in base 10.
    #[inline]
    pub(super) fn decimal(&mut self, mut number: u64) {
        let start = self.len;
        loop {
            self.byte(b'0' + (number % 10) as u8);
            number /= 10;
            if number == 0 {
                break;
            }
        }
        self.bytes[start..self.len].reverse();
    }

    /// The text from `start` on.
    pub(super) fn tail(&self, start: usize) -> &[u8] {
        &self.bytes[start..self.len]
    }

    /// Cuts the text from `start` on to `max_length` characters, and takes away what separated the
    /// last word from the one cut off: `ann.` is no local part of an address.
    pub(super) fn limit(&mut self, start: usize, max_length: Option<u32>) {
        let Some(max) = max_length.map(|n| n as usize) else { return };
        if self.len - start <= max {
            return;
        }
        // Every byte that does not continue a character begins one.
        let begins = |byte: &u8| (*byte & 0xC0) != 0x80;
        let past = self.tail(start).iter().enumerate().filter(|(_, byte)| begins(byte)).nth(max);
        if let Some((cut, _)) = past {
            self.len = start + cut;
            while matches!(self.tail(start), [.., b' ' | b'.' | b'_' | b'-']) {
                self.len -= 1;
            }
        }
    }
}

/// A column of text: `write` appends the text of each row that is not null, at most `max_bytes`.
pub(super) fn strings(
    rows: Range<u64>,
    source: &Source,
    max_bytes: usize,
    mut write: impl FnMut(u64, &mut TextBuffer),
) -> ArrayRef {
    let n_rows = (rows.end - rows.start) as usize;
    let nulls = source.nulls.mask(rows.clone());
    let mut text = TextBuffer { bytes: vec![0; n_rows * 24 + WORD_BYTES], len: 0 };
    let mut offsets = Vec::with_capacity(n_rows + 1);
    offsets.push(0i32);
    for (i, row) in rows.enumerate() {
        if nulls.as_ref().is_none_or(|nulls| nulls.is_valid(i)) {
            text.reserve(max_bytes);
            write(row, &mut text);
        }
        offsets.push(i32::try_from(text.len).expect("a batch holds less than 2 GiB of text"));
    }
    let mut bytes = text.bytes;
    bytes.truncate(text.len);
    let array = StringArray::try_new(
        OffsetBuffer::new(ScalarBuffer::from(offsets)),
        Buffer::from_vec(bytes),
        nulls,
    );
    let array = array.expect("words are UTF-8 and limits cut between characters");
    debug_assert_eq!(array.len(), n_rows);
    Arc::new(array)
}

/// Text made unique: what `write` appended, cut so that a code of the row fits behind it.
pub(super) fn make_unique(
    text: &mut TextBuffer,
    start: usize,
    separator: u8,
    code: u64,
    max_length: Option<u32>,
) {
    let digits = base36_digits(code);
    let max = max_length.map_or(usize::MAX, |n| n as usize);
    if digits + 1 >= max {
        // No room for more than the code, which has no separator and so meets no other form.
        text.truncate(start);
        text.base36(code, digits);
        return;
    }
    let room = (max - digits - 1).min(u32::MAX as usize) as u32;
    text.limit(start, Some(room));
    text.byte(separator);
    text.base36(code, digits);
}

fn base36_digits(mut code: u64) -> usize {
    let mut digits = 1;
    while code >= 36 {
        code /= 36;
        digits += 1;
    }
    digits
}

/// `char(n)`: exactly `n` capital letters and digits.
#[derive(Debug)]
pub(super) struct Codes {
    source: Source,
    length: usize,
}

/// Digits of base 36 that a 64-bit word can fill evenly enough.
const DIGITS_PER_WORD: usize = 12;

impl Codes {
    pub(super) fn new(source: Source, length: u32) -> Self {
        Self { source, length: length as usize }
    }

    fn code(&self, row: u64, unique: Option<Permutation>, text: &mut TextBuffer) {
        let word = self.source.values.word(row);
        let mut left = self.length;
        if let Some(unique) = unique {
            // The trailing digits tell rows apart; what stands before them may repeat.
            let digits = left.min(DIGITS_PER_WORD + 1);
            left -= digits;
            self.random(word, left, text);
            let start = text.len();
            text.base36(unique.apply(row), digits);
            text.bytes[start..start + digits].make_ascii_uppercase();
        } else {
            self.random(word, left, text);
        }
    }

    fn random(&self, mut word: u64, mut left: usize, text: &mut TextBuffer) {
        while left > 0 {
            let mut rest = word;
            for _ in 0..left.min(DIGITS_PER_WORD) {
                text.byte(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"[(rest % 36) as usize]);
                rest /= 36;
            }
            left -= left.min(DIGITS_PER_WORD);
            word = mix(word);
        }
    }
}

impl Generate for Codes {
    fn array(&self, rows: Range<u64>) -> ArrayRef {
        let max_bytes = self.length + WORD_BYTES;
        strings(rows, &self.source, max_bytes, |row, text| {
            self.code(row, self.source.unique, text);
        })
    }
}
