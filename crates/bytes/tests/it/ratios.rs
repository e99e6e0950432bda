//! The ratios that were asked for are those that tools find: a scan of blocks, chunks cut by
//! content, zstd and lz4; and neither ratio shows in the other.

use std::collections::{HashMap, HashSet};

use fastcdc::v2020::FastCDC;
use inrush_bytes::{Model, Spec, SpecBuilder, SpecError, generate};
use twox_hash::XxHash3_64;

const DEDUPS: [f64; 4] = [1.0, 1.25, 2.0, 4.0];
const COMPRESSES: [f64; 5] = [1.0, 1.5, 2.0, 4.0, 8.0];
const UNIT: usize = 4096;
const MIB: u64 = 1 << 20;

/// How far off a dedup ratio may be.
const DEDUP_TOLERANCE: f64 = 0.03;

/// How far off what a compressor finds may be; nothing where the model promises it nothing. By
/// name, as a model that is not listed has to keep the rule for all.
fn compress_tolerance(spec: &Spec, tool: &str, piece_bytes: usize) -> Option<f64> {
    match (spec.model().name(), tool) {
        ("mix", _) if spec.compress() >= 8.0 => Some(0.05),
        ("mix", _) => Some(0.03),
        // As in real text, less is found in short pieces, and without a code for letters.
        ("text", "lz4") => None,
        ("text", _) if piece_bytes < 64 << 10 => None,
        _ => Some(0.10),
    }
}

#[track_caller]
fn assert_ratio(found: f64, wanted: f64, tolerance: f64, what: &str) {
    let off = found / wanted - 1.0;
    assert!(off.abs() <= tolerance, "{what}: {found:.4} instead of {wanted}, {:.2}%", 100.0 * off);
}

/// The object, or nothing where its model has no such ratio.
fn object(builder: SpecBuilder) -> Option<(Spec, Vec<u8>)> {
    match builder.build() {
        Ok(spec) => Some((spec, generate(&spec))),
        Err(SpecError::Compress { .. }) => None,
        Err(error) => panic!("{error}"),
    }
}

/// Calls `check` with the objects of all combinations of model and ratios, and their names.
fn grid(size: u64, mut check: impl FnMut(&str, &Spec, &[u8])) {
    for model in Model::ALL {
        let mut n_points = 0;
        for (dedup, compress) in DEDUPS.into_iter().flat_map(|d| COMPRESSES.map(|c| (d, c))) {
            let builder = Spec::builder(size).seed(5).model(model).dedup(dedup).compress(compress);
            let Some((spec, bytes)) = object(builder) else { continue };
            check(&format!("{model}, dedup {dedup}, compress {compress}"), &spec, &bytes);
            n_points += 1;
        }
        let all = DEDUPS.len() * COMPRESSES.len();
        assert!(n_points == all || (n_points > 0 && model != Model::Mix), "{model}: {n_points}");
    }
}

/// The first of each of the different blocks of `block_bytes`.
fn unique(bytes: &[u8], block_bytes: usize) -> Vec<&[u8]> {
    let mut seen = HashSet::new();
    bytes.chunks(block_bytes).filter(|block| seen.insert(XxHash3_64::oneshot(block))).collect()
}

fn dedup_ratio(bytes: &[u8], block_bytes: usize) -> f64 {
    let left: usize = unique(bytes, block_bytes).iter().map(|block| block.len()).sum();
    bytes.len() as f64 / left as f64
}

#[test]
fn a_scan_of_blocks_finds_the_dedup_ratio_whatever_the_compress_ratio() {
    grid(32 * MIB, |name, spec, bytes| {
        let blocks = unique(bytes, UNIT);
        assert_eq!(blocks.len() as u64, spec.n_unique_units(), "{name}");
        assert_ratio(dedup_ratio(bytes, UNIT), spec.dedup(), DEDUP_TOLERANCE, name);
        // Many tools leave blocks of zeros out.
        assert!(blocks.iter().all(|block| block.iter().any(|&byte| byte != 0)), "{name}: zeros");
    });
}

