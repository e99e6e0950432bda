//! Incompressible bytes pass for random. All seeds are fixed, so a test fails always or never.
//!
//! Bounds are in standard deviations of what true randomness would show, never fitted to what the
//! generator does. It strays by more than 5 once in two million looks, by more than 6 once in five
//! hundred million; a chi-square, whose tail is longer, some ten times as often. So 5 is the bound
//! where a test looks some hundred times, and 6 where it looks some thousand times.

use inrush_bytes::{Spec, generate, uniform_f32};

const MIB: u64 = 1 << 20;
const BLOCK_BYTES: usize = 4096;
const LANES: usize = 16;

fn random_bytes() -> Vec<u8> {
    generate(&Spec::new(64 * MIB).with_seed(2_026))
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u64> {
    bytes.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word))
}

/// How far `found` lies from the mean `n / 2` of `n` coins, in standard deviations.
fn coin_sigmas(found: u64, n: u64) -> f64 {
    let n = n as f64;
    (found as f64 - n / 2.0) / (n / 4.0).sqrt()
}

/// How far the chi-square of `counts`, which should all be equal, lies from its mean, in standard
/// deviations: with `k` counts the mean is `k - 1`, the variance twice that. Too even is a fault
/// as well.
fn chi_square_sigmas(counts: &[u64]) -> f64 {
    let wanted = counts.iter().sum::<u64>() as f64 / counts.len() as f64;
    let chi_square: f64 = counts.iter().map(|&n| (n as f64 - wanted).powi(2) / wanted).sum();
    let freedom = counts.len() as f64 - 1.0;
    (chi_square - freedom) / (2.0 * freedom).sqrt()
}

#[track_caller]
fn assert_within(sigmas: f64, bound: f64, what: &str) {
    assert!(sigmas.abs() < bound, "{what}: {sigmas:.2} sigma");
}

/// How many of the words have each bit set.
#[derive(Clone)]
struct BitCounts {
    set: [u64; 64],
    n: u64,
}

impl BitCounts {
    fn of(words: impl Iterator<Item = u64>) -> Self {
        let mut counts = Self { set: [0; 64], n: 0 };
        for word in words {
            counts.n += 1;
            for (bit, set) in counts.set.iter_mut().enumerate() {
                *set += (word >> bit) & 1;
            }
        }
        counts
    }

    fn sigmas(&self) -> impl Iterator<Item = f64> {
        self.set.iter().map(|&set| coin_sigmas(set, self.n))
    }
}

#[test]
fn as_many_bits_are_set_as_not_at_every_position_of_a_word() {
    let bytes = random_bytes();
    let counts = BitCounts::of(words(&bytes));
    let all = coin_sigmas(counts.set.iter().sum(), 64 * counts.n);
    assert_within(all, 5.0, "all bits");
    for (bit, sigmas) in counts.sigmas().enumerate() {
        assert_within(sigmas, 5.0, &format!("bit {bit}"));
    }
}

#[test]
fn all_bytes_are_equally_frequent_at_every_place_of_a_row() {
    const ROW_BYTES: usize = 8 * LANES;
    let bytes = random_bytes();
    let mut counts = vec![[0; 256]; ROW_BYTES];
    for row in bytes.as_chunks::<ROW_BYTES>().0 {
        for (counts, byte) in counts.iter_mut().zip(row) {
            counts[usize::from(*byte)] += 1;
        }
    }
    for (place, counts) in counts.iter().enumerate() {
        assert_within(chi_square_sigmas(counts), 5.0, &format!("byte {place} of a row"));
    }
    let all: Vec<u64> =
        (0..256).map(|byte| counts.iter().map(|counts| counts[byte]).sum()).collect();
    assert_within(chi_square_sigmas(&all), 5.0, "all bytes");
}

/// Over near bytes, the next output of a lane, the next granule and the next blocks. Without
/// correlation, the coefficient of `n` pairs has a standard deviation of `1 / sqrt(n)`.
#[test]
fn bytes_do_not_follow_from_earlier_ones() {
    let bytes = random_bytes();
    // Exact in whole numbers: the mean of a byte is 127.5, its variance (256^2 - 1) / 12.
    let centred: Vec<i32> = bytes.iter().map(|&byte| 2 * i32::from(byte) - 255).collect();
    let variance = 4.0 * f64::from(256 * 256 - 1) / 12.0;
    for lag in (1..=16).chain([32, 64, 120, 128, 256, 512, 4096, 8192]) {
        let pairs = centred.iter().zip(&centred[lag..]);
        let sum: i64 = pairs.map(|(one, other)| i64::from(one * other)).sum();
        let n = (centred.len() - lag) as f64;
        let coefficient = sum as f64 / (n * variance);
        assert_within(coefficient * n.sqrt(), 5.0, &format!("bytes {lag} apart"));
    }
}

