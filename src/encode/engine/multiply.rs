//! The product of activations with a linear layer, and what is done with it while it is at hand.

use super::activations::{QuantizedRows, Range, scale_of};
use super::functions::gelu;
use super::kernel::{Computation, LANES, PANEL, Panel, ROWS, Rows, Simd, Sums};
use super::linear::Linear;

/// The most blocks of inputs with scales of their own.
const BLOCKS: usize = 16;

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
        let panel_len = linear.inputs * PANEL;
        let mut sums = [0; BLOCKS * ROWS * PANEL];
        let bytes = &self.input.bytes[..self.rows * linear.inputs];
        let activations = simd.activations(bytes, &mut self.widened.activations);
        for panel in 0..linear.outputs / PANEL {
            let bytes = &linear.panels[panel * panel_len..][..panel_len];
            let weights = simd.weights(bytes, &mut self.widened.weights);
            let tiles = self.rows.div_ceil(ROWS);
            for tile in 0..tiles {
                // Tiles as equal as can be: a last one of a row or two would leave the units idle.
                let first = tile * self.rows / tiles;
                let count = (tile + 1) * self.rows / tiles - first;
                let tile = Tile { panel, first, count };
                multiply_tile(simd, linear, (activations, weights), tile, &mut sums);
                finish_tile(simd, linear, self.input, tile, &sums, &mut self.finish);
            }
        }
    }
}

/// Some rows of activations and one panel of outputs.
#[derive(Clone, Copy)]
struct Tile {
    panel: usize,
    first: usize,
    count: usize,
}

/// The integer sums of every block of inputs, block after block.
#[inline(always)]
fn multiply_tile<S: Simd>(
    simd: S,
    linear: &Linear,
    (activations, weights): (&[S::Activation], &[S::Weight]),
    tile: Tile,
    sums: &mut [i32],
) {
    let blocks = linear.inputs / linear.block;
    let starts = &linear.starts.as_chunks::<PANEL>().0[tile.panel * blocks..];
    for (block, sums) in sums.chunks_exact_mut(ROWS * PANEL).take(blocks).enumerate() {
        let first_input = block * linear.block;
        let rows = Rows {
            values: &activations[tile.first * linear.inputs + first_input..],
            stride: linear.inputs,
            count: tile.count,
        };
        let panel = Panel {
            weights: &weights[first_input * PANEL..],
            start: &starts[block],
        };
        let sums = Sums {
            values: sums,
            stride: PANEL,
        };
        simd.dot(rows, panel, linear.block, sums);
    }
}

/// Turns sums into outputs: each block by its scale, then the output's scale and bias.
#[inline(always)]
fn finish_tile<S: Simd, F: Finish>(
    simd: S,
    linear: &Linear,
    input: &QuantizedRows,
    tile: Tile,
    sums: &[i32],
    finish: &mut F,
) {
    let blocks = linear.inputs / linear.block;
    let span = tile.panel * PANEL..(tile.panel + 1) * PANEL;
    let (weight_scales, _) = linear.scales[span.clone()].as_chunks::<LANES>();
    let (bias, _) = linear.bias[span].as_chunks::<LANES>();
    let weight_scales = [simd.load(&weight_scales[0]), simd.load(&weight_scales[1])];
    let bias = [simd.load(&bias[0]), simd.load(&bias[1])];
    for row in 0..tile.count {
        let scales = &input.scales[(tile.first + row) * blocks..][..blocks];
        let mut outputs = [simd.splat(0.0); 2];
        for (block, &scale) in scales.iter().enumerate() {
            let (sums, _) = sums[(block * ROWS + row) * PANEL..][..PANEL].as_chunks::<LANES>();
            let scale = simd.splat(scale);
            for half in 0..2 {
                let sum = simd.to_float(simd.load_int(&sums[half]));
                outputs[half] = if block == 0 {
                    simd.mul(sum, scale)
                } else {
                    simd.mul_add(sum, scale, outputs[half])
                };
            }
        }
        for half in 0..2 {
            outputs[half] = simd.mul_add(outputs[half], weight_scales[half], bias[half]);
        }
        finish.finish(simd, tile.first + row, tile.panel, outputs);
    }
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
}

impl Finish for StoreBytes<'_> {
    #[inline(always)]
    fn finish<S: Simd>(&mut self, simd: S, row: usize, panel: usize, outputs: [S::Float; 2]) {
        let largest = simd.max(simd.abs(outputs[0]), simd.abs(outputs[1]));
        let (scale, inverse) = scale_of(Range::Symmetric, simd.largest(largest));
        let inverse = simd.splat(inverse);
        let width = self.to.width;
        self.to.scales[row * (width / PANEL) + panel] = scale;
        let bytes = pair(&mut self.to.bytes, row, width, panel);
        for half in 0..2 {
            let nearest = simd.round(simd.mul(outputs[half], inverse));
            let byte = simd.add_int(nearest, Range::Symmetric.zero());
            simd.store_bytes(byte, &mut bytes[half]);
        }
    }
}
