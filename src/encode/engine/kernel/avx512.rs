//! AVX-512 with VNNI (Intel from Ice Lake on, AMD from Zen 4 on).

use std::arch::x86_64::*;

use super::{Computation, GROUP, LANES, PANEL, Panel, ROWS, Rows, Simd, Sums, check_dot};

/// Proof that this machine has AVX-512 F, BW, DQ, VL and VNNI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Avx512(());

impl Avx512 {
    pub(super) fn detect() -> Option<Self> {
        let found = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vnni")
            && is_x86_feature_detected!("fma");
        found.then_some(Self(()))
    }
}

/// The intrinsic, called.
macro_rules! intrinsic {
    ($call:expr) => {
        // SAFETY: `self` proves that the machine has the instruction, and memory is reached only
        // through references to arrays of the size that the instruction reads or writes.
        unsafe { $call }
    };
}

impl Simd for Avx512 {
    type Float = __m512;
    type Int = __m512i;
    type Activation = u8;
    type Weight = i8;

    #[inline(always)]
    fn splat(self, value: f32) -> __m512 {
        intrinsic!(_mm512_set1_ps(value))
    }
    #[inline(always)]
    fn load(self, values: &[f32; LANES]) -> __m512 {
        intrinsic!(_mm512_loadu_ps(values.as_ptr()))
    }
    #[inline(always)]
    fn store(self, vector: __m512, values: &mut [f32; LANES]) {
        intrinsic!(_mm512_storeu_ps(values.as_mut_ptr(), vector));
    }
    #[inline(always)]
    fn add(self, a: __m512, b: __m512) -> __m512 {
        intrinsic!(_mm512_add_ps(a, b))
    }
    #[inline(always)]
    fn sub(self, a: __m512, b: __m512) -> __m512 {
        intrinsic!(_mm512_sub_ps(a, b))
    }
    #[inline(always)]
    fn mul(self, a: __m512, b: __m512) -> __m512 {
        intrinsic!(_mm512_mul_ps(a, b))
    }
    #[inline(always)]
    fn mul_add(self, a: __m512, b: __m512, c: __m512) -> __m512 {
        intrinsic!(_mm512_fmadd_ps(a, b, c))
    }
    #[inline(always)]
    fn max(self, a: __m512, b: __m512) -> __m512 {
        intrinsic!(_mm512_max_ps(a, b))
    }
    #[inline(always)]
    fn min(self, a: __m512, b: __m512) -> __m512 {
        intrinsic!(_mm512_min_ps(a, b))
    }
    #[inline(always)]
    fn abs(self, a: __m512) -> __m512 {
        intrinsic!(_mm512_abs_ps(a))
    }
    #[inline(always)]
    fn keep_first(self, count: usize, a: __m512, fill: f32) -> __m512 {
        let mask = ((1_u32 << count.min(LANES)) - 1) as u16;
        intrinsic!(_mm512_mask_blend_ps(mask, _mm512_set1_ps(fill), a))
    }
    #[inline(always)]
    fn sum(self, a: __m512) -> f32 {
        intrinsic!({
            let a = _mm256_add_ps(_mm512_castps512_ps256(a), _mm512_extractf32x8_ps::<1>(a));
            let a = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps::<1>(a));
            let a = _mm_add_ps(a, _mm_movehl_ps(a, a));
            _mm_cvtss_f32(_mm_add_ss(a, _mm_movehdup_ps(a)))
        })
    }
    #[inline(always)]
    fn largest(self, a: __m512) -> f32 {
        intrinsic!({
            let a = _mm256_max_ps(_mm512_castps512_ps256(a), _mm512_extractf32x8_ps::<1>(a));
            let a = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps::<1>(a));
            let a = _mm_max_ps(a, _mm_movehl_ps(a, a));
            _mm_cvtss_f32(_mm_max_ss(a, _mm_movehdup_ps(a)))
        })
    }

    #[inline(always)]
    fn load_int(self, values: &[i32; LANES]) -> __m512i {
        intrinsic!(_mm512_loadu_si512(values.as_ptr().cast()))
    }
    #[inline(always)]
    fn to_float(self, a: __m512i) -> __m512 {
        intrinsic!(_mm512_cvtepi32_ps(a))
    }
    #[inline(always)]
    fn round(self, a: __m512) -> __m512i {
        intrinsic!(_mm512_cvtps_epi32(a))
    }
    #[inline(always)]
    fn add_int(self, a: __m512i, value: i32) -> __m512i {
        intrinsic!(_mm512_add_epi32(a, _mm512_set1_epi32(value)))
    }
    #[inline(always)]
    fn high_bytes(self, a: __m512i) -> __m512i {
        intrinsic!(_mm512_srli_epi32::<8>(a))
    }
    #[inline(always)]
    fn store_bytes(self, a: __m512i, bytes: &mut [u8; LANES]) {
        intrinsic!(_mm_storeu_si128(bytes.as_mut_ptr().cast(), _mm512_cvtepi32_epi8(a)));
    }
    #[inline(always)]
    fn scale_by_power(self, a: __m512, shifted_n: __m512) -> __m512 {
        intrinsic!({
            let exponent = _mm512_slli_epi32::<23>(_mm512_castps_si512(shifted_n));
            _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(a), exponent))
        })
    }

    #[inline(always)]
    fn activations<'a>(self, bytes: &'a [u8], _: &'a mut Vec<i16>) -> &'a [u8] {
        bytes
    }
    #[inline(always)]
    fn weights<'a>(self, bytes: &'a [i8], _: &'a mut Vec<i16>) -> &'a [i8] {
        bytes
    }
    #[inline(always)]
    fn dot(self, rows: Rows<'_, u8>, panel: Panel<'_, i8>, depth: usize, sums: Sums<'_>) {
        check_dot(&rows, &panel, depth, &sums);
        // SAFETY: `self` proves the instructions; `check_dot` has seen that `count` rows of `depth`
        // activations, the panel and the sums are within their slices.
        unsafe {
            match rows.count {
                1 => dot_rows::<1>(rows, panel, depth, sums),
                2 => dot_rows::<2>(rows, panel, depth, sums),
                3 => dot_rows::<3>(rows, panel, depth, sums),
                4 => dot_rows::<4>(rows, panel, depth, sums),
                5 => dot_rows::<5>(rows, panel, depth, sums),
                6 => dot_rows::<6>(rows, panel, depth, sums),
                7 => dot_rows::<7>(rows, panel, depth, sums),
                8 => dot_rows::<8>(rows, panel, depth, sums),
                9 => dot_rows::<9>(rows, panel, depth, sums),
                10 => dot_rows::<10>(rows, panel, depth, sums),
                11 => dot_rows::<11>(rows, panel, depth, sums),
                _ => dot_rows::<ROWS>(rows, panel, depth, sums),
            }
        }
    }

    #[inline(always)]
    fn vectorize<C: Computation>(self, computation: C) -> C::Output {
        #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")]
        fn inner<C: Computation>(simd: Avx512, computation: C) -> C::Output {
            computation.run(simd)
        }
        // SAFETY: `self` proves that the machine has these features.
        unsafe { inner(self, computation) }
    }
}

