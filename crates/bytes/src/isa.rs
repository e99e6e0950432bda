//! Which instructions fill a buffer. The bytes are the same with all of them.

use pulp::NullaryFnOnce;

/// A set of vector instructions, for tests and benches that compare them; everything else takes
/// the best that the processor has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Isa {
    /// What every processor of the target has.
    Baseline,
    /// AVX2 and what came before it.
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    Avx2,
    /// AVX-512 F, BW, CD, DQ and VL.
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    Avx512,
    /// NEON.
    #[cfg(target_arch = "aarch64")]
    Neon,
}

impl Isa {
    /// What this processor has, the widest last.
    pub fn available() -> Vec<Self> {
        let mut found = vec![Self::Baseline];
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        {
            found.extend(pulp::x86::V3::try_new().map(|_| Self::Avx2));
            found.extend(pulp::x86::V4::try_new().map(|_| Self::Avx512));
        }
        #[cfg(target_arch = "aarch64")]
        found.extend(pulp::aarch64::Neon::try_new().map(|_| Self::Neon));
        found
    }
}

/// Runs `op`, compiled for the best instructions that there are, or for those of `isa`.
///
/// # Panics
/// Where the processor lacks `isa`.
#[inline]
pub(crate) fn dispatch(isa: Option<Isa>, op: impl NullaryFnOnce<Output = ()>) {
    let Some(isa) = isa else { return pulp::Arch::new().dispatch(op) };
    match isa {
        Isa::Baseline => op.call(),
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        Isa::Avx2 => pulp::x86::V3::try_new().expect("the processor has AVX2").vectorize(op),
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        Isa::Avx512 => pulp::x86::V4::try_new().expect("the processor has AVX-512").vectorize(op),
        #[cfg(target_arch = "aarch64")]
        Isa::Neon => pulp::aarch64::Neon::try_new().expect("the processor has NEON").vectorize(op),
    }
}
