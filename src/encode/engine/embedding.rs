//! The first states of tokens: what they are, where they stand, normalised.

use super::NetworkShape;
use super::activations::QuantizedRows;
use super::kernel::Isa;
use super::normalize::{LayerNorm, Normalize};
use super::weights::{WeightSource, WeightsError, find, read_all};
use crate::model::TensorData;

const WORDS: &str = "embeddings.word_embeddings.weight";

/// Position and type vectors; the word vectors stay where they lie.
#[derive(Debug)]
pub(super) struct Embedding {
    /// [`position_vectors`]
    positions: Vec<f32>,
    layer_norm: LayerNorm,
}

impl Embedding {
    pub(super) fn load(
        source: &dyn WeightSource,
        shape: &NetworkShape,
    ) -> Result<Self, WeightsError> {
        let width = shape.hidden_size;
        find(source, WORDS, shape.vocabulary * width)?;
        let layer_norm = LayerNorm::load(
            source,
            "embeddings.LayerNorm",
            width,
            shape.layer_norm_epsilon,
        )?;
        Ok(Self {
            positions: position_vectors(source, shape)?,
            layer_norm,
        })
    }

    /// Writes the states of `sequences`, and as bytes.
    pub(super) fn run<'a>(
        &self,
        isa: Isa,
        words: TensorData<'_>,
        sequences: impl Iterator<Item = &'a [u32]>,
        states: &mut [f32],
        quantized: &mut QuantizedRows,
    ) {
        let width = quantized.width;
        let mut rows = states.chunks_exact_mut(width);
        for sequence in sequences {
            let positions = self.positions.chunks_exact(width);
            for ((&token, position), state) in sequence.iter().zip(positions).zip(&mut rows) {
                words.read(token as usize * width, state);
                for (state, position) in state.iter_mut().zip(position) {
                    *state += position;
                }
            }
        }
        isa.run(Normalize {
            states,
            layer_norm: &self.layer_norm,
            quantized,
        });
    }
}

/// The word vectors.
pub(super) fn words(source: &dyn WeightSource) -> Option<TensorData<'_>> {
    source.tensor(WORDS)
}

/// The position vectors, the vector of token type 0 added to each.
pub(in crate::encode) fn position_vectors(
    source: &dyn WeightSource,
    shape: &NetworkShape,
) -> Result<Vec<f32>, WeightsError> {
    let width = shape.hidden_size;
    let count = shape.max_tokens * width;
    let mut positions = read_all(source, "embeddings.position_embeddings.weight", count)?;
    let kind = first_row(source, "embeddings.token_type_embeddings.weight", width)?;
    for row in positions.chunks_exact_mut(width) {
        for (position, kind) in row.iter_mut().zip(&kind) {
            *position += kind;
        }
    }
    Ok(positions)
}

/// The first row of a tensor with rows of `width` numbers.
fn first_row(
    source: &dyn WeightSource,
    name: &str,
    width: usize,
) -> Result<Vec<f32>, WeightsError> {
    let tensor = source
        .tensor(name)
        .filter(|tensor| tensor.count() >= width)
        .ok_or_else(|| WeightsError::Missing(name.to_owned()))?;
    let mut row = vec![0.0; width];
    tensor.read(0, &mut row);
    Ok(row)
}
