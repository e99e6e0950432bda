//! Asking for a cache line before it is written.

/// How far ahead of a writer lines are asked for, in bytes.
///
/// A line that the other side has read comes back in some 100 ns. The store buffer of a processor
/// covers only a few lines of 8-byte stores in that time, so that a writer of small values waits for
/// lines at every turn unless they are asked for earlier. 512 bytes were as good as 1,024 and better
/// than 256 on a Sapphire Rapids server.
pub(crate) const AHEAD: usize = 512;

/// Asks for the line [`AHEAD`] of `address`, to be written soon. Any address will do: a bad one is
/// ignored.
#[inline(always)]
pub(crate) fn ahead_of<T>(address: *const T) {
    #[cfg(all(target_arch = "x86_64", not(miri), not(inrush_loom)))]
    // SAFETY: a prefetch never faults and changes nothing that a program can see. Processors
    // without the instruction take it for a no-op.
    unsafe {
        // `_mm_prefetch` with a write hint becomes a read prefetch unless the target is built with
        // `prfchw`, which costs a second trip for the line.
        core::arch::asm!(
            "prefetchw [{}+{}]", in(reg) address, const AHEAD,
            options(nostack, preserves_flags, readonly)
        );
    }
    #[cfg(all(target_arch = "aarch64", not(miri), not(inrush_loom)))]
    // SAFETY: a prefetch never faults and changes nothing that a program can see.
    unsafe {
        core::arch::asm!(
            "prfm pstl1keep, [{}, {}]", in(reg) address, const AHEAD,
            options(nostack, preserves_flags, readonly)
        );
    }
    let _ = address;
}
