//! Ours, and the physical limits.

use anyhow::{Result, ensure};
use inrush_bytes::{Isa, Spec, Stream, generate, verify};

use super::subject::{Generate, NextObject, Objects, Setting};

/// An object so large that no run comes to its end.
const ENDLESS: u64 = 1 << 55;

/// An object of ours, filled by its offset.
pub(super) struct Ours {
    spec: Spec,
    isa: Option<Isa>,
    offset: u64,
    last: u64,
}

impl Ours {
    #[expect(clippy::new_ret_no_self, reason = "as the registry wants subjects")]
    pub(super) fn new(setting: &Setting, spec: Spec, isa: Option<Isa>) -> Box<dyn Generate> {
        let spec = spec.with_size(ENDLESS).with_object(setting.thread);
        Box::new(Self { spec, isa, offset: 0, last: 0 })
    }
}

impl Generate for Ours {
    fn fill(&mut self, out: &mut [u8]) {
        self.last = self.offset;
        let n = match self.isa {
            Some(isa) => self.spec.fill_at_with(isa, self.offset, out),
            None => self.spec.fill_at(self.offset, out),
        };
        self.offset += n as u64;
    }

    fn check(&mut self, out: &[u8]) -> Result<()> {
        // By other instructions and in other pieces than it was filled.
        const PIECE: usize = 12_345;
        let mut piece = vec![0; PIECE];
        for (i, found) in out.chunks(PIECE).enumerate() {
            let (offset, wanted) = (self.last + (i * PIECE) as u64, &mut piece[..found.len()]);
            self.spec.fill_at_with(Isa::Baseline, offset, wanted);
            ensure!(found == wanted, "the bytes from offset {offset} on are wrong");
        }
        Ok(())
    }
}

/// Objects of ours, each at once or in pieces.
pub(super) fn objects(wanted: &Objects, spec: Spec) -> Result<NextObject> {
    let mut number = wanted.thread << 32;
    let mut chunk = vec![0; wanted.chunk_bytes];
    let mut next = move || {
        number += 1;
        spec.with_object(number)
    };
    // What comes out is checked once; after that only the time counts.
    let mut checked = false;
    Ok(match wanted.chunk_bytes {
        0 => Box::new(move || {
            let object = next();
            let bytes = std::hint::black_box(generate(&object));
            if !std::mem::replace(&mut checked, true) {
                verify(&object, 0, &bytes)?;
            }
            Ok(bytes.len() as u64)
        }),
        _ => Box::new(move || {
            let mut stream = Stream::new(next());
            while !stream.is_complete() {
                let offset = stream.position();
                let n = stream.fill_chunk(std::hint::black_box(&mut chunk));
                if !checked {
                    verify(stream.spec(), offset, &chunk[..n])?;
                }
            }
            checked = true;
            Ok(stream.position())
        }),
    })
}

/// The system's `memset`.
pub(super) struct Memset(u8);

impl Memset {
    #[expect(clippy::new_ret_no_self, reason = "as the registry wants subjects")]
    pub(super) fn new() -> Box<dyn Generate> {
        Box::new(Self(0))
    }
}

impl Generate for Memset {
    fn fill(&mut self, out: &mut [u8]) {
        self.0 = self.0.wrapping_add(1);
        out.fill(self.0);
    }

    fn check(&mut self, out: &[u8]) -> Result<()> {
        ensure!(out.iter().all(|&byte| byte == self.0), "not all bytes were set");
        Ok(())
    }
}

/// A copy of a buffer that was filled before.
pub(super) struct Copy(Vec<u8>);

impl Copy {
    #[expect(clippy::new_ret_no_self, reason = "as the registry wants subjects")]
    pub(super) fn new(setting: &Setting) -> Box<dyn Generate> {
        Box::new(Self(generate(&Spec::new(setting.chunk_bytes as u64))))
    }
}

impl Generate for Copy {
    fn fill(&mut self, out: &mut [u8]) {
        out.copy_from_slice(&self.0);
    }

    fn check(&mut self, out: &[u8]) -> Result<()> {
        ensure!(out == self.0, "not all bytes were copied");
        Ok(())
    }
}
