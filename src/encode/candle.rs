//! The transformers of `candle-transformers`, for models named by folder or hub id, and for bundles on Metal.

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::{bert, xlm_roberta};
use serde::Deserialize;

use super::{EncodeError, Encoder, HiddenStates, TokenBatch};
use crate::model::{Bundle, TransformerFiles};

/// An encoder that runs through `candle-transformers`, padding each batch to its longest sequence.
pub struct CandleEncoder {
    network: Network,
    device: Device,
    sizes: Sizes,
}

enum Network {
    Bert(bert::BertModel),
    XlmRoberta(xlm_roberta::XLMRobertaModel),
}

/// What every family's `config.json` says of the network's sizes.
#[derive(Clone, Debug, Deserialize)]
struct Sizes {
    model_type: Option<String>,
    hidden_size: usize,
    num_attention_heads: usize,
    max_position_embeddings: usize,
    vocab_size: usize,
    #[serde(default)]
    pad_token_id: u32,
}

impl Sizes {
    /// Refuses what Candle would divide by.
    fn check(&self) -> Result<(), EncodeError> {
        let sizes = [
            ("hidden_size", self.hidden_size),
            ("num_attention_heads", self.num_attention_heads),
        ];
        match sizes.into_iter().find(|&(_, size)| size == 0) {
            Some((name, _)) => Err(config_error(format_args!("{name} is 0"))),
            None => Ok(()),
        }
    }

    /// The positions that are left for tokens: `RoBERTa` counts from the padding id on (fairseq's `make_positions`).
    fn positions_after_padding(&self) -> Result<usize, EncodeError> {
        let (all, padding) = (self.max_position_embeddings, self.pad_token_id);
        let left = all.checked_sub(padding as usize + 1);
        left.filter(|&positions| positions > 0).ok_or_else(|| {
            config_error(format_args!(
                "of {all} positions (max_position_embeddings) none is left behind pad_token_id {padding}"
            ))
        })
    }
}

impl CandleEncoder {
    /// Builds the network that `config_json` describes from `weights`.
    ///
    /// # Errors
    ///
    /// If the family is neither BERT nor XLM-RoBERTa, its sizes make no network, or a tensor is missing or of another
    /// shape.
    pub fn new(config_json: &[u8], weights: VarBuilder<'_>) -> Result<Self, EncodeError> {
        let mut sizes: Sizes = parse(config_json)?;
        sizes.check()?;
        let device = weights.device().clone();
        let network = match sizes.model_type.as_deref() {
            Some("bert") | None => {
                let config: bert::Config = parse(config_json)?;
                Network::Bert(bert::BertModel::load(weights, &config)?)
            }
            Some("xlm-roberta" | "roberta" | "camembert") => {
                let config: xlm_roberta::Config = parse(config_json)?;
                sizes.max_position_embeddings = sizes.positions_after_padding()?;
                let prefix = if weights.contains_tensor("roberta.embeddings.word_embeddings.weight")
                {
                    weights.pp("roberta")
                } else {
                    weights
                };
                Network::XlmRoberta(xlm_roberta::XLMRobertaModel::new(&config, prefix)?)
            }
            Some(other) => {
                let message =
                    format!("a model of type {other} is not supported; use BERT or XLM-R");
                return Err(EncodeError::Backend(message));
            }
        };
        Ok(Self {
            network,
            device,
            sizes,
        })
    }

    /// The network of a bundle on the processor, its weights widened to f32.
    ///
    /// # Errors
    ///
    /// If there is no room.
    pub fn of_bundle(bundle: &Bundle) -> Result<Self, EncodeError> {
        Self::of_bundle_on(bundle, &Device::Cpu)
    }

    /// The same on a device.
    ///
    /// # Errors
    ///
    /// If it has no room.
    pub fn of_bundle_on(bundle: &Bundle, device: &Device) -> Result<Self, EncodeError> {
        Self::new(bundle.config_json(), bundle.var_builder(device)?)
    }

    /// The network of a model in Hugging Face's form on a device.
    ///
    /// # Errors
    ///
    /// As [`CandleEncoder::new`].
    pub fn of_transformer(files: &TransformerFiles, device: &Device) -> Result<Self, EncodeError> {
        Self::new(files.config_json(), files.var_builder(device)?)
    }

