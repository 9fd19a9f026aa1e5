//! AVX2 with FMA (Intel from Haswell on, AMD from Zen on).

use std::arch::x86_64::{
    __m256, __m256i, _MM_HINT_T1, _mm_add_ps, _mm_add_ss, _mm_cvtss_f32, _mm_max_ps, _mm_max_ss,
    _mm_movehdup_ps, _mm_movehl_ps, _mm_packus_epi16, _mm_prefetch, _mm_storeu_si128,
    _mm256_add_epi32, _mm256_add_ps, _mm256_and_si256, _mm256_andnot_ps, _mm256_blendv_ps,
    _mm256_castps_si256, _mm256_castps256_ps128, _mm256_castsi256_ps, _mm256_castsi256_si128,
    _mm256_cmpgt_epi32, _mm256_cvtepi32_ps, _mm256_cvtps_epi32, _mm256_div_ps,
    _mm256_extractf128_ps, _mm256_extracti128_si256, _mm256_fmadd_ps, _mm256_loadu_ps,
    _mm256_loadu_si256, _mm256_madd_epi16, _mm256_max_ps, _mm256_min_ps, _mm256_mul_ps,
    _mm256_packs_epi32, _mm256_packus_epi32, _mm256_permute4x64_epi64, _mm256_set1_epi32,
    _mm256_set1_ps, _mm256_setr_epi32, _mm256_setzero_si256, _mm256_slli_epi32, _mm256_storeu_ps,
    _mm256_storeu_si256, _mm256_sub_ps,
};

use super::{Computation, GROUP, LANES, PAIR, PANEL, Panel, Rows, Simd, Sums, check_dot};

/// Proof that this machine has AVX2 and FMA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Avx2(());

