//! NEON with products of bytes (`dotprod`: optional from ARMv8.2, in every ARMv8.4; Apple M1, Graviton 2 and later).

use std::arch::aarch64::{
    float32x4_t, int8x16_t, int32x4_t, uint8x16_t, uint32x4_t, vabsq_f32, vaddq_f32, vaddq_s32,
    vaddq_u8, vbslq_f32, vcgtq_f32, vcgtq_s32, vcltq_f32, vcombine_s8, vcombine_s16,
    vcvtnq_s32_f32, vcvtq_f32_s32, vdivq_f32, vdupq_n_f32, vdupq_n_s8, vdupq_n_s32, vdupq_n_u8,
    vdupq_n_u32, veorq_u8, vfmaq_f32, vld1q_f32, vld1q_s8, vld1q_s32, vld1q_u8, vmovn_s16,
    vmovn_s32, vmulq_f32, vreinterpretq_f32_s32, vreinterpretq_s8_u8, vreinterpretq_s32_f32,
    vreinterpretq_u8_s8, vreinterpretq_u8_u32, vshlq_n_s32, vsqrtq_f32, vst1q_f32, vst1q_s32,
    vst1q_u8, vsubq_f32, vsubq_s32,
};
use std::arch::asm;

use super::{BYTES, Computation, GROUP, LANES, PANEL, Panel, Rows, Simd, Sums, check_dot};

/// Proof that this machine has NEON with `dotprod`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Neon(());

impl Neon {
    pub(super) fn detect() -> Option<Self> {
        let found = std::arch::is_aarch64_feature_detected!("neon")
            && std::arch::is_aarch64_feature_detected!("dotprod");
        found.then_some(Self(()))
    }
}

/// How many numbers of 32 bits a register has.
const WIDTH: usize = 4;

/// How many registers a vector takes.
const REGISTERS: usize = LANES / WIDTH;

/// Sixteen `f32`.
#[derive(Clone, Copy)]
pub(in super::super) struct Floats([float32x4_t; REGISTERS]);

/// Sixteen `i32`.
#[derive(Clone, Copy)]
pub(in super::super) struct Ints([int32x4_t; REGISTERS]);

/// An expression for every register, as a vector; a closure would be compiled for the oldest machine.
macro_rules! each {
    ($vector:ident, $index:ident => $call:expr) => {
        $vector([
            {
                let $index = 0;
                intrinsic!($call)
            },
            {
                let $index = 1;
                intrinsic!($call)
            },
            {
                let $index = 2;
                intrinsic!($call)
            },
            {
                let $index = 3;
                intrinsic!($call)
            },
        ])
    };
}

impl Simd for Neon {
    type Float = Floats;
    type Int = Ints;
    type Activation = u8;
    type Weight = i8;

