//! The versions that the lock file gave to the crates of the laboratory when it was built.

use std::collections::BTreeMap;

/// Versions by name; empty where there was no lock file.
pub(super) fn built_with() -> BTreeMap<String, String> {
    parse(env!("INRUSH_LAB_DEPENDENCIES"))
}

/// `name version;name version`, as the build script writes it.
fn parse(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split(';').filter_map(|pair| pair.split_once(' '));
    pairs.map(|(name, version)| (name.to_owned(), version.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_one_version() {
        let versions = parse("flume 0.12.0;nix 0.31.3");
        assert_eq!(versions.get("nix").map(String::as_str), Some("0.31.3"));
        assert_eq!(versions.len(), 2);
        assert!(parse("").is_empty());
    }
}
