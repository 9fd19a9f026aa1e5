//! Attention within one sequence, in integers but for the exponentials.
//!
//! Queries, keys and values are bytes with a scale for every token and head. The scale of a value goes into
//! its weight, and the weights of a query are bytes too: the largest that there can be is 255.

use super::buffer::{Aligned, AlignedBuffer};
use super::functions::power_of_two;
use super::heads::{HeadRows, PackedHead};
use super::kernel::{BYTES, Computation, GROUP, LANES, PANEL, Panel, ROWS, Rows, Simd, Sums};
use super::multiply::equal_parts;

/// Memory for one head of one sequence.
#[derive(Debug, Default)]
pub(super) struct AttentionScratch {
    head: PackedHead,
    products: AlignedBuffer<i32>,
    weights: AlignedBuffer<u8>,
    widened: [Vec<i16>; 4],
}

/// Writes the context of every token of a sequence: the mean of the values, weighted by attention.
#[derive(Debug)]
pub(super) struct Attend<'a> {
    pub(super) heads: &'a HeadRows,
    pub(super) head_count: usize,
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
        let (first, length, count) = (self.first, self.length, self.head_count);
        let padded = length.next_multiple_of(PANEL);
        let AttentionScratch {
            head: packed,
            products,
            weights,
            widened: [wide_queries, wide_keys, wide_values, wide_weights],
        } = self.scratch;
        packed.reserve(padded);
        products.reserve(padded * ROWS);
        weights.reserve(padded * ROWS);

        let rows_of = |panel| {
            let (bytes, scales) = self.heads.panel(panel);
            (
                &bytes[first..first + length],
                &scales[first..first + length],
            )
        };
        for head in 0..count {
            packed.pack_keys(rows_of(count + head));
            let steps = packed.pack_values(rows_of(2 * count + head));
            let (queries, scales) = rows_of(head);
            let queries = simd.activations(queries.as_flattened(), wide_queries);
            let keys = simd.weights(&packed.keys[..padded * PANEL], wide_keys);
            let depth = length.next_multiple_of(GROUP);
            let values = simd.weights(&packed.values[..depth * PANEL], wide_values);
            let starts = &mut packed.key_starts[..padded];
            start_keys(simd, keys, starts);
            let weighing = Weighing {
                length,
                key_scales: &packed.key_scales[..padded],
                value_scales: &packed.value_scales[..padded],
            };
            for (first, rows) in equal_parts(length, ROWS) {
                let queries = Rows {
                    values: &queries[first * PANEL..],
                    stride: PANEL,
                    count: rows,
                };
                score(simd, queries, keys, Some(starts), (products, padded));
                let scales = &scales[first..first + rows];
                let totals = weighing.weigh(simd, scales, products, weights);
                let weights = simd.activations(&weights[..rows * padded], wide_weights);
                let weights = Rows {
                    values: weights,
                    stride: padded,
                    count: rows,
                };
                let width = count * PANEL;
                let context = &mut self.context[first * width + head * PANEL..];
                gather(
                    simd,
                    weights,
                    (values, depth),
                    (steps, totals),
                    (context, width),
                );
            }
        }
    }
}

/// Sets what makes up for the zero of the queries: minus its product with each key.
#[inline(always)]
fn start_keys<S: Simd>(simd: S, keys: &[S::Weight], starts: &mut [i32]) {
    let mut widened = Vec::new();
    let zero = Rows {
        values: simd.activations(&[HeadRows::ZERO; PANEL], &mut widened),
        stride: PANEL,
        count: 1,
    };
    starts.fill(0);
    let stride = starts.len();
    score(simd, zero, keys, None, (starts, stride));
    for start in starts {
        *start = -*start;
    }
}

