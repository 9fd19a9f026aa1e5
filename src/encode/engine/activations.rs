//! Activations as bytes: what the integer kernels multiply.

use super::buffer::AlignedBuffer;
use super::kernel::{BYTES, LANES, Simd};

/// How rows of numbers become bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// From the row's smallest number to its largest.
    Whole,
    /// From the smallest number that GELU gives to the row's largest.
    Gelu,
}

/// A little below GELU's minimum, -0.17.
pub(super) const GELU_LEAST: f32 = -0.1705;

/// Rows of bytes: byte `b` of a row stands for `lows[row] + steps[row] * b`.
#[derive(Debug, Default)]
pub(super) struct QuantizedRows {
    pub(super) bytes: AlignedBuffer<u8>,
    pub(super) lows: AlignedBuffer<f32>,
    pub(super) steps: AlignedBuffer<f32>,
    pub(super) width: usize,
}

impl QuantizedRows {
    /// Makes room for `rows` rows.
    pub(super) fn reserve(&mut self, rows: usize, width: usize) {
        self.width = width;
        self.bytes.reserve(rows * width);
        self.lows.reserve(rows);
        self.steps.reserve(rows);
    }
}

/// The smallest and largest numbers of sixteen rows, lane by lane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extremes {
    pub(super) least: [[f32; LANES]; LANES],
    pub(super) largest: [[f32; LANES]; LANES],
}

impl Extremes {
    pub(super) fn new() -> Self {
        Self {
            least: [[0.0; LANES]; LANES],
            largest: [[0.0; LANES]; LANES],
        }
    }

    /// Notes the numbers of row `slot`.
    #[inline(always)]
    pub(super) fn note<S: Simd>(&mut self, simd: S, slot: usize, values: &[[f32; LANES]]) {
        let first = simd.load(&values[0]);
        let (mut least, mut largest) = ([first; 2], [first; 2]);
        for pair in values.as_chunks::<2>().0 {
            for half in 0..2 {
                let value = simd.load(&pair[half]);
                least[half] = simd.min(value, least[half]);
                largest[half] = simd.max(value, largest[half]);
            }
        }
        simd.store(simd.min(least[0], least[1]), &mut self.least[slot]);
        simd.store(simd.max(largest[0], largest[1]), &mut self.largest[slot]);
    }
}

/// How the numbers of sixteen rows become bytes: `number * inverse + shift`, rounded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Conversion {
    low: [f32; LANES],
    step: [f32; LANES],
    inverse: [f32; LANES],
    shift: [f32; LANES],
}

impl Conversion {
    #[inline(always)]
    pub(super) fn new<S: Simd>(simd: S, range: Range, extremes: &Extremes) -> Self {
        let low = match range {
            Range::Whole => simd.least_of_each(&extremes.least),
            Range::Gelu => simd.splat(GELU_LEAST),
        };
        let largest = simd.largest_of_each(&extremes.largest);
        let step = simd.mul(simd.sub(largest, low), simd.splat(1.0 / 255.0));
        let step = simd.max(step, simd.splat(f32::MIN_POSITIVE));
        let inverse = simd.div(simd.splat(1.0), step);
        let shift = simd.mul(simd.sub(simd.splat(0.0), low), inverse);
        let mut conversion = Self {
            low: [0.0; LANES],
            step: [0.0; LANES],
            inverse: [0.0; LANES],
            shift: [0.0; LANES],
        };
        simd.store(low, &mut conversion.low);
        simd.store(step, &mut conversion.step);
        simd.store(inverse, &mut conversion.inverse);
        simd.store(shift, &mut conversion.shift);
        conversion
    }

    /// Sets `count` rows of `to` from `first` on; `values` gives the vectors of a row from a column on, an even
    /// number of them.
    #[inline(always)]
    pub(super) fn write<'a, S: Simd>(
        &self,
        simd: S,
        to: &mut QuantizedRows,
        (first, count): (usize, usize),
        values: impl Fn(usize, usize) -> &'a [[f32; LANES]; 2],
    ) {
        to.lows[first..first + count].copy_from_slice(&self.low[..count]);
        to.steps[first..first + count].copy_from_slice(&self.step[..count]);
        let width = to.width;
        for slot in 0..count {
            let (inverse, shift) = (simd.splat(self.inverse[slot]), simd.splat(self.shift[slot]));
            let convert = |value| simd.round(simd.mul_add(simd.load(value), inverse, shift));
            let bytes = &mut to.bytes[(first + slot) * width..][..width];
            let mut column = 0;
            let (pairs, last) = bytes.as_chunks_mut::<{ 2 * BYTES }>();
            for bytes in pairs {
                let [a, b] = values(slot, column).each_ref().map(convert);
                let [c, d] = values(slot, column + BYTES).each_ref().map(convert);
                let [low, high] = bytes.as_chunks_mut::<BYTES>().0 else {
                    unreachable!("two halves");
                };
                simd.store_bytes([a, b, c, d], 0, [low, high]);
                column += 2 * BYTES;
            }
            if let [bytes] = last.as_chunks_mut::<BYTES>().0 {
                let [a, b] = values(slot, column).each_ref().map(convert);
                simd.store_bytes([a, b, a, b], 0, [bytes, &mut [0; BYTES]]);
            }
        }
    }
}
