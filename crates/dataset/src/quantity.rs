//! Counts and sizes as people write them: `1M` rows, `64MiB`.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// A number of bytes: `65536`, `64KiB`, `1.5GB`. K, M, G and T are decimal, Ki, Mi, Gi and Ti
/// binary; a `B` may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteCount(pub u64);

/// A number of rows: `1000`, `10k`, `1.5M`. K, M, G and T are decimal, Ki, Mi, Gi and Ti binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowCount(pub u64);

const UNITS: &[(&str, u64)] = &[
    ("ki", 1 << 10),
    ("mi", 1 << 20),
    ("gi", 1 << 30),
    ("ti", 1 << 40),
    ("k", 1_000),
    ("m", 1_000_000),
    ("g", 1_000_000_000),
    ("t", 1_000_000_000_000),
];

fn parse(text: &str, bytes: bool) -> Result<u64, String> {
    let example = if bytes { "64KiB or 1.5GB" } else { "1000, 10k or 1.5M" };
    let fail = || format!("`{text}` is not a quantity: write one like {example}");
    let lower = text.trim().to_ascii_lowercase();
    let number = if bytes { lower.strip_suffix('b').unwrap_or(&lower) } else { &lower };
    let (number, unit) = UNITS
        .iter()
        .find_map(|(suffix, unit)| Some((number.strip_suffix(suffix)?, *unit)))
        .unwrap_or((number, 1));
    let number = number.trim_end();
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 18 {
        return Err(fail());
    }
    let whole: u128 = whole.replace('_', "").parse().map_err(|_| fail())?;
    let mut value = whole.checked_mul(u128::from(unit)).ok_or_else(fail)?;
    if !fraction.is_empty() {
        let numerator: u128 = fraction.replace('_', "").parse().map_err(|_| fail())?;
        let scaled = numerator * u128::from(unit);
        let denominator = 10u128.pow(fraction.replace('_', "").len() as u32);
        if !scaled.is_multiple_of(denominator) {
            return Err(format!("`{text}` is not a whole number"));
        }
        value += scaled / denominator;
    }
    u64::try_from(value).map_err(|_| format!("`{text}` is too large: at most {}", u64::MAX))
}

impl FromStr for ByteCount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        parse(text, true).map(Self)
    }
}

impl FromStr for RowCount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        parse(text, false).map(Self)
    }
}

impl fmt::Display for ByteCount {
    /// With the largest binary unit that leaves at least one: `1.50 GiB`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [("TiB", 1u64 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
        match units.iter().find(|(_, unit)| self.0 >= *unit) {
            Some((name, unit)) => write!(f, "{:.2} {name}", self.0 as f64 / *unit as f64),
            None => write!(f, "{} B", self.0),
        }
    }
}

impl Serialize for ByteCount {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl Serialize for RowCount {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ByteCount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(QuantityVisitor { bytes: true }).map(Self)
    }
}

impl<'de> Deserialize<'de> for RowCount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(QuantityVisitor { bytes: false }).map(Self)
    }
}

/// Takes a whole number or a text.
struct QuantityVisitor {
    bytes: bool,
}

impl Visitor<'_> for QuantityVisitor {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.bytes { "a size such as \"64KiB\"" } else { "a count such as \"1M\"" })
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<u64, E> {
        Ok(value)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<u64, E> {
        u64::try_from(value).map_err(|_| E::custom(format!("{value} is negative")))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<u64, E> {
        parse(text, self.bytes).map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_decimal_or_binary_by_their_i() {
        let bytes = |text: &str| text.parse::<ByteCount>().map(|b| b.0);
        assert_eq!(bytes("64KiB"), Ok(65_536));
        assert_eq!(bytes("64kb"), Ok(64_000));
        assert_eq!(bytes("1.5G"), Ok(1_500_000_000));
        assert_eq!(bytes("7"), Ok(7));
        assert_eq!(bytes("7b"), Ok(7));
        assert_eq!("1M".parse::<RowCount>().map(|r| r.0), Ok(1_000_000));
        assert_eq!("2_000".parse::<RowCount>().map(|r| r.0), Ok(2_000));
    }

    #[test]
    fn what_is_not_a_quantity_is_refused() {
        for text in ["", "K", "-1", "1.2.3", "1.5", "1e6", "ten", "99999999999999T", "1 000", "."] {
            assert!(text.parse::<RowCount>().is_err(), "{text}");
        }
        assert!("1M".parse::<ByteCount>().is_ok());
        assert!("1Mx".parse::<ByteCount>().is_err());
    }
}
