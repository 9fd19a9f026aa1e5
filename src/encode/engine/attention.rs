//! Attention within one sequence, in integers but for the exponentials.
//!
//! Queries, keys and values are bytes with a scale for every token and head. The scale of a value goes into
//! its probability, and that is written as two bytes: with one, the many small probabilities of a long
//! sequence would vanish.

use super::activations::QuantizedRows;
use super::buffer::AlignedBuffer;
use super::functions::power_of_two;
use super::heads::{PackedHead, Source};
use super::kernel::{Computation, GROUP, LANES, PANEL, Panel, ROWS, Rows, Simd, Sums};

/// What the largest probability times the largest scale of a value is written as, in two bytes.
const PROBABILITY_STEPS: f32 = 65_280.0; // 255 * 256

/// Bytes of a probability.
const PLANES: usize = 2;

/// Memory for one head of one sequence.
#[derive(Debug, Default)]
pub(super) struct AttentionScratch {
    head: PackedHead,
    logits: AlignedBuffer<i32>,
    exponentials: AlignedBuffer<f32>,
    probabilities: AlignedBuffer<u8>,
    widened: [Vec<i16>; 4],
}

/// Writes the context of every token of a sequence: the mean of the values, weighted by attention.
#[derive(Debug)]
pub(super) struct Attend<'a> {
    /// Rows of queries, keys and values of all heads.
    pub(super) heads: &'a QuantizedRows,
    /// The sequence's first row.
    pub(super) first: usize,
    pub(super) length: usize,
    pub(super) scratch: &'a mut AttentionScratch,
    /// The sequence's rows, as wide as the model.
    pub(super) context: &'a mut [f32],
}

impl Computation for Attend<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let padded = self.length.next_multiple_of(PANEL);
        let AttentionScratch {
            head: packed,
            logits,
            exponentials,
            probabilities,
            widened: [wide_queries, wide_keys, wide_values, wide_probabilities],
        } = self.scratch;
        packed.reserve(padded);
        logits.reserve(padded * ROWS);
        exponentials.reserve(padded);
        probabilities.reserve(padded * ROWS * PLANES);

        let width = self.heads.width;
        let head_count = width / 3 / PANEL;
        let bytes = &self.heads.bytes[self.first * width..][..self.length * width];
        let queries = simd.activations(bytes, wide_queries);
        let source = Source {
            heads: self.heads,
            first: self.first,
            length: self.length,
        };
        for head in 0..head_count {
            packed.pack_keys(source, head_count + head);
            let largest_scale = packed.pack_values(source, 2 * head_count + head);
            let keys = simd.weights(&packed.keys[..padded * PANEL], wide_keys);
            let values = simd.weights(&packed.values[..padded * PANEL], wide_values);
            let weighing = Weighing {
                length: self.length,
                key_scales: &packed.key_scales,
                value_scales: &packed.value_scales,
                steps: if largest_scale > 0.0 { PROBABILITY_STEPS / largest_scale } else { 0.0 },
            };
            let tiles = self.length.div_ceil(ROWS);
            for tile in 0..tiles {
                let first = tile * self.length / tiles;
                let count = (tile + 1) * self.length / tiles - first;
                let rows = Rows {
                    values: &queries[first * width + head * PANEL..],
                    stride: width,
                    count,
                };
                score(simd, rows, keys, &packed.key_starts[..padded], logits);
                let mut factors = [0.0; ROWS];
                for (row, factor) in factors.iter_mut().enumerate().take(count) {
                    let query = self.first + first + row;
                    let scale = self.heads.scales[query * (width / PANEL) + head];
                    let logits = &logits[row * padded..][..padded];
                    let planes = &mut probabilities[row * PLANES * padded..][..PLANES * padded];
                    let total = weighing.weigh(simd, logits, scale, exponentials, planes);
                    *factor = 1.0 / (weighing.steps.max(f32::MIN_POSITIVE) * total);
                }
                let bytes = &probabilities[..count * PLANES * padded];
                let probabilities = simd.activations(bytes, wide_probabilities);
                let context = &mut self.context[first * width / 3 + head * PANEL..];
                gather(simd, probabilities, values, self.length, &factors[..count], context, width / 3);
            }
        }
    }
}

