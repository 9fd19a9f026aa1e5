//! AVX2 with FMA (Intel from Haswell on, AMD from Zen on): bytes are widened, and words multiplied.

use std::arch::x86_64::{
    _mm256_add_epi32, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_set1_epi32,
    _mm256_setzero_si256, _mm256_storeu_si256,
};

use super::ymm::{Dot, Ymm};
use super::{Computation, GROUP, LANES, PANEL, Panel, Rows, Sums, check_dot};

/// Proof that this machine has AVX2 and FMA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Avx2(());

impl Avx2 {
    pub(super) fn detect() -> Option<Ymm<Self>> {
        let found = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        found.then_some(Ymm(Self(())))
    }
}

impl Dot for Avx2 {
    // Products of bytes would saturate sixteen bits.
    type Activation = i16;
    type Weight = i16;

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
    fn dot(self, rows: Rows<'_, i16>, panel: Panel<'_, i16>, depth: usize, sums: Sums<'_>) {
        check_dot(&rows, &panel, depth, &sums);
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
        fn inner<C: Computation>(simd: Ymm<Avx2>, computation: C) -> C::Output {
            computation.run(simd)
        }
        // SAFETY: `self` proves that the machine has these features.
        unsafe { inner(Ymm(self), computation) }
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
