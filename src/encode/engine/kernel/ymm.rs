//! Arithmetic in pairs of 256-bit registers, for the instruction sets without larger ones.

use std::arch::x86_64::{
    __m256, __m256i, _mm256_add_epi16, _mm256_add_epi32, _mm256_add_ps, _mm256_andnot_ps,
    _mm256_blendv_ps, _mm256_castps_si256, _mm256_castsi256_ps, _mm256_cmpgt_epi32,
    _mm256_cvtepi32_ps, _mm256_cvtps_epi32, _mm256_div_ps, _mm256_fmadd_ps, _mm256_loadu_ps,
    _mm256_loadu_si256, _mm256_max_ps, _mm256_min_ps, _mm256_mul_ps, _mm256_packs_epi32,
    _mm256_packus_epi16, _mm256_permutevar8x32_epi32, _mm256_set1_epi16, _mm256_set1_epi32,
    _mm256_set1_ps, _mm256_setr_epi32, _mm256_slli_epi32, _mm256_sqrt_ps, _mm256_storeu_ps,
    _mm256_storeu_si256, _mm256_sub_ps,
};

use super::{BYTES, Computation, LANES, Panel, Rows, Simd, Sums};

/// How an instruction set with 256-bit registers multiplies bytes. A value proves that the machine has it, and
/// AVX2 and FMA with it.
pub(in super::super) trait Dot: Copy {
    type Activation: Copy;
    type Weight: Copy;
    fn activations<'a>(self, bytes: &'a [u8], scratch: &'a mut Vec<i16>) -> &'a [Self::Activation];
    fn weights<'a>(self, bytes: &'a [i8], scratch: &'a mut Vec<i16>) -> &'a [Self::Weight];
    fn dot(
        self,
        rows: Rows<'_, Self::Activation>,
        panel: Panel<'_, Self::Weight>,
        depth: usize,
        sums: Sums<'_>,
    );
    fn vectorize<C: Computation>(self, computation: C) -> C::Output;
}

/// 256-bit registers with the products of `D`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Ymm<D>(pub(super) D);

/// Sixteen `f32`.
#[derive(Clone, Copy)]
pub(in super::super) struct Floats(__m256, __m256);

/// Sixteen `i32`.
#[derive(Clone, Copy)]
pub(in super::super) struct Ints(__m256i, __m256i);

/// An operation on both registers of two or three vectors.
macro_rules! both {
    ($operation:ident, $($vector:ident),+) => {
        intrinsic!(Floats($operation($($vector.0),+), $operation($($vector.1),+)))
    };
}

impl<D: Dot> Simd for Ymm<D> {
    type Float = Floats;
    type Int = Ints;
    type Activation = D::Activation;
    type Weight = D::Weight;