/// The first outputs of all lanes of many blocks: what is nearest to the hashes of the keys.
fn first_rows(spec: &Spec) -> Vec<[u64; LANES]> {
    const BLOCKS: u64 = 1 << 16;
    let rows = (0..BLOCKS).map(|block| {
        let mut row = [0; 8 * LANES];
        spec.fill_at(block * BLOCK_BYTES as u64, &mut row);
        let mut outputs = [0; LANES];
        outputs.iter_mut().zip(words(&row)).for_each(|(output, word)| *output = word);
        outputs
    });
    rows.collect()
}

fn keyed() -> Spec {
    Spec::new(1 << 40).with_seed(8).with_object(15)
}

/// Asserts that each bit of `xors` is set half of the time: none off by 6 sigma, and all together
/// no further off than chance. The squares of `n` independent normal numbers add up to `n` with a
/// variance of `2 n`; for bits that are only pairwise independent, as the differences of three
/// lanes are, that holds too.
#[track_caller]
fn assert_balanced(xors: impl Iterator<Item = BitCounts>, what: &str) {
    let sigmas: Vec<f64> = xors.flat_map(|counts| counts.sigmas().collect::<Vec<_>>()).collect();
    let worst = sigmas.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap();
    let n = sigmas.len() as f64;
    let squares: f64 = sigmas.iter().map(|sigma| sigma * sigma).sum();
    assert_within(worst, 6.0, &format!("the worst bit of {what}"));
    assert_within((squares - n) / (2.0 * n).sqrt(), 5.0, &format!("all bits of {what}"));
}

fn lane_pairs() -> impl Iterator<Item = (usize, usize)> {
    (0..LANES).flat_map(|j| (0..j).map(move |i| (i, j)))
}

#[test]
fn lanes_of_a_block_start_without_regard_to_each_other() {
    let rows = first_rows(&keyed());
    let singles = (0..LANES).map(|lane| BitCounts::of(rows.iter().map(|row| row[lane])));
    assert_balanced(singles, "the first outputs");
    let xors = lane_pairs().map(|(i, j)| BitCounts::of(rows.iter().map(|row| row[i] ^ row[j])));
    assert_balanced(xors, "the differences of lanes");
}

/// Lanes are set apart by adding, which an exclusive or does not show well.
#[test]
fn lanes_of_a_block_start_at_no_typical_distance() {
    let rows = first_rows(&keyed());
    for (i, j) in lane_pairs() {
        for shift in (0..64).step_by(8) {
            let mut counts = [0; 256];
            for row in &rows {
                counts[usize::from((row[j].wrapping_sub(row[i]) >> shift) as u8)] += 1;
            }
            let what = format!("lane {j} minus lane {i}, bits from {shift} on");
            assert_within(chi_square_sigmas(&counts), 6.0, &what);
        }
    }
}

#[test]
fn blocks_objects_and_seeds_start_without_regard_to_their_neighbours() {
    let rows = first_rows(&keyed());
    let spec = keyed();
    let others = [
        ("neighbouring blocks", rows[1..].to_vec()),
        ("blocks two apart", rows[2..].to_vec()),
        ("neighbouring objects", first_rows(&spec.with_object(spec.object() + 1))),
        ("neighbouring seeds", first_rows(&spec.with_seed(spec.seed() + 1))),
        ("seed and object exchanged", first_rows(&spec.with_seed(15).with_object(8))),
    ];
    for (what, others) in others {
        let xors = (0..LANES).map(|lane| {
            BitCounts::of(rows.iter().zip(&others).map(|(row, other)| row[lane] ^ other[lane]))
        });
        assert_balanced(xors, what);
    }
}

#[test]
fn floats_are_spread_evenly_over_zero_to_one() {
    let n = 8_000_000;
    let mut floats = vec![f32::NAN; n];
    assert_eq!(uniform_f32(&Spec::new(4 * n as u64).with_seed(3), 0, &mut floats), n);
    assert!(floats.iter().all(|float| (0.0..1.0).contains(float)));

    // The mean of a uniform number is 1/2, its variance 1/12, that of the squared distance from
    // the mean 1/180. The 2^-24 that all are short of it by half a step is far below these.
    let mean = floats.iter().map(|&x| f64::from(x)).sum::<f64>() / n as f64;
    let sigmas = (mean - 0.5) / (1.0 / 12.0 / n as f64).sqrt();
    assert_within(sigmas, 5.0, "the mean");
    let variance = floats.iter().map(|&x| (f64::from(x) - 0.5).powi(2)).sum::<f64>() / n as f64;
    let spread = (variance - 1.0 / 12.0) / (1.0 / 180.0 / n as f64).sqrt();
    assert_within(spread, 5.0, "the variance");

    let mut counts = vec![0; 1000];
    floats.iter().for_each(|&x| counts[(f64::from(x) * 1000.0) as usize] += 1);
    assert_within(chi_square_sigmas(&counts), 5.0, "the thousandths");
}
