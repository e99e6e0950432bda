//! The numbers at the ticks of an axis.

use crate::figure::{Axis, Scale};
use crate::table::grouped;

/// From here on, every number of the axis is shortened by a prefix.
const SHORTENED_FROM: f64 = 100_000.0;

/// Texts for these values, in the style of the axis and its unit.
pub(super) fn numerals(axis: &Axis, values: &[f64]) -> Vec<String> {
    let unit = axis.label.rsplit_once(", ").map_or("", |(_, unit)| unit);
    let greatest = values.iter().fold(0.0, |greatest: f64, value| greatest.max(value.abs()));
    let decimals = if axis.scale == Scale::Linear { decimals(values) } else { None };
    let text = |value: f64| match (axis.scale, second(unit), byte(unit)) {
        (Scale::Nines, _, _) => format!("{value}%"),
        (Scale::Log, Some(second), _) => time(value * second),
        (_, _, Some(suffix)) => prefixed(value, suffix),
        _ if greatest >= SHORTENED_FROM => prefixed(value, ""),
        _ => plain(value, decimals),
    };
    values.iter().map(|&value| text(value)).collect()
}

/// How many seconds a unit of time has.
fn second(unit: &str) -> Option<f64> {
    match unit {
        "ns" => Some(1e-9),
        "us" | "µs" => Some(1e-6),
        "ms" => Some(1e-3),
        "s" => Some(1.0),
        _ => None,
    }
}

/// What follows the prefix of a number of bytes.
fn byte(unit: &str) -> Option<&'static str> {
    match unit {
        "B" | "bytes" => Some("B"),
        "B/s" | "bytes/s" => Some("B/s"),
        _ => None,
    }
}

fn time(seconds: f64) -> String {
    // The factors are not exact: a bound just below the unit keeps 1 µs from being 1,000 ns.
    let units = [(1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"), (1e-12, "ps")];
    match units.iter().find(|&&(unit, _)| seconds >= unit * (1.0 - 1e-9)) {
        Some(&(unit, name)) => format!("{} {name}", plain(rounded(seconds / unit), None)),
        None => format!("{} s", plain(rounded(seconds), None)),
    }
}

fn prefixed(value: f64, suffix: &str) -> String {
    let is_binary = !suffix.is_empty() && value % 1024.0 == 0.0 && value % 1000.0 != 0.0;
    let prefixes = match is_binary {
        true => {
            [(1024f64.powi(4), "Ti"), (1024f64.powi(3), "Gi"), (1_048_576.0, "Mi"), (1024.0, "Ki")]
        }
        false => [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")],
    };
    let size = value.abs() * (1.0 + 1e-9);
    let (factor, prefix) = match prefixes.iter().find(|&&(factor, _)| size >= factor) {
        Some(&found) if size < 1e15 => found,
        _ => (1.0, ""),
    };
    let number = plain(rounded(value / factor), None);
    if prefix.is_empty() && (suffix.is_empty() || value == 0.0) {
        number
    } else {
        format!("{number} {prefix}{suffix}")
    }
}

/// The number in full, with its thousands set apart; very small and very great ones by their
/// powers of ten.
fn plain(value: f64, decimals: Option<usize>) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e15).contains(&size) && decimals.is_none() {
        return format!("{:e}", rounded(value));
    }
    let text = match decimals {
        Some(decimals) => format!("{size:.decimals$}"),
        None => rounded(size).to_string(),
    };
    let sign = if value < 0.0 { "−" } else { "" };
    match text.split_once('.') {
        Some((whole, part)) => format!("{sign}{}.{part}", set_apart(whole)),
        None => format!("{sign}{}", set_apart(&text)),
    }
}

fn set_apart(digits: &str) -> String {
    digits.parse().map_or_else(|_| digits.to_owned(), grouped)
}

/// The decimals that all these values need. `None` where that would be too many to read.
fn decimals(values: &[f64]) -> Option<usize> {
    let greatest = values.iter().fold(0.0, |greatest: f64, value| greatest.max(value.abs()));
    (0..5).find(|&decimals| {
        let factor = 10f64.powi(decimals as i32);
        values.iter().all(|&v| ((v * factor).round() / factor - v).abs() <= 1e-6 * greatest)
    })
}

/// The value in nine significant digits, which takes away what multiplication left.
fn rounded(value: f64) -> f64 {
    format!("{value:.8e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_decides_the_style() {
        let cases = [
            (Axis::log("latency, ns"), vec![10.0, 1e3, 1e6, 2.5e9], "10 ns|1 µs|1 ms|2.5 s"),
            (Axis::log("latency, s"), vec![1e-6, 0.1, 20.0], "1 µs|100 ms|20 s"),
            (Axis::linear("time, s"), vec![0.0, 0.5, 1.0], "0.0|0.5|1.0"),
            (Axis::log("throughput, items/s"), vec![1e3, 1e6, 1e9], "1 k|1 M|1 G"),
            (Axis::log("threads"), vec![1.0, 64.0, 10_000.0], "1|64|10,000"),
            (Axis::linear("memory, bytes"), vec![0.0, 5e8, 1e9], "0|500 MB|1 GB"),
            (Axis::log("buffer, bytes"), vec![64.0, 4096.0, 1_048_576.0], "64 B|4 KiB|1 MiB"),
            (Axis::nines("percentile"), vec![50.0, 99.9, 99.99], "50%|99.9%|99.99%"),
            (Axis::log("share"), vec![1e-9, 0.001, 0.1], "1e-9|0.001|0.1"),
            (Axis::log("count"), vec![1.0, 1e20], "1|1e20"),
            (Axis::linear("gain"), vec![-1_000.0, 0.0, 1_000.0], "−1,000|0|1,000"),
        ];
        for (axis, values, texts) in cases {
            assert_eq!(numerals(&axis, &values).join("|"), texts);
        }
    }
}
