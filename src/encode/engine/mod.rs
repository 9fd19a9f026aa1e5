//! The encoder that the program brings along: BERT on the CPU, in integers.
//!
//! Weights are signed bytes with a scale for every output, activations bytes from the smallest to the largest
//! number of a token, sums are exact. What lies between the products is fused into their ends, tokens are
//! packed without padding, and a pass allocates nothing for a layer. `docs/performance.md` has the figures.
//!
//! The states of a sequence are the same, bit for bit, whatever the batch, the number of threads and the
//! instruction set.

mod activations;
mod attention;
mod buffer;
mod embedding;
mod functions;
mod heads;
mod kernel;
mod layer;
mod linear;
mod multiply;
mod normalize;
#[cfg(test)]
pub(super) mod reference;
mod shape;
#[cfg(test)]
mod tests;
mod weights;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::{EncodeError, Encoder, HiddenStates, TokenBatch, check_batch};
use embedding::Embedding;
use kernel::Isa;
use layer::{Layer, Scratch};

pub(super) use embedding::position_vectors;
pub use shape::NetworkShape;
pub(super) use weights::read_all;
pub use weights::{WeightSource, WeightsError};

/// Tokens that go through the layers together: enough to use each weight often while it is in the cache,
/// few enough for their states to stay there.
const PASS_TOKENS: usize = 256;

/// A BERT encoder on the CPU.
///
/// It keeps its own copy of the layers, packed for this machine, and looks words up where they lie.
pub struct CpuEncoder {
    shape: NetworkShape,
    isa: Isa,
    source: Arc<dyn WeightSource>,
    embedding: Embedding,
    layers: Vec<Layer>,
    /// Memory of passes that are over, for those to come.
    scratch: Mutex<Vec<Scratch>>,
}

impl fmt::Debug for CpuEncoder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CpuEncoder")
            .field("shape", &self.shape)
            .field("instructions", &self.instructions())
            .finish_non_exhaustive()
    }
}

impl CpuEncoder {
    /// Packs the layers of `source` for the best instructions of this machine.
    pub fn new(shape: NetworkShape, source: Arc<dyn WeightSource>) -> Result<Self, WeightsError> {
        Self::on(Isa::available()[0], shape, source)
    }

    /// Packs the layers for the instructions `name`, if this machine has them.
    pub fn with_instructions(
        name: &str,
        shape: NetworkShape,
        source: Arc<dyn WeightSource>,
    ) -> Result<Self, WeightsError> {
        let isa = Isa::available().into_iter().find(|isa| isa.name() == name);
        let isa = isa.ok_or_else(|| WeightsError::Instructions(name.to_owned()))?;
        Self::on(isa, shape, source)
    }

    /// Packs the layers for the instructions `isa`.
    fn on(
        isa: Isa,
        shape: NetworkShape,
        source: Arc<dyn WeightSource>,
    ) -> Result<Self, WeightsError> {
        shape.check()?;
        Ok(Self {
            shape,
            isa,
            embedding: Embedding::load(source.as_ref(), &shape)?,
            layers: (0..shape.layer_count)
                .into_par_iter()
                .map(|index| Layer::load(isa, source.as_ref(), &shape, index))
                .collect::<Result<_, _>>()?,
            source,
            scratch: Mutex::default(),
        })
    }

    /// The instructions it uses: `avx512-vnni`, `avx-vnni`, `avx2`, `neon-dotprod` or `portable`.
    pub fn instructions(&self) -> &'static str {
        self.isa.name()
    }

    /// Takes whole sequences through all layers and appends the tokens' states to `values`.
    fn pass(&self, scratch: &mut Scratch, sequences: &[&[u32]], values: &mut Vec<f32>) {
        let lengths: Vec<usize> = sequences.iter().map(|sequence| sequence.len()).collect();
        let tokens: usize = lengths.iter().sum();
        let count = tokens * self.shape.hidden_size;
        scratch.reserve(&self.shape, tokens);
        let Some(words) = embedding::words(self.source.as_ref()) else {
            unreachable!("the weights had word vectors when the encoder was made");
        };
        self.embedding.run(
            self.isa,
            words,
            sequences.iter().copied(),
            &mut scratch.states[..count],
            &mut scratch.quantized,
        );
        for layer in &self.layers {
            layer.run(self.isa, scratch, &lengths);
        }
        values.extend_from_slice(&scratch.states[..count]);
    }
}

impl Encoder for CpuEncoder {
    fn hidden_size(&self) -> usize {
        self.shape.hidden_size
    }

    fn max_tokens(&self) -> usize {
        self.shape.max_tokens
    }

    fn encode(&self, batch: &TokenBatch) -> Result<HiddenStates, EncodeError> {
        check_batch(batch, self.shape.vocabulary, self.shape.max_tokens)?;
        let pool = || self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        let mut scratch = pool().pop().unwrap_or_default();
        let mut values = Vec::with_capacity(batch.tokens().len() * self.shape.hidden_size);
        let mut pending: Vec<&[u32]> = Vec::new();
        let mut tokens = 0;
        for sequence in batch.sequences().filter(|sequence| !sequence.is_empty()) {
            if tokens > 0 && tokens + sequence.len() > PASS_TOKENS {
                self.pass(&mut scratch, &pending, &mut values);
                pending.clear();
                tokens = 0;
            }
            tokens += sequence.len();
            pending.push(sequence);
        }
        if tokens > 0 {
            self.pass(&mut scratch, &pending, &mut values);
        }
        pool().push(scratch);
        Ok(HiddenStates::new(values, self.shape.hidden_size))
    }
}
