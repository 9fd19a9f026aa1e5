//! The product of activations with a linear layer, and what is done with it while it is at hand.

use super::activations::{QuantizedRows, Range, scales_of};
use super::buffer::Aligned;
use super::functions::gelu;
use super::kernel::{Computation, LANES, PANEL, Panel, ROWS, Rows, Simd, Sums};
use super::linear::Linear;

/// Rows whose sums are kept at a time; with a segment of a panel they fit the first-level cache.
const SUM_ROWS: usize = 96;

/// Widened activations and weights, for instructions that do not multiply bytes.
#[derive(Debug, Default)]
pub(super) struct Widened {
    activations: Vec<i16>,
    weights: Vec<i16>,
}

/// What becomes of a row's outputs of one panel.
pub(super) trait Finish {
    /// Takes the outputs of row `row` from `panel * PANEL` on; must be `#[inline(always)]`.
    fn finish<S: Simd>(&mut self, simd: S, row: usize, panel: usize, outputs: [S::Float; 2]);

    /// Does what is left when `count` rows from `first` on have been taken; `#[inline(always)]` too.
    #[inline(always)]
    fn flush<S: Simd>(&mut self, _simd: S, _panel: usize, _first: usize, _count: usize) {}
}

/// Multiplies `rows` rows of `input` with `linear`, adds the bias and hands the outputs to `finish`.
#[derive(Debug)]
pub(super) struct Multiply<'a, F> {
    pub(super) input: &'a QuantizedRows,
    pub(super) rows: usize,
    pub(super) linear: &'a Linear,
    pub(super) widened: &'a mut Widened,
    pub(super) finish: F,
}

impl<F: Finish> Computation for Multiply<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let linear = self.linear;
        let bytes = &self.input.bytes[..self.rows * linear.inputs];
        let activations = simd.activations(bytes, &mut self.widened.activations);
        let mut sums = Aligned([0; SUM_ROWS * PANEL]);
        let room = SUM_ROWS / linear.blocks();
        for panel in 0..linear.outputs / PANEL {
            let weights = simd.weights(linear.panel(panel), &mut self.widened.weights);
            for (first, count) in equal_parts(self.rows, room) {
                let rows = self.rows;
                let chunk = Chunk {
                    panel,
                    first,
                    count,
                    rows,
                };
                multiply_chunk(simd, linear, (activations, weights), chunk, &mut sums.0);
                finish_chunk(simd, linear, self.input, chunk, &sums.0, &mut self.finish);
            }
        }
    }
}

/// Some rows of activations and one panel of outputs.
#[derive(Clone, Copy)]
struct Chunk {
    panel: usize,
    first: usize,
    count: usize,
    /// How many rows there are in all.
    rows: usize,
}

/// Divides `rows` rows into as few parts of at most `most` as can be, none a row larger than another: a last
/// part of a row or two would leave the units idle. Gives each part's first row and number of rows.
#[inline(always)]
pub(super) fn equal_parts(rows: usize, most: usize) -> impl Iterator<Item = (usize, usize)> {
    let parts = rows.div_ceil(most);
    (0..parts).map(move |part| {
        let first = part * rows / parts;
        (first, (part + 1) * rows / parts - first)
    })
}

/// The integer sums of every row, one block of inputs after another.
#[inline(always)]
fn multiply_chunk<S: Simd>(
    simd: S,
    linear: &Linear,
    (activations, weights): (&[S::Activation], &[S::Weight]),
    chunk: Chunk,
    sums: &mut [i32],
) {
    let (starts, _) = linear.starts.as_chunks::<PANEL>();
    let blocks = linear.blocks();
    for first_input in (0..linear.inputs).step_by(linear.segment) {
        let block = first_input / linear.block;
        let start = &starts[chunk.panel * blocks + block];
        for (first, count) in equal_parts(chunk.count, ROWS) {
            let done = chunk.first + first;
            let next = chunk.panel + 1;
            simd.prefetch(linear.share(next, first_input, chunk.rows, done..done + count));
            let rows = Rows {
                values: &activations[(chunk.first + first) * linear.inputs + first_input..],
                stride: linear.inputs,
                count,
            };
            let panel = Panel {
                weights: &weights[first_input * PANEL..],
                start: first_input.is_multiple_of(linear.block).then_some(start),
            };
            let sums = Sums {
                values: &mut sums[(first * blocks + block) * PANEL..],
                stride: blocks * PANEL,
            };
            simd.dot(rows, panel, linear.segment, sums);
        }
    }
}