impl Avx2 {
    pub(super) fn detect() -> Option<Self> {
        let found = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
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

/// Sixteen `f32`.
#[derive(Clone, Copy)]
pub(in super::super) struct Floats(__m256, __m256);

/// Sixteen `i32`.
#[derive(Clone, Copy)]
pub(in super::super) struct Ints(__m256i, __m256i);

impl Simd for Avx2 {
    type Float = Floats;
    type Int = Ints;
    // Without VNNI, bytes are widened first: products of bytes would saturate sixteen bits.
    type Activation = i16;
    type Weight = i16;

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
        intrinsic!(Floats(_mm256_add_ps(a.0, b.0), _mm256_add_ps(a.1, b.1)))
    }
    #[inline(always)]
    fn sub(self, a: Floats, b: Floats) -> Floats {
        intrinsic!(Floats(_mm256_sub_ps(a.0, b.0), _mm256_sub_ps(a.1, b.1)))
    }
    #[inline(always)]
    fn mul(self, a: Floats, b: Floats) -> Floats {
        intrinsic!(Floats(_mm256_mul_ps(a.0, b.0), _mm256_mul_ps(a.1, b.1)))
    }
    #[inline(always)]
    fn mul_add(self, a: Floats, b: Floats, c: Floats) -> Floats {
        intrinsic!(Floats(
            _mm256_fmadd_ps(a.0, b.0, c.0),
            _mm256_fmadd_ps(a.1, b.1, c.1)
        ))
    }
    #[inline(always)]
    fn div(self, a: Floats, b: Floats) -> Floats {
        intrinsic!(Floats(_mm256_div_ps(a.0, b.0), _mm256_div_ps(a.1, b.1)))
    }
    #[inline(always)]
    fn max(self, a: Floats, b: Floats) -> Floats {
        intrinsic!(Floats(_mm256_max_ps(a.0, b.0), _mm256_max_ps(a.1, b.1)))
    }
    #[inline(always)]
    fn min(self, a: Floats, b: Floats) -> Floats {
        intrinsic!(Floats(_mm256_min_ps(a.0, b.0), _mm256_min_ps(a.1, b.1)))
    }
    #[inline(always)]
    fn abs(self, a: Floats) -> Floats {
        intrinsic!({
            let sign = _mm256_set1_ps(-0.0);
            Floats(_mm256_andnot_ps(sign, a.0), _mm256_andnot_ps(sign, a.1))
        })
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
    fn sum(self, a: Floats) -> f32 {
        intrinsic!({
            let a = _mm256_add_ps(a.0, a.1);
            let a = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps::<1>(a));
            let a = _mm_add_ps(a, _mm_movehl_ps(a, a));
            _mm_cvtss_f32(_mm_add_ss(a, _mm_movehdup_ps(a)))
        })
    }
    #[inline(always)]
    fn largest(self, a: Floats) -> f32 {
        intrinsic!({
            let a = _mm256_max_ps(a.0, a.1);
            let a = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps::<1>(a));
            let a = _mm_max_ps(a, _mm_movehl_ps(a, a));
            _mm_cvtss_f32(_mm_max_ss(a, _mm_movehdup_ps(a)))
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
        intrinsic!(Floats(_mm256_cvtepi32_ps(a.0), _mm256_cvtepi32_ps(a.1)))
    }
    #[inline(always)]
    fn round(self, a: Floats) -> Ints {
        intrinsic!(Ints(_mm256_cvtps_epi32(a.0), _mm256_cvtps_epi32(a.1)))
    }
    #[inline(always)]
    fn add_int(self, a: Ints, value: i32) -> Ints {
        intrinsic!({
            let value = _mm256_set1_epi32(value);
            Ints(_mm256_add_epi32(a.0, value), _mm256_add_epi32(a.1, value))
        })
    }
    #[inline(always)]
    fn store_bytes(self, a: Ints, bytes: &mut [u8; LANES]) {
        intrinsic!({
            let low = _mm256_set1_epi32(0xff);
            let words = _mm256_packus_epi32(_mm256_and_si256(a.0, low), _mm256_and_si256(a.1, low));
            let words = _mm256_permute4x64_epi64::<0b11_01_10_00>(words);
            let packed = _mm_packus_epi16(
                _mm256_castsi256_si128(words),
                _mm256_extracti128_si256::<1>(words),
            );
            _mm_storeu_si128(bytes.as_mut_ptr().cast(), packed);
        });
    }
    #[inline(always)]
    fn store_words(self, a: Ints, words: &mut [i16; LANES]) {
        intrinsic!({
            let packed = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi32(a.0, a.1));
            _mm256_storeu_si256(words.as_mut_ptr().cast(), packed);
        });
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
    fn activations<'a>(self, bytes: &'a [u8], scratch: &'a mut Vec<i16>) -> &'a [i16] {
        scratch.clear();
        scratch.extend(bytes.iter().map(|&byte| i16::from(byte)));
        scratch
    }
    /// Pairs of inputs instead of groups of four: `[input / 2][output][input % 2]`.
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
    fn prefetch(self, bytes: &[i8]) {
        for line in bytes.chunks(64) {
            intrinsic!(_mm_prefetch::<_MM_HINT_T1>(line.as_ptr()));
        }
    }
    #[inline(always)]
    fn dot(self, rows: Rows<'_, i16>, panel: Panel<'_, i16>, depth: usize, sums: Sums<'_>) {
        self.dot_words(rows, panel, depth, sums);
    }
    #[inline(always)]
    fn dot_words(self, rows: Rows<'_, i16>, panel: Panel<'_, i16>, depth: usize, sums: Sums<'_>) {
        check_dot(&rows, &panel, (depth, PAIR), &sums);
        let mut row = 0;
        while row < rows.count {
            let count = (rows.count - row).min(REGISTER_ROWS);
            for half in 0..PANEL / LANES {
                let tile = Tile {
                    activations: rows.values[row * rows.stride..].as_ptr(),
                    activation_stride: rows.stride,
                    weights: panel.weights[half * 2 * LANES..].as_ptr(),
                    start: panel.start.map(|start| &start.as_chunks::<LANES>().0[half]),
                    sums: sums.values[row * sums.stride + half * LANES..].as_mut_ptr(),
                    sum_stride: sums.stride,
                };
                // SAFETY: `self` proves the instructions; `check_dot` has seen that all rows, the
                // panel and the sums are within their slices, and this tile is a part of them.
                unsafe {
                    match count {
                        1 => dot_tile::<1>(tile, depth),
                        2 => dot_tile::<2>(tile, depth),
                        3 => dot_tile::<3>(tile, depth),
                        _ => dot_tile::<REGISTER_ROWS>(tile, depth),
                    }
                }
            }
            row += count;
        }
    }

    #[inline(always)]
    fn vectorize<C: Computation>(self, computation: C) -> C::Output {
        #[target_feature(enable = "avx2,fma")]
        fn inner<C: Computation>(simd: Avx2, computation: C) -> C::Output {
            computation.run(simd)
        }
        // SAFETY: `self` proves that the machine has these features.
        unsafe { inner(self, computation) }
    }
}

/// How many rows' sums fit sixteen registers beside what is being multiplied.
const REGISTER_ROWS: usize = 4;

/// A few rows times half a panel.
#[derive(Clone, Copy)]
struct Tile<'a> {
    activations: *const i16,
    activation_stride: usize,
    weights: *const i16,
    start: Option<&'a [i32; LANES]>,
    sums: *mut i32,
    sum_stride: usize,
}

/// The products of `COUNT` rows with sixteen outputs.
///
/// # Safety
///
/// The machine has AVX2. `depth` is even; there are `COUNT` rows of `depth` activations, the panel has
/// `depth` inputs from `weights` on, less the other half's last part, and `COUNT` rows of sixteen sums.
#[target_feature(enable = "avx2")]
unsafe fn dot_tile<const COUNT: usize>(tile: Tile<'_>, depth: usize) {
    // SAFETY: the caller's promise covers every offset.
    unsafe {
        let mut total = [[_mm256_setzero_si256(); 2]; COUNT];
        for (row, total) in total.iter_mut().enumerate() {
            let from = tile
                .start
                .map_or(tile.sums.add(row * tile.sum_stride).cast_const(), |start| {
                    start.as_ptr()
                });
            total[0] = _mm256_loadu_si256(from.cast());
            total[1] = _mm256_loadu_si256(from.add(8).cast());
        }
        for pair in 0..depth / 2 {
            let weights = tile.weights.add(pair * 2 * PANEL);
            let low = _mm256_loadu_si256(weights.cast());
            let high = _mm256_loadu_si256(weights.add(LANES).cast());
            for (row, total) in total.iter_mut().enumerate() {
                let inputs = tile
                    .activations
                    .add(row * tile.activation_stride + pair * 2);
                let inputs = _mm256_set1_epi32(inputs.cast::<i32>().read_unaligned());
                total[0] = _mm256_add_epi32(total[0], _mm256_madd_epi16(inputs, low));
                total[1] = _mm256_add_epi32(total[1], _mm256_madd_epi16(inputs, high));
            }
        }
        for (row, total) in total.iter().enumerate() {
            let to = tile.sums.add(row * tile.sum_stride);
            _mm256_storeu_si256(to.cast(), total[0]);
            _mm256_storeu_si256(to.add(8).cast(), total[1]);
        }
    }
}
