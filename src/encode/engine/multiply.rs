//! The product of activations with a linear layer, and what is done with it while it is at hand.

use super::activations::{Conversion, Extremes, QuantizedRows, Range};
use super::buffer::{Aligned, AlignedBuffer};
use super::functions::gelu;
use super::heads::HeadRows;
use super::kernel::{BYTES, Computation, LANES, PANEL, Panel, ROWS, Rows, Simd, Sums};
use super::linear::Linear;

/// Rows whose sums are kept at a time; with a panel they fit the first-level cache.
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
        for panel in 0..linear.outputs / PANEL {
            let weights = simd.weights(linear.panel(panel), &mut self.widened.weights);
            for (first, count) in equal_parts(self.rows, SUM_ROWS) {
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

/// The integer sums of every row, one segment of inputs after another.
#[inline(always)]
fn multiply_chunk<S: Simd>(
    simd: S,
    linear: &Linear,
    (activations, weights): (&[S::Activation], &[S::Weight]),
    chunk: Chunk,
    sums: &mut [i32],
) {
    for first_input in (0..linear.inputs).step_by(linear.segment) {
        for (first, count) in equal_parts(chunk.count, ROWS) {
            let done = chunk.first + first;
            let next = chunk.panel + 1;
            simd.prefetch(linear.share(next, first_input, chunk.rows, done..done + count));
            let rows = Rows {
                values: &activations[done * linear.inputs + first_input..],
                stride: linear.inputs,
                count,
            };
            let panel = Panel {
                weights: &weights[first_input * PANEL..],
                start: (first_input == 0).then_some(&[0; PANEL]),
            };
            let sums = Sums {
                values: &mut sums[first * PANEL..],
                stride: PANEL,
            };
            simd.dot(rows, panel, linear.segment, sums);
        }
    }
}

/// Turns sums into outputs: the row's step, the output's scale, the row's smallest number, the bias.
#[inline(always)]
fn finish_chunk<S: Simd, F: Finish>(
    simd: S,
    linear: &Linear,
    input: &QuantizedRows,
    chunk: Chunk,
    sums: &[i32],
    finish: &mut F,
) {
    let first = chunk.panel * PANEL;
    let both = |values: &[f32]| {
        let [low, high, ..] = values[first..].as_chunks::<LANES>().0 else {
            unreachable!("outputs are whole panels");
        };
        [simd.load(low), simd.load(high)]
    };
    let (scales, weight_sums, bias) =
        (both(&linear.scales), both(&linear.sums), both(&linear.bias));
    let rows = chunk.first..chunk.first + chunk.count;
    let steps = input.steps[rows.clone()].iter().zip(&input.lows[rows]);
    let (sums, _) = sums.as_chunks::<LANES>();
    for (row, (sums, (&step, &low))) in sums.as_chunks::<2>().0.iter().zip(steps).enumerate() {
        let (step, low) = (simd.splat(step), simd.splat(low));
        let mut outputs = bias;
        for half in 0..2 {
            let sum = simd.mul(simd.to_float(simd.load_int(&sums[half])), step);
            let rest = simd.mul_add(low, weight_sums[half], bias[half]);
            outputs[half] = simd.mul_add(sum, scales[half], rest);
        }
        finish.finish(simd, chunk.first + row, chunk.panel, outputs);
    }
    finish.flush(simd, chunk.panel, chunk.first, chunk.count);
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
        let states = &mut self.states[row * self.width + panel * PANEL..][..PANEL];
        for (states, output) in states.as_chunks_mut::<LANES>().0.iter_mut().zip(outputs) {
            simd.store(simd.add(simd.load(states), output), states);
        }
    }
}

/// What lies between the two products of the feed-forward part.
#[derive(Debug, Default)]
pub(super) struct Intermediate {
    /// `[output / PANEL][row][output % PANEL]`
    values: AlignedBuffer<f32>,
    /// The largest numbers of each row, lane by lane.
    largest: AlignedBuffer<f32>,
    rows: usize,
}

impl Intermediate {
    /// Makes room for `rows` rows of `width` numbers.
    pub(super) fn reserve(&mut self, rows: usize, width: usize) {
        self.values.reserve(rows * width);
        self.largest.reserve(rows.next_multiple_of(LANES) * LANES);
    }

    /// Forgets what it holds; `rows` rows are to come.
    pub(super) fn clear(&mut self, rows: usize) {
        self.rows = rows;
        // What counts here is always above GELU's minimum.
        self.largest[..rows.next_multiple_of(LANES) * LANES].fill(0.0);
    }
}

/// Stores GELU of the outputs.
#[derive(Debug)]
pub(super) struct StoreGelu<'a>(pub(super) &'a mut Intermediate);