/// Multiplies some queries with all keys.
#[inline(always)]
fn score<S: Simd>(
    simd: S,
    queries: Rows<'_, S::Activation>,
    keys: &[S::Weight],
    starts: &[i32],
    logits: &mut [i32],
) {
    let stride = starts.len();
    let panels = keys.chunks_exact(PANEL * PANEL);
    for (index, (weights, start)) in panels.zip(starts.as_chunks::<PANEL>().0).enumerate() {
        let sums = Sums {
            values: &mut logits[index * PANEL..],
            stride,
        };
        simd.dot(queries, Panel { weights, start }, PANEL, sums);
    }
}

/// What turns the products of a query into the weights of the values.
struct Weighing<'a> {
    length: usize,
    key_scales: &'a [f32],
    value_scales: &'a [f32],
    /// What a value's scale is multiplied with to become the largest weight.
    steps: f32,
}

impl Weighing<'_> {
    /// Writes the exponentials times the values' scales as two planes of bytes, high and low, and gives the
    /// sum of the exponentials alone.
    #[inline(always)]
    fn weigh<S: Simd>(
        &self,
        simd: S,
        logits: &[i32],
        query_scale: f32,
        exponentials: &mut [f32],
        planes: &mut [u8],
    ) -> f32 {
        let (logits, _) = logits.as_chunks::<LANES>();
        let (key_scales, _) = self.key_scales.as_chunks::<LANES>();
        let (value_scales, _) = self.value_scales.as_chunks::<LANES>();
        let (exponentials, _) = exponentials.as_chunks_mut::<LANES>();
        let (high, low) = planes.split_at_mut(planes.len() / PLANES);
        let (high, _) = high.as_chunks_mut::<LANES>();
        let (low, _) = low.as_chunks_mut::<LANES>();
        let vectors = self.length.div_ceil(LANES);

        let mut largest = simd.splat(f32::MIN);
        for index in 0..vectors {
            let product = simd.to_float(simd.load_int(&logits[index]));
            let mut logit = simd.mul(product, simd.load(&key_scales[index]));
            if index + 1 == vectors {
                logit = simd.keep_first(self.length - index * LANES, logit, f32::MIN);
            }
            simd.store(logit, &mut exponentials[index]);
            largest = simd.max(logit, largest);
        }
        // e^(x / sqrt(32)) as a power of two.
        let factor = query_scale * (std::f32::consts::LOG2_E / (PANEL as f32).sqrt());
        let (factor, shift) = (simd.splat(factor), simd.splat(-factor * simd.largest(largest)));
        let steps = simd.splat(self.steps);
        let mut total = simd.splat(0.0);
        for index in 0..vectors {
            let logit = simd.load(&exponentials[index]);
            let mut power = power_of_two(simd, simd.mul_add(logit, factor, shift));
            if index + 1 == vectors {
                power = simd.keep_first(self.length - index * LANES, power, 0.0);
            }
            total = simd.add(total, power);
            let scale = simd.mul(simd.load(&value_scales[index]), steps);
            let weight = simd.round(simd.mul(power, scale));
            simd.store_bytes(simd.high_bytes(weight), &mut high[index]);
            simd.store_bytes(weight, &mut low[index]);
        }
        simd.sum(total)
    }
}

/// Multiplies the weights of some queries with the values.
#[inline(always)]
fn gather<S: Simd>(
    simd: S,
    probabilities: &[S::Activation],
    values: &[S::Weight],
    length: usize,
    factors: &[f32],
    context: &mut [f32],
    width: usize,
) {
    let stride = length.next_multiple_of(PANEL);
    let queries = ROWS / PLANES;
    let mut sums = [0; ROWS * PANEL];
    for (tile, factors) in factors.chunks(queries).enumerate() {
        let rows = Rows {
            values: &probabilities[tile * ROWS * stride..],
            stride,
            count: factors.len() * PLANES,
        };
        let panel = Panel {
            weights: values,
            start: &[0; PANEL],
        };
        let to = Sums {
            values: &mut sums,
            stride: PANEL,
        };
        simd.dot(rows, panel, length.next_multiple_of(GROUP), to);
        for (query, &factor) in factors.iter().enumerate() {
            let (sums, _) = sums[query * PLANES * PANEL..].as_chunks::<LANES>();
            let context = &mut context[(tile * queries + query) * width..][..PANEL];
            for (half, context) in context.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
                let high = simd.to_float(simd.load_int(&sums[half]));
                let low = simd.to_float(simd.load_int(&sums[half + 2]));
                let sum = simd.mul_add(high, simd.splat(256.0), low);
                simd.store(simd.mul(sum, simd.splat(factor)), context);
            }
        }
    }
}
