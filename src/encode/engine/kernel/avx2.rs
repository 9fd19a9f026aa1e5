//! AVX2 with FMA (Intel from Haswell on, AMD from Zen on): bytes are widened, and words multiplied.

use std::arch::x86_64::{__m256i, _mm256_add_epi32, _mm256_madd_epi16};

use super::ymm::{Dot, Tile, Ymm};
use super::{Computation, GROUP, PANEL};

/// Proof that this machine has AVX2 and FMA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Avx2(());

impl Avx2 {
    pub(super) fn detect() -> Option<Ymm<Self>> {
        let found = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        found.then_some(Ymm(Self(())))
    }
}

// SAFETY: `detect` is the only maker, and gives one only where the machine has AVX2 and FMA.
unsafe impl Dot for Avx2 {
    // Products of bytes would saturate sixteen bits.
    type Activation = i16;
    type Weight = i16;
    const STEP: usize = 2;
    const REGISTER_ROWS: usize = 4;

    #[inline(always)]
    fn activations<'a>(self, bytes: &'a [u8], scratch: &'a mut Vec<i16>) -> &'a [i16] {
        scratch.clear();
        scratch.extend(bytes.iter().map(|&byte| i16::from(byte)));
        scratch
    }
    /// Pairs of inputs instead of groups of four.
    #[inline(always)]
    fn weights<'a>(self, bytes: &'a [i8], scratch: &'a mut Vec<i16>) -> &'a [i16] {
        scratch.clear();
        for group in bytes.as_chunks::<{ GROUP * PANEL }>().0 {
            for pair in [0, 2] {
                let outputs = group.as_chunks::<GROUP>().0;
                scratch.extend(
                    outputs
                        .iter()
                        .flat_map(|four| [i16::from(four[pair]), i16::from(four[pair + 1])]),
                );
            }
        }
        scratch
    }
    #[inline(always)]
    fn add_products(self, sums: __m256i, inputs: __m256i, weights: __m256i) -> __m256i {
        intrinsic!(_mm256_add_epi32(sums, _mm256_madd_epi16(inputs, weights)))
    }
    #[inline(always)]
    unsafe fn multiply(self, tile: Tile<'_, Self>, count: usize, depth: usize) {
        #[target_feature(enable = "avx2")]
        unsafe fn inner<const COUNT: usize>(simd: Avx2, tile: Tile<'_, Avx2>, depth: usize) {
            // SAFETY: as the caller promises.
            unsafe { tile.multiply::<COUNT>(simd, depth) }
        }
        // SAFETY: `self` proves that the machine has these features; the rest is as the caller promises.
        unsafe {
            match count {
                1 => inner::<1>(self, tile, depth),
                2 => inner::<2>(self, tile, depth),
                3 => inner::<3>(self, tile, depth),
                _ => inner::<{ Self::REGISTER_ROWS }>(self, tile, depth),
            }
        }
    }

    #[inline(always)]
    fn vectorize<C: Computation>(self, computation: C) -> C::Output {
        #[target_feature(enable = "avx2,fma")]
        fn inner<C: Computation>(simd: Ymm<Avx2>, computation: C) -> C::Output {
            computation.run(simd)
        }
        // SAFETY: `self` proves that the machine has these features.
        unsafe { inner(Ymm(self), computation) }
    }
}
