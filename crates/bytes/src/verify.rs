//! Holding bytes against what they should be, without the original.

use crate::Spec;
use crate::spec::BLOCK_BYTES;

/// Checks that `bytes` are those of the object of `spec` from `offset` on.
///
/// # Errors
/// [`VerifyError`], with the first byte that is wrong.
///
/// ```
/// use inrush_bytes::{Spec, VerifyError, generate, verify};
///
/// let spec = Spec::new(100_000);
/// let mut bytes = generate(&spec);
/// assert_eq!(verify(&spec, 0, &bytes), Ok(()));
/// bytes[70_000] ^= 1;
/// let error = verify(&spec, 0, &bytes).unwrap_err();
/// assert!(matches!(error, VerifyError::Differs { offset: 70_000, matching: 24, .. }));
/// ```
pub fn verify(spec: &Spec, offset: u64, bytes: &[u8]) -> Result<(), VerifyError> {
    let end = offset.checked_add(bytes.len() as u64);
    if end.is_none_or(|end| end > spec.size()) {
        let size = spec.size();
        return Err(VerifyError::OutOfRange { offset, n_bytes: bytes.len(), size });
    }
    let mut first = None;
    let (mut matching, mut blocks) = (0, 0);
    let mut at = offset;
    let mut scratch = [0; BLOCK_BYTES];
    for found in pieces(offset, bytes) {
        let expected = &mut scratch[..found.len()];
        spec.fill_at(at, expected);
        blocks += 1;
        if found == expected {
            matching += 1;
        } else if first.is_none() {
            let i = found.iter().zip(&*expected).take_while(|(found, wanted)| found == wanted);
            let i = i.count();
            first = Some((at + i as u64, expected[i], found[i]));
        }
        at += found.len() as u64;
    }
    match first {
        None => Ok(()),
        Some((offset, expected, found)) => {
            Err(VerifyError::Differs { offset, expected, found, matching, blocks })
        }
    }
}

/// `bytes` in pieces that end where blocks of the object end.
fn pieces(offset: u64, bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let head = BLOCK_BYTES - (offset % BLOCK_BYTES as u64) as usize;
    let (head, rest) = bytes.split_at(head.min(bytes.len()));
    std::iter::once(head).filter(|head| !head.is_empty()).chain(rest.chunks(BLOCK_BYTES))
}

/// Bytes that are not those of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// A byte is another.
    #[error(
        "the first bad byte is at offset {offset}: {found:#04x} instead of {expected:#04x}; {}",
        matches(*matching, *blocks)
    )]
    Differs {
        /// The offset of the first wrong byte in the object.
        offset: u64,
        /// What should be there.
        expected: u8,
        /// What is there.
        found: u8,
        /// Blocks of 4 KiB that are right.
        matching: u64,
        /// Blocks that were looked at.
        blocks: u64,
    },
    /// There are more bytes than the object has.
    #[error("{n_bytes} bytes from offset {offset} on reach past the end: the object has {size}")]
    OutOfRange {
        /// The offset of the first byte.
        offset: u64,
        /// The number of bytes.
        n_bytes: usize,
        /// The size of the object.
        size: u64,
    },
}

fn matches(matching: u64, blocks: u64) -> String {
    match matching {
        0 => format!("none of {blocks} blocks match: another seed, object or specification?"),
        _ => format!("{matching} of {blocks} blocks match"),
    }
}
