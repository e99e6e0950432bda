//! Numbers that a seed determines, and the seed of a failure on its standard error.

use std::thread;

/// The seeds of a run: `INRUSH_SEED` alone, if it is set.
pub(crate) fn seeds() -> Vec<u64> {
    match std::env::var("INRUSH_SEED") {
        Ok(seed) => vec![seed.parse().expect("INRUSH_SEED is a number")],
        Err(_) => vec![1, 2],
    }
}

/// Says which seed failed, and how.
pub(crate) struct Case(pub(crate) u64, pub(crate) String);

impl Drop for Case {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("failed with INRUSH_SEED={}: {}", self.0, self.1);
        }
    }
}

/// splitmix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// The numbers of one of the streams of a seed.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ stream.wrapping_mul(0xd129_42b4_7cb5_ad5b))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// One of them.
    pub(crate) fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}
