//! One transformer layer.

use super::NetworkShape;
use super::activations::{QuantizedRows, Range};
use super::attention::{Attend, AttentionScratch};
use super::buffer::AlignedBuffer;
use super::kernel::{Isa, PANEL};
use super::linear::{Linear, LinearPlan};
use super::multiply::{AddTo, Multiply, StoreBytes, StoreGelu, Widened};
use super::normalize::{LayerNorm, Normalize, Quantize};
use super::weights::{WeightSource, WeightsError};

/// Tokens whose feed-forward part is computed at a time: what lies between its two products is large,
/// and is to stay in the second-level cache.
const FEED_FORWARD_ROWS: usize = 96;

/// The weights of a layer.
#[derive(Debug)]
pub(super) struct Layer {
    heads: Linear,
    attention_output: Linear,
    attention_norm: LayerNorm,
    intermediate: Linear,
    output: Linear,
    output_norm: LayerNorm,
}

/// Memory for a pass, used again by every layer.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// The tokens' states, and as bytes.
    pub(super) states: AlignedBuffer<f32>,
    pub(super) quantized: QuantizedRows,
    heads: QuantizedRows,
    context: AlignedBuffer<f32>,
    attention: AttentionScratch,
    rows: QuantizedRows,
    intermediate: AlignedBuffer<f32>,
    intermediate_quantized: QuantizedRows,
    widened: Widened,
}

/// How many inputs of queries, keys and values share a scale.
///
/// A few of a state's numbers are far larger than the rest; in blocks they spoil only their own.
pub(super) fn state_block(hidden_size: usize) -> usize {
    if hidden_size.is_multiple_of(128) {
        128
    } else {
        hidden_size
    }
}

/// The distance between rows of which a panel's columns are written one row after another.
///
/// At a distance of 6 KiB the rows would share four sets of the first-level cache and drive each other out.
fn padded(width: usize) -> usize {
    width + PANEL
}

impl Scratch {
    /// Makes room for `tokens` tokens.
    pub(super) fn reserve(&mut self, shape: &NetworkShape, tokens: usize) {
        let hidden_size = shape.hidden_size;
        self.states.reserve(tokens * hidden_size);
        self.quantized
            .reserve(tokens, hidden_size, state_block(hidden_size));
        self.heads.reserve(tokens, 3 * hidden_size, PANEL);
        self.context.reserve(tokens * hidden_size);
        let rows = tokens.min(FEED_FORWARD_ROWS);
        self.rows.reserve(rows, hidden_size, hidden_size);
        self.intermediate
            .reserve(rows * padded(shape.intermediate_size));
        self.intermediate_quantized
            .reserve(rows, shape.intermediate_size, shape.intermediate_size);
    }
}

impl Layer {
    pub(super) fn load(
        source: &dyn WeightSource,
        shape: &NetworkShape,
        index: usize,
    ) -> Result<Self, WeightsError> {
        let name = |part: &str| format!("encoder.layer.{index}.{part}");
        let norm = |part: &str| {
            LayerNorm::load(
                source,
                &name(part),
                shape.hidden_size,
                shape.layer_norm_epsilon,
            )
        };
        let linear = |parts: &[&str], inputs, outputs, block, range| {
            let names: Vec<_> = parts.iter().map(|part| name(part)).collect();
            Linear::load(
                source,
                LinearPlan {
                    names: &names,
                    inputs,
                    outputs,
                    block,
                    range,
                },
            )
        };
        let (hidden, inner) = (shape.hidden_size, shape.intermediate_size);
        let symmetric = Range::Symmetric;
        Ok(Self {
            heads: linear(
                &[
                    "attention.self.query",
                    "attention.self.key",
                    "attention.self.value",
                ],
                hidden,
                hidden,
                state_block(hidden),
                symmetric,
            )?,
            attention_output: linear(
                &["attention.output.dense"],
                hidden,
                hidden,
                hidden,
                symmetric,
            )?,
            attention_norm: norm("attention.output.LayerNorm")?,
            intermediate: linear(&["intermediate.dense"], hidden, inner, hidden, symmetric)?,
            output: linear(&["output.dense"], inner, hidden, inner, Range::Gelu)?,
            output_norm: norm("output.LayerNorm")?,
        })
    }

    /// Takes the states of some sequences, given by their `lengths`, through the layer.
    pub(super) fn run(&self, isa: Isa, scratch: &mut Scratch, lengths: &[usize]) {
        let tokens = lengths.iter().sum();
        isa.run(Multiply {
            input: &scratch.quantized,
            rows: tokens,
            linear: &self.heads,
            widened: &mut scratch.widened,
            finish: StoreBytes::new(&mut scratch.heads),
        });
        let hidden_size = self.heads.inputs;
        let mut first = 0;
        for &length in lengths {
            isa.run(Attend {
                heads: &scratch.heads,
                first,
                length,
                scratch: &mut scratch.attention,
                context: &mut scratch.context[first * hidden_size..][..length * hidden_size],
            });
            first += length;
        }
        for first in (0..tokens).step_by(FEED_FORWARD_ROWS) {
            self.feed_forward(isa, scratch, first..tokens.min(first + FEED_FORWARD_ROWS));
        }
        isa.run(Normalize {
            states: &mut scratch.states[..tokens * hidden_size],
            layer_norm: &self.output_norm,
            quantized: &mut scratch.quantized,
        });
    }

    /// What follows attention, for the tokens `rows`; all but the last normalisation.
    fn feed_forward(&self, isa: Isa, scratch: &mut Scratch, rows: std::ops::Range<usize>) {
        let width = self.heads.inputs;
        let inner = self.intermediate.outputs;
        let count = rows.len();
        let span = rows.start * width..rows.end * width;
        let states = &mut scratch.states[span.clone()];
        isa.run(Quantize {
            values: &scratch.context[span],
            stride: width,
            quantized: &mut scratch.rows,
            range: Range::Symmetric,
        });
        isa.run(Multiply {
            input: &scratch.rows,
            rows: count,
            linear: &self.attention_output,
            widened: &mut scratch.widened,
            finish: AddTo { states, width },
        });
        isa.run(Normalize {
            states,
            layer_norm: &self.attention_norm,
            quantized: &mut scratch.rows,
        });
        isa.run(Multiply {
            input: &scratch.rows,
            rows: count,
            linear: &self.intermediate,
            widened: &mut scratch.widened,
            finish: StoreGelu {
                values: &mut scratch.intermediate,
                width: padded(inner),
            },
        });
        isa.run(Quantize {
            values: &scratch.intermediate[..count * padded(inner)],
            stride: padded(inner),
            quantized: &mut scratch.intermediate_quantized,
            range: Range::Gelu,
        });
        isa.run(Multiply {
            input: &scratch.intermediate_quantized,
            rows: count,
            linear: &self.output,
            widened: &mut scratch.widened,
            finish: AddTo { states, width },
        });
    }
}
