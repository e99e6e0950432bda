//! The words of the model `text`, and how often each occurs.

use std::collections::HashSet;
use std::hint::select_unpredictable;
use std::sync::LazyLock;

use crate::draws::Draws;

/// Words by rank, the most frequent first.
const N_WORDS: usize = 2048;

/// What a word is copied as, at once.
const SLOT_BYTES: usize = 16;

/// The longest word.
const MAX_LETTERS: usize = SLOT_BYTES - 2;

/// Made once, from nothing but the formulas below.
pub(crate) static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::new);

/// Words, and Zipf's law for them as an alias table (Walker 1977, filled as by Vose 1991).
pub(crate) struct Vocabulary {
    /// Letters and a space. The last byte is how many they are.
    words: [u128; N_WORDS],
    columns: [Column; N_WORDS],
}

/// Where the alias table sends a draw: to the word of the column itself if 16 bits of it are below
/// the share, and to the other one if not.
#[derive(Clone, Copy)]
struct Column {
    share: u16,
    other: u16,
}

impl Vocabulary {
    fn new() -> Self {
        Self { words: words(), columns: columns() }
    }

    /// The word of the lowest 27 bits of `draw`, a space behind it, and the length of both.
    #[inline(always)]
    pub(crate) fn word(&self, draw: u64) -> (u128, usize) {
        let i = draw as usize % N_WORDS;
        let Column { share, other } = self.columns[i];
        let i = select_unpredictable((draw >> 11) as u16 <= share, i, usize::from(other));
        let word = self.words[i % N_WORDS];
        (word, (word >> 120) as usize)
    }
}

const ONSETS: [&str; 24] = [
    "", "b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "v", "w", "th", "st",
    "tr", "pr", "ch", "sh", "pl", "gr",
];
const VOWELS: [&str; 10] = ["a", "e", "i", "o", "u", "e", "a", "o", "ea", "ou"];
const CODAS: [&str; 16] =
    ["", "", "", "", "n", "r", "s", "t", "l", "m", "d", "nd", "st", "ng", "ck", "nt"];

/// Words of one to three syllables: the frequent ones are short.
fn words() -> [u128; N_WORDS] {
    let mut draws = Draws::new(0);
    let mut known = HashSet::new();
    std::array::from_fn(|rank| {
        let n_syllables = 1 + usize::from(rank >= 80) + usize::from(rank >= 900);
        loop {
            let mut word = String::new();
            for _ in 0..n_syllables {
                let draw = draws.next();
                word += ONSETS[draw as u16 as usize % ONSETS.len()];
                word += VOWELS[(draw >> 16) as u16 as usize % VOWELS.len()];
                word += CODAS[(draw >> 32) as u16 as usize % CODAS.len()];
            }
            if word.len() <= MAX_LETTERS && known.insert(word.clone()) {
                let mut slot = [b' '; SLOT_BYTES];
                slot[..word.len()].copy_from_slice(word.as_bytes());
                slot[SLOT_BYTES - 1] = word.len() as u8 + 1;
                return u128::from_le_bytes(slot);
            }
        }
    })
}

/// Zipf's law with Mandelbrot's shift: the word of rank `r`, from 0 on, has the weight
/// `1 / (r + 2.7)`. All of it is integers.
fn columns() -> [Column; N_WORDS] {
    let weights: [u64; N_WORDS] = std::array::from_fn(|rank| (1 << 40) / (10 * rank as u64 + 27));
    let full: u64 = weights.iter().sum();
    // A column holds `full`, and all columns hold each weight as often as there are columns.
    let mut left = weights.map(|weight| weight * N_WORDS as u64);
    let (mut small, mut large): (Vec<usize>, Vec<usize>) =
        (0..N_WORDS).partition(|&i| left[i] < full);
    let mut columns = [Column { share: u16::MAX, other: 0 }; N_WORDS];
    while let (Some(i), Some(&other)) = (small.pop(), large.last()) {
        columns[i] = Column { share: ((left[i] << 16) / full) as u16, other: other as u16 };
        left[other] -= full - left[i];
        if left[other] < full {
            large.pop();
            small.push(other);
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn every_word_is_drawn_as_often_as_zipf_says() {
        let ranks: HashMap<u128, usize> = VOCABULARY.words.into_iter().zip(0..).collect();
        assert_eq!(ranks.len(), N_WORDS);
        let mut counts = [0u32; N_WORDS];
        let mut draws = Draws::new(1);
        let n_draws = 1 << 20;
        for _ in 0..n_draws {
            counts[ranks[&VOCABULARY.word(draws.next()).0]] += 1;
        }
        let weight = |rank: usize| 1.0 / (rank as f64 + 2.7);
        let all: f64 = (0..N_WORDS).map(weight).sum();
        for (rank, count) in counts.into_iter().enumerate() {
            let expected = weight(rank) / all * f64::from(n_draws);
            let off = (f64::from(count) - expected).abs() / expected.sqrt();
            assert!(off < 5.0, "rank {rank}: {count} instead of {expected}");
        }
    }
}