    #[inline(always)]
    fn splat(self, value: f32) -> Floats {
        Floats([intrinsic!(vdupq_n_f32(value)); REGISTERS])
    }
    #[inline(always)]
    fn load(self, values: &[f32; LANES]) -> Floats {
        let (quarters, _) = values.as_chunks::<WIDTH>();
        each!(Floats, part => vld1q_f32(quarters[part].as_ptr()))
    }
    #[inline(always)]
    fn store(self, vector: Floats, values: &mut [f32; LANES]) {
        let (quarters, _) = values.as_chunks_mut::<WIDTH>();
        for (quarter, register) in quarters.iter_mut().zip(vector.0) {
            intrinsic!(vst1q_f32(quarter.as_mut_ptr(), register));
        }
    }
    #[inline(always)]
    fn add(self, a: Floats, b: Floats) -> Floats {
        each!(Floats, part => vaddq_f32(a.0[part], b.0[part]))
    }
    #[inline(always)]
    fn sub(self, a: Floats, b: Floats) -> Floats {
        each!(Floats, part => vsubq_f32(a.0[part], b.0[part]))
    }
    #[inline(always)]
    fn mul(self, a: Floats, b: Floats) -> Floats {
        each!(Floats, part => vmulq_f32(a.0[part], b.0[part]))
    }
    #[inline(always)]
    fn mul_add(self, a: Floats, b: Floats, c: Floats) -> Floats {
        each!(Floats, part => vfmaq_f32(c.0[part], a.0[part], b.0[part]))
    }
    #[inline(always)]
    fn div(self, a: Floats, b: Floats) -> Floats {
        each!(Floats, part => vdivq_f32(a.0[part], b.0[part]))
    }
    #[inline(always)]
    fn sqrt(self, a: Floats) -> Floats {
        each!(Floats, part => vsqrtq_f32(a.0[part]))
    }
    // The machine's own maximum and minimum have another opinion of what does not compare.
    #[inline(always)]
    fn max(self, a: Floats, b: Floats) -> Floats {
        each!(Floats, part => vbslq_f32(vcgtq_f32(a.0[part], b.0[part]), a.0[part], b.0[part]))
    }
    #[inline(always)]
    fn min(self, a: Floats, b: Floats) -> Floats {
        each!(Floats, part => vbslq_f32(vcltq_f32(a.0[part], b.0[part]), a.0[part], b.0[part]))
    }
    #[inline(always)]
    fn abs(self, a: Floats) -> Floats {
        each!(Floats, part => vabsq_f32(a.0[part]))
    }
    #[inline(always)]
    fn keep_first(self, count: usize, a: Floats, fill: f32) -> Floats {
        const PLACES: [i32; LANES] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
        let count = i32::try_from(count).unwrap_or(i32::MAX);
        let (count, fill) = intrinsic!((vdupq_n_s32(count), vdupq_n_f32(fill)));
        let places = self.load_int(&PLACES);
        each!(Floats, part => {
            let kept: uint32x4_t = vcgtq_s32(count, places.0[part]);
            vbslq_f32(kept, a.0[part], fill)
        })
    }

