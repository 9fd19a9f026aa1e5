//! A linear layer, packed for the integer kernels.

use super::buffer::AlignedBuffer;
use super::kernel::{Computation, GROUP, Isa, PANEL, Simd};
use super::weights::{WeightSource, WeightsError, find, read_all};
use crate::model::TensorData;

/// The weights of a linear layer as signed bytes, each output with a scale, and its bias.
#[derive(Debug)]
pub(super) struct Linear {
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    /// How many inputs are multiplied at a time: their part of a panel stays in the first-level cache.
    pub(super) segment: usize,
    /// `[output / PANEL][input / GROUP][output % PANEL][input % GROUP]`
    panels: AlignedBuffer<i8>,
    pub(super) scales: AlignedBuffer<f32>,
    /// The sum of each output's weights: what the smallest activation of a row counts for.
    pub(super) sums: AlignedBuffer<f32>,
    pub(super) bias: AlignedBuffer<f32>,
}

impl Linear {
    /// Packs the layers `names`, whose outputs are to follow each other, such as query, key and value; each has
    /// `outputs` of them.
    pub(super) fn load(
        isa: Isa,
        source: &dyn WeightSource,
        names: &[String],
        (inputs, outputs): (usize, usize),
    ) -> Result<Self, WeightsError> {
        let all = outputs * names.len();
        let mut linear = Self {
            inputs,
            outputs: all,
            segment: segment(inputs),
            panels: AlignedBuffer::new(all * inputs),
            scales: AlignedBuffer::new(all),
            sums: AlignedBuffer::new(all),
            bias: AlignedBuffer::new(all),
        };
        for (index, name) in names.iter().enumerate() {
            let weight = find(source, &format!("{name}.weight"), outputs * inputs)?;
            let bias = read_all(source, &format!("{name}.bias"), outputs)?;
            let first = index * outputs;
            linear.bias[first..first + outputs].copy_from_slice(&bias);
            isa.run(Pack {
                linear: &mut linear,
                weight,
                outputs: first..first + outputs,
            });
        }
        Ok(linear)
    }

    /// The weights of [`PANEL`] outputs.
    #[inline(always)]
    pub(super) fn panel(&self, panel: usize) -> &[i8] {
        &self.panels[panel * self.inputs * PANEL..][..self.inputs * PANEL]
    }

    #[inline(always)]
    fn set_output(&mut self, output: usize, bytes: &[i8]) {
        let (panel, lane) = (output / PANEL, output % PANEL);
        let packed = &mut self.panels[panel * self.inputs * PANEL..][..self.inputs * PANEL];
        let groups = packed.as_chunks_mut::<{ GROUP * PANEL }>().0;
        for (to, from) in groups.iter_mut().zip(bytes.as_chunks::<GROUP>().0) {
            to[lane * GROUP..][..GROUP].copy_from_slice(from);
        }
    }
}

/// Packs the rows of `weight` as the outputs `outputs`.
struct Pack<'a> {
    linear: &'a mut Linear,
    weight: TensorData<'a>,
    outputs: std::ops::Range<usize>,
}

impl Computation for Pack<'_> {
    type Output = ();

    /// Plain loops, which the compiler turns into the vectors of each instruction set.
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let linear = self.linear;
        let mut row = vec![0.0; linear.inputs];
        let mut bytes = vec![0; linear.inputs];
        for (index, output) in self.outputs.enumerate() {
            self.weight.read(index * linear.inputs, &mut row);
            let scale = quantize_weights(&row, &mut bytes);
            let sum: i32 = bytes.iter().map(|&weight| i32::from(weight)).sum();
            linear.scales[output] = scale;
            linear.sums[output] = scale * sum as f32;
            linear.set_output(output, &bytes);
        }
    }
}

/// Inputs whose part of a panel, 48 KiB, streams through the first-level cache.
const SEGMENT_INPUTS: usize = 1536;

/// The largest divisor of `inputs` in whole groups that is not above [`SEGMENT_INPUTS`].
fn segment(inputs: usize) -> usize {
    let fits = |&candidate: &usize| inputs.is_multiple_of(candidate);
    let candidates = (GROUP..=SEGMENT_INPUTS)
        .rev()
        .filter(|inputs| inputs.is_multiple_of(GROUP));
    candidates.into_iter().find(fits).unwrap_or(GROUP)
}

/// Added to a number, it leaves the nearest whole number in the low bits: rounding without a call.
const SHIFT: f32 = 12_582_912.0; // 1.5 * 2^23

/// Writes `row` as bytes from -127 to 127 and gives the scale.
#[inline(always)]
fn quantize_weights(row: &[f32], bytes: &mut [i8]) -> f32 {
    // Sixteen maxima side by side; rows are whole blocks of them.
    let mut lanes = [0.0_f32; 16];
    for values in row.as_chunks::<16>().0 {
        for (largest, value) in lanes.iter_mut().zip(values) {
            let value = value.abs();
            *largest = if value > *largest { value } else { *largest };
        }
    }
    let largest = lanes.into_iter().fold(0.0_f32, f32::max);
    let inverse = if largest > 0.0 { 127.0 / largest } else { 0.0 };
    for (byte, value) in bytes.iter_mut().zip(row) {
        *byte = (value * inverse + SHIFT).to_bits() as i8;
    }
    largest / 127.0
}
