//! A linear layer, packed for the integer kernels.

use super::activations::Range;
use super::buffer::AlignedBuffer;
use super::kernel::{GROUP, PANEL};
use super::weights::{Tensor, WeightSource, WeightsError, find, read_all};

/// The weights of a linear layer as signed bytes, each output with a scale, and its bias.
#[derive(Debug)]
pub(super) struct Linear {
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    /// How many inputs share a scale of the activations.
    pub(super) block: usize,
    /// How many inputs are multiplied at a time: their part of a panel stays in the first-level cache.
    pub(super) segment: usize,
    /// `[output / PANEL][input / GROUP][output % PANEL][input % GROUP]`
    pub(super) panels: AlignedBuffer<i8>,
    /// For every panel and every block of inputs, minus the activations' zero times the sum of the
    /// weights: what makes up for bytes that are not signed.
    pub(super) starts: AlignedBuffer<i32>,
    pub(super) scales: AlignedBuffer<f32>,
    pub(super) bias: AlignedBuffer<f32>,
}

/// What a linear layer is to look like.
#[derive(Clone, Copy, Debug)]
pub(super) struct LinearPlan<'a> {
    /// The layers whose outputs follow each other, such as query, key and value.
    pub(super) names: &'a [String],
    pub(super) inputs: usize,
    /// Outputs of each of `names`.
    pub(super) outputs: usize,
    pub(super) block: usize,
    /// How the activations come.
    pub(super) range: Range,
}

impl Linear {
    pub(super) fn load(
        source: &dyn WeightSource,
        plan: LinearPlan<'_>,
    ) -> Result<Self, WeightsError> {
        let outputs = plan.outputs * plan.names.len();
        let mut linear = Self {
            inputs: plan.inputs,
            outputs,
            block: plan.block,
            segment: segment(plan.block),
            panels: AlignedBuffer::new(outputs * plan.inputs),
            starts: AlignedBuffer::new(outputs * (plan.inputs / plan.block)),
            scales: AlignedBuffer::new(outputs),
            bias: AlignedBuffer::new(outputs),
        };
        for (index, name) in plan.names.iter().enumerate() {
            let weight = find(
                source,
                &format!("{name}.weight"),
                plan.outputs * plan.inputs,
            )?;
            let bias = read_all(source, &format!("{name}.bias"), plan.outputs)?;
            let first = index * plan.outputs;
            linear.bias[first..first + plan.outputs].copy_from_slice(&bias);
            linear.pack(weight, first, plan);
        }
        Ok(linear)
    }

    /// How many scales a row of activations has.
    #[inline(always)]
    pub(super) fn blocks(&self) -> usize {
        self.inputs / self.block
    }

    /// The weights of [`PANEL`] outputs.
    #[inline(always)]
    pub(super) fn panel(&self, panel: usize) -> &[i8] {
        &self.panels[panel * self.inputs * PANEL..][..self.inputs * PANEL]
    }

    /// The share of some of `rows` rows in a segment of `panel`, empty if there is no such panel.
    ///
    /// While those rows are multiplied with the segment before it, this much of it can be fetched.
    #[inline(always)]
    pub(super) fn share(
        &self,
        panel: usize,
        first_input: usize,
        rows: usize,
        part: std::ops::Range<usize>,
    ) -> &[i8] {
        let len = self.segment * PANEL;
        let first = (panel * self.inputs + first_input) * PANEL;
        let segment = self.panels.get(first..first + len).unwrap_or_default();
        segment
            .get(len * part.start / rows..len * part.end / rows)
            .unwrap_or_default()
    }

    /// Packs the rows of `weight` as the outputs from `first` on.
    fn pack(&mut self, weight: Tensor<'_>, first: usize, plan: LinearPlan<'_>) {
        let mut row = vec![0.0; self.inputs];
        let mut bytes = vec![0; self.inputs];
        for output in 0..plan.outputs {
            weight.read(output * self.inputs, &mut row);
            self.scales[first + output] = quantize_weights(&row, &mut bytes);
            self.set_output(first + output, &bytes, plan.range);
        }
    }

    fn set_output(&mut self, output: usize, bytes: &[i8], range: Range) {
        let (panel, lane) = (output / PANEL, output % PANEL);
        let packed = &mut self.panels[panel * self.inputs * PANEL..][..self.inputs * PANEL];
        let groups = packed.as_chunks_mut::<{ GROUP * PANEL }>().0;
        for (to, from) in groups.iter_mut().zip(bytes.as_chunks::<GROUP>().0) {
            to[lane * GROUP..][..GROUP].copy_from_slice(from);
        }
        let blocks = self.blocks();
        for (index, block) in bytes.chunks_exact(self.block).enumerate() {
            let sum: i32 = block.iter().map(|&weight| i32::from(weight)).sum();
            self.starts[(panel * blocks + index) * PANEL + lane] = -range.zero() * sum;
        }
    }
}

/// Inputs whose part of a panel, 12 KiB, is half of a small first-level cache at most.
const SEGMENT_INPUTS: usize = 1536;

/// The largest divisor of `block` in whole groups that is not above [`SEGMENT_INPUTS`].
fn segment(block: usize) -> usize {
    let fits = |&inputs: &usize| block.is_multiple_of(inputs);
    let candidates = (GROUP..=SEGMENT_INPUTS)
        .rev()
        .filter(|inputs| inputs.is_multiple_of(GROUP));
    candidates.into_iter().find(fits).unwrap_or(GROUP)
}

/// Added to a number, it leaves the nearest whole number in the low bits: rounding without a call.
const SHIFT: f32 = 12_582_912.0; // 1.5 * 2^23

/// Writes `row` as bytes from -127 to 127 and gives the scale.
fn quantize_weights(row: &[f32], bytes: &mut [i8]) -> f32 {
    let largest = row
        .iter()
        .fold(0.0_f32, |largest, value| largest.max(value.abs()));
    let inverse = if largest > 0.0 { 127.0 / largest } else { 0.0 };
    for (byte, value) in bytes.iter_mut().zip(row) {
        *byte = (value * inverse + SHIFT).to_bits() as i8;
    }
    largest / 127.0
}
