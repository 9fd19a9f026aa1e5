//! Attention within one sequence, in integers but for the exponentials.
//!
//! Queries, keys and values are bytes with a scale for every token and head. The scale of a value goes into
//! its weight, and the weights of a query are bytes too: the largest that there can be is 255.

use super::buffer::{Aligned, AlignedBuffer};
use super::functions::power_of_two;
use super::heads::{HeadRows, PackedHead, PanelRows};
use super::kernel::{BYTES, Computation, GROUP, LANES, PANEL, Panel, ROWS, Rows, Simd, Sums};
use super::multiply::equal_parts;

/// Memory for one head of one sequence.
#[derive(Debug, Default)]
pub(super) struct AttentionScratch {
    keys_and_values: HeadScratch,
    widened_queries: Vec<i16>,
    queries: QueryScratch,
}

/// Memory for its keys and values.
#[derive(Debug, Default)]
struct HeadScratch {
    packed: PackedHead,
    widened_keys: Vec<i16>,
    widened_values: Vec<i16>,
}

/// Memory for some of its queries.
#[derive(Debug, Default)]
struct QueryScratch {
    products: AlignedBuffer<i32>,
    weights: AlignedBuffer<u8>,
    widened: Vec<i16>,
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
    fn run<S: Simd>(mut self, simd: S) {
        self.scratch.reserve(self.length.next_multiple_of(PANEL));
        for head in 0..self.head_count {
            self.attend_head(simd, head);
        }
    }
}

impl AttentionScratch {
    /// Makes room for a sequence of `padded` tokens, whole panels of them.
    fn reserve(&mut self, padded: usize) {
        self.keys_and_values.packed.reserve(padded);
        self.queries.products.reserve(padded * ROWS);
        self.queries.weights.reserve(padded * ROWS);
    }
}

impl Attend<'_> {
    /// Writes what one head has for every token.
    #[inline(always)]
    fn attend_head<S: Simd>(&mut self, simd: S, head: usize) {
        let (length, count) = (self.length, self.head_count);
        let scratch = &mut *self.scratch;
        let span = self.first..self.first + length;
        let rows_of = |panel| {
            let (bytes, scales) = self.heads.panel(panel);
            (&bytes[span.clone()], &scales[span.clone()])
        };
        let (keys, values) = (rows_of(count + head), rows_of(2 * count + head));
        let packed = scratch.keys_and_values.pack(simd, keys, values, count);
        let (queries, scales) = rows_of(head);
        let queries = simd.activations(queries.as_flattened(), &mut scratch.widened_queries);
        for (first, rows) in equal_parts(length, ROWS) {
            let queries = Rows {
                values: &queries[first * PANEL..],
                stride: PANEL,
                count: rows,
            };
            let scales = &scales[first..first + rows];
            let context = &mut self.context[(first * count + head) * PANEL..];
            packed.attend(simd, queries, scales, &mut scratch.queries, context);
        }
    }
}

impl HeadScratch {
    /// Makes the keys and values of one head, of `count` heads, ready for queries.
    #[inline(always)]
    fn pack<S: Simd>(
        &mut self,
        simd: S,
        keys: PanelRows<'_>,
        values: PanelRows<'_>,
        count: usize,
    ) -> Head<'_, S::Weight> {
        let length = keys.0.len();
        let padded = length.next_multiple_of(PANEL);
        let depth = length.next_multiple_of(GROUP);
        let packed = &mut self.packed;
        packed.pack_keys(keys);
        let steps = packed.pack_values(values);
        let keys = simd.weights(&packed.keys[..padded * PANEL], &mut self.widened_keys);
        start_keys(simd, keys, &mut packed.key_starts[..padded]);
        let values = simd.weights(&packed.values[..depth * PANEL], &mut self.widened_values);
        Head {
            keys,
            key_starts: &packed.key_starts[..padded],
            weighing: Weighing {
                length,
                key_scales: &packed.key_scales[..padded],
                value_scales: &packed.value_scales[..padded],
            },
            gathering: Gathering {
                values,
                depth,
                steps,
                width: count * PANEL,
            },
        }
    }
}

/// One head of one sequence, ready for queries.
struct Head<'a, W> {
    keys: &'a [W],
    key_starts: &'a [i32],
    weighing: Weighing<'a>,
    gathering: Gathering<'a, W>,
}

impl<W: Copy> Head<'_, W> {
    /// Writes what some queries gather to the first columns of `context`.
    #[inline(always)]
    fn attend<S: Simd<Weight = W>>(
        &self,
        simd: S,
        queries: Rows<'_, S::Activation>,
        scales: &[f32],
        scratch: &mut QueryScratch,
        context: &mut [f32],
    ) {
        let QueryScratch {
            products,
            weights,
            widened,
        } = scratch;
        let (count, padded) = (queries.count, self.key_starts.len());
        let sums = Sums {
            values: products,
            stride: padded,
        };
        score(simd, queries, self.keys, Some(self.key_starts), sums);
        let totals = self.weighing.weigh(simd, scales, products, weights);
        let weights = Rows {
            values: simd.activations(&weights[..count * padded], widened),
            stride: padded,
            count,
        };
        self.gathering.gather(simd, weights, totals, context);
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
    let sums = Sums {
        stride: starts.len(),
        values: starts,
    };
    score(simd, zero, keys, None, sums);
    for start in starts {
        *start = -*start;
    }
}

/// Multiplies some queries with all keys; products begin at `starts`, or at what is there.
#[inline(always)]
fn score<S: Simd>(
    simd: S,
    queries: Rows<'_, S::Activation>,
    keys: &[S::Weight],
    starts: Option<&[i32]>,
    products: Sums<'_>,
) {
    let Sums { values, stride } = products;
    for (index, weights) in keys.chunks_exact(PANEL * PANEL).enumerate() {
        let sums = Sums {
            values: &mut values[index * PANEL..],
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

/// What turns the weights of a query into the mean of the values.
struct Gathering<'a, W> {
    values: &'a [W],
    /// How many values there are, with what fills the last group.
    depth: usize,
    /// Steps of the weights in a scale of 1.
    steps: f32,
    /// How far apart the rows of the context are.
    width: usize,
}

impl<W: Copy> Gathering<'_, W> {
    /// Multiplies the weights of some queries with the values, and writes the means to the first columns of `context`.
    #[inline(always)]
    fn gather<S: Simd<Weight = W>>(
        &self,
        simd: S,
        weights: Rows<'_, S::Activation>,
        totals: S::Float,
        context: &mut [f32],
    ) {
        let mut sums = Aligned([0; ROWS * PANEL]);
        let panel = Panel {
            weights: self.values,
            start: Some(&[0; PANEL]),
        };
        let to = Sums {
            values: &mut sums.0,
            stride: PANEL,
        };
        simd.dot(weights, panel, self.depth, to);
        let mut factors = [0.0; LANES];
        let factor = simd.div(simd.splat(1.0), simd.mul(totals, simd.splat(self.steps)));
        simd.store(factor, &mut factors);
        let (sums, _) = sums.0.as_chunks::<LANES>();
        for (query, &factor) in factors.iter().enumerate().take(weights.count) {
            let context = &mut context[query * self.width..][..PANEL];
            for (half, context) in context.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
                let sum = simd.to_float(simd.load_int(&sums[2 * query + half]));
                simd.store(simd.mul(sum, simd.splat(factor)), context);
            }
        }
    }
}
