//! Generators of others. Nothing is known of their bytes but that they should look random and be
//! new ones each time.

use anyhow::{Result, ensure};
use dgen_data::{DataGenerator, GeneratorConfig, NumaMode, generate_data};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::subject::{Generate, NextObject, Objects, Setting};

/// Looks at bytes that should be random, and should not be those of last time.
#[derive(Default)]
struct Look {
    last: Vec<u8>,
}

impl Look {
    fn at(&self, out: &[u8]) -> Result<()> {
        let beginning = &out[..out.len().min(1024)];
        ensure!(beginning != self.last, "the buffer was not filled anew");
        for piece in out.chunks_exact(1024) {
            let mut seen = [false; 256];
            piece.iter().for_each(|&byte| seen[usize::from(byte)] = true);
            let n_values = seen.iter().filter(|&&seen| seen).count();
            // Of 1024 random bytes, 251 values are expected, give or take 2.
            ensure!(n_values > 200, "a KiB has only {n_values} values of a byte");
        }
        Ok(())
    }

    fn remember(&mut self, out: &[u8]) {
        self.last.clear();
        self.last.extend_from_slice(&out[..out.len().min(1024)]);
    }
}

/// One xoshiro256++ of the `rand` family.
pub(super) struct Xoshiro {
    generator: Xoshiro256PlusPlus,
    look: Look,
}

impl Xoshiro {
    #[expect(clippy::new_ret_no_self, reason = "as the registry wants subjects")]
    pub(super) fn new(setting: &Setting) -> Box<dyn Generate> {
        let generator = Xoshiro256PlusPlus::seed_from_u64(setting.thread);
        Box::new(Self { generator, look: Look::default() })
    }
}

impl Generate for Xoshiro {
    fn fill(&mut self, out: &mut [u8]) {
        self.generator.fill_bytes(out);
    }

    fn check(&mut self, out: &[u8]) -> Result<()> {
        self.look.at(out)?;
        self.look.remember(out);
        let mut again = out.to_vec();
        self.fill(&mut again);
        self.look.at(&again)
    }
}

/// The streaming generator of `dgen-data`, on one thread for each of ours.
pub(super) struct Dgen {
    generator: DataGenerator,
    look: Look,
}

pub(super) fn config(size: usize, dedup: usize, compress: usize, seed: u64) -> GeneratorConfig {
    GeneratorConfig {
        size,
        dedup_factor: dedup,
        compress_factor: compress,
        numa_mode: NumaMode::Disabled,
        max_threads: Some(1),
        seed: Some(seed),
        ..GeneratorConfig::default()
    }
}

impl Dgen {
    /// The size of an object: it keeps a number for each of its blocks.
    const SIZE: usize = 64 << 30;

    #[expect(clippy::new_ret_no_self, reason = "as the registry wants subjects")]
    pub(super) fn new(setting: &Setting) -> Box<dyn Generate> {
        let generator = DataGenerator::new(config(Self::SIZE, 1, 1, setting.thread * 1_000_003));
        Box::new(Self { generator, look: Look::default() })
    }
}

impl Generate for Dgen {
    fn fill(&mut self, out: &mut [u8]) {
        let n = self.generator.fill_chunk(out);
        if n < out.len() {
            self.generator.reset();
            self.generator.fill_chunk(&mut out[n..]);
        }
    }

    fn check(&mut self, out: &[u8]) -> Result<()> {
        self.look.at(out)?;
        self.look.remember(out);
        let mut again = out.to_vec();
        self.fill(&mut again);
        self.look.at(&again)
    }
}

/// Objects of `dgen-data`, each at once or in pieces.
pub(super) fn dgen_objects(wanted: &Objects, dedup: usize, compress: usize) -> NextObject {
    let Objects { object_bytes: size, chunk_bytes, thread } = *wanted;
    let mut seed = thread << 40;
    let mut chunk = vec![0; chunk_bytes];
    let mut next = move || {
        seed += 1_000_003;
        config(size, dedup, compress, seed)
    };
    match chunk_bytes {
        0 => Box::new(move || {
            let data = std::hint::black_box(generate_data(next()));
            Ok(data.len() as u64)
        }),
        _ => Box::new(move || {
            let mut generator = DataGenerator::new(next());
            let mut bytes = 0;
            while !generator.is_complete() {
                bytes += generator.fill_chunk(std::hint::black_box(&mut chunk)) as u64;
            }
            ensure!(bytes == size as u64, "an object of {size} bytes came out as {bytes}");
            Ok(bytes)
        }),
    }
}