#[test]
fn a_scan_finds_the_dedup_ratio_with_any_unit_and_any_block_that_divides_it() {
    for unit in [512, 4096, 64 << 10, 1 << 20] {
        for dedup in [1.0, 1.1, 1.5, 2.5, 3.999, 10.0] {
            let size = 32 * MIB.max(8 * unit as u64);
            let builder = Spec::builder(size).dedup(dedup).dedup_unit(unit as u64);
            let spec = builder.compress(2.0).build().unwrap();
            let bytes = generate(&spec);
            let what = format!("dedup {dedup} of {unit}");
            assert_eq!(unique(&bytes, unit).len() as u64, spec.n_unique_units(), "{what}");
            for block_bytes in [512, 4096, 64 << 10, 1 << 20].into_iter().filter(|&b| b <= unit) {
                let what = format!("{what}, blocks of {block_bytes}");
                assert_ratio(dedup_ratio(&bytes, block_bytes), dedup, DEDUP_TOLERANCE, &what);
            }
        }
    }
}

/// As backup programs do it. A chunk that reaches over the end of a unit is not found again, and
/// each unit has one, so that units have to be far larger than chunks. Runs hold no cut, so that
/// with a compress ratio of 4 chunks are twice as long.
#[test]
fn chunks_cut_by_content_find_the_dedup_ratio_of_units_that_are_far_larger() {
    const AVERAGE: usize = 4096;
    for dedup in DEDUPS {
        for compress in [1.0, 4.0] {
            let builder = Spec::builder(128 * MIB).dedup(dedup).dedup_unit(1 << 20);
            let bytes = generate(&builder.compress(compress).build().unwrap());
            let mut seen = HashSet::new();
            let mut left = 0;
            for chunk in FastCDC::new(&bytes, AVERAGE / 4, AVERAGE, AVERAGE * 4) {
                let content = &bytes[chunk.offset..chunk.offset + chunk.length];
                if seen.insert(XxHash3_64::oneshot(content)) {
                    left += chunk.length;
                }
            }
            let what = format!("chunks, dedup {dedup}, compress {compress}");
            assert_ratio(bytes.len() as f64 / left as f64, dedup, DEDUP_TOLERANCE, &what);
        }
    }
}

/// What is left of pieces that lie side by side, each compressed on its own.
struct Compressed {
    zstd: usize,
    lz4: usize,
}

/// At the levels of those who are in a hurry, where most data goes.
struct Compressors {
    zstd: zstd::bulk::Compressor<'static>,
    out: Vec<u8>,
}

impl Compressors {
    fn new() -> Self {
        Self { zstd: zstd::bulk::Compressor::new(1).expect("zstd has level 1"), out: Vec::new() }
    }

    fn compress(&mut self, bytes: &[u8], piece_bytes: usize) -> Compressed {
        let mut sums = Compressed { zstd: 0, lz4: 0 };
        let room = zstd::zstd_safe::compress_bound(piece_bytes);
        self.out.resize(room.max(lz4_flex::block::get_maximum_output_size(piece_bytes)), 0);
        for piece in bytes.chunks(piece_bytes) {
            let zstd = self.zstd.compress_to_buffer(piece, &mut self.out[..]);
            sums.zstd += zstd.expect("the buffer has room");
            let lz4 = lz4_flex::block::compress_into(piece, &mut self.out);
            sums.lz4 += lz4.expect("the buffer has room");
        }
        sums
    }

    #[track_caller]
    fn assert_find(&mut self, spec: &Spec, bytes: &[u8], piece_bytes: usize, what: &str) {
        let found = self.compress(bytes, piece_bytes);
        for (tool, n) in [("zstd", found.zstd), ("lz4", found.lz4)] {
            let Some(tolerance) = compress_tolerance(spec, tool, piece_bytes) else { continue };
            let what = format!("{tool}, {what}, pieces of {piece_bytes}");
            assert_ratio(bytes.len() as f64 / n as f64, spec.compress(), tolerance, &what);
        }
    }
}

#[test]
fn zstd_and_lz4_find_the_compress_ratio_whatever_the_dedup_ratio() {
    let mut compressors = Compressors::new();
    grid(8 * MIB, |name, spec, bytes| {
        let once = unique(bytes, UNIT).concat();
        for piece_bytes in [4 << 10, 64 << 10] {
            compressors.assert_find(spec, bytes, piece_bytes, name);
            compressors.assert_find(spec, &once, piece_bytes, &format!("{name}, once"));
        }
    });
}

/// Copies lie farther apart than the window of zstd at this level.
#[test]
fn a_whole_stream_compresses_as_its_pieces_do() {
    let mut compressors = Compressors::new();
    for model in Model::ALL {
        for dedup in [1.0, 4.0] {
            let builder = Spec::builder(32 * MIB).model(model).dedup(dedup).compress(2.0);
            let Some((spec, bytes)) = object(builder) else { continue };
            let what = format!("{model}, dedup {dedup}");
            compressors.assert_find(&spec, &bytes, bytes.len(), &what);
        }
    }
}