    fn forward(&self, batch: &TokenBatch) -> candle_core::Result<Vec<f32>> {
        let longest = batch.lengths().iter().copied().max().unwrap_or(0);
        let shape = (batch.lengths().len(), longest);
        let (ids, mask) = self.padded(batch, longest);
        let ids = Tensor::from_vec(ids, shape, &self.device)?;
        let mask = Tensor::from_vec(mask, shape, &self.device)?;
        let types = ids.zeros_like()?;
        let states = match &self.network {
            Network::Bert(model) => model.forward(&ids, &types, Some(&mask))?,
            Network::XlmRoberta(model) => {
                model.forward(&ids, &mask.to_dtype(DType::F32)?, &types, None, None, None)?
            }
        };
        let hidden_size = self.sizes.hidden_size;
        let states = states
            .to_dtype(DType::F32)?
            .flatten_all()?
            .to_vec1::<f32>()?;
        let mut values = Vec::with_capacity(batch.tokens().len() * hidden_size);
        // All of it comes from the device at once; a view of it would come with all the rest each time.
        let sequences = states.chunks(longest.max(1) * hidden_size);
        for (states, &length) in sequences.zip(batch.lengths()) {
            values.extend_from_slice(&states[..length * hidden_size]);
        }
        Ok(values)
    }

    /// The ids and the attention mask, row after row, each row filled up to `longest`.
    fn padded(&self, batch: &TokenBatch, longest: usize) -> (Vec<u32>, Vec<u32>) {
        let mut ids = Vec::with_capacity(batch.lengths().len() * longest);
        let mut mask = Vec::with_capacity(ids.capacity());
        for sequence in batch.sequences() {
            let padding = longest - sequence.len();
            ids.extend_from_slice(sequence);
            ids.extend(std::iter::repeat_n(self.sizes.pad_token_id, padding));
            mask.extend(std::iter::repeat_n(1, sequence.len()));
            mask.extend(std::iter::repeat_n(0, padding));
        }
        (ids, mask)
    }
}

impl Encoder for CandleEncoder {
    fn hidden_size(&self) -> usize {
        self.sizes.hidden_size
    }

    fn max_tokens(&self) -> usize {
        self.sizes.max_position_embeddings
    }

    fn encode(&self, batch: &TokenBatch) -> Result<HiddenStates, EncodeError> {
        super::check_batch(batch, self.sizes.vocab_size, self.max_tokens())?;
        Ok(HiddenStates::new(self.forward(batch)?, self.hidden_size()))
    }
}

impl std::fmt::Debug for CandleEncoder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("CandleEncoder")
            .field("sizes", &self.sizes)
            .finish_non_exhaustive()
    }
}

impl From<candle_core::Error> for EncodeError {
    fn from(error: candle_core::Error) -> Self {
        Self::Backend(error.to_string())
    }
}

fn parse<T: serde::de::DeserializeOwned>(config_json: &[u8]) -> Result<T, EncodeError> {
    serde_json::from_slice(config_json).map_err(config_error)
}

fn config_error(problem: impl std::fmt::Display) -> EncodeError {
    EncodeError::Backend(format!("config.json of the model: {problem}"))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    /// What is said of a model without weights that has these sizes.
    fn problem(hidden_size: usize, heads: usize, positions: usize) -> String {
        let config = format!(
            r#"{{"model_type": "xlm-roberta", "hidden_size": {hidden_size}, "num_attention_heads": {heads},
                "max_position_embeddings": {positions}, "pad_token_id": 1, "vocab_size": 8, "num_hidden_layers": 1,
                "intermediate_size": 8, "type_vocab_size": 1, "hidden_act": "gelu", "hidden_dropout_prob": 0.1,
                "attention_probs_dropout_prob": 0.1, "layer_norm_eps": 1e-5, "position_embedding_type": "absolute"}}"#
        );
        let weights = VarBuilder::from_tensors(HashMap::new(), DType::F32, &Device::Cpu);
        let network = CandleEncoder::new(config.as_bytes(), weights);
        network.expect_err("it has no weights").to_string()
    }

    #[test]
    fn sizes_that_make_no_network_are_refused_before_weights_are_looked_for() {
        assert!(problem(8, 2, 3).contains("cannot find tensor"), "sound");
        for positions in [0, 1, 2] {
            let problem = problem(8, 2, positions);
            let expected =
                format!("of {positions} positions (max_position_embeddings) none is left");
            assert!(problem.contains(&expected), "{problem}");
        }
        let problems = [problem(0, 2, 3), problem(8, 0, 3)];
        assert!(problems[0].ends_with("config.json of the model: hidden_size is 0"));
        assert!(problems[1].ends_with("config.json of the model: num_attention_heads is 0"));
    }
}