impl Finish for StoreGelu<'_> {
    #[inline(always)]
    fn finish<S: Simd>(&mut self, simd: S, row: usize, panel: usize, outputs: [S::Float; 2]) {
        let [low, high] = outputs.map(|output| gelu(simd, output));
        let values = &mut self.0.values[(panel * self.0.rows + row) * PANEL..][..PANEL];
        let (values, _) = values.as_chunks_mut::<LANES>();
        simd.store(low, &mut values[0]);
        simd.store(high, &mut values[1]);
        let largest = &mut self.0.largest[row * LANES..][..LANES];
        let (largest, _) = largest.as_chunks_mut::<LANES>();
        let larger = simd.max(simd.max(low, high), simd.load(&largest[0]));
        simd.store(larger, &mut largest[0]);
    }
}

/// Writes the bytes of what [`StoreGelu`] has stored.
#[derive(Debug)]
pub(super) struct QuantizeGelu<'a> {
    pub(super) intermediate: &'a Intermediate,
    pub(super) quantized: &'a mut QuantizedRows,
}

impl Computation for QuantizeGelu<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Intermediate {
            values,
            largest,
            rows,
        } = self.intermediate;
        let pairs = values.as_chunks::<LANES>().0.as_chunks::<2>().0;
        let mut extremes = Extremes::new();
        for (batch, largest) in largest
            .as_chunks::<LANES>()
            .0
            .as_chunks()
            .0
            .iter()
            .enumerate()
        {
            let first = batch * LANES;
            if first >= *rows {
                break;
            }
            extremes.largest = *largest;
            let count = LANES.min(rows - first);
            let conversion = Conversion::new(simd, Range::Gelu, &extremes);
            conversion.write(simd, self.quantized, (first, count), |slot, column| {
                &pairs[column / PANEL * rows + first + slot]
            });
        }
    }
}

/// Stores queries, keys and values as signed bytes, each with a scale of its own.
#[derive(Debug)]
pub(super) struct StoreHeads<'a> {
    to: &'a mut HeadRows,
    outputs: Aligned<[[[f32; LANES]; 2]; SUM_ROWS]>,
    /// The largest magnitudes, lane by lane.
    largest: Aligned<[[f32; LANES]; SUM_ROWS]>,
    /// How many rows these are of.
    taken: usize,
}

impl<'a> StoreHeads<'a> {
    pub(super) fn new(to: &'a mut HeadRows) -> Self {
        Self {
            to,
            outputs: Aligned([[[0.0; LANES]; 2]; SUM_ROWS]),
            largest: Aligned([[0.0; LANES]; SUM_ROWS]),
            taken: 0,
        }
    }
}

impl Finish for StoreHeads<'_> {
    #[inline(always)]
    fn finish<S: Simd>(&mut self, simd: S, _: usize, _: usize, outputs: [S::Float; 2]) {
        let slot = self.taken;
        self.taken += 1;
        let largest = simd.max(simd.abs(outputs[0]), simd.abs(outputs[1]));
        simd.store(largest, &mut self.largest.0[slot]);
        for (stored, output) in self.outputs.0[slot].iter_mut().zip(outputs) {
            simd.store(output, stored);
        }
    }

    #[inline(always)]
    fn flush<S: Simd>(&mut self, simd: S, panel: usize, first: usize, count: usize) {
        self.taken = 0;
        let (bytes, scales) = self.to.panel_mut(panel);
        let bytes = &mut bytes[first..first + count];
        let batches = self.largest.0.as_chunks::<LANES>().0;
        let outputs = self.outputs.0.as_chunks::<LANES>().0;
        let mut inverses = [0.0; LANES];
        for (index, bytes) in bytes.chunks_mut(LANES).enumerate() {
            let scale = simd.mul(
                simd.largest_of_each(&batches[index]),
                simd.splat(1.0 / 127.0),
            );
            let scale = simd.max(scale, simd.splat(f32::MIN_POSITIVE));
            let mut all = [0.0; LANES];
            simd.store(scale, &mut all);
            simd.store(simd.div(simd.splat(1.0), scale), &mut inverses);
            let done = first + index * LANES;
            scales[done..done + bytes.len()].copy_from_slice(&all[..bytes.len()]);
            write_heads(simd, &outputs[index], &inverses, bytes);
        }
    }
}

/// Writes up to sixteen rows of one head as bytes with the zero at [`HeadRows::ZERO`].
#[inline(always)]
fn write_heads<S: Simd>(
    simd: S,
    outputs: &[[[f32; LANES]; 2]; LANES],
    inverses: &[f32; LANES],
    bytes: &mut [[u8; BYTES]],
) {
    let mut none = [0; BYTES];
    for (pair, bytes) in bytes.chunks_mut(2).enumerate() {
        let convert = |row: usize, half: usize| {
            let inverse = simd.splat(inverses[row]);
            simd.round(simd.mul(simd.load(&outputs[row][half]), inverse))
        };
        let (row, next) = (2 * pair, 2 * pair + 1);
        let ints = [
            convert(row, 0),
            convert(row, 1),
            convert(next, 0),
            convert(next, 1),
        ];
        match bytes {
            [first, second] => simd.store_bytes(ints, HeadRows::ZERO, [first, second]),
            [first] => simd.store_bytes(ints, HeadRows::ZERO, [first, &mut none]),
            _ => {}
        }
    }
}
