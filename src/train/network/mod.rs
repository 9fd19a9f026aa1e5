//! The transformer as training sees it: variables in, token states out, gradients back.
//!
//! The embeddings stay as they are: nine tenths of the weights, most of which no example touches. Sequences lie back to back,
//! as everywhere in this program. On the CPU nothing is padded and cores take a shard each (`operations`, `attention`); other
//! devices take a batch at once (`batched`).

mod attention;
mod batched;
mod given;
mod layer;
mod operations;
mod pass;
#[cfg(test)]
pub(super) mod tests;

use candle_core::{Device, Result, Tensor, Var};
use candle_nn::VarBuilder;

use crate::encode::TokenBatch;
use crate::model::EncoderConfig;
use crate::model::device::Precision;
use crate::random::Generator;
use batched::Batched;
use layer::{Layer, Weights};
use pass::Pass;

/// A BERT encoder whose layers can learn.
#[derive(Debug)]
pub(crate) struct Network {
    config: EncoderConfig,
    embeddings: Embeddings,
    layers: Vec<Layer>,
    /// How many layers, from the first, have no gradients.
    frozen: usize,
    /// How batches are worked out as a whole; none where sequences are worked out one by one.
    batched: Option<Batched>,
}

/// The frozen first step.
#[derive(Debug)]
struct Embeddings {
    words: Tensor,
    positions: Tensor,
    weight: Tensor,
    bias: Tensor,
}

/// One way through the layers.
#[derive(Debug)]
struct Way<'a> {
    pass: Pass<'a>,
    config: &'a EncoderConfig,
}

/// What is left out at random while learning.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dropout {
    /// The share of numbers set to zero.
    pub(crate) rate: f32,
    /// Which ones.
    pub(crate) seed: u64,
}

impl Dropout {
    /// Nothing is left out.
    pub(crate) const NONE: Self = Self { rate: 0.0, seed: 0 };
}

/// Leaves out numbers of `x`, drawn from `seed`; see [`Dropout`].
///
/// # Errors
///
/// If the device has no room.
pub(crate) fn dropout(x: &Tensor, dropout: Dropout) -> Result<Tensor> {
    operations::dropout(x, dropout.rate, dropout.seed)
}

/// One variable that learns.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    /// Its name in this network.
    pub(crate) name: String,
    /// Its layer, counted from the first; the heads' is one past the last.
    pub(crate) layer: usize,
    /// Whether weight decay applies: to matrices, not to biases and norms.
    pub(crate) decays: bool,
    /// The variable.
    pub(crate) var: Var,
}

impl Network {
    /// Takes the layers numbered `layers`, in that order, from `weights`, under Hugging Face's names.
    ///
    /// # Errors
    ///
    /// If a tensor is missing or of another shape.
    pub(crate) fn load(
        config: &EncoderConfig,
        weights: &VarBuilder<'_>,
        layers: &[usize],
    ) -> Result<Self> {
        let embeddings = Embeddings::load(config, &weights.pp("embeddings"))?;
        let load = |&layer| Layer::load(config, &weights.pp(format!("encoder.layer.{layer}")));
        let layers = layers.iter().map(load).collect::<Result<_>>()?;
        Ok(Self {
            config: config.clone(),
            embeddings,
            layers,
            frozen: 0,
            batched: None,
        })
    }

    /// Works out batches as a whole from now on, products in `precision`; meant for devices that are not the CPU.
    pub(crate) fn work_in_batches(&mut self, precision: Precision) {
        self.batched = Some(Batched::new(precision));
    }

    /// Works out no gradients of the first `layers` layers from now on, and leaves nothing out there.
    pub(crate) fn freeze(&mut self, layers: usize) {
        self.frozen = layers;
    }

    /// Whether a batch is worked out as a whole, so that it should not be cut for the cores.
    pub(crate) fn works_in_batches(&self) -> bool {
        self.batched.is_some()
    }

    /// How many layers it has.
    pub(crate) fn layer_count(&self) -> usize {
        self.layers.len()
    }

    /// Where its tensors are.
    pub(crate) fn device(&self) -> &Device {
        self.embeddings.words.device()
    }

    /// The states of all tokens, (tokens, hidden), to learn from.
    ///
    /// # Errors
    ///
    /// If a token or a length is beyond the network, or the device has no room.
    pub(crate) fn forward(&self, batch: &TokenBatch, dropout: Dropout) -> Result<Tensor> {
        let way = self.way(batch)?;
        let still = self.still_layers(batch, &way)?;
        self.other_layers(still, &way, Weights::Learning, dropout)
    }

    /// The same, given the [`Self::still_states`] of these tokens.
    ///
    /// # Errors
    ///
    /// If the device has no room.
    pub(crate) fn forward_from(
        &self,
        still: Tensor,
        batch: &TokenBatch,
        dropout: Dropout,
    ) -> Result<Tensor> {
        self.other_layers(still, &self.way(batch)?, Weights::Learning, dropout)
    }

