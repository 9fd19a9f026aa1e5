//! AVX-VNNI: products of bytes in 256-bit registers (Intel from Alder Lake on, AMD from Zen 5 on).

use std::arch::x86_64::{
    _mm256_dpbusd_avx_epi32, _mm256_loadu_si256, _mm256_set1_epi32, _mm256_setzero_si256,
    _mm256_storeu_si256,
};

use super::ymm::{Dot, Ymm};
use super::{Computation, GROUP, LANES, PANEL, Panel, Rows, Sums, check_dot};

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

impl Dot for AvxVnni {
    type Activation = u8;
    type Weight = i8;

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
        let mut row = 0;
        while row < rows.count {
            let count = (rows.count - row).min(REGISTER_ROWS);
            for half in 0..PANEL / LANES {
                let tile = Tile {
                    activations: rows.values[row * rows.stride..].as_ptr(),
                    activation_stride: rows.stride,
                    weights: panel.weights[half * GROUP * LANES..].as_ptr(),
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
                        4 => dot_tile::<4>(tile, depth),
                        5 => dot_tile::<5>(tile, depth),
                        _ => dot_tile::<REGISTER_ROWS>(tile, depth),
                    }
                }
            }
            row += count;
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

/// How many rows' sums fit sixteen registers beside what is being multiplied.
const REGISTER_ROWS: usize = 6;

/// A few rows times half a panel.
#[derive(Clone, Copy)]
struct Tile<'a> {
    activations: *const u8,
    activation_stride: usize,
    weights: *const i8,
    start: Option<&'a [i32; LANES]>,
    sums: *mut i32,
    sum_stride: usize,
}

/// The products of `COUNT` rows with sixteen outputs.
///
/// # Safety
///
/// The machine has AVX-VNNI. `depth` is whole groups; there are `COUNT` rows of `depth` activations, the panel has
/// `depth` inputs from `weights` on, less the other half's last part, and `COUNT` rows of sixteen sums.
#[target_feature(enable = "avx2,avxvnni")]
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
        for group in 0..depth / GROUP {
            let weights = tile.weights.add(group * GROUP * PANEL);
            let low = _mm256_loadu_si256(weights.cast());
            let high = _mm256_loadu_si256(weights.add(GROUP * 8).cast());
            for (row, total) in total.iter_mut().enumerate() {
                let inputs = tile
                    .activations
                    .add(row * tile.activation_stride + group * GROUP);
                let inputs = _mm256_set1_epi32(inputs.cast::<i32>().read_unaligned());
                total[0] = _mm256_dpbusd_avx_epi32(total[0], inputs, low);
                total[1] = _mm256_dpbusd_avx_epi32(total[1], inputs, high);
            }
        }
        for (row, total) in total.iter().enumerate() {
            let to = tile.sums.add(row * tile.sum_stride);
            _mm256_storeu_si256(to.cast(), total[0]);
            _mm256_storeu_si256(to.add(8).cast(), total[1]);
        }
    }
}
