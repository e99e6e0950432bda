//! However an object is cut, the pieces are those of the whole; and `verify` sees every change.

use std::collections::BTreeSet;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::ops::Range;

use inrush_bytes::{
    Isa, Model, Spec, SpecBuilder, Stream, VerifyError, generate, uniform_f32, verify,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};

const BLOCK_BYTES: usize = 4096;

/// Sizes with and without a broken last block, and objects of a few units of any size.
fn sizes() -> impl Strategy<Value = u64> {
    prop_oneof![0..20_000_u64, 0..3_000_000_u64, (0..700_u64).prop_map(|n| n * 4096)]
}

fn dedups() -> impl Strategy<Value = f64> {
    prop_oneof![Just(1.0), 1.0..5.0, select(vec![1.25, 1.5, 2.0, 2.5, 4.0])]
}

fn compresses() -> impl Strategy<Value = f64> {
    prop_oneof![Just(1.0), 1.0..=8.0, select(vec![1.5, 2.0, 4.0, 8.0])]
}

/// Everything but the size.
fn builders(sizes: impl Strategy<Value = u64>) -> impl Strategy<Value = SpecBuilder> {
    let parts = (
        sizes,
        any::<u64>(),
        any::<u64>(),
        dedups(),
        9..=20_u32,
        compresses(),
        select(Model::ALL.to_vec()),
    );
    parts.prop_filter_map("the model has no such ratio", |parts| {
        let (size, seed, object, dedup, unit, compress, model) = parts;
        let builder = Spec::builder(size).seed(seed).object(object).dedup(dedup);
        let builder = builder.dedup_unit(1 << unit).compress(compress).model(model);
        builder.build().is_ok().then_some(builder)
    })
}

fn specs() -> impl Strategy<Value = Spec> {
    builders(sizes()).prop_map(|builder| builder.build().expect("it was built before"))
}

/// Pieces around a byte, a block and a thread's share, from 1 byte to 300 KiB.
fn pieces() -> impl Strategy<Value = Vec<usize>> {
    let piece = prop_oneof![
        1..=64_usize,
        4_000..=4_200_usize,
        1..=20_000_usize,
        1..=300 * 1024_usize,
        (1..=16_usize).prop_map(|n| n * BLOCK_BYTES),
    ];
    prop::collection::vec(piece, 1..12)
}

/// Offsets within the object and a little behind it.
fn range(spec: &Spec, start: Index, length: Index) -> Range<usize> {
    let size = spec.size() as usize;
    let start = start.index(size + 100);
    start..start + length.index(size + 100 - start)
}

