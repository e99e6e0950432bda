//! What cannot be is an error that names the value and what is possible; what is merely empty or
//! past the end is not.

use std::io::{Read, Seek, SeekFrom};

use inrush_bytes::{
    BufferPool, EmptyBuffers, Model, Spec, SpecError, Stream, VerifyError, generate, uniform_f32,
    verify,
};

#[track_caller]
fn assert_says(error: &impl std::error::Error, parts: &[&str]) {
    let text = error.to_string();
    assert!(parts.iter().all(|part| text.contains(part)), "`{text}` lacks some of {parts:?}");
}

#[test]
fn a_dedup_ratio_out_of_range_is_named_with_the_range() {
    let bad = [0.0, -0.0, -1.0, 0.999, 1.0_f64.next_down(), f64::MIN_POSITIVE, 10_000.1, 1e300];
    for dedup in bad.into_iter().chain([f64::NAN, f64::INFINITY, f64::NEG_INFINITY]) {
        let error = Spec::builder(1 << 20).dedup(dedup).build().unwrap_err();
        assert!(
            matches!(error, SpecError::Dedup { dedup: found } if found.to_bits() == dedup.to_bits())
        );
        assert_says(&error, &[&format!("dedup ratio of {dedup}:"), "1 to 10000"]);
    }
    for dedup in [1.0, Spec::MAX_DEDUP] {
        assert_eq!(Spec::builder(1 << 20).dedup(dedup).build().unwrap().dedup(), dedup);
    }
}

#[test]
fn a_dedup_unit_out_of_range_is_named_with_the_range() {
    for bytes in [0, 1, 256, 511, 513, 1000, 4095, 12_288, 1 << 21, u64::MAX, 1 << 63] {
        let error = Spec::builder(1 << 20).dedup_unit(bytes).build().unwrap_err();
        assert_eq!(error, SpecError::DedupUnit { bytes });
        assert_says(&error, &[&format!("dedup unit of {bytes} bytes:"), "512", "1048576", "two"]);
    }
    for shift in 9..=20 {
        let spec = Spec::builder(1 << 20).dedup_unit(1 << shift).build().unwrap();
        assert_eq!(spec.dedup_unit(), 1 << shift);
    }
}

#[test]
fn a_compress_ratio_out_of_range_is_named_with_the_range_at_that_unit() {
    for (unit, highest) in [(512, 8.0), (1024, 16.0), (2048, 32.0), (4096, 64.0), (1 << 20, 64.0)] {
        let with = |ratio| Spec::builder(1 << 20).dedup_unit(unit).compress(ratio).build();
        let bad = [0.0, 0.5, -2.0, 1.0_f64.next_down(), f64::next_up(highest), 1e9];
        for ratio in bad.into_iter().chain([f64::NAN, f64::INFINITY, f64::NEG_INFINITY]) {
            let error = with(ratio).unwrap_err();
            assert!(
                matches!(
                    error,
                    SpecError::Compress { compress, highest: possible, dedup_unit, .. }
                        if compress.to_bits() == ratio.to_bits()
                            && possible == highest
                            && dedup_unit == unit
                ),
                "{error:?}"
            );
            let value = format!("compress ratio of {ratio}:");
            assert_says(&error, &[&value, &format!("1 to {highest}"), &format!("{unit} bytes")]);
        }
        assert_eq!(with(highest).unwrap().compress(), highest);
    }
}

#[test]
fn every_model_turns_the_worst_ratios_down() {
    for model in Model::ALL {
        for compress in [0.0, 0.99, f64::NAN, f64::INFINITY, 1e6] {
            let error = Spec::builder(1).model(model).compress(compress).build().unwrap_err();
            assert!(matches!(error, SpecError::Compress { .. }), "{model}: {error}");
        }
    }
}

#[test]
fn an_unknown_model_is_named_with_the_known_ones() {
    for name in ["", "Mix", "mix ", "zip"] {
        let error = name.parse::<Model>().unwrap_err();
        assert_eq!(error.name, name);
        assert_says(&error, &[&format!("`{name}`")]);
        assert_says(&error, &Model::ALL.map(Model::name));
    }
    for model in Model::ALL {
        assert_eq!(model.to_string().parse(), Ok(model));
    }
}