    /// The states of all tokens, (tokens, hidden), without gradients: nothing is kept of the way to them.
    ///
    /// # Errors
    ///
    /// If a token or a length is beyond the network, or the device has no room.
    pub(crate) fn states(&self, batch: &TokenBatch) -> Result<Tensor> {
        let way = self.way(batch)?;
        let still = self.still_layers(batch, &way)?;
        self.other_layers(still, &way, Weights::Still, Dropout::NONE)
    }

    /// The same, given the [`Self::still_states`] of these tokens.
    ///
    /// # Errors
    ///
    /// If the device has no room.
    pub(crate) fn states_from(&self, still: Tensor, batch: &TokenBatch) -> Result<Tensor> {
        self.other_layers(still, &self.way(batch)?, Weights::Still, Dropout::NONE)
    }

    /// What the frozen layers give, (tokens, hidden): the same in every epoch, since dropout leaves nothing out there.
    ///
    /// # Errors
    ///
    /// If a token or a length is beyond the network, or the device has no room.
    pub(crate) fn still_states(&self, batch: &TokenBatch) -> Result<Tensor> {
        self.still_layers(batch, &self.way(batch)?)
    }

    fn way<'a>(&'a self, batch: &'a TokenBatch) -> Result<Way<'a>> {
        Ok(Way {
            pass: Pass::new(self.batched.as_ref(), batch.lengths(), self.device())?,
            config: &self.config,
        })
    }

    /// Through the embeddings and the frozen layers.
    fn still_layers(&self, batch: &TokenBatch, way: &Way<'_>) -> Result<Tensor> {
        let mut states = self.embeddings.forward(batch, way)?;
        for layer in self.layers.iter().take(self.frozen) {
            states = layer.forward(&states, way, Weights::Still, &mut Ok)?;
        }
        Ok(states)
    }

    /// Through the layers above them.
    fn other_layers(
        &self,
        mut states: Tensor,
        way: &Way<'_>,
        weights: Weights,
        dropout: Dropout,
    ) -> Result<Tensor> {
        let mut seeds = Generator::new(dropout.seed);
        for layer in self.layers.iter().skip(self.frozen) {
            let mut drop = |x: Tensor| way.pass.dropout(&x, dropout.rate, seeds.next_bits());
            states = layer.forward(&states, way, weights, &mut drop)?;
        }
        Ok(states)
    }

    /// All variables, from the first layer to the last.
    pub(crate) fn parameters(&self) -> Vec<Parameter> {
        let layers = self.layers.iter().enumerate();
        layers
            .flat_map(|(index, layer)| layer.parameters(index))
            .collect()
    }

    /// The tensors of the layers that are not frozen under Hugging Face's names, as they are now.
    ///
    /// # Errors
    ///
    /// Never for a network that was loaded.
    pub(crate) fn named_tensors(&self) -> Result<Vec<(String, Tensor)>> {
        let mut tensors = Vec::new();
        for (index, layer) in self.layers.iter().enumerate().skip(self.frozen) {
            for (name, tensor) in layer.named_tensors(self.config.hidden_size)? {
                tensors.push((format!("encoder.layer.{index}.{name}"), tensor));
            }
        }
        Ok(tensors)
    }
}

impl Embeddings {
    fn load(config: &EncoderConfig, weights: &VarBuilder<'_>) -> Result<Self> {
        let hidden = config.hidden_size;
        let words = weights.get((config.vocab_size, hidden), "word_embeddings.weight")?;
        let positions = weights.get(
            (config.max_position_embeddings, hidden),
            "position_embeddings.weight",
        )?;
        let types = weights.get(
            (config.type_vocab_size, hidden),
            "token_type_embeddings.weight",
        )?;
        Ok(Self {
            words,
            // Every token is of the first type.
            positions: positions.broadcast_add(&types.get(0)?)?,
            weight: weights.get(hidden, "LayerNorm.weight")?,
            bias: weights.get(hidden, "LayerNorm.bias")?,
        })
    }

    fn forward(&self, batch: &TokenBatch, way: &Way<'_>) -> Result<Tensor> {
        let device = self.words.device();
        let places: Vec<u32> = batch
            .lengths()
            .iter()
            .flat_map(|&length| 0..length as u32)
            .collect();
        let words = self
            .words
            .index_select(&Tensor::new(batch.tokens(), device)?, 0)?;
        let positions = self
            .positions
            .index_select(&Tensor::new(places, device)?, 0)?;
        let (sum, epsilon) = ((words + positions)?, way.config.layer_norm_eps);
        way.pass.layer_norm(&sum, &self.weight, &self.bias, epsilon)
    }
}
