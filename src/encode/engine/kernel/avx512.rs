//! AVX-512 with VNNI (Intel from Ice Lake on, AMD from Zen 4 on).

use std::arch::asm;
use std::arch::x86_64::{
    __m512, __m512i, _MM_HINT_T0, _MM_HINT_T1, _mm_add_ps, _mm_add_ss, _mm_cvtss_f32, _mm_max_ps,
    _mm_max_ss, _mm_movehdup_ps, _mm_movehl_ps, _mm_prefetch, _mm_storeu_si128, _mm256_add_ps,
    _mm256_castps256_ps128, _mm256_extractf128_ps, _mm256_max_ps, _mm256_storeu_si256,
    _mm512_abs_ps, _mm512_add_epi32, _mm512_add_ps, _mm512_castpd_ps, _mm512_castps_pd,
    _mm512_castps_si512, _mm512_castps512_ps256, _mm512_castsi512_ps, _mm512_cvtepi32_epi8,
    _mm512_cvtepi32_epi16, _mm512_cvtepi32_ps, _mm512_cvtps_epi32, _mm512_div_ps,
    _mm512_dpbusd_epi32, _mm512_dpwssd_epi32, _mm512_extractf32x8_ps, _mm512_fmadd_ps,
    _mm512_loadu_ps, _mm512_loadu_si512, _mm512_mask_blend_ps, _mm512_max_ps, _mm512_min_ps,
    _mm512_mul_ps, _mm512_set1_epi32, _mm512_set1_ps, _mm512_setzero_si512, _mm512_shuffle_f32x4,
    _mm512_slli_epi32, _mm512_storeu_ps, _mm512_storeu_si512, _mm512_sub_ps, _mm512_unpackhi_pd,
    _mm512_unpackhi_ps, _mm512_unpacklo_pd, _mm512_unpacklo_ps,
};

