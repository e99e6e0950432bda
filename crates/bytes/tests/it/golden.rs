//! The stream of version 1 stays as it is: its hashes are kept here, and `reference.py`, which
//! knows only the formula, comes to the same bytes.

use std::io::ErrorKind;
use std::process::Command;

use inrush_bytes::{Isa, Model, STREAM_VERSION, Spec, SpecBuilder, generate};
use twox_hash::XxHash3_64;

/// Not a whole number of blocks, nor of units, nor of rows.
const SIZE: u64 = (1 << 20) + 123;

/// Name, what it is made of, and the xxh3 of its bytes.
fn golden() -> Vec<(&'static str, SpecBuilder, u64)> {
    let spec = || Spec::builder(SIZE);
    let (lz, text) = (|| spec().model(Model::Lz), || spec().model(Model::Text));
    let all = spec().seed(42).object(3).dedup(1.5).dedup_unit(65_536).compress(2.5);
    vec![
        ("default", spec(), 0x05a2_8195_16d1_a935),
        ("seed 42, object 3", spec().seed(42).object(3), 0x78ad_f054_0a4a_6ca0),
        ("highest seed and object", spec().seed(u64::MAX).object(u64::MAX), 0xcd41_3bf4_10df_0eab),
        ("dedup 2.5", spec().dedup(2.5), 0x35e0_9cbe_e8cc_b89b),
        ("dedup 1.5 of 512", spec().dedup(1.5).dedup_unit(512), 0xa5c4_f36d_058a_aa00),
        ("compress 2", spec().compress(2.0), 0xdbd9_0af5_c9f0_40ec),
        ("compress 8", spec().compress(8.0), 0x4bf9_62b7_3d6f_6067),
        ("compress 64", spec().compress(64.0), 0xfbf1_7a7d_588c_f357),
        ("dedup 1.5 of 64 KiB, compress 2.5", all, 0xa9ef_5a3a_b7e0_7959),
        ("lz, compress 1.1", lz().compress(1.1), 0x1f3b_c9dd_8178_712a),
        ("lz, compress 2", lz().compress(2.0), 0xfc75_c068_4863_ca41),
        (
            "lz, compress 8 in units of 512",
            lz().compress(8.0).dedup_unit(512),
            0x6432_2861_9ac0_39fb,
        ),
        ("text", text(), 0x89e5_621e_d278_c886),
        ("text, compress 1.7", text().compress(1.7), 0xc84a_4bec_4893_ce38),
        ("text, compress 4, dedup 2", text().compress(4.0).dedup(2.0), 0xaf36_052d_4369_8e01),
        ("text, compress 16", text().compress(16.0), 0xb107_c3ef_ff05_286a),
    ]
}

#[test]
fn the_stream_is_the_one_of_this_version_with_any_instructions() {
    let mut is_same = STREAM_VERSION == 1;
    let mut report = format!("stream {STREAM_VERSION}:");
    for (name, builder, wanted) in golden() {
        let spec = builder.build().expect(name);
        let mut bytes = generate(&spec);
        let found = XxHash3_64::oneshot(&bytes);
        let mut bad = Isa::available();
        bad.retain(|&isa| {
            spec.fill_at_with(isa, 0, &mut bytes);
            XxHash3_64::oneshot(&bytes) != wanted
        });
        is_same &= found == wanted && bad.is_empty();
        report += &format!("\n{found:#018x} {name}; wrong with {bad:?}");
    }
    assert!(is_same, "another stream needs another version; {report}");
}

/// What `reference.py` writes, or nothing where there is no Python.
fn reference(spec: &Spec, offset: u64, length: usize) -> Option<Vec<u8>> {
    let mut command = Command::new("python3");
    command.args(["-B", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference.py")]);
    command.args([spec.seed(), spec.object(), spec.size()].map(|number| number.to_string()));
    command.args([spec.dedup().to_string(), spec.dedup_unit().to_string()]);
    command.args([spec.compress().to_string(), offset.to_string(), length.to_string()]);
    command.arg(spec.model().name());
    match command.output() {
        Ok(output) => {
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{command:?}: {errors}");
            Some(output.stdout)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            assert!(std::env::var_os("CI").is_none(), "python3 is missing");
            println!("skipped: there is no python3 on this machine");
            None
        }
        Err(error) => panic!("{command:?}: {error}"),
    }
}

#[track_caller]
fn assert_is_reference(spec: &Spec, offset: u64, length: usize) {
    let mut found = vec![0; length];
    let n = spec.fill_at(offset, &mut found);
    found.truncate(n);
    let Some(wanted) = reference(spec, offset, length) else { return };
    assert_eq!(found.len(), wanted.len(), "{spec:?}");
    let bad = found.iter().zip(&wanted).position(|(found, wanted)| found != wanted);
    assert_eq!(bad, None, "the first bad byte from {offset} on; {spec:?}");
}

#[test]
fn the_reference_in_python_writes_the_same_bytes() {
    for (name, builder, _) in golden() {
        let spec = builder.build().expect(name);
        assert_is_reference(&spec.with_size(100_003), 0, 100_003);
    }
}

#[test]
fn the_reference_in_python_agrees_in_small_blocks() {
    let ratios = [(512, 1.05, 2.41), (1024, 6.0, 4.0), (2048, 16.0, 9.5)];
    for (unit, lz, text) in ratios {
        for (model, compress) in [(Model::Lz, lz), (Model::Text, text)] {
            let spec = Spec::builder(30_001).model(model).dedup_unit(unit).compress(compress);
            assert_is_reference(&spec.build().unwrap(), 0, 30_001);
        }
    }
}

#[test]
fn the_reference_in_python_agrees_far_into_large_objects() {
    let sizes = [(40 << 20) + 77, 1 << 40, u64::MAX];
    for (size, (dedup, unit)) in
        sizes.into_iter().zip([(2.5, 4096), (1.1, 512), (10_000.0, 1 << 20)])
    {
        let spec = Spec::builder(size).seed(7).dedup(dedup).dedup_unit(unit).compress(1.5);
        let spec = spec.build().unwrap();
        for offset in [12_345, size / 3, size / 2 - 5_000, size - 30_000] {
            assert_is_reference(&spec, offset, 60_000);
        }
    }
}
