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

/// What becomes of the outputs of some rows in one panel.
pub(super) trait Finish {
    /// Takes them; must be `#[inline(always)]`.
    fn finish<S: Simd>(&mut self, simd: S, chunk: Chunk, sums: RowSums<'_>, scaling: Scaling<S>);
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
                let chunk = Chunk {
                    panel,
                    first,
                    count,
                };
                multiply_chunk(simd, linear, (activations, weights), chunk, &mut sums.0);
                let sums = RowSums::new(self.input, chunk, &sums.0);
                let scaling = Scaling::new(simd, linear, panel);
                self.finish.finish(simd, chunk, sums, scaling);
            }
        }
    }
}

/// Some rows of activations and one panel of outputs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunk {
    panel: usize,
    first: usize,
    count: usize,
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

/// The integer sums of some rows, and what their bytes stand for.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowSums<'a> {
    sums: &'a [[[i32; LANES]; 2]],
    steps: &'a [f32],
    lows: &'a [f32],
}

/// One row of [`RowSums`].
type RowSum<'a> = (&'a [[i32; LANES]; 2], (&'a f32, &'a f32));

impl<'a> RowSums<'a> {
    #[inline(always)]
    fn new(input: &'a QuantizedRows, chunk: Chunk, sums: &'a [i32]) -> Self {
        let rows = chunk.first..chunk.first + chunk.count;
        Self {
            sums: &sums.as_chunks().0.as_chunks().0[..chunk.count],
            steps: &input.steps[rows.clone()],
            lows: &input.lows[rows],
        }
    }

    #[inline(always)]
    fn iter(self) -> impl Iterator<Item = RowSum<'a>> {
        self.sums.iter().zip(self.steps.iter().zip(self.lows))
    }
}

/// What turns sums into outputs of one panel: the outputs' scales, the sums of their weights, their bias.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scaling<S: Simd> {
    simd: S,
    scales: [S::Float; 2],
    weight_sums: [S::Float; 2],
    bias: [S::Float; 2],
}

impl<S: Simd> Scaling<S> {
    #[inline(always)]
    fn new(simd: S, linear: &Linear, panel: usize) -> Self {
        Self {
            simd,
            scales: of_panel(simd, &linear.scales, panel),
            weight_sums: of_panel(simd, &linear.sums, panel),
            bias: of_panel(simd, &linear.bias, panel),
        }
    }

    /// The outputs of a row: the row's step, the output's scale, the row's smallest number, the bias.
    #[inline(always)]
    fn outputs(&self, (sums, (&step, &low)): RowSum<'_>) -> [S::Float; 2] {
        let simd = self.simd;
        let (step, low) = (simd.splat(step), simd.splat(low));
        let mut outputs = self.bias;
        // A closure would be compiled for the oldest machine.
        for half in 0..2 {
            let sum = simd.mul(simd.to_float(simd.load_int(&sums[half])), step);
            let rest = simd.mul_add(low, self.weight_sums[half], self.bias[half]);
            outputs[half] = simd.mul_add(sum, self.scales[half], rest);
        }
        outputs
    }
}

/// The numbers of a panel's outputs.
#[inline(always)]
fn of_panel<S: Simd>(simd: S, values: &[f32], panel: usize) -> [S::Float; 2] {
    let [low, high] = &values.as_chunks::<LANES>().0.as_chunks::<2>().0[panel];
    [simd.load(low), simd.load(high)]
}

/// Adds the outputs to the states.
#[derive(Debug)]
pub(super) struct AddTo<'a> {
    pub(super) states: &'a mut [f32],
    pub(super) width: usize,
}

impl Finish for AddTo<'_> {
    #[inline(always)]
    fn finish<S: Simd>(&mut self, simd: S, chunk: Chunk, sums: RowSums<'_>, scaling: Scaling<S>) {
        let states = &mut self.states[chunk.first * self.width + chunk.panel * PANEL..];
        assert!(
            states.len() >= (chunk.count - 1) * self.width + PANEL,
            "all rows"
        );
        for (row, states) in sums.iter().zip(states.chunks_mut(self.width)) {
            let outputs = scaling.outputs(row);
            for (states, output) in states.as_chunks_mut::<LANES>().0.iter_mut().zip(outputs) {
                simd.store(simd.add(simd.load(states), output), states);
            }
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
    fn finish<S: Simd>(&mut self, simd: S, chunk: Chunk, sums: RowSums<'_>, scaling: Scaling<S>) {
        let Intermediate {
            values,
            largest,
            rows,
        } = &mut *self.0;
        let values = &mut values[(chunk.panel * *rows + chunk.first) * PANEL..];
        let values = &mut values.as_chunks_mut().0.as_chunks_mut::<2>().0[..chunk.count];
        let largest = &mut largest.as_chunks_mut().0[chunk.first..][..chunk.count];
        for ((row, values), largest) in sums.iter().zip(values).zip(largest) {
            let [low, high] = scaling.outputs(row);
            let (low, high) = (gelu(simd, low), gelu(simd, high));
            simd.store(low, &mut values[0]);
            simd.store(high, &mut values[1]);
            let larger = simd.max(simd.max(low, high), simd.load(largest));
            simd.store(larger, largest);
        }
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
}

impl<'a> StoreHeads<'a> {
    pub(super) fn new(to: &'a mut HeadRows) -> Self {
        Self {
            to,
            outputs: Aligned([[[0.0; LANES]; 2]; SUM_ROWS]),
            largest: Aligned([[0.0; LANES]; SUM_ROWS]),
        }
    }
}

impl Finish for StoreHeads<'_> {
    #[inline(always)]
    fn finish<S: Simd>(&mut self, simd: S, chunk: Chunk, sums: RowSums<'_>, scaling: Scaling<S>) {
        let stored = self.outputs.0.iter_mut().zip(&mut self.largest.0);
        for (row, (stored, largest)) in sums.iter().zip(stored) {
            let outputs = scaling.outputs(row);
            simd.store(outputs[0], &mut stored[0]);
            simd.store(outputs[1], &mut stored[1]);
            simd.store(
                simd.max(simd.abs(outputs[0]), simd.abs(outputs[1])),
                largest,
            );
        }
        let (bytes, scales) = self.to.panel_mut(chunk.panel);
        let bytes = &mut bytes[chunk.first..chunk.first + chunk.count];
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
            let done = chunk.first + index * LANES;
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