/// Turns sums into outputs: each block by its scale, then the output's scale and bias.
#[inline(always)]
fn finish_chunk<S: Simd, F: Finish>(
    simd: S,
    linear: &Linear,
    input: &QuantizedRows,
    chunk: Chunk,
    sums: &[i32],
    finish: &mut F,
) {
    let blocks = linear.blocks();
    let span = chunk.panel * PANEL..(chunk.panel + 1) * PANEL;
    let (weight_scales, _) = linear.scales[span.clone()].as_chunks::<LANES>();
    let (bias, _) = linear.bias[span].as_chunks::<LANES>();
    let weight_scales = [simd.load(&weight_scales[0]), simd.load(&weight_scales[1])];
    let bias = [simd.load(&bias[0]), simd.load(&bias[1])];
    let (sums, _) = sums.as_chunks::<LANES>();
    let scales = &input.scales[chunk.first * blocks..][..chunk.count * blocks];
    let rows = sums
        .chunks_exact(2 * blocks)
        .zip(scales.chunks_exact(blocks));
    for (row, (sums, scales)) in rows.enumerate() {
        let mut outputs = [simd.splat(0.0); 2];
        for (sums, &scale) in sums.as_chunks::<2>().0.iter().zip(scales) {
            let scale = simd.splat(scale);
            for half in 0..2 {
                let sum = simd.to_float(simd.load_int(&sums[half]));
                outputs[half] = simd.mul_add(sum, scale, outputs[half]);
            }
        }
        for half in 0..2 {
            outputs[half] = simd.mul_add(outputs[half], weight_scales[half], bias[half]);
        }
        finish.finish(simd, chunk.first + row, chunk.panel, outputs);
    }
    finish.flush(simd, chunk.panel, chunk.first, chunk.count);
}

/// The two vectors of `panel` in a row of `width` numbers.
#[inline(always)]
fn pair<T>(values: &mut [T], row: usize, width: usize, panel: usize) -> &mut [[T; LANES]] {
    values[row * width + panel * PANEL..][..PANEL]
        .as_chunks_mut::<LANES>()
        .0
}

/// Adds the outputs to the states.
#[derive(Debug)]
pub(super) struct AddTo<'a> {
    pub(super) states: &'a mut [f32],
    pub(super) width: usize,
}

impl Finish for AddTo<'_> {
    #[inline(always)]
    fn finish<S: Simd>(&mut self, simd: S, row: usize, panel: usize, outputs: [S::Float; 2]) {
        let states = pair(self.states, row, self.width, panel);
        for half in 0..2 {
            let sum = simd.add(simd.load(&states[half]), outputs[half]);
            simd.store(sum, &mut states[half]);
        }
    }
}

/// Stores GELU of the outputs.
#[derive(Debug)]
pub(super) struct StoreGelu<'a> {
    pub(super) values: &'a mut [f32],
    pub(super) width: usize,
}

impl Finish for StoreGelu<'_> {
    #[inline(always)]
    fn finish<S: Simd>(&mut self, simd: S, row: usize, panel: usize, outputs: [S::Float; 2]) {
        let values = pair(self.values, row, self.width, panel);
        for half in 0..2 {
            simd.store(gelu(simd, outputs[half]), &mut values[half]);
        }
    }
}

/// Stores the outputs as bytes, a scale for every panel: queries, keys and values for attention.
#[derive(Debug)]
pub(super) struct StoreBytes<'a> {
    pub(super) to: &'a mut QuantizedRows,
    outputs: Aligned<[[f32; LANES]; 2 * SUM_ROWS]>,
    /// The largest magnitudes, lane by lane.
    largest: Aligned<[[f32; LANES]; SUM_ROWS]>,
    /// How many rows these are of.
    taken: usize,
}

impl<'a> StoreBytes<'a> {
    pub(super) fn new(to: &'a mut QuantizedRows) -> Self {
        Self {
            to,
            outputs: Aligned([[0.0; LANES]; 2 * SUM_ROWS]),
            largest: Aligned([[0.0; LANES]; SUM_ROWS]),
            taken: 0,
        }
    }
}

impl Finish for StoreBytes<'_> {
    #[inline(always)]
    fn finish<S: Simd>(&mut self, simd: S, _: usize, _: usize, outputs: [S::Float; 2]) {
        let slot = self.taken;
        self.taken += 1;
        let largest = simd.max(simd.abs(outputs[0]), simd.abs(outputs[1]));
        simd.store(largest, &mut self.largest.0[slot]);
        simd.store(outputs[0], &mut self.outputs.0[2 * slot]);
        simd.store(outputs[1], &mut self.outputs.0[2 * slot + 1]);
    }

    /// Sixteen rows at a time: a single row's maximum and division would be mostly waiting.
    #[inline(always)]
    fn flush<S: Simd>(&mut self, simd: S, panel: usize, first: usize, count: usize) {
        let width = self.to.width;
        for (batch, largest) in self.largest.0.as_chunks::<LANES>().0.iter().enumerate() {
            let done = batch * LANES;
            if done >= count {
                break;
            }
            let (scales, inverses) = scales_of(simd, simd.largest_of_each(largest));
            for row in done..count.min(done + LANES) {
                let lane = row - done;
                self.to.scales[(first + row) * (width / PANEL) + panel] = scales[lane];
                let inverse = simd.splat(inverses[lane]);
                let bytes = pair(&mut self.to.bytes, first + row, width, panel);
                let outputs = &self.outputs.0[2 * row..][..2];
                for (bytes, output) in bytes.iter_mut().zip(outputs) {
                    let nearest = simd.round(simd.mul(simd.load(output), inverse));
                    simd.store_bytes(simd.add_int(nearest, Range::Symmetric.zero()), bytes);
                }
            }
        }
        self.taken = 0;
    }
}
