//! Attention within one sequence, in integers but for the exponentials.
//!
//! Queries, keys and values are bytes with a scale for every token and head. The scale of a value goes into
//! its weight, and that is written as sixteen bits: with eight, the many small weights of a long sequence
//! would vanish.

use super::activations::QuantizedRows;
use super::buffer::{Aligned, AlignedBuffer};
use super::functions::power_of_two;
use super::heads::{PackedHead, Source};
use super::kernel::{Computation, LANES, PAIR, PANEL, Panel, ROWS, Rows, Simd, Sums};
use super::multiply::equal_parts;

/// What the largest weight of a sequence of `length` tokens is written as.
///
/// It fits sixteen bits, and the sum of that many weights times signed bytes fits 32.
#[inline(always)]
fn most_steps(length: usize) -> f32 {
    (i32::MAX as usize / (128 * length)).min(32_000) as f32
}

/// Memory for one head of one sequence.
#[derive(Debug, Default)]
pub(super) struct AttentionScratch {
    head: PackedHead,
    logits: AlignedBuffer<i32>,
    exponentials: AlignedBuffer<f32>,
    weights: AlignedBuffer<i16>,
    widened: [Vec<i16>; 2],
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
            weights,
            widened: [wide_queries, wide_keys],
        } = self.scratch;
        packed.reserve(padded);
        logits.reserve(padded * ROWS);
        exponentials.reserve(padded);
        weights.reserve(padded * ROWS);

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
            let steps = packed.pack_values(source, 2 * head_count + head, most_steps(self.length));
            let keys = simd.weights(&packed.keys[..padded * PANEL], wide_keys);
            let weighing = Weighing {
                length: self.length,
                key_scales: &packed.key_scales,
                value_scales: &packed.value_scales,
            };
            for (first, count) in equal_parts(self.length, ROWS) {
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
                    let weights = &mut weights[row * padded..][..padded];
                    let total = weighing.weigh(simd, logits, scale, exponentials, weights);
                    *factor = 1.0 / (steps * total);
                }
                let rows = Rows {
                    values: &weights[..],
                    stride: padded,
                    count,
                };
                let context = &mut self.context[first * width / 3 + head * PANEL..];
                gather(
                    simd,
                    rows,
                    (&packed.values, self.length),
                    &factors,
                    (context, width / 3),
                );
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
        simd.dot(
            queries,
            Panel {
                weights,
                start: Some(start),
            },
            PANEL,
            sums,
        );
    }
}

/// What turns the products of a query into the weights of the values.
struct Weighing<'a> {
    length: usize,
    key_scales: &'a [f32],
    /// In steps.
    value_scales: &'a [f32],
}

impl Weighing<'_> {
    /// Writes the exponentials times the values' scales, in whole steps, and gives the sum of the exponentials
    /// alone.
    #[inline(always)]
    fn weigh<S: Simd>(
        &self,
        simd: S,
        logits: &[i32],
        query_scale: f32,
        exponentials: &mut [f32],
        weights: &mut [i16],
    ) -> f32 {
        let (logits, _) = logits.as_chunks::<LANES>();
        let (key_scales, _) = self.key_scales.as_chunks::<LANES>();
        let (value_scales, _) = self.value_scales.as_chunks::<LANES>();
        let (exponentials, _) = exponentials.as_chunks_mut::<LANES>();
        let (weights, _) = weights.as_chunks_mut::<LANES>();
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
        let (factor, shift) = (
            simd.splat(factor),
            simd.splat(-factor * simd.largest(largest)),
        );
        let mut total = simd.splat(0.0);
        for index in 0..vectors {
            let logit = simd.load(&exponentials[index]);
            let mut power = power_of_two(simd, simd.mul_add(logit, factor, shift));
            if index + 1 == vectors {
                power = simd.keep_first(self.length - index * LANES, power, 0.0);
            }
            total = simd.add(total, power);
            let weight = simd.round(simd.mul(power, simd.load(&value_scales[index])));
            simd.store_words(weight, &mut weights[index]);
        }
        simd.sum(total)
    }
}

/// Multiplies the weights of some queries with the values.
#[inline(always)]
fn gather<S: Simd>(
    simd: S,
    rows: Rows<'_, i16>,
    (values, length): (&[i16], usize),
    factors: &[f32; ROWS],
    (context, width): (&mut [f32], usize),
) {
    let mut sums = Aligned([0; ROWS * PANEL]);
    let panel = Panel {
        weights: values,
        start: Some(&[0; PANEL]),
    };
    let to = Sums {
        values: &mut sums.0,
        stride: PANEL,
    };
    simd.dot_words(rows, panel, length.next_multiple_of(PAIR), to);
    let (sums, _) = sums.0.as_chunks::<LANES>();
    for (query, &factor) in factors.iter().enumerate().take(rows.count) {
        let context = &mut context[query * width..][..PANEL];
        for (half, context) in context.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            let sum = simd.to_float(simd.load_int(&sums[2 * query + half]));
            simd.store(simd.mul(sum, simd.splat(factor)), context);
        }
    }
}
