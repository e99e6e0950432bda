//! The file that is written past the page cache, and what the system says about it.

use std::fs;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use nix::errno::Errno;

/// What offsets, lengths and addresses are multiples of, in bytes, where the system does not say: a
/// page, which no file system is known to find too small.
pub(super) const DEFAULT_ALIGNMENT: usize = 4096;

/// Where blocks are put. In tests something else than a file.
pub(super) trait Target {
    /// Writes some of `bytes` at `offset`, and says how many.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize>;

    /// From now on through the page cache.
    fn use_page_cache(&self) -> io::Result<()>;
}

impl Target for fs::File {
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        FileExt::write_at(self, bytes, offset)
    }

    fn use_page_cache(&self) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        {
            use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
            let flags = fcntl_getfl(self)?;
            if flags.contains(OFlags::DIRECT) {
                fcntl_setfl(self, flags - OFlags::DIRECT)?;
            }
        }
        Ok(())
    }
}

/// Creates `part` for writing past the page cache.
#[cfg(target_os = "linux")]
pub(super) fn open_direct(part: &Path) -> io::Result<fs::File> {
    crate::part::open_part(part, rustix::fs::OFlags::DIRECT)
}

/// The flag is Linux's own.
#[cfg(not(target_os = "linux"))]
pub(super) fn open_direct(_: &Path) -> io::Result<fs::File> {
    Err(Errno::EINVAL.into())
}

/// Whether an error says that the file system has no direct I/O, or not of this shape.
pub(super) fn is_refusal(error: &io::Error) -> bool {
    [Errno::EINVAL, Errno::EOPNOTSUPP]
        .map(|errno| Some(errno as i32))
        .contains(&error.raw_os_error())
}

/// What writes to `file` have to be aligned to: a multiple of [`DEFAULT_ALIGNMENT`], so that no page
/// is ever written in part past the page cache and in part through it. None where the system says
/// that this file cannot be written past it, or only in multiples of more than `most` bytes.
#[cfg(target_os = "linux")]
pub(super) fn alignment(file: &fs::File, most: usize) -> Option<usize> {
    use rustix::fs::{AtFlags, StatxFlags, statx};

    let Ok(stat) = statx(file, "", AtFlags::EMPTY_PATH, StatxFlags::DIOALIGN) else {
        return Some(DEFAULT_ALIGNMENT);
    };
    if stat.stx_mask & StatxFlags::DIOALIGN.bits() == 0 {
        return Some(DEFAULT_ALIGNMENT);
    }
    // An alignment of 0 is the system's word for "not for this file".
    let fits = |alignment: usize| alignment.is_power_of_two() && alignment <= most;
    let offset = usize::try_from(stat.stx_dio_offset_align).ok().filter(|&align| fits(align))?;
    let memory = usize::try_from(stat.stx_dio_mem_align).ok().filter(|&align| fits(align))?;
    Some(offset.max(memory).max(DEFAULT_ALIGNMENT))
}

/// Nothing to ask.
#[cfg(not(target_os = "linux"))]
pub(super) fn alignment(_: &fs::File, _: usize) -> Option<usize> {
    Some(DEFAULT_ALIGNMENT)
}