#[test]
fn an_object_of_no_bytes_is_empty_and_no_error() {
    for dedup in [1.0, 3.5] {
        let spec = Spec::builder(0).dedup(dedup).compress(2.0).build().unwrap();
        assert!(generate(&spec).is_empty());
        assert_eq!(spec.n_unique_units(), 0);
        assert_eq!(spec.fill_at(0, &mut [0; 10]), 0);
        assert_eq!(verify(&spec, 0, &[]), Ok(()));
        let mut stream = Stream::new(spec);
        assert!(stream.is_complete());
        assert_eq!(stream.read(&mut [0; 5000]).unwrap(), 0);
        assert_eq!(stream.seek(SeekFrom::End(0)).unwrap(), 0);
    }
}

#[test]
fn a_read_past_the_end_gives_no_bytes_and_writes_none() {
    let past = [10_000, 10_001, 12_288, 1 << 40, u64::MAX - 4096, u64::MAX - 1, u64::MAX];
    for (size, dedup) in [(10_000, 1.0), (10_000, 1.5), (1, 3.5), (0, 1.0), (0, 3.5)] {
        let spec = Spec::builder(size).dedup(dedup).build().unwrap();
        for offset in past {
            for length in [0, 1, 4096, 20_000] {
                let mut out = vec![0xa5; length];
                assert_eq!(spec.fill_at(offset, &mut out), 0, "{length} bytes at {offset}");
                let mut stream = Stream::new(spec);
                stream.seek(SeekFrom::Start(offset)).unwrap();
                assert_eq!(stream.fill_chunk(&mut out), 0, "{length} bytes at {offset}");
                assert_eq!(stream.position(), offset);
                assert!(stream.is_complete());
                assert!(out.iter().all(|&byte| byte == 0xa5));
            }
            assert_eq!(uniform_f32(&spec, offset / 4, &mut [0.0; 9]), 0);
            assert_eq!(uniform_f32(&spec, offset, &mut [0.0; 9]), 0);
        }
    }
}

#[test]
fn the_largest_object_has_its_last_bytes() {
    for unit in [512, 4096, 1 << 20] {
        for dedup in [1.0, 1.5, 10_000.0] {
            let spec = Spec::builder(u64::MAX).dedup_unit(unit).dedup(dedup).compress(2.0);
            let spec = spec.build().unwrap();
            let mut tail = vec![0; 20_000];
            assert_eq!(spec.fill_at(u64::MAX - 20_000, &mut tail), 20_000);
            for (behind, length) in [(1, 5), (4095, 4095), (4096, 5000), (12_345, 20_000)] {
                let mut out = vec![0; length];
                let n = length.min(behind);
                assert_eq!(spec.fill_at(u64::MAX - behind as u64, &mut out), n);
                let from = 20_000 - behind;
                assert!(out[..n] == tail[from..from + n], "{behind} before the end");
            }
            let mut stream = Stream::new(spec);
            assert_eq!(stream.seek(SeekFrom::End(-100)).unwrap(), u64::MAX - 100);
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).unwrap();
            assert!(rest == tail[19_900..]);
            assert_eq!(verify(&spec, u64::MAX - 20_000, &tail), Ok(()));
            assert_eq!(uniform_f32(&spec, u64::MAX / 4 - 3, &mut [0.0; 9]), 3);
        }
    }
}

#[test]
fn bytes_past_the_end_do_not_verify() {
    let spec = Spec::new(10_000);
    let bytes = generate(&spec);
    for (offset, n_bytes) in [(1, 10_000), (10_000, 1), (10_001, 0), (u64::MAX, 1), (u64::MAX, 0)] {
        let error = verify(&spec, offset, &bytes[..n_bytes]).unwrap_err();
        assert_eq!(error, VerifyError::OutOfRange { offset, n_bytes, size: 10_000 });
        assert_says(&error, &[&n_bytes.to_string(), &format!("offset {offset} "), "10000"]);
    }
    assert_eq!(verify(&spec, 10_000, &[]), Ok(()));
    // Right bytes that are too many are not right.
    assert!(verify(&spec, 0, &generate(&spec.with_size(10_001))).is_err());
}

