//! Which sites are weakened when not all are.
//!
//! The choice is a function of the crates' text: a run can be repeated, and every change of the code
//! or of a model draws other sites.

use super::sites::Site;
use crate::models;
use crate::tree::Tree;

/// Up to `n` of the candidates, which are numbers of sites, in their order.
pub(super) fn draw(
    mut candidates: Vec<usize>,
    n: usize,
    sites: &[Site],
    tree: &Tree,
) -> Vec<usize> {
    let modelled =
        tree.files().iter().filter(|file| file.package_dir().is_some_and(models::is_modelled));
    let seed = modelled.fold(FNV_OFFSET, |hash, file| {
        fnv1a(fnv1a(hash, file.path.as_bytes()), file.text.as_bytes())
    });
    candidates.sort_by_key(|&site| fnv1a(seed, sites[site].name.as_bytes()));
    candidates.truncate(n);
    candidates.sort_unstable();
    candidates
}

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

/// The 64-bit hash FNV-1a of Fowler, Noll and Vo: short, and the same in every release of Rust.
fn fnv1a(hash: u64, bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(hash, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::{FNV_OFFSET, draw, fnv1a};
    use crate::tree::Tree;
    use crate::weaken::sites::{find, tests::TEXT};

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(FNV_OFFSET, b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a(FNV_OFFSET, b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn a_sample_changes_with_the_text_alone() {
        let drawn = |model: &str| {
            let tree = Tree::from_files([
                ("crates/sync/src/slot.rs", TEXT),
                ("crates/sync/tests/loom.rs", model),
            ]);
            draw((0..7).collect(), 3, &find(&tree), &tree)
        };
        let first = drawn("");
        assert_eq!(first.len(), 3);
        assert!(first.is_sorted());
        assert_eq!(drawn(""), first);
        let others = ["a", "b", "c", "d", "e", "f"].map(drawn);
        assert!(others.iter().any(|other| *other != first), "{others:?}");
    }
}
