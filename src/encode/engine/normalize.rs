//! Layer normalisation of states, and their bytes for the next product.
//!
//! Rows are taken sixteen at a time: what is added up over a row is then turned into a number for all of them at
//! once, and no row waits for another's square root.

use super::activations::{Conversion, Extremes, QuantizedRows, Range};
use super::functions::{squared_distance, sum};
use super::kernel::{Computation, LANES, Simd};
use super::weights::{WeightSource, WeightsError, read_all};

/// Scale and shift of a layer normalisation.
#[derive(Debug)]
pub(super) struct LayerNorm {
    weight: Vec<f32>,
    bias: Vec<f32>,
    epsilon: f32,
}

impl LayerNorm {
    pub(super) fn load(
        source: &dyn WeightSource,
        name: &str,
        width: usize,
        epsilon: f32,
    ) -> Result<Self, WeightsError> {
        Ok(Self {
            weight: read_all(source, &format!("{name}.weight"), width)?,
            bias: read_all(source, &format!("{name}.bias"), width)?,
            epsilon,
        })
    }
}

/// Normalises every row of `states` in place and writes its bytes.
#[derive(Debug)]
pub(super) struct Normalize<'a> {
    pub(super) states: &'a mut [f32],
    pub(super) layer_norm: &'a LayerNorm,
    pub(super) quantized: &'a mut QuantizedRows,
}

impl Computation for Normalize<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let width = self.layer_norm.weight.len();
        let batches = self.states.chunks_mut(LANES * width);
        for (index, states) in batches.enumerate() {
            normalize(simd, self.layer_norm, states);
            write_rows(simd, states, width, index * LANES, self.quantized);
        }
    }
}

/// Writes the bytes of every row of `values`.
#[derive(Debug)]
pub(super) struct Quantize<'a> {
    pub(super) values: &'a [f32],
    pub(super) quantized: &'a mut QuantizedRows,
}

impl Computation for Quantize<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let width = self.quantized.width;
        for (index, values) in self.values.chunks(LANES * width).enumerate() {
            write_rows(simd, values, width, index * LANES, self.quantized);
        }
    }
}

/// `(x - mean) / sqrt(variance + epsilon) * weight + bias` in up to sixteen rows.
#[inline(always)]
fn normalize<S: Simd>(simd: S, layer_norm: &LayerNorm, states: &mut [f32]) {
    let width = layer_norm.weight.len();
    let share = simd.splat(1.0 / width as f32);
    let (mut lanes, mut means, mut inverses) = ([[0.0; LANES]; LANES], [0.0; LANES], [0.0; LANES]);
    for (row, lanes) in states.chunks_exact(width).zip(&mut lanes) {
        simd.store(sum(simd, row.as_chunks().0), lanes);
    }
    simd.store(simd.mul(simd.sum_of_each(&lanes), share), &mut means);
    for ((row, lanes), &mean) in states.chunks_exact(width).zip(&mut lanes).zip(&means) {
        let distance = squared_distance(simd, row.as_chunks().0, simd.splat(mean));
        simd.store(distance, lanes);
    }
    let variance = simd.mul(simd.sum_of_each(&lanes), share);
    let deviation = simd.sqrt(simd.add(variance, simd.splat(layer_norm.epsilon)));
    simd.store(simd.div(simd.splat(1.0), deviation), &mut inverses);

    let (weight, _) = layer_norm.weight.as_chunks::<LANES>();
    let (bias, _) = layer_norm.bias.as_chunks::<LANES>();
    let rows = states.chunks_exact_mut(width);
    for ((row, &mean), &inverse) in rows.zip(&means).zip(&inverses) {
        let (mean, inverse) = (simd.splat(mean), simd.splat(inverse));
        let (values, _) = row.as_chunks_mut::<LANES>();
        for ((values, weight), bias) in values.iter_mut().zip(weight).zip(bias) {
            let normal = simd.mul(simd.sub(simd.load(values), mean), inverse);
            let value = simd.mul_add(normal, simd.load(weight), simd.load(bias));
            simd.store(value, values);
        }
    }
}

/// Writes up to sixteen rows as bytes, from row `first` on.
#[inline(always)]
fn write_rows<S: Simd>(
    simd: S,
    values: &[f32],
    width: usize,
    first: usize,
    to: &mut QuantizedRows,
) {
    let mut extremes = Extremes::new();
    for (slot, row) in values.chunks_exact(width).enumerate() {
        extremes.note(simd, slot, row.as_chunks().0);
    }
    let conversion = Conversion::new(simd, Range::Whole, &extremes);
    let count = values.len() / width;
    let (values, _) = values.as_chunks::<LANES>();
    let vectors = width / LANES;
    conversion.write(simd, to, (first, count), |slot, column| {
        let pair = &values[slot * vectors + column / LANES..];
        let ([pair, ..], _) = pair.as_chunks::<2>() else {
            unreachable!("a row is whole pairs of vectors");
        };
        pair
    });
}