#[test]
fn an_empty_chunk_takes_nothing() {
    let mut stream = Stream::new(Spec::new(10_000));
    for position in [0, 5, 9_999, 10_000, 10_001] {
        stream.seek(SeekFrom::Start(position)).unwrap();
        assert_eq!(stream.fill_chunk(&mut []), 0);
        assert_eq!(stream.position(), position);
        assert_eq!(stream.is_complete(), position >= 10_000);
    }
    assert_eq!(Spec::new(10).fill_at(0, &mut []), 0);
}

#[test]
fn a_seek_out_of_range_is_an_error_and_leaves_the_position() {
    let mut stream = Stream::new(Spec::new(10_000));
    stream.seek(SeekFrom::Start(7)).unwrap();
    for to in [SeekFrom::Current(-8), SeekFrom::End(-10_001), SeekFrom::Current(i64::MIN)] {
        let error = stream.seek(to).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
        assert_says(&error, &[&format!("{to:?}"), "from 7"]);
        assert_eq!(stream.position(), 7);
    }
    stream.seek(SeekFrom::Start(u64::MAX)).unwrap();
    assert!(stream.seek(SeekFrom::Current(1)).is_err());
    assert_eq!(stream.position(), u64::MAX);
    assert_eq!(stream.seek(SeekFrom::End(-1)).unwrap(), 9_999);

    let mut stream = Stream::new(Spec::new(u64::MAX));
    assert!(stream.seek(SeekFrom::End(1)).is_err());
    assert_eq!(stream.seek(SeekFrom::End(0)).unwrap(), u64::MAX);
    assert!(stream.is_complete());
}

#[test]
fn a_pool_of_empty_buffers_is_an_error() {
    let error = BufferPool::new(0).unwrap_err();
    assert_eq!(error, EmptyBuffers);
    assert_says(&error, &["0 bytes", "at least 1"]);
    assert_eq!(BufferPool::new(1).unwrap().take().len(), 1);
}

#[test]
fn buffers_go_back_to_the_pool_they_came_from() {
    let pool = BufferPool::new(100).unwrap();
    let (mut one, other) = (pool.take(), pool.clone().take());
    assert_eq!((pool.n_free(), one.len(), other.len()), (0, 100, 100));
    one[99] = 7;
    drop(one);
    assert_eq!(pool.n_free(), 1);
    assert_eq!(pool.take()[99], 7);
    drop(other);
    assert_eq!(pool.n_free(), 2);
}

#[cfg(feature = "rayon")]
#[test]
fn chunks_of_no_bytes_are_refused() {
    let refused = inrush_bytes::par_chunks(&Spec::new(10), 0, |_, _| panic!("there is no chunk"));
    assert_eq!(refused, Err(EmptyBuffers));
}

#[cfg(feature = "rayon")]
#[test]
fn threads_read_nothing_past_the_end() {
    use inrush_bytes::{par_chunks, par_fill};

    let spec = Spec::new(10_000);
    for offset in [10_000, u64::MAX - 1_000_000, u64::MAX] {
        assert_eq!(par_fill(&spec, offset, &mut vec![0; 2_000_000]), 0);
    }
    assert_eq!(par_fill(&Spec::new(u64::MAX), u64::MAX - 700_000, &mut vec![0; 900_000]), 700_000);
    let none = par_chunks(&Spec::new(0), 10, |_, _| panic!("an empty object has no chunk"));
    assert_eq!(none, Ok(()));
}

/// There the means of lengths are far beyond any block.
#[test]
fn a_ratio_just_above_where_a_model_changes_its_way_is_possible() {
    let text = f64::from_bits(2.4_f64.to_bits() + 1);
    for (model, compress) in [(Model::Text, text), (Model::Lz, 1.0 + f64::EPSILON)] {
        let spec = Spec::builder(100_000).model(model).compress(compress).build().unwrap();
        assert_eq!(generate(&spec).len(), 100_000, "{model}");
    }
}