/// [`Simd::dot`] of `COUNT` rows, whose sums all stay in registers.
///
/// # Safety
///
/// The machine has AVX-512 VNNI, and `check_dot` accepts the arguments with `rows.count == COUNT`.
#[target_feature(enable = "avx512f,avx512vnni")]
unsafe fn dot_rows<const COUNT: usize>(
    rows: Rows<'_, u8>,
    panel: Panel<'_, i8>,
    depth: usize,
    sums: Sums<'_>,
) {
    let (start, _) = panel.start.as_chunks::<LANES>();
    // SAFETY: every offset is below the lengths that `check_dot` has compared.
    unsafe {
        let start = [
            _mm512_loadu_si512(start[0].as_ptr().cast()),
            _mm512_loadu_si512(start[1].as_ptr().cast()),
        ];
        let mut total = [start; COUNT];
        let mut activations = rows.values.as_ptr();
        let mut weights = panel.weights.as_ptr();
        for _ in 0..depth / GROUP {
            let low = _mm512_loadu_si512(weights.cast());
            let high = _mm512_loadu_si512(weights.add(GROUP * LANES).cast());
            for (row, total) in total.iter_mut().enumerate() {
                let group = activations.add(row * rows.stride).cast::<i32>();
                let group = _mm512_set1_epi32(group.read_unaligned());
                total[0] = _mm512_dpbusd_epi32(total[0], group, low);
                total[1] = _mm512_dpbusd_epi32(total[1], group, high);
            }
            activations = activations.add(GROUP);
            weights = weights.add(GROUP * PANEL);
        }
        for (row, total) in total.iter().enumerate() {
            let to = sums.values.as_mut_ptr().add(row * sums.stride);
            _mm512_storeu_si512(to.cast(), total[0]);
            _mm512_storeu_si512(to.add(LANES).cast(), total[1]);
        }
    }
}
