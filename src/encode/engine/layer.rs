//! One transformer layer.

use super::NetworkShape;
use super::activations::QuantizedRows;
use super::attention::{Attend, AttentionScratch};
use super::buffer::AlignedBuffer;
use super::heads::HeadRows;
use super::kernel::{Isa, PANEL};
use super::linear::Linear;
use super::multiply::{
    AddTo, Intermediate, Multiply, QuantizeGelu, StoreGelu, StoreHeads, Widened, equal_parts,
};
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
    heads: HeadRows,
    context: AlignedBuffer<f32>,
    attention: AttentionScratch,
    rows: QuantizedRows,
    intermediate: Intermediate,
    intermediate_quantized: QuantizedRows,
    widened: Widened,
}

impl Scratch {
    /// Makes room for `tokens` tokens.
    pub(super) fn reserve(&mut self, shape: &NetworkShape, tokens: usize) {
        let (width, inner) = (shape.hidden_size, shape.intermediate_size);
        self.states.reserve(tokens * width);
        self.quantized.reserve(tokens, width);
        self.heads.reserve(tokens, 3 * shape.head_count);
        self.context.reserve(tokens * width);
        let rows = tokens.min(FEED_FORWARD_ROWS);
        self.rows.reserve(rows, width);
        self.intermediate.reserve(rows, inner);
        self.intermediate_quantized.reserve(rows, inner);
    }
}

impl Layer {
    pub(super) fn load(
        isa: Isa,
        source: &dyn WeightSource,
        shape: &NetworkShape,
        index: usize,
    ) -> Result<Self, WeightsError> {
        let (width, inner) = (shape.hidden_size, shape.intermediate_size);
        let name = |part: &str| format!("encoder.layer.{index}.{part}");
        let norm =
            |part: &str| LayerNorm::load(source, &name(part), width, shape.layer_norm_epsilon);
        let linear = |part: &str, sizes| Linear::load(isa, source, &[name(part)], sizes);
        let heads = ["query", "key", "value"].map(|part| name(&format!("attention.self.{part}")));
        Ok(Self {
            heads: Linear::load(isa, source, &heads, (width, width))?,
            attention_output: linear("attention.output.dense", (width, width))?,
            attention_norm: norm("attention.output.LayerNorm")?,
            intermediate: linear("intermediate.dense", (width, inner))?,
            output: linear("output.dense", (inner, width))?,
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
            finish: StoreHeads::new(&mut scratch.heads),
        });
        let width = self.heads.inputs;
        let mut first = 0;
        for &length in lengths {
            isa.run(Attend {
                heads: &scratch.heads,
                head_count: width / PANEL,
                first,
                length,
                scratch: &mut scratch.attention,
                context: &mut scratch.context[first * width..][..length * width],
            });
            first += length;
        }
        for (first, count) in equal_parts(tokens, FEED_FORWARD_ROWS) {
            self.feed_forward(isa, scratch, first..first + count);
        }
        isa.run(Normalize {
            states: &mut scratch.states[..tokens * width],
            layer_norm: &self.output_norm,
            quantized: &mut scratch.quantized,
        });
    }

    /// What follows attention, for the tokens `rows`; all but the last normalisation.
    fn feed_forward(&self, isa: Isa, scratch: &mut Scratch, rows: std::ops::Range<usize>) {
        let width = self.heads.inputs;
        let count = rows.len();
        let span = rows.start * width..rows.end * width;
        let states = &mut scratch.states[span.clone()];
        isa.run(Quantize {
            values: &scratch.context[span],
            quantized: &mut scratch.rows,
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
        scratch.intermediate.clear(count);
        isa.run(Multiply {
            input: &scratch.rows,
            rows: count,
            linear: &self.intermediate,
            widened: &mut scratch.widened,
            finish: StoreGelu(&mut scratch.intermediate),
        });
        isa.run(QuantizeGelu {
            intermediate: &scratch.intermediate,
            quantized: &mut scratch.intermediate_quantized,
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
