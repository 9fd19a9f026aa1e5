//! AVX-512 with VNNI (Intel from Ice Lake on, AMD from Zen 4 on).

use std::arch::asm;
use std::arch::x86_64::{
    __m512, __m512i, _MM_HINT_T0, _mm_prefetch, _mm256_storeu_si256, _mm512_abs_ps,
    _mm512_add_epi16, _mm512_add_epi32, _mm512_add_ps, _mm512_castpd_ps, _mm512_castps_pd,
    _mm512_castps_si512, _mm512_castsi512_ps, _mm512_castsi512_si256, _mm512_cvtepi32_ps,
    _mm512_cvtps_epi32, _mm512_div_ps, _mm512_dpbusd_epi32, _mm512_extracti64x4_epi64,
    _mm512_fmadd_ps, _mm512_loadu_ps, _mm512_loadu_si512, _mm512_mask_blend_ps, _mm512_max_ps,
    _mm512_min_ps, _mm512_mul_ps, _mm512_packs_epi32, _mm512_packus_epi16,
    _mm512_permutexvar_epi32, _mm512_set1_epi16, _mm512_set1_epi32, _mm512_set1_ps,
    _mm512_setr_epi32, _mm512_setzero_si512, _mm512_shuffle_f32x4, _mm512_slli_epi32,
    _mm512_sqrt_ps, _mm512_storeu_ps, _mm512_storeu_si512, _mm512_sub_ps, _mm512_unpackhi_pd,
    _mm512_unpackhi_ps, _mm512_unpacklo_pd, _mm512_unpacklo_ps,
};

use super::{BYTES, Computation, GROUP, LANES, PANEL, Panel, ROWS, Rows, Simd, Sums, check_dot};

/// Proof that this machine has AVX-512 F, which comes with AVX2, BW, DQ, VL and VNNI, and FMA.
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
    fn sqrt(self, a: __m512) -> __m512 {
        intrinsic!(_mm512_sqrt_ps(a))
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
    fn sum_of_each(self, rows: &[[f32; LANES]; LANES]) -> __m512 {
        self.fold_each::<SUM>(rows)
    }
    #[inline(always)]
    fn largest_of_each(self, rows: &[[f32; LANES]; LANES]) -> __m512 {
        self.fold_each::<LARGEST>(rows)
    }
    #[inline(always)]
    fn least_of_each(self, rows: &[[f32; LANES]; LANES]) -> __m512 {
        self.fold_each::<LEAST>(rows)
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
    fn store_bytes(self, [a, b, c, d]: [__m512i; 4], zero: u8, to: [&mut [u8; BYTES]; 2]) {
        let [first, second] = to;
        intrinsic!({
            let zero = _mm512_set1_epi16(i16::from(zero));
            let low = _mm512_add_epi16(_mm512_packs_epi32(a, b), zero);
            let high = _mm512_add_epi16(_mm512_packs_epi32(c, d), zero);
            // Packing works within quarters of the register; this puts their parts in order.
            let order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
            let bytes = _mm512_permutexvar_epi32(order, _mm512_packus_epi16(low, high));
            _mm256_storeu_si256(first.as_mut_ptr().cast(), _mm512_castsi512_si256(bytes));
            let upper = _mm512_extracti64x4_epi64::<1>(bytes);
            _mm256_storeu_si256(second.as_mut_ptr().cast(), upper);
        });
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
        unsafe { dot_tile(tile, rows.count) }
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

/// What [`Avx512::fold_each`] does with two numbers.
const SUM: u8 = 0;
const LARGEST: u8 = 1;
const LEAST: u8 = 2;

impl Avx512 {
    #[inline(always)]
    fn combine<const WHAT: u8>(self, a: __m512, b: __m512) -> __m512 {
        match WHAT {
            SUM => self.add(a, b),
            LARGEST => self.max(a, b),
            _ => self.min(a, b),
        }
    }

    /// Folds sixteen rows at once, by transposing while halving.
    #[inline(always)]
    fn fold_each<const WHAT: u8>(self, rows: &[[f32; LANES]; LANES]) -> __m512 {
        let mut fours = [self.splat(0.0); 4];
        for (four, rows) in fours.iter_mut().zip(rows.as_chunks::<4>().0) {
            let [a, b, c, d] = rows;
            let (a, b, c, d) = (self.load(a), self.load(b), self.load(c), self.load(d));
            let (ab, cd) = intrinsic!((
                (_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b)),
                (_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d))
            ));
            let (ab, cd) = (
                self.combine::<WHAT>(ab.0, ab.1),
                self.combine::<WHAT>(cd.0, cd.1),
            );
            let (low, high) = intrinsic!({
                let (ab, cd) = (_mm512_castps_pd(ab), _mm512_castps_pd(cd));
                (
                    _mm512_castpd_ps(_mm512_unpacklo_pd(ab, cd)),
                    _mm512_castpd_ps(_mm512_unpackhi_pd(ab, cd)),
                )
            });
            *four = self.combine::<WHAT>(low, high);
        }
        let [a, b, c, d] = fours;
        let (ab, cd) = (self.halve::<WHAT>(a, b), self.halve::<WHAT>(c, d));
        self.halve::<WHAT>(ab, cd)
    }

    #[inline(always)]
    fn halve<const WHAT: u8>(self, a: __m512, b: __m512) -> __m512 {
        let (even, odd) = intrinsic!((
            _mm512_shuffle_f32x4::<0b10_00_10_00>(a, b),
            _mm512_shuffle_f32x4::<0b11_01_11_01>(a, b)
        ));
        self.combine::<WHAT>(even, odd)
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
unsafe fn dot_tile(tile: Tile<'_>, count: usize) {
    // SAFETY: the caller's promise, handed on.
    unsafe {
        match count {
            1 => dot_rows::<1>(tile),
            2 => dot_rows::<2>(tile),
            3 => dot_rows::<3>(tile),
            4 => dot_rows::<4>(tile),
            5 => dot_rows::<5>(tile),
            6 => dot_rows::<6>(tile),
            7 => dot_rows::<7>(tile),
            8 => dot_rows::<8>(tile),
            9 => dot_rows::<9>(tile),
            10 => dot_rows::<10>(tile),
            11 => dot_rows::<11>(tile),
            _ => dot_rows::<ROWS>(tile),
        }
    }
}

/// The product of `COUNT` rows with a panel, all sums in registers.
///
/// # Safety
///
/// The machine has AVX-512 VNNI, and all of `tile` that `COUNT` rows need is within its slices.
#[inline(never)] // once for all products, not once in each
#[target_feature(enable = "avx512f,avx512vnni")]
unsafe fn dot_rows<const COUNT: usize>(tile: Tile<'_>) {
    const STEP: usize = size_of::<i32>();
    // Bytes; past the end of a panel lies the next. With 2 KiB, and fetches of the next panel to the second-level
    // cache beside it, the products with 1,536 inputs took 4 % longer on Zen 4.
    const AHEAD: usize = 4096;
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
                total[0] = _mm512_dpbusd_epi32(total[0], inputs, low);
                total[1] = _mm512_dpbusd_epi32(total[1], inputs, high);
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