/// Asserts the equality of long buffers without printing them.
#[track_caller]
fn assert_same(found: &[u8], wanted: &[u8], what: &str) {
    assert_eq!(found.len(), wanted.len(), "{what}");
    if let Some(at) = found.iter().zip(wanted).position(|(found, wanted)| found != wanted) {
        panic!("{what}: byte {at} of {} differs", wanted.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_range_is_that_of_the_whole_with_any_instructions(
        spec in specs(),
        ranges in prop::collection::vec((any::<Index>(), any::<Index>()), 1..4),
    ) {
        let whole = generate(&spec);
        for (start, length) in ranges {
            let range = range(&spec, start, length);
            let wanted = whole.get(range.start..range.end.min(whole.len())).unwrap_or_default();
            let fills = Isa::available().into_iter().map(Some).chain([None]);
            for isa in fills {
                // What lies behind the object stays as it was.
                let mut out = vec![0xa5; range.len()];
                let offset = range.start as u64;
                let n = match isa {
                    Some(isa) => spec.fill_at_with(isa, offset, &mut out),
                    None => spec.fill_at(offset, &mut out),
                };
                prop_assert_eq!(n, wanted.len());
                assert_same(&out[..n], wanted, &format!("{range:?} with {isa:?}"));
                prop_assert!(out[n..].iter().all(|&byte| byte == 0xa5));
            }
        }
    }

    #[test]
    fn a_stream_in_any_pieces_is_the_whole(spec in specs(), pieces in pieces()) {
        let mut stream = Stream::new(spec);
        let mut bytes = Vec::new();
        let mut buffer = vec![0; 300 * 1024];
        for (i, &piece) in pieces.iter().cycle().enumerate() {
            prop_assert_eq!(stream.position(), bytes.len() as u64);
            let out = &mut buffer[..piece];
            let n = if i % 2 == 0 { stream.fill_chunk(out) } else { stream.read(out).unwrap() };
            prop_assert_eq!(n, piece.min(spec.size() as usize - bytes.len()));
            bytes.extend_from_slice(&buffer[..n]);
            if stream.is_complete() {
                break;
            }
        }
        assert_same(&bytes, &generate(&spec), "all pieces");
        prop_assert_eq!(stream.fill_chunk(&mut buffer), 0);
    }

    /// The same steps on a [`Cursor`] over the whole, which is how a file behaves.
    #[test]
    fn a_stream_seeks_and_reads_as_a_file_does(
        spec in specs(),
        steps in prop::collection::vec((0..3, -400_000..3_200_000_i64, pieces()), 1..12),
    ) {
        let mut stream = Stream::new(spec);
        let mut file = Cursor::new(generate(&spec));
        for (from, to, pieces) in steps {
            let to = match from {
                0 => SeekFrom::Start(to.unsigned_abs()),
                1 => SeekFrom::Current(to),
                _ => SeekFrom::End(-to),
            };
            let (found, wanted) = (stream.seek(to), file.seek(to));
            prop_assert_eq!(found.as_ref().ok(), wanted.as_ref().ok(), "{:?}", to);
            prop_assert_eq!(found.map_err(|e| e.kind()).err(), wanted.map_err(|e| e.kind()).err());
            prop_assert_eq!(stream.position(), file.position());
            for piece in pieces {
                let (mut found, mut wanted) = (vec![0; piece], vec![0; piece]);
                let n = stream.read(&mut found).unwrap();
                prop_assert_eq!(n, file.read(&mut wanted).unwrap());
                assert_same(&found, &wanted, &format!("{piece} bytes after {to:?}"));
            }
        }
    }

    #[test]
    fn a_stream_that_was_reset_or_reseeded_is_a_new_one(
        spec in specs(),
        seed in any::<u64>(),
        read in 0..10_000_usize,
    ) {
        let mut stream = Stream::new(spec);
        stream.fill_chunk(&mut vec![0; read]);
        stream.reset();
        prop_assert_eq!(stream.position(), 0);
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        assert_same(&bytes, &generate(&spec), "after a reset");

        stream.reset();
        stream.fill_chunk(&mut vec![0; read]);
        stream.set_seed(seed);
        prop_assert_eq!(stream.spec(), &spec.with_seed(seed));
        bytes.clear();
        stream.read_to_end(&mut bytes).unwrap();
        assert_same(&bytes, &generate(&spec.with_seed(seed)), "with another seed");
    }

    #[test]
    fn a_changed_specification_is_a_newly_built_one(
        (old, new) in (builders(0..=u64::MAX), (any::<u64>(), any::<u64>(), any::<u64>())),
    ) {
        let (size, seed, object) = new;
        let changed = old.build().unwrap().with_size(size).with_seed(seed).with_object(object);
        let built = old.seed(seed).object(object).build().unwrap().with_size(size);
        prop_assert_eq!(changed, built);
        let built = Spec::builder(size)
            .seed(seed)
            .object(object)
            .dedup(built.dedup())
            .dedup_unit(built.dedup_unit())
            .compress(built.compress())
            .model(built.model());
        prop_assert_eq!(changed, built.build().unwrap());
    }

    #[test]
    fn floats_are_the_upper_bits_of_the_bytes_below_them(
        spec in specs(),
        ranges in prop::collection::vec((any::<Index>(), any::<Index>()), 1..4),
    ) {
        let whole = generate(&spec);
        let (numbers, _) = whole.as_chunks::<4>();
        for (start, length) in ranges {
            let range = range(&spec.with_size(spec.size() / 4), start, length);
            let mut floats = vec![-1.0; range.len()];
            let n = uniform_f32(&spec, range.start as u64, &mut floats);
            let wanted = numbers.get(range.start..range.end.min(numbers.len()));
            let wanted = wanted.unwrap_or_default();
            prop_assert_eq!(n, wanted.len());
            for (float, number) in floats.iter().zip(wanted) {
                let upper = u32::from_le_bytes(*number) >> 8;
                prop_assert_eq!(f64::from(*float), f64::from(upper) / f64::from(1 << 24));
            }
            prop_assert!(floats[n..].iter().all(|&float| float == -1.0));
        }
    }

    #[test]
    fn verify_names_the_first_changed_byte_and_counts_the_blocks(
        spec in specs(),
        start in any::<Index>(),
        length in any::<Index>(),
        flips in prop::collection::vec((any::<Index>(), 0..8), 0..5),
    ) {
        let range = range(&spec, start, length);
        let range = range.start.min(spec.size() as usize)..range.end.min(spec.size() as usize);
        let right = generate(&spec)[range.clone()].to_vec();
        prop_assert_eq!(verify(&spec, range.start as u64, &right), Ok(()));
        prop_assume!(!right.is_empty());

        let mut bytes = right.clone();
        for (at, bit) in &flips {
            bytes[at.index(right.len())] ^= 1_u8 << bit;
        }
        // Two flips of one bit leave it as it was.
        let changed: Vec<usize> = (0..right.len()).filter(|&i| bytes[i] != right[i]).collect();
        let bad: BTreeSet<usize> =
            changed.iter().map(|i| (range.start + i) / BLOCK_BYTES).collect();
        let blocks = (range.end - 1) / BLOCK_BYTES - range.start / BLOCK_BYTES + 1;
        match (verify(&spec, range.start as u64, &bytes), changed.first()) {
            (Ok(()), None) => {}
            (
                Err(VerifyError::Differs { offset, expected, found, matching, blocks: seen, .. }),
                Some(&first),
            ) => {
                prop_assert_eq!(offset, (range.start + first) as u64);
                prop_assert_eq!((expected, found), (right[first], bytes[first]));
                prop_assert_eq!((matching, seen), ((blocks - bad.len()) as u64, blocks as u64));
            }
            (result, first) => prop_assert!(false, "{result:?} where {first:?} is the first"),
        }
    }

    /// Of whole blocks: the one byte of a short last one could be right by chance.
    #[test]
    fn nothing_of_another_seed_or_object_matches(
        builder in builders((1..100_u64).prop_map(|n| n * BLOCK_BYTES as u64)),
        other in 1..=u64::MAX,
    ) {
        let spec = builder.build().unwrap();
        let others = [
            spec.with_seed(spec.seed() ^ other),
            spec.with_seed(spec.seed().wrapping_add(1)),
            spec.with_object(spec.object() ^ other),
            spec.with_object(spec.object().wrapping_add(1)),
        ];
        for other in others {
            let error = verify(&spec, 0, &generate(&other)).unwrap_err();
            let n = spec.size() / BLOCK_BYTES as u64;
            prop_assert!(
                matches!(error, VerifyError::Differs { matching: 0, blocks, .. } if blocks == n),
                "{error}"
            );
            let hint =
                format!("none of {n} blocks match: another seed, object or specification?");
            prop_assert!(error.to_string().ends_with(&hint), "{error}");
        }
    }
}

#[cfg(feature = "rayon")]
mod threads {
    use std::sync::Mutex;

    use inrush_bytes::{par_chunks, par_fill};

    use super::*;

    fn pool(n_threads: usize) -> rayon::ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().expect("threads start")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn any_number_of_threads_fills_any_range_of_the_whole(
            spec in specs(),
            start in any::<Index>(),
            length in any::<Index>(),
            n_threads in 1..=4_usize,
        ) {
            let range = range(&spec, start, length);
            let mut wanted = vec![0xa5; range.len()];
            let mut found = wanted.clone();
            let n = spec.fill_at(range.start as u64, &mut wanted);
            let filled =
                pool(n_threads).install(|| par_fill(&spec, range.start as u64, &mut found));
            prop_assert_eq!(filled, n);
            assert_same(&found, &wanted, &format!("{range:?} with {n_threads} threads"));
        }

        #[test]
        fn chunks_of_any_size_from_any_number_of_threads_are_the_whole(
            spec in specs(),
            // With less, hundreds of thousands of calls.
            chunk_bytes in 64..=300 * 1024_usize,
            n_threads in 1..=4_usize,
        ) {
            let chunks = Mutex::new(Vec::new());
            pool(n_threads).install(|| {
                par_chunks(&spec, chunk_bytes, |offset, bytes| {
                    chunks.lock().unwrap().push((offset, bytes.to_vec()));
                })
                .expect("a chunk has bytes");
            });
            let mut chunks = chunks.into_inner().unwrap();
            chunks.sort_unstable_by_key(|&(offset, _)| offset);
            for (i, (offset, bytes)) in chunks.iter().enumerate() {
                prop_assert_eq!(*offset, (i * chunk_bytes) as u64);
                prop_assert!(bytes.len() == chunk_bytes || i == chunks.len() - 1);
            }
            let bytes: Vec<u8> = chunks.into_iter().flat_map(|(_, bytes)| bytes).collect();
            assert_same(&bytes, &generate(&spec), &format!("chunks of {chunk_bytes}"));
        }
    }
}

/// A buffer of this size goes past the caches, and from no round address.
#[test]
fn a_large_buffer_holds_what_small_ones_do() {
    const SIZE: usize = (33 << 20) + 4_321;
    let spec = Spec::builder(1 << 40).dedup(1.5).compress(1.5).build().unwrap();
    let mut large = vec![0; SIZE + 7];
    let mut small = vec![0; 300_007];
    for (offset, start) in [(0, 0), (12_345, 7)] {
        for isa in Isa::available() {
            let large = &mut large[start..start + SIZE];
            large.fill(0);
            assert_eq!(spec.fill_at_with(isa, offset, large), SIZE);
            for (i, found) in large.chunks(small.len()).enumerate() {
                let wanted = &mut small[..found.len()];
                spec.fill_at(offset + (i * 300_007) as u64, wanted);
                assert!(found == wanted, "{isa:?} from {offset} on, piece {i}");
            }
        }
    }
}
