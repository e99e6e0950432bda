//! The model `streams-agree`: that the same parameters give the same bytes, and other seeds others.

use std::collections::HashSet;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use inrush_bytes::{Spec, generate};

use crate::model::{About, Model, Request, Shown};
use crate::terms::{less, neither, number};
use crate::{Cell, Fault, Role, Subject};

/// The pieces that an object is made in, beside all of it at once.
const CHUNKS: [usize; 8] = [1, 7, 512, 4_093, 4_096, 65_536, 100_003, 1 << 20];
/// No two objects share a block of this size.
const BLOCK_BYTES: usize = 512;
/// Ratios of dedup and compress.
const RATIOS: [(f64, f64); 4] = [(1.0, 1.0), (1.5, 1.0), (1.0, 2.5), (4.0, 2.0)];
/// Where a piece far inside an object begins, which is longer than 32 bits can say.
const FAR: u64 = 5_000_000_003;
const LONG: u64 = 1 << 40;

static ABOUT: About = About {
    name: "streams-agree",
    summary: "No timing: objects are made at once and in pieces of 1 B to 1 MiB, from their beginning and from \
         beyond 4 GiB, and compared; and the blocks of an object are looked for in those of the next seed \
         and of the next object.",
    parameters: &[
        number("object_bytes", "the size of an object", 256 << 10, 1 << 13, 64 << 20),
        number("seed", "the first of two seeds", 0, 0, u32::MAX as u64),
    ],
    measures: &[
        neither("equal", "whether all ways to make an object agree"),
        less("shared_blocks", "blocks of 512 B that two seeds have in common"),
        neither("compared_bytes", "bytes that were compared"),
    ],
};

const SUBJECTS: [Subject; 3] = [
    Subject { name: "bytes", role: Role::Ours },
    Subject { name: "chunk-bound", role: Role::Broken },
    Subject { name: "seedless", role: Role::Broken },
];

/// The promise of a seed.
#[derive(Clone, Copy, Debug)]
pub struct StreamsAgree;

impl Model for StreamsAgree {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn subjects(&self) -> Vec<Subject> {
        SUBJECTS.to_vec()
    }

    fn duration(&self, _: &Cell) -> Duration {
        Duration::from_millis(100)
    }

    fn measure(&self, request: &Request) -> Result<Shown, Fault> {
        let fill: Fill = match request.subject.as_str() {
            "bytes" => |spec, offset, out| spec.fill_at(offset, out),
            "chunk-bound" => |spec, offset, out| {
                let object = offset / out.len().max(1) as u64;
                spec.with_object(object).fill_at(offset, out)
            },
            "seedless" => |spec, offset, out| spec.with_seed(0).fill_at(offset, out),
            name => return Err(Fault::Skipped(format!("no subject `{name}`"))),
        };
        let (size, seed) = (request.cell.number("object_bytes"), request.cell.number("seed"));
        let compared = compared(fill, size.max(BLOCK_BYTES as u64), seed).map_err(Fault::wrong)?;
        let mut shown = Shown::default();
        shown.set("equal", 1.0);
        shown.set("shared_blocks", 0.0);
        shown.set("compared_bytes", compared as f64);
        Ok(shown)
    }
}

/// Fills a buffer with the bytes from an offset on.
type Fill = fn(&Spec, u64, &mut [u8]) -> usize;

/// Compares all ways to make some objects, and says how many bytes that were.
fn compared(fill: Fill, size: u64, seed: u64) -> Result<u64> {
    let mut compared = 0;
    for (dedup, compress) in RATIOS {
        let builder = || Spec::builder(size).seed(seed).dedup(dedup).compress(compress);
        let spec = builder().build().context("specify an object")?;
        let whole = made(fill, &spec, 0, size as usize, size as usize);
        ensure!(whole == generate(&spec), "an object is another one than the whole of it");
        let far = spec.with_size(LONG);
        let far_whole = made(fill, &far, FAR, size as usize, size as usize);
        for chunk in CHUNKS {
            for (spec, from, wanted) in [(&spec, 0, &whole), (&far, FAR, &far_whole)] {
                // A byte at a time takes long.
                let n = if chunk == 1 { size.min(64 << 10) } else { size } as usize;
                let pieces = made(fill, spec, from, n, chunk);
                let is_same = pieces == wanted[..n];
                ensure!(is_same, "pieces of {chunk} B from {from} on are not those of the whole");
                compared += n as u64;
            }
        }
        for (what, other) in
            [("seed", spec.with_seed(seed + 1)), ("object", spec.with_object(spec.object() + 1))]
        {
            let other = made(fill, &other, 0, size as usize, size as usize);
            let shared = shared_blocks(&whole, &other);
            ensure!(shared == 0, "{shared} blocks are those of the next {what} as well");
            compared += size;
        }
    }
    Ok(compared)
}

/// So many bytes from an offset on, in pieces.
fn made(fill: Fill, spec: &Spec, from: u64, n: usize, chunk: usize) -> Vec<u8> {
    let mut bytes = vec![0; n];
    let mut offset = from;
    for piece in bytes.chunks_mut(chunk) {
        fill(spec, offset, piece);
        offset += piece.len() as u64;
    }
    bytes
}

fn shared_blocks(one: &[u8], other: &[u8]) -> usize {
    let blocks: HashSet<&[u8]> = one.chunks_exact(BLOCK_BYTES).collect();
    other.chunks_exact(BLOCK_BYTES).filter(|block| blocks.contains(block)).count()
}
