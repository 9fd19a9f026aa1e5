//! Layer normalisation of states, and their bytes for the next product.

use super::activations::{QuantizedRows, Range};
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
        for (row, states) in self.states.chunks_exact_mut(width).enumerate() {
            normalize(simd, self.layer_norm, states);
            self.quantized.set_row(simd, row, states, Range::Symmetric);
        }
    }
}

/// `(x - mean) / sqrt(variance + epsilon) * weight + bias`
#[inline(always)]
fn normalize<S: Simd>(simd: S, layer_norm: &LayerNorm, states: &mut [f32]) {
    let width = states.len() as f32;
    let (states, _) = states.as_chunks_mut::<LANES>();
    let mean = simd.splat(sum(simd, states) / width);
    let variance = squared_distance(simd, states, mean) / width;
    let inverse = simd.splat(1.0 / (variance + layer_norm.epsilon).sqrt());
    let (weight, _) = layer_norm.weight.as_chunks::<LANES>();
    let (bias, _) = layer_norm.bias.as_chunks::<LANES>();
    for ((values, weight), bias) in states.iter_mut().zip(weight).zip(bias) {
        let normal = simd.mul(simd.sub(simd.load(values), mean), inverse);
        simd.store(
            simd.mul_add(normal, simd.load(weight), simd.load(bias)),
            values,
        );
    }
}

/// Writes the bytes of every row of `values`.
#[derive(Debug)]
pub(super) struct Quantize<'a> {
    pub(super) values: &'a [f32],
    /// From one row to the next.
    pub(super) stride: usize,
    pub(super) quantized: &'a mut QuantizedRows,
    pub(super) range: Range,
}

impl Computation for Quantize<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let width = self.quantized.width;
        for (row, values) in self.values.chunks_exact(self.stride).enumerate() {
            self.quantized
                .set_row(simd, row, &values[..width], self.range);
        }
    }
}
