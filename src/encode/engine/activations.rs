//! Activations as bytes: what the integer kernels multiply.

use super::buffer::AlignedBuffer;
use super::functions::ACCUMULATORS;
use super::kernel::{LANES, Simd};

/// How rows of numbers become bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// Numbers of either sign: 0 becomes 128, the largest magnitude ±127.
    Symmetric,
    /// Numbers from -0.17 on, as GELU gives them: 0 becomes 16, the largest 255. Almost the whole byte is
    /// left for the positive numbers.
    Gelu,
}

impl Range {
    /// The byte that stands for zero.
    pub(super) fn zero(self) -> i32 {
        match self {
            Self::Symmetric => 128,
            Self::Gelu => 16,
        }
    }

    /// What one step of the byte is worth, given the largest number (for `Symmetric`, magnitude).
    #[inline(always)]
    fn step(self, largest: f32) -> f32 {
        match self {
            Self::Symmetric => largest * (1.0 / 127.0),
            Self::Gelu => (largest * (1.0 / 239.0)).max(0.171 / 16.0),
        }
    }
}

/// Rows of bytes; every `block` of a row has a scale of its own.
#[derive(Debug, Default)]
pub(super) struct QuantizedRows {
    pub(super) bytes: AlignedBuffer<u8>,
    pub(super) scales: AlignedBuffer<f32>,
    pub(super) width: usize,
    pub(super) block: usize,
}

impl QuantizedRows {
    /// Makes room for `rows` rows.
    pub(super) fn reserve(&mut self, rows: usize, width: usize, block: usize) {
        (self.width, self.block) = (width, block);
        self.bytes.reserve(rows * width);
        self.scales.reserve(rows * (width / block));
    }

    /// How many scales a row has.
    #[inline(always)]
    pub(super) fn blocks(&self) -> usize {
        self.width / self.block
    }

    /// Sets row `row` to the bytes and scales of `values`.
    #[inline(always)]
    pub(super) fn set_row<S: Simd>(&mut self, simd: S, row: usize, values: &[f32], range: Range) {
        let blocks = self.blocks();
        let bytes = &mut self.bytes[row * self.width..][..self.width];
        for block in 0..blocks {
            let span = block * self.block..(block + 1) * self.block;
            let scale = quantize(simd, &values[span.clone()], &mut bytes[span], range);
            self.scales[row * blocks + block] = scale;
        }
    }
}

/// Writes `values` as bytes and gives the scale.
#[inline(always)]
fn quantize<S: Simd>(simd: S, values: &[f32], bytes: &mut [u8], range: Range) -> f32 {
    let (values, _) = values.as_chunks::<LANES>();
    let (bytes, _) = bytes.as_chunks_mut::<LANES>();
    let (scale, inverse) = scale_of(range, largest(simd, values, range));
    let inverse = simd.splat(inverse);
    for (values, bytes) in values.iter().zip(bytes) {
        let nearest = simd.round(simd.mul(simd.load(values), inverse));
        simd.store_bytes(simd.add_int(nearest, range.zero()), bytes);
    }
    scale
}

/// The largest number or, of a symmetric range, magnitude; 0 if all are below.
#[inline(always)]
fn largest<S: Simd>(simd: S, values: &[[f32; LANES]], range: Range) -> f32 {
    let mut largest = [simd.splat(0.0); ACCUMULATORS];
    for values in values.chunks(ACCUMULATORS) {
        for (largest, values) in largest.iter_mut().zip(values) {
            let mut value = simd.load(values);
            if range == Range::Symmetric {
                value = simd.abs(value);
            }
            *largest = simd.max(value, *largest);
        }
    }
    let [a, b, c, d] = largest;
    simd.largest(simd.max(simd.max(a, b), simd.max(c, d)))
}

/// The scale for numbers up to `largest`, and its inverse.
#[inline(always)]
fn scale_of(range: Range, largest: f32) -> (f32, f32) {
    let scale = range.step(largest);
    (scale, 1.0 / scale.max(f32::MIN_POSITIVE))
}

/// [`scale_of`] of sixteen symmetric ranges.
#[inline(always)]
pub(super) fn scales_of<S: Simd>(simd: S, largest: S::Float) -> ([f32; LANES], [f32; LANES]) {
    let (mut scales, mut inverses) = ([0.0; LANES], [0.0; LANES]);
    let scale = simd.mul(largest, simd.splat(1.0 / 127.0));
    let divisor = simd.max(scale, simd.splat(f32::MIN_POSITIVE));
    simd.store(scale, &mut scales);
    simd.store(simd.div(simd.splat(1.0), divisor), &mut inverses);
    (scales, inverses)
}
