//! Arithmetic in pairs of 256-bit registers, for the instruction sets without larger ones.

use std::arch::x86_64::{
    __m256, __m256i, _mm256_add_epi16, _mm256_add_epi32, _mm256_add_ps, _mm256_andnot_ps,
    _mm256_blendv_ps, _mm256_castps_si256, _mm256_castsi256_ps, _mm256_cmpgt_epi32,
    _mm256_cvtepi32_ps, _mm256_cvtps_epi32, _mm256_div_ps, _mm256_fmadd_ps, _mm256_loadu_ps,
    _mm256_loadu_si256, _mm256_max_ps, _mm256_min_ps, _mm256_mul_ps, _mm256_packs_epi32,
    _mm256_packus_epi16, _mm256_permutevar8x32_epi32, _mm256_set1_epi16, _mm256_set1_epi32,
    _mm256_set1_ps, _mm256_setr_epi32, _mm256_setzero_si256, _mm256_slli_epi32, _mm256_sqrt_ps,
    _mm256_storeu_ps, _mm256_storeu_si256, _mm256_sub_ps,
};

use super::{BYTES, Computation, LANES, PANEL, Panel, Rows, Simd, Sums, check_dot};

/// How an instruction set with 256-bit registers multiplies bytes.
///
/// # Safety
///
/// A value exists only where the machine has AVX2 and FMA, and what else the type says.
pub(in super::super) unsafe trait Dot: Copy {
    type Activation: Copy;
    type Weight: Copy;
    /// Inputs of an output that lie together in a register: four bytes.
    const STEP: usize;
    /// How many rows' sums fit sixteen registers beside what is being multiplied.
    const REGISTER_ROWS: usize;

    fn activations<'a>(self, bytes: &'a [u8], scratch: &'a mut Vec<i16>) -> &'a [Self::Activation];
    /// Weights come as `[input / STEP][output][input % STEP]`.
    fn weights<'a>(self, bytes: &'a [i8], scratch: &'a mut Vec<i16>) -> &'a [Self::Weight];
    /// Adds to each of eight sums the products of [`Dot::STEP`] inputs; `#[inline(always)]`.
    fn add_products(self, sums: __m256i, inputs: __m256i, weights: __m256i) -> __m256i;
    /// [`Tile::multiply`] for `count` rows, at least one and at most [`Dot::REGISTER_ROWS`], compiled for these
    /// instructions.
    ///
    /// # Safety
    ///
    /// As there.
    unsafe fn multiply(self, tile: Tile<'_, Self>, count: usize, depth: usize);
    fn vectorize<C: Computation>(self, computation: C) -> C::Output;
}

/// A few rows times half a panel.
#[derive(Clone, Copy)]
pub(in super::super) struct Tile<'a, D: Dot> {
    activations: *const D::Activation,
    activation_stride: usize,
    weights: *const D::Weight,
    start: Option<&'a [i32; LANES]>,
    sums: *mut i32,
    sum_stride: usize,
}

impl<D: Dot> Tile<'_, D> {
    /// The products of `COUNT` rows with sixteen outputs.
    ///
    /// # Safety
    ///
    /// `depth` is whole groups; there are `COUNT` rows of `depth` activations, the panel has `depth` inputs from
    /// `weights` on, less the other half's last part, and `COUNT` rows of sixteen sums.
    #[inline(always)]
    pub(super) unsafe fn multiply<const COUNT: usize>(self, simd: D, depth: usize) {
        // SAFETY: `simd` proves the instructions; the caller's promise covers every offset.
        unsafe {
            let mut total = [[_mm256_setzero_si256(); 2]; COUNT];
            for (row, total) in total.iter_mut().enumerate() {
                let sums = self.sums.add(row * self.sum_stride).cast_const();
                let from = self.start.map_or(sums, |start| start.as_ptr());
                total[0] = _mm256_loadu_si256(from.cast());
                total[1] = _mm256_loadu_si256(from.add(LANES / 2).cast());
            }
            for step in 0..depth / D::STEP {
                let weights = self.weights.add(step * D::STEP * PANEL);
                let low = _mm256_loadu_si256(weights.cast());
                let high = _mm256_loadu_si256(weights.add(D::STEP * LANES / 2).cast());
                for (row, total) in total.iter_mut().enumerate() {
                    let inputs = row * self.activation_stride + step * D::STEP;
                    let inputs = self.activations.add(inputs).cast::<i32>();
                    let inputs = _mm256_set1_epi32(inputs.read_unaligned());
                    total[0] = simd.add_products(total[0], inputs, low);
                    total[1] = simd.add_products(total[1], inputs, high);
                }
            }
            for (row, total) in total.iter().enumerate() {
                let to = self.sums.add(row * self.sum_stride);
                _mm256_storeu_si256(to.cast(), total[0]);
                _mm256_storeu_si256(to.add(LANES / 2).cast(), total[1]);
            }
        }
    }
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
        const {
            assert!(D::STEP * size_of::<D::Activation>() == 4);
            assert!(D::STEP * size_of::<D::Weight>() == 4);
        }
        check_dot(&rows, &panel, depth, &sums);
        let mut row = 0;
        while row < rows.count {
            let count = (rows.count - row).min(D::REGISTER_ROWS);
            for half in 0..PANEL / LANES {
                let tile = Tile::<D> {
                    activations: rows.values[row * rows.stride..].as_ptr(),
                    activation_stride: rows.stride,
                    weights: panel.weights[half * D::STEP * LANES..].as_ptr(),
                    start: panel.start.map(|start| &start.as_chunks::<LANES>().0[half]),
                    sums: sums.values[row * sums.stride + half * LANES..].as_mut_ptr(),
                    sum_stride: sums.stride,
                };
                // SAFETY: `check_dot` has seen that all rows, the panel and the sums are within their slices, and this
                // tile is a part of them.
                unsafe { self.0.multiply(tile, count, depth) };
            }
            row += count;
        }
    }
    #[inline(always)]
    fn vectorize<C: Computation>(self, computation: C) -> C::Output {
        self.0.vectorize(computation)
    }
}
