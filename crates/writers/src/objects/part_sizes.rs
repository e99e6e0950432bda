//! How long the parts of an upload are, so that no object needs more parts than a store allows.

use super::options::OpenError;

/// What S3 asks of every part but the last, and Google Cloud Storage with it.
pub(super) const SMALLEST_PART_BYTES: usize = 5 << 20;

/// The most that S3 takes in one part.
const LARGEST_PART_BYTES: u64 = 5 << 30;

/// What S3 and Google Cloud Storage allow in one upload. Azure allows five times as many.
const MOST_PARTS: usize = 10_000;

/// After so many parts the size doubles.
const PARTS_PER_SIZE: usize = 800;

/// From here on parts grow no more: larger ones are not needed to reach 5 TiB.
const ENOUGH_BYTES: u64 = 1 << 30;

/// The size in bytes of the part `index` (from 0), where the first ones have `part_bytes`, or
/// nothing past the last part that a store allows.
///
/// The size doubles every 800 parts until it is 1 GiB or more. So memory follows the length of the
/// object only where it must, and 10,000 parts hold at least 5 TiB whatever the first size is. With
/// parts of 8 MiB the first growth comes at 6.25 GiB. A size depends on nothing but the index, so
/// the same bytes make the same parts.
pub(super) fn part_bytes_at(part_bytes: usize, index: usize) -> Option<usize> {
    if index >= MOST_PARTS {
        return None;
    }
    let mut size = part_bytes as u64;
    for _ in 0..index / PARTS_PER_SIZE {
        if size >= ENOUGH_BYTES {
            break;
        }
        size *= 2;
    }
    usize::try_from(size).ok()
}

/// Refuses a size that the stores would refuse, but only at the end of an upload.
pub(super) fn check(part_bytes: usize) -> Result<(), OpenError> {
    if part_bytes < SMALLEST_PART_BYTES {
        return Err(OpenError::PartTooSmall { part_bytes });
    }
    if part_bytes as u64 > LARGEST_PART_BYTES {
        return Err(OpenError::PartTooLarge { part_bytes });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIVE_TIB: u64 = 5 << 40;

    #[test]
    fn ten_thousand_parts_hold_five_tebibytes_whatever_the_first_size() {
        let mebibytes = (5..=5120).step_by(11).map(|mebibytes| mebibytes << 20);
        for part_bytes in mebibytes.chain([SMALLEST_PART_BYTES + 1, (1 << 30) - 1]) {
            let sizes: Vec<u64> = (0..MOST_PARTS)
                .map(|index| part_bytes_at(part_bytes, index).unwrap() as u64)
                .collect();
            assert!(sizes.iter().sum::<u64>() >= FIVE_TIB, "{part_bytes}");
            assert!(sizes.iter().all(|&size| size <= LARGEST_PART_BYTES), "{part_bytes}");
            assert!(sizes.is_sorted(), "{part_bytes}");
            assert_eq!(part_bytes_at(part_bytes, MOST_PARTS), None);
        }
    }

    #[test]
    fn parts_keep_their_size_as_long_as_they_can() {
        assert_eq!(part_bytes_at(8 << 20, 0), Some(8 << 20));
        assert_eq!(part_bytes_at(8 << 20, 799), Some(8 << 20));
        assert_eq!(part_bytes_at(8 << 20, 800), Some(16 << 20));
        assert_eq!(part_bytes_at(8 << 20, 9_999), Some(1 << 30));
    }
}
