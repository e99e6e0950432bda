//! The stores themselves.
//!
//! A non-temporal store is not ordered with anything by itself. So each is made under a [`Fence`],
//! whose end orders all of them before whatever comes after.

pub(crate) use native::{Fence, copy};

#[cfg(all(target_arch = "x86_64", not(miri)))]
mod native {
    use std::arch::x86_64::{
        __m128i, __m256i, __m512i, _mm_loadu_si128, _mm_sfence, _mm_stream_si128,
        _mm256_loadu_si256, _mm256_stream_si256, _mm512_loadu_si512, _mm512_stream_si512,
    };

    /// Orders the stores that were made under it before all that comes after it is dropped.
    pub(crate) struct Fence;

    impl Drop for Fence {
        #[inline(always)]
        fn drop(&mut self) {
            // SAFETY: every x86-64 processor has SSE.
            unsafe { _mm_sfence() };
        }
    }

    /// Copies `from` to `to`, which is as long. Nobody may read `to` before the fence is dropped.
    #[inline]
    pub(crate) fn copy(to: &mut [u8], from: &[u8], _fence: &Fence) {
        // The fewer stores a line takes, the sooner it is whole.
        if is_x86_feature_detected!("avx512f") {
            // SAFETY: the processor has AVX-512 F.
            unsafe { copy_by_64(to, from) }
        } else if is_x86_feature_detected!("avx") {
            // SAFETY: the processor has AVX.
            unsafe { copy_by_32(to, from) }
        } else {
            // SAFETY: every x86-64 processor has SSE2.
            unsafe { copy_by_16(to, from) }
        }
    }

    /// A copy by stores of one type.
    macro_rules! copy_by {
        ($name:ident, $feature:literal, $vector:ty, $load:ident, $stream:ident) => {
            /// Copies `from` to `to`, which is as long, without a fence.
            #[target_feature(enable = $feature)]
            pub(super) fn $name(to: &mut [u8], from: &[u8]) {
                const STORE_BYTES: usize = size_of::<$vector>();
                // SAFETY: any bytes are a valid vector, and a vector has no padding.
                let (head, body, tail) = unsafe { to.align_to_mut::<$vector>() };
                let (from_head, from) = from.split_at(head.len());
                let (from_body, from_tail) = from.split_at(body.len() * STORE_BYTES);
                head.copy_from_slice(from_head);
                for (to, from) in body.iter_mut().zip(from_body.as_chunks::<STORE_BYTES>().0) {
                    // SAFETY: `from` has the bytes of a vector, and the load wants no alignment.
                    let bytes = unsafe { $load(from.as_ptr().cast()) };
                    // SAFETY: `to` is a vector that is ours to write, and so is aligned. It stays
                    // borrowed until the caller drops the fence that it holds.
                    unsafe { $stream(to, bytes) };
                }
                tail.copy_from_slice(from_tail);
            }
        };
    }

    copy_by!(copy_by_16, "sse2", __m128i, _mm_loadu_si128, _mm_stream_si128);
    copy_by!(copy_by_32, "avx", __m256i, _mm256_loadu_si256, _mm256_stream_si256);
    copy_by!(copy_by_64, "avx512f", __m512i, _mm512_loadu_si512, _mm512_stream_si512);

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn stores_of_any_width_copy_the_same() {
            let from: Vec<u8> = (0..1000_u32).map(|i| ((i * 7) >> 2) as u8 | 1).collect();
            for (start, n_bytes) in
                (0..65).flat_map(|start| [0, 1, 63, 64, 200, 900].map(|n| (start, n)))
            {
                let mut expected = vec![0; 1000];
                expected[start..start + n_bytes].copy_from_slice(&from[..n_bytes]);
                let check = |copy: &dyn Fn(&mut [u8], &[u8])| {
                    let mut to = vec![0; 1000];
                    copy(&mut to[start..start + n_bytes], &from[..n_bytes]);
                    drop(Fence);
                    assert_eq!(to, expected, "{n_bytes} bytes to {start}");
                };
                // SAFETY: every x86-64 processor has SSE2.
                check(&|to, from| unsafe { copy_by_16(to, from) });
                if is_x86_feature_detected!("avx") {
                    // SAFETY: the processor has AVX.
                    check(&|to, from| unsafe { copy_by_32(to, from) });
                }
                if is_x86_feature_detected!("avx512f") {
                    // SAFETY: the processor has AVX-512 F.
                    check(&|to, from| unsafe { copy_by_64(to, from) });
                }
            }
        }
    }
}

#[cfg(not(all(target_arch = "x86_64", not(miri))))]
mod native {
    /// Ordinary stores need none.
    pub(crate) struct Fence;

    /// Copies `from` to `to`, which is as long.
    #[inline(always)]
    pub(crate) fn copy(to: &mut [u8], from: &[u8], _fence: &Fence) {
        to.copy_from_slice(from);
    }
}
