//! Words, marks and ids: what text is written with.
//!
//! A token is a word of the vocabulary, or an *id* of 8 to 20 characters of the URL-safe Base64
//! alphabet, and a space. Behind one of 64 tokens in ten comes a mark in front of the space: a comma
//! (5), a full stop (3), or a full stop with a line end for the space (2). The word behind a full
//! stop has a capital.

use crate::draws::Draws;
use crate::repeat::repeat;
use crate::vocabulary::{VOCABULARY, Vocabulary};

/// The alphabet of ids: RFC 4648, section 5.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The least characters of an id, and how many lengths there are.
const LEAST_ID: usize = 8;
const N_ID_LENGTHS: u8 = 13;

/// What sets a lower-case letter of ASCII apart from its capital.
const CAPITAL: u8 = 0x20;

/// What replaces the space of a token.
#[derive(Clone, Copy)]
struct Mark {
    bytes: [u8; 2],
    /// By how much it is longer than the space.
    n_more: u8,
    /// What the first letter of the next word is changed by.
    case: u8,
}

/// The marks by what is drawn. Looking one up costs no mispredicted branch.
const MARKS: [Mark; 64] = {
    let mut marks = [Mark { bytes: *b"  ", n_more: 0, case: 0 }; 64];
    let mut i = 0;
    while i < 10 {
        marks[i] = match i {
            0..5 => Mark { bytes: *b", ", n_more: 1, case: 0 },
            5..8 => Mark { bytes: *b". ", n_more: 1, case: CAPITAL },
            _ => Mark { bytes: *b".\n", n_more: 1, case: CAPITAL },
        };
        i += 1;
    }
    marks
};

/// A text in the making.
///
/// Words are written in whole slots, and what is too much is overwritten by the next one: the bytes
/// behind [`n_bytes`](Self::n_bytes) mean nothing. What does not fit into the buffer is left out,
/// while everything else goes on as if it did.
pub(crate) struct Prose<'a> {
    out: &'a mut [u8],
    at: usize,
    draws: Draws,
    case: u8,
    vocabulary: &'static Vocabulary,
}

impl<'a> Prose<'a> {
    /// A text of which nothing is written yet, with the randomness of `word`.
    pub(crate) fn new(word: u64, out: &'a mut [u8]) -> Self {
        Self { out, at: 0, draws: Draws::new(word), case: CAPITAL, vocabulary: &VOCABULARY }
    }

    /// The bytes that are written, or would be in a larger buffer.
    pub(crate) fn n_bytes(&self) -> usize {
        self.at
    }

    /// Whether nothing more fits into the buffer.
    pub(crate) fn is_full(&self) -> bool {
        self.at >= self.out.len()
    }

    /// The next 64 random bits.
    pub(crate) fn draw(&mut self) -> u64 {
        self.draws.next()
    }

    /// Writes tokens until there are `n_bytes` more or the buffer is full, and at least one. Of
    /// 65,536, `ids` are ids.
    #[inline(always)]
    pub(crate) fn write(&mut self, n_bytes: usize, ids: u64) {
        // In locals, which stay in registers.
        let Self { ref mut out, mut at, mut draws, mut case, vocabulary } = *self;
        let end = at.saturating_add(n_bytes).min(out.len());
        loop {
            let draw = draws.next();
            at += if draw >> 48 < ids {
                write_id(&mut draws, out, draw, at)
            } else {
                let (word, n_bytes) = vocabulary.word(draw);
                put(out, at, (word ^ u128::from(case)).to_le_bytes(), n_bytes);
                n_bytes
            };
            let mark = MARKS[(draw >> 32) as usize % MARKS.len()];
            put(out, at - 1, mark.bytes, 2);
            at += usize::from(mark.n_more);
            case = mark.case;
            if at >= end {
                break;
            }
        }
        (self.at, self.case, self.draws) = (at, case, draws);
    }

    /// Writes the whole words among `n_bytes` bytes that are there already: from the first word at
    /// `from` or behind on, or from farther ahead where that many bytes do not follow.
    ///
    /// The buffer is not full.
    pub(crate) fn repeat(&mut self, from: usize, n_bytes: usize) {
        let known = &self.out[..self.at];
        let ends_at = |i: usize| known[i - 1] <= b' ';
        let mut from = from.min(self.at.saturating_sub(n_bytes));
        // The text ends with a space or a line end, so the search does.
        while from > 0 && !ends_at(from) {
            from += 1;
        }
        let mut end = self.at.min(from + n_bytes);
        while end > from && !ends_at(end) {
            end -= 1;
        }
        repeat(self.out, from, self.at, end - from);
        self.at += end - from;
    }
}

/// Writes all of `bytes` if there is room, and else as much of the first `n_bytes` as there is.
#[inline(always)]
fn put<const N: usize>(out: &mut [u8], at: usize, bytes: [u8; N], n_bytes: usize) {
    if let Some(slot) = out.get_mut(at..at + N) {
        slot.copy_from_slice(&bytes);
    } else {
        put_at_end(out, at, bytes, n_bytes);
    }
}

#[cold]
#[inline(never)]
fn put_at_end<const N: usize>(out: &mut [u8], at: usize, bytes: [u8; N], n_bytes: usize) {
    for (to, byte) in out.iter_mut().skip(at).zip(&bytes[..n_bytes]) {
        *to = *byte;
    }
}

/// Writes an id and a space, and returns their length.
#[inline(never)]
fn write_id(draws: &mut Draws, out: &mut [u8], draw: u64, at: usize) -> usize {
    let mut id = [b' '; 32];
    // Always all characters: a loop of one length costs less than their number.
    for characters in id[..20].as_chunks_mut::<10>().0 {
        let bits = draws.next();
        for (i, character) in characters.iter_mut().enumerate() {
            *character = ALPHABET[(bits >> (6 * i)) as usize % 64];
        }
    }
    let n_characters = LEAST_ID + usize::from((draw >> 40) as u8 % N_ID_LENGTHS);
    id[n_characters] = b' ';
    put(out, at, id, n_characters + 1);
    n_characters + 1
}
