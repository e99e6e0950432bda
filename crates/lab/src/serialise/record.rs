//! The record of the report that the question goes back to: two numbers and some data.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

/// A record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) kind: i32,
    pub(super) id: i64,
    /// Letters and digits, so that every form can hold them as they are.
    pub(super) data: String,
}

impl Record {
    /// `n` records with so many bytes of data each, the same in every process. Numbers have all
    /// lengths, as those of programs do.
    pub(super) fn some(n: usize, data_bytes: usize) -> Vec<Self> {
        const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz012345";
        let mut random = Xoshiro256PlusPlus::seed_from_u64(23);
        let mut record = || {
            let (kind, id) = (random.next_u32().cast_signed(), random.next_u64().cast_signed());
            let (of_kind, of_id) = (random.next_u32() % 32, random.next_u32() % 64);
            let letter = |_| char::from(LETTERS[random.next_u32() as usize % LETTERS.len()]);
            let data = (0..data_bytes).map(letter).collect();
            Self { kind: kind >> of_kind, id: id >> of_id, data }
        };
        (0..n).map(|_| record()).collect()
    }
}