    #[inline(always)]
    fn load_int(self, values: &[i32; LANES]) -> Ints {
        let (quarters, _) = values.as_chunks::<WIDTH>();
        each!(Ints, part => vld1q_s32(quarters[part].as_ptr()))
    }
    #[inline(always)]
    fn to_float(self, a: Ints) -> Floats {
        each!(Floats, part => vcvtq_f32_s32(a.0[part]))
    }
    #[inline(always)]
    fn round(self, a: Floats) -> Ints {
        each!(Ints, part => vcvtnq_s32_f32(a.0[part]))
    }
    #[inline(always)]
    fn store_bytes(self, vectors: [Ints; 4], zero: u8, to: [&mut [u8; BYTES]; 2]) {
        let halves = to.map(|to| to.as_chunks_mut::<LANES>().0);
        for (Ints([a, b, c, d]), to) in vectors.into_iter().zip(halves.into_iter().flatten()) {
            intrinsic!({
                let low = vmovn_s16(vcombine_s16(vmovn_s32(a), vmovn_s32(b)));
                let high = vmovn_s16(vcombine_s16(vmovn_s32(c), vmovn_s32(d)));
                let bytes = vreinterpretq_u8_s8(vcombine_s8(low, high));
                vst1q_u8(to.as_mut_ptr(), vaddq_u8(bytes, vdupq_n_u8(zero)));
            });
        }
    }
    #[inline(always)]
    fn scale_by_power(self, a: Floats, shifted_n: Floats) -> Floats {
        each!(Floats, part => {
            let power = vshlq_n_s32::<23>(vreinterpretq_s32_f32(shifted_n.0[part]));
            vreinterpretq_f32_s32(vaddq_s32(vreinterpretq_s32_f32(a.0[part]), power))
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
        for half in 0..PANEL / LANES {
            let weights = panel.weights[half * GROUP * LANES..].as_ptr();
            // SAFETY: `self` proves the instructions; `check_dot` has seen that the panel is in its slice.
            let zero = unsafe { dot_zero(weights, depth) };
            let mut row = 0;
            while row < rows.count {
                let count = (rows.count - row).min(REGISTER_ROWS);
                let tile = Tile {
                    activations: rows.values[row * rows.stride..].as_ptr(),
                    activation_stride: rows.stride,
                    weights,
                    start: panel.start.map(|start| &start.as_chunks::<LANES>().0[half]),
                    zero,
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
                row += count;
            }
        }
    }

    #[inline(always)]
    fn vectorize<C: Computation>(self, computation: C) -> C::Output {
        #[target_feature(enable = "neon,dotprod")]
        fn inner<C: Computation>(simd: Neon, computation: C) -> C::Output {
            computation.run(simd)
        }
        // SAFETY: `self` proves that the machine has these features.
        unsafe { inner(self, computation) }
    }
}

/// How many rows' sums fit 32 registers beside what is being multiplied.
const REGISTER_ROWS: usize = 4;

/// How many bytes a register has.
const REGISTER_BYTES: usize = WIDTH * GROUP;

/// What is taken from activations, since there are no products of unsigned with signed bytes; its own products with
/// the weights are added again.
const OFFSET: i8 = -128;

/// A few rows times half a panel.
#[derive(Clone, Copy)]
struct Tile<'a> {
    activations: *const u8,
    activation_stride: usize,
    weights: *const i8,
    start: Option<&'a [i32; LANES]>,
    /// [`OFFSET`] times the sum of each output's weights.
    zero: [int32x4_t; REGISTERS],
    sums: *mut i32,
    sum_stride: usize,
}

/// The sums of each output's weights, times [`OFFSET`].
///
/// # Safety
///
/// The machine has `dotprod`, `depth` is whole groups, and the panel has `depth` inputs from `weights` on, less the other
/// half's last part.
#[target_feature(enable = "neon,dotprod")]
unsafe fn dot_zero(weights: *const i8, depth: usize) -> [int32x4_t; REGISTERS] {
    let mut total = [vdupq_n_s32(0); REGISTERS];
    let offset = vdupq_n_s8(OFFSET);
    for group in 0..depth / GROUP {
        for (part, total) in total.iter_mut().enumerate() {
            let offset_in_panel = group * GROUP * PANEL + part * REGISTER_BYTES;
            // SAFETY: the caller's promise.
            let weights = unsafe { vld1q_s8(weights.add(offset_in_panel)) };
            *total = dot_lane::<0>(*total, weights, offset);
        }
    }
    total
}

/// The products of `COUNT` rows with sixteen outputs.
///
/// # Safety
///
/// The machine has `dotprod`. `depth` is whole groups; there are `COUNT` rows of `depth` activations, the panel has
/// `depth` inputs from `weights` on, less the other half's last part, and `COUNT` rows of sixteen sums.
#[target_feature(enable = "neon,dotprod")]
unsafe fn dot_tile<const COUNT: usize>(tile: Tile<'_>, depth: usize) {
    // SAFETY: the caller's promise covers every offset.
    unsafe {
        let mut total = start_sums::<COUNT>(tile);
        let whole = depth / REGISTER_BYTES * REGISTER_BYTES;
        for input in (0..whole).step_by(REGISTER_BYTES) {
            let mut inputs = [vdupq_n_s8(0); COUNT];
            for (row, inputs) in inputs.iter_mut().enumerate() {
                let bytes = tile.activations.add(row * tile.activation_stride + input);
                *inputs = signed(vld1q_u8(bytes));
            }
            let weights = tile.weights.add(input * PANEL);
            dot_group::<0, COUNT>(&mut total, weights, &inputs);
            dot_group::<1, COUNT>(&mut total, weights.add(GROUP * PANEL), &inputs);
            dot_group::<2, COUNT>(&mut total, weights.add(2 * GROUP * PANEL), &inputs);
            dot_group::<3, COUNT>(&mut total, weights.add(3 * GROUP * PANEL), &inputs);
        }
        for input in (whole..depth).step_by(GROUP) {
            let mut inputs = [vdupq_n_s8(0); COUNT];
            for (row, inputs) in inputs.iter_mut().enumerate() {
                let bytes = tile.activations.add(row * tile.activation_stride + input);
                let four = bytes.cast::<u32>().read_unaligned();
                *inputs = signed(vreinterpretq_u8_u32(vdupq_n_u32(four)));
            }
            dot_group::<0, COUNT>(&mut total, tile.weights.add(input * PANEL), &inputs);
        }
        for (row, total) in total.iter().enumerate() {
            for (part, &total) in total.iter().enumerate() {
                vst1q_s32(tile.sums.add(row * tile.sum_stride + part * WIDTH), total);
            }
        }
    }
}

/// What the sums of `COUNT` rows begin with, less what [`OFFSET`] adds to them.
///
/// # Safety
///
/// There are `COUNT` rows of sixteen sums.
#[inline]
#[target_feature(enable = "neon,dotprod")]
unsafe fn start_sums<const COUNT: usize>(tile: Tile<'_>) -> [[int32x4_t; REGISTERS]; COUNT] {
    let mut total = [[vdupq_n_s32(0); REGISTERS]; COUNT];
    for (row, total) in total.iter_mut().enumerate() {
        let there = tile.sums.wrapping_add(row * tile.sum_stride).cast_const();
        let from = tile.start.map_or(there, |start| start.as_ptr());
        for (part, total) in total.iter_mut().enumerate() {
            // SAFETY: the caller's promise, or sixteen numbers of a start.
            let start = unsafe { vld1q_s32(from.add(part * WIDTH)) };
            *total = vsubq_s32(start, tile.zero[part]);
        }
    }
    total
}

/// Activations, less 128.
#[inline]
#[target_feature(enable = "neon")]
fn signed(bytes: uint8x16_t) -> int8x16_t {
    vreinterpretq_s8_u8(veorq_u8(bytes, vdupq_n_u8(OFFSET.cast_unsigned())))
}

/// Adds the products of four inputs, those of the registers' part `LANE`, with sixteen outputs.
///
/// # Safety
///
/// There are four times sixteen weights from `weights` on.
#[inline]
#[target_feature(enable = "neon,dotprod")]
unsafe fn dot_group<const LANE: u8, const COUNT: usize>(
    total: &mut [[int32x4_t; REGISTERS]; COUNT],
    weights: *const i8,
    inputs: &[int8x16_t; COUNT],
) {
    for part in 0..REGISTERS {
        // SAFETY: the caller's promise.
        let weights = unsafe { vld1q_s8(weights.add(part * REGISTER_BYTES)) };
        for (total, &inputs) in total.iter_mut().zip(inputs) {
            total[part] = dot_lane::<LANE>(total[part], weights, inputs);
        }
    }
}

/// Adds to each of four sums the products of four weights with the four inputs of part `LANE`. The compiler's own name
/// for the instruction is not stable yet (rust-lang/rust#117224).
#[inline]
#[target_feature(enable = "neon,dotprod")]
fn dot_lane<const LANE: u8>(
    mut total: int32x4_t,
    weights: int8x16_t,
    inputs: int8x16_t,
) -> int32x4_t {
    // SAFETY: the instruction reads and writes registers alone, and the function's features have it.
    unsafe {
        asm!(
            "sdot {total:v}.4s, {weights:v}.16b, {inputs:v}.4b[{lane}]",
            total = inout(vreg) total,
            weights = in(vreg) weights,
            inputs = in(vreg) inputs,
            lane = const LANE,
            options(pure, nomem, nostack, preserves_flags)
        );
    }
    total
}