    #[inline(always)]
    fn splat(self, value: f32) -> Floats {
        let all = intrinsic!(_mm256_set1_ps(value));
        Floats(all, all)
    }
    #[inline(always)]
    fn load(self, values: &[f32; LANES]) -> Floats {
        let (halves, _) = values.as_chunks::<8>();
        intrinsic!(Floats(
            _mm256_loadu_ps(halves[0].as_ptr()),
            _mm256_loadu_ps(halves[1].as_ptr())
        ))
    }
    #[inline(always)]
    fn store(self, vector: Floats, values: &mut [f32; LANES]) {
        let (halves, _) = values.as_chunks_mut::<8>();
        intrinsic!({
            _mm256_storeu_ps(halves[0].as_mut_ptr(), vector.0);
            _mm256_storeu_ps(halves[1].as_mut_ptr(), vector.1);
        });
    }
    #[inline(always)]
    fn add(self, a: Floats, b: Floats) -> Floats {
        both!(_mm256_add_ps, a, b)
    }
    #[inline(always)]
    fn sub(self, a: Floats, b: Floats) -> Floats {
        both!(_mm256_sub_ps, a, b)
    }
    #[inline(always)]
    fn mul(self, a: Floats, b: Floats) -> Floats {
        both!(_mm256_mul_ps, a, b)
    }
    #[inline(always)]
    fn mul_add(self, a: Floats, b: Floats, c: Floats) -> Floats {
        both!(_mm256_fmadd_ps, a, b, c)
    }
    #[inline(always)]
    fn div(self, a: Floats, b: Floats) -> Floats {
        both!(_mm256_div_ps, a, b)
    }
    #[inline(always)]
    fn sqrt(self, a: Floats) -> Floats {
        both!(_mm256_sqrt_ps, a)
    }
    #[inline(always)]
    fn max(self, a: Floats, b: Floats) -> Floats {
        both!(_mm256_max_ps, a, b)
    }
    #[inline(always)]
    fn min(self, a: Floats, b: Floats) -> Floats {
        both!(_mm256_min_ps, a, b)
    }
    #[inline(always)]
    fn abs(self, a: Floats) -> Floats {
        let sign = self.splat(-0.0);
        both!(_mm256_andnot_ps, sign, a)
    }
    #[inline(always)]
    fn keep_first(self, count: usize, a: Floats, fill: f32) -> Floats {
        intrinsic!({
            let (count, fill) = (
                _mm256_set1_epi32(i32::try_from(count).unwrap_or(i32::MAX)),
                _mm256_set1_ps(fill),
            );
            let low = _mm256_cmpgt_epi32(count, _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
            let high = _mm256_cmpgt_epi32(count, _mm256_setr_epi32(8, 9, 10, 11, 12, 13, 14, 15));
            Floats(
                _mm256_blendv_ps(fill, a.0, _mm256_castsi256_ps(low)),
                _mm256_blendv_ps(fill, a.1, _mm256_castsi256_ps(high)),
            )
        })
    }

    #[inline(always)]
    fn load_int(self, values: &[i32; LANES]) -> Ints {
        let (halves, _) = values.as_chunks::<8>();
        intrinsic!(Ints(
            _mm256_loadu_si256(halves[0].as_ptr().cast()),
            _mm256_loadu_si256(halves[1].as_ptr().cast())
        ))
    }
    #[inline(always)]
    fn to_float(self, a: Ints) -> Floats {
        both!(_mm256_cvtepi32_ps, a)
    }
    #[inline(always)]
    fn round(self, a: Floats) -> Ints {
        intrinsic!(Ints(_mm256_cvtps_epi32(a.0), _mm256_cvtps_epi32(a.1)))
    }
    #[inline(always)]
    fn store_bytes(self, vectors: [Ints; 4], zero: u8, to: [&mut [u8; BYTES]; 2]) {
        let [a, b, c, d] = vectors;
        for (to, (a, b)) in to.into_iter().zip([(a, b), (c, d)]) {
            intrinsic!({
                let zero = _mm256_set1_epi16(i16::from(zero));
                let a = _mm256_add_epi16(_mm256_packs_epi32(a.0, a.1), zero);
                let b = _mm256_add_epi16(_mm256_packs_epi32(b.0, b.1), zero);
                // Packing works within halves of the register; this puts their parts in order.
                let order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
                let bytes = _mm256_permutevar8x32_epi32(_mm256_packus_epi16(a, b), order);
                _mm256_storeu_si256(to.as_mut_ptr().cast(), bytes);
            });
        }
    }
    #[inline(always)]
    fn scale_by_power(self, a: Floats, shifted_n: Floats) -> Floats {
        intrinsic!({
            let low = _mm256_slli_epi32::<23>(_mm256_castps_si256(shifted_n.0));
            let high = _mm256_slli_epi32::<23>(_mm256_castps_si256(shifted_n.1));
            Floats(
                _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(a.0), low)),
                _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(a.1), high)),
            )
        })
    }

    #[inline(always)]
    fn activations<'a>(self, bytes: &'a [u8], scratch: &'a mut Vec<i16>) -> &'a [D::Activation] {
        self.0.activations(bytes, scratch)
    }
    #[inline(always)]
    fn weights<'a>(self, bytes: &'a [i8], scratch: &'a mut Vec<i16>) -> &'a [D::Weight] {
        self.0.weights(bytes, scratch)
    }
    #[inline(always)]
    fn dot(
        self,
        rows: Rows<'_, D::Activation>,
        panel: Panel<'_, D::Weight>,
        depth: usize,
        sums: Sums<'_>,
    ) {
        self.0.dot(rows, panel, depth, sums);
    }
    #[inline(always)]
    fn vectorize<C: Computation>(self, computation: C) -> C::Output {
        self.0.vectorize(computation)
    }
}