#[test]
fn the_compress_ratio_is_the_same_with_larger_units() {
    let mut compressors = Compressors::new();
    for model in Model::ALL {
        for (unit, compress) in
            [64 << 10, 1 << 20].into_iter().flat_map(|u| COMPRESSES.map(|c| (u, c)))
        {
            let builder = Spec::builder(4 * MIB).model(model).compress(compress).dedup_unit(unit);
            let Some((spec, bytes)) = object(builder) else { continue };
            let what = format!("{model}, compress {compress} with units of {unit}");
            compressors.assert_find(&spec, &bytes, 4 << 10, &what);
            compressors.assert_find(&spec, &bytes, 64 << 10, &what);
        }
    }
}

/// Copies nearer than the window of a compressor would show as compressibility. The copies of a
/// unit share the object among them; a distance may lack the space between two fresh units.
#[test]
fn copies_of_a_unit_lie_128_kib_apart_where_the_object_has_room() {
    const APART: u64 = 128 << 10;
    for unit in [512, 4096, 16 << 10, 64 << 10] {
        for dedup in [1.1, 1.25, 1.5, 1.999, 2.0, 2.001, 2.5, 3.0, 4.0, 7.3_f64] {
            let copies = dedup.ceil() as u64;
            let least = copies * (APART + copies * unit);
            for size in [least, least + unit, least + 12_345, least * 3 / 2, least * 4] {
                let builder = Spec::builder(size).dedup(dedup).dedup_unit(unit);
                let bytes = generate(&builder.build().unwrap());
                let mut last = HashMap::new();
                for (i, block) in bytes.chunks(unit as usize).enumerate() {
                    let offset = i as u64 * unit;
                    let before = last.insert(XxHash3_64::oneshot(block), offset);
                    let apart = before.map_or(u64::MAX, |before| offset - before);
                    assert!(apart >= APART, "{apart} B: dedup {dedup} of {unit}, {size} B");
                }
            }
        }
    }
}

/// Asserts that no block of 512 bytes stands in two of the objects, at offsets that it divides.
fn assert_nothing_in_common(specs: &[Spec]) {
    let mut blocks: Vec<(u64, usize)> = Vec::new();
    for (i, spec) in specs.iter().enumerate() {
        let bytes = generate(spec);
        blocks.extend(bytes.chunks_exact(512).map(|block| (XxHash3_64::oneshot(block), i)));
    }
    blocks.sort_unstable();
    for pair in blocks.windows(2) {
        let [(one, i), (other, j)] = [pair[0], pair[1]];
        assert!(one != other || i == j, "a block in common: {:?}, {:?}", specs[i], specs[j]);
    }
}

/// The neighbours that a run over many objects, or many runs, would use.
fn neighbours(spec: Spec) -> [Spec; 4] {
    let next = spec.with_seed(spec.seed() + 1);
    let object = spec.object() + 1;
    [spec, next, spec.with_object(object), next.with_object(object)]
}

#[test]
fn neighbouring_seeds_and_objects_have_no_block_in_common() {
    for (seed, object) in [(0, 0), (41, 1_000_000)] {
        assert_nothing_in_common(&neighbours(
            Spec::new(64 * MIB).with_seed(seed).with_object(object),
        ));
    }
}

#[test]
fn neighbours_have_no_block_in_common_with_any_ratio() {
    for model in Model::ALL {
        for compress in [2.0, 8.0] {
            let builder = Spec::builder(8 * MIB).dedup(1.5).compress(compress).model(model);
            let Some((spec, _)) = object(builder) else { continue };
            assert_nothing_in_common(&neighbours(spec));
        }
    }
}

/// Neither exchanged, nor where a step of one would make up for a step of the other: the steps of
/// the hash are multiples of the golden ratio.
#[test]
fn seed_and_object_do_not_stand_for_each_other() {
    const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
    let pairs = [(1, 2), (2, 1), (0, 3), (3, 0), (GOLDEN, 0), (0, 1), (0, GOLDEN), (1, 0)];
    assert_nothing_in_common(
        &pairs.map(|(seed, object)| Spec::new(8 * MIB).with_seed(seed).with_object(object)),
    );
}
