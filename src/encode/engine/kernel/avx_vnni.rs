//! AVX-VNNI: products of bytes in 256-bit registers (Intel from Alder Lake on, AMD from Zen 5 on).

use std::arch::x86_64::{__m256i, _mm256_dpbusd_avx_epi32};

use super::ymm::{Dot, Tile, Ymm};
use super::{Computation, GROUP};

/// Proof that this machine has AVX-VNNI, AVX2 and FMA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct AvxVnni(());

impl AvxVnni {
    pub(super) fn detect() -> Option<Ymm<Self>> {
        let found = is_x86_feature_detected!("avxvnni")
            && is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("fma");
        found.then_some(Ymm(Self(())))
    }
}

// SAFETY: `detect` is the only maker, and gives one only where the machine has AVX-VNNI, AVX2 and FMA.
unsafe impl Dot for AvxVnni {
    type Activation = u8;
    type Weight = i8;
    const STEP: usize = GROUP;
    const REGISTER_ROWS: usize = 6;

    #[inline(always)]
    fn activations<'a>(self, bytes: &'a [u8], _: &'a mut Vec<i16>) -> &'a [u8] {
        bytes
    }
    #[inline(always)]
    fn weights<'a>(self, bytes: &'a [i8], _: &'a mut Vec<i16>) -> &'a [i8] {
        bytes
    }
    #[inline(always)]
    fn add_products(self, sums: __m256i, inputs: __m256i, weights: __m256i) -> __m256i {
        intrinsic!(_mm256_dpbusd_avx_epi32(sums, inputs, weights))
    }
    #[inline(always)]
    unsafe fn multiply(self, tile: Tile<'_, Self>, count: usize, depth: usize) {
        #[target_feature(enable = "avx2,avxvnni")]
        unsafe fn inner<const COUNT: usize>(simd: AvxVnni, tile: Tile<'_, AvxVnni>, depth: usize) {
            // SAFETY: as the caller promises.
            unsafe { tile.multiply::<COUNT>(simd, depth) }
        }
        // SAFETY: `self` proves that the machine has these features; the rest is as the caller promises.
        unsafe {
            match count {
                1 => inner::<1>(self, tile, depth),
                2 => inner::<2>(self, tile, depth),
                3 => inner::<3>(self, tile, depth),
                4 => inner::<4>(self, tile, depth),
                5 => inner::<5>(self, tile, depth),
                _ => inner::<{ Self::REGISTER_ROWS }>(self, tile, depth),
            }
        }
    }

    #[inline(always)]
    fn vectorize<C: Computation>(self, computation: C) -> C::Output {
        #[target_feature(enable = "avxvnni,avx2,fma")]
        fn inner<C: Computation>(simd: Ymm<AvxVnni>, computation: C) -> C::Output {
            computation.run(simd)
        }
        // SAFETY: `self` proves that the machine has these features.
        unsafe { inner(Ymm(self), computation) }
    }
}