use super::{Computation, GROUP, LANES, PAIR, PANEL, Panel, ROWS, Rows, Simd, Sums, check_dot};

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
    fn div(self, a: __m512, b: __m512) -> __m512 {
        intrinsic!(_mm512_div_ps(a, b))
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
    /// Sixteen horizontal maxima at once, by transposing while halving.
    #[inline(always)]
    fn largest_of_each(self, rows: &[[f32; LANES]; LANES]) -> __m512 {
        let mut fours = [self.splat(0.0); 4];
        for (four, rows) in fours.iter_mut().zip(rows.as_chunks::<4>().0) {
            let [a, b, c, d] = rows;
            let (a, b, c, d) = (self.load(a), self.load(b), self.load(c), self.load(d));
            *four = intrinsic!({
                let ab = _mm512_max_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
                let cd = _mm512_max_ps(_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
                let (ab, cd) = (_mm512_castps_pd(ab), _mm512_castps_pd(cd));
                let low = _mm512_castpd_ps(_mm512_unpacklo_pd(ab, cd));
                _mm512_max_ps(low, _mm512_castpd_ps(_mm512_unpackhi_pd(ab, cd)))
            });
        }
        let halve = |a, b| {
            intrinsic!({
                let even = _mm512_shuffle_f32x4::<0b10_00_10_00>(a, b);
                _mm512_max_ps(even, _mm512_shuffle_f32x4::<0b11_01_11_01>(a, b))
            })
        };
        let [a, b, c, d] = fours;
        halve(halve(a, b), halve(c, d))
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
    fn store_bytes(self, a: __m512i, bytes: &mut [u8; LANES]) {
        intrinsic!(_mm_storeu_si128(
            bytes.as_mut_ptr().cast(),
            _mm512_cvtepi32_epi8(a)
        ));
    }
    #[inline(always)]
    fn store_words(self, a: __m512i, words: &mut [i16; LANES]) {
        intrinsic!(_mm256_storeu_si256(
            words.as_mut_ptr().cast(),
            _mm512_cvtepi32_epi16(a)
        ));
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
    fn prefetch(self, bytes: &[i8]) {
        for line in bytes.chunks(64) {
            intrinsic!(_mm_prefetch::<_MM_HINT_T1>(line.as_ptr()));
        }
    }
    #[inline(always)]
    fn dot(self, rows: Rows<'_, u8>, panel: Panel<'_, i8>, depth: usize, sums: Sums<'_>) {
        check_dot(&rows, &panel, (depth, GROUP), &sums);
        let tile = Tile {
            rows: rows.values.as_ptr(),
            stride: rows.stride,
            weights: panel.weights.as_ptr().cast(),
            start: panel.start,
            steps: depth / GROUP,
            sums: sums.values.as_mut_ptr(),
            sum_stride: sums.stride,
        };
        // SAFETY: `self` proves the instructions; `check_dot` has seen that `count` rows of `depth`
        // activations, the panel and the sums are within their slices.
        unsafe { dot_tile::<false>(tile, rows.count) }
    }
    #[inline(always)]
    fn dot_words(self, rows: Rows<'_, i16>, panel: Panel<'_, i16>, depth: usize, sums: Sums<'_>) {
        check_dot(&rows, &panel, (depth, PAIR), &sums);
        let tile = Tile {
            rows: rows.values.as_ptr().cast(),
            stride: rows.stride * size_of::<i16>(),
            weights: panel.weights.as_ptr().cast(),
            start: panel.start,
            steps: depth / PAIR,
            sums: sums.values.as_mut_ptr(),
            sum_stride: sums.stride,
        };
        // SAFETY: as in `dot`.
        unsafe { dot_tile::<true>(tile, rows.count) }
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

/// Rows and a panel, in steps of four bytes of a row and 128 of the panel.
#[derive(Clone, Copy)]
struct Tile<'a> {
    rows: *const u8,
    /// In bytes.
    stride: usize,
    weights: *const u8,
    start: Option<&'a [i32; PANEL]>,
    steps: usize,
    sums: *mut i32,
    sum_stride: usize,
}

/// [`dot_rows`] of `count` rows.
///
/// # Safety
///
/// The machine has AVX-512 VNNI, and all of `tile` that `count` rows need is within its slices.
#[inline(always)]
unsafe fn dot_tile<const WORDS: bool>(tile: Tile<'_>, count: usize) {
    // SAFETY: the caller's promise, handed on.
    unsafe {
        match count {
            1 => dot_rows::<1, WORDS>(tile),
            2 => dot_rows::<2, WORDS>(tile),
            3 => dot_rows::<3, WORDS>(tile),
            4 => dot_rows::<4, WORDS>(tile),
            5 => dot_rows::<5, WORDS>(tile),
            6 => dot_rows::<6, WORDS>(tile),
            7 => dot_rows::<7, WORDS>(tile),
            8 => dot_rows::<8, WORDS>(tile),
            9 => dot_rows::<9, WORDS>(tile),
            10 => dot_rows::<10, WORDS>(tile),
            11 => dot_rows::<11, WORDS>(tile),
            _ => dot_rows::<ROWS, WORDS>(tile),
        }
    }
}

/// The product of `COUNT` rows with a panel, all sums in registers: unsigned with signed bytes, or words.
///
/// # Safety
///
/// The machine has AVX-512 VNNI, and all of `tile` that `COUNT` rows need is within its slices.
#[target_feature(enable = "avx512f,avx512vnni")]
unsafe fn dot_rows<const COUNT: usize, const WORDS: bool>(tile: Tile<'_>) {
    const STEP: usize = size_of::<i32>();
    const AHEAD: usize = 2048;
    // SAFETY: the caller's promise covers every offset.
    unsafe {
        let mut total = [[_mm512_setzero_si512(); 2]; COUNT];
        for (row, total) in total.iter_mut().enumerate() {
            let from = match tile.start {
                Some(start) => start.as_ptr(),
                None => tile.sums.add(row * tile.sum_stride).cast_const(),
            };
            total[0] = _mm512_loadu_si512(from.cast());
            total[1] = _mm512_loadu_si512(from.add(LANES).cast());
        }
        let mut weights = tile.weights;
        // A pointer for every three rows: two of three addresses are then free, where the compiler would
        // otherwise add up all of them one after another.
        let mut triples = [tile.rows; ROWS / 3];
        for (index, triple) in triples.iter_mut().enumerate() {
            *triple = opaque(triple.wrapping_add(3 * index * tile.stride));
        }
        for _ in 0..tile.steps {
            _mm_prefetch::<_MM_HINT_T0>(weights.wrapping_add(AHEAD).cast());
            _mm_prefetch::<_MM_HINT_T0>(weights.wrapping_add(AHEAD + 64).cast());
            let low = _mm512_loadu_si512(weights.cast());
            let high = _mm512_loadu_si512(weights.add(STEP * LANES).cast());
            for (row, total) in total.iter_mut().enumerate() {
                let inputs = triples[row / 3]
                    .add(row % 3 * tile.stride)
                    .cast::<[u8; STEP]>();
                let inputs = _mm512_set1_epi32(i32::from_ne_bytes(inputs.read()));
                if WORDS {
                    total[0] = _mm512_dpwssd_epi32(total[0], inputs, low);
                    total[1] = _mm512_dpwssd_epi32(total[1], inputs, high);
                } else {
                    total[0] = _mm512_dpbusd_epi32(total[0], inputs, low);
                    total[1] = _mm512_dpbusd_epi32(total[1], inputs, high);
                }
            }
            for triple in &mut triples {
                *triple = triple.wrapping_add(STEP);
            }
            weights = weights.add(STEP * PANEL);
        }
        for (row, total) in total.iter().enumerate() {
            let to = tile.sums.add(row * tile.sum_stride);
            _mm512_storeu_si512(to.cast(), total[0]);
            _mm512_storeu_si512(to.add(LANES).cast(), total[1]);
        }
    }
}

/// The same pointer, of which the compiler does not know where it comes from.
#[inline(always)]
fn opaque(mut pointer: *const u8) -> *const u8 {
    // SAFETY: no instruction is executed.
    unsafe {
        asm!("/* {0} */", inout(reg) pointer, options(pure, readonly, nostack, preserves_flags));
    };
    pointer
}