/// Multiplies some queries with all keys; sums begin at `starts`, or at what is there.
#[inline(always)]
fn score<S: Simd>(
    simd: S,
    queries: Rows<'_, S::Activation>,
    keys: &[S::Weight],
    starts: Option<&[i32]>,
    (products, stride): (&mut [i32], usize),
) {
    for (index, weights) in keys.chunks_exact(PANEL * PANEL).enumerate() {
        let sums = Sums {
            values: &mut products[index * PANEL..],
            stride,
        };
        let start = starts.and_then(|starts| starts.as_chunks().0.get(index));
        let panel = Panel { weights, start };
        simd.dot(queries, panel, PANEL, sums);
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
    /// Writes the weights of some queries: exponentials times the values' scales, in whole steps. Gives the sums
    /// of the exponentials alone.
    #[inline(always)]
    fn weigh<S: Simd>(
        &self,
        simd: S,
        query_scales: &[f32],
        products: &[i32],
        weights: &mut [u8],
    ) -> S::Float {
        let padded = self.key_scales.len();
        let mut lanes = [[0.0; LANES]; LANES];
        let rows = products.chunks_exact(padded);
        for (products, largest) in rows.zip(&mut lanes).take(query_scales.len()) {
            simd.store(self.largest(simd, products), largest);
        }
        // e^(x / sqrt(32)) as a power of two.
        let mut scales = [0.0; LANES];
        scales[..query_scales.len()].copy_from_slice(query_scales);
        let exponent = std::f32::consts::LOG2_E / (PANEL as f32).sqrt();
        let factor = simd.mul(simd.load(&scales), simd.splat(exponent));
        let shift = simd.mul(factor, simd.largest_of_each(&lanes));
        let (mut factors, mut shifts) = ([0.0; LANES], [0.0; LANES]);
        simd.store(factor, &mut factors);
        simd.store(simd.sub(simd.splat(0.0), shift), &mut shifts);

        let rows = products.chunks_exact(2 * padded);
        let rows = rows.zip(weights.chunks_exact_mut(2 * padded));
        for (pair, (products, weights)) in rows.take(query_scales.len().div_ceil(2)).enumerate() {
            let map = [0, 1].map(|row| {
                let row = 2 * pair + row;
                (simd.splat(factors[row]), simd.splat(shifts[row]))
            });
            let totals = self.powers(simd, map, products, weights);
            simd.store(totals[0], &mut lanes[2 * pair]);
            simd.store(totals[1], &mut lanes[2 * pair + 1]);
        }
        simd.sum_of_each(&lanes)
    }

    /// The largest of a query's logits, lane by lane. They are worked out again for the exponentials, which costs less
    /// than to write and to read them.
    #[inline(always)]
    fn largest<S: Simd>(&self, simd: S, products: &[i32]) -> S::Float {
        let mut largest = simd.splat(f32::MIN);
        let products = products.as_chunks().0.iter();
        let columns = products.zip(self.key_scales.as_chunks().0);
        for (index, (products, scales)) in columns.enumerate() {
            let mut logits = scaled(simd, products, scales);
            let left = self.length.saturating_sub(index * LANES);
            if left < LANES {
                logits = simd.keep_first(left, logits, f32::MIN);
            }
            largest = simd.max(logits, largest);
        }
        largest
    }

    /// Writes the weights of two queries and gives the sums of their exponentials, lane by lane.
    #[inline(always)]
    fn powers<S: Simd>(
        &self,
        simd: S,
        map: [(S::Float, S::Float); 2],
        products: &[i32],
        weights: &mut [u8],
    ) -> [S::Float; 2] {
        let padded = self.value_scales.len();
        let (first, second) = weights.split_at_mut(padded);
        let bytes = first.as_chunks_mut::<BYTES>().0.iter_mut();
        let bytes = bytes.zip(second.as_chunks_mut::<BYTES>().0);
        let products = products.split_at(padded);
        let products = vector_pairs(products.0)
            .iter()
            .zip(vector_pairs(products.1));
        let scales = vector_pairs(self.key_scales).iter();
        let scales = scales.zip(vector_pairs(self.value_scales));
        let columns = bytes.zip(products.zip(scales)).enumerate();

        let mut totals = [simd.splat(0.0); 2];
        for (index, ((first, second), ((one, other), (key_scales, value_scales)))) in columns {
            let mut vectors = [simd.round(simd.splat(0.0)); 4];
            for half in 0..2 {
                for (row, products) in [one, other].into_iter().enumerate() {
                    let (factor, shift) = map[row];
                    let logits = scaled(simd, &products[half], &key_scales[half]);
                    let mut power = power_of_two(simd, simd.mul_add(logits, factor, shift));
                    let left = self.length.saturating_sub(index * BYTES + half * LANES);
                    if left < LANES {
                        power = simd.keep_first(left, power, 0.0);
                    }
                    totals[row] = simd.add(totals[row], power);
                    let weights = simd.mul(power, simd.load(&value_scales[half]));
                    vectors[2 * row + half] = simd.round(weights);
                }
            }
            simd.store_bytes(vectors, 0, [first, second]);
        }
        totals
    }
}

/// Sixteen products of a query and keys with the keys' scales: their logits, but for what the query has in common.
#[inline(always)]
fn scaled<S: Simd>(simd: S, products: &[i32; LANES], scales: &[f32; LANES]) -> S::Float {
    simd.mul(simd.to_float(simd.load_int(products)), simd.load(scales))
}

/// The pairs of vectors in `values`.
#[inline(always)]
fn vector_pairs<T>(values: &[T]) -> &[[[T; LANES]; 2]] {
    values.as_chunks().0.as_chunks().0
}

/// Multiplies the weights of some queries with the values.
#[inline(always)]
fn gather<S: Simd>(
    simd: S,
    weights: Rows<'_, S::Activation>,
    (values, depth): (&[S::Weight], usize),
    (steps, totals): (f32, S::Float),
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
    simd.dot(weights, panel, depth, to);
    let mut factors = [0.0; LANES];
    let factor = simd.div(simd.splat(1.0), simd.mul(totals, simd.splat(steps)));
    simd.store(factor, &mut factors);
    let (sums, _) = sums.0.as_chunks::<LANES>();
    for (query, &factor) in factors.iter().enumerate().take(weights.count) {
        let context = &mut context[query * width..][..PANEL];
        for (half, context) in context.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            let sum = simd.to_float(simd.load_int(&sums[2 * query + half]));
            simd.store(simd.mul(sum, simd.splat(factor)), context);
        }
    }
}
