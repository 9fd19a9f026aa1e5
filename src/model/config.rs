//! The sizes of a network, under the keys of Hugging Face's `BertConfig`.

use serde::Deserialize;

use super::gguf::{Problem, Weights};

/// What `config.json` says of a BERT encoder.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct EncoderConfig {
    /// The family; bundles are `bert`.
    pub model_type: String,
    /// Numbers in a token's state.
    pub hidden_size: usize,
    /// Transformer layers.
    pub num_hidden_layers: usize,
    /// Attention heads of a layer.
    pub num_attention_heads: usize,
    /// Numbers between the two projections of the feed-forward part.
    pub intermediate_size: usize,
    /// Pieces of the vocabulary.
    pub vocab_size: usize,
    /// Positions: the longest sequence, special tokens included.
    pub max_position_embeddings: usize,
    /// Token types.
    pub type_vocab_size: usize,
    /// What layer normalisation adds to the variance.
    pub layer_norm_eps: f64,
    /// The activation; bundles have `gelu`, the exact one.
    pub hidden_act: String,
}

impl EncoderConfig {
    /// Reads `config.json`.
    pub(super) fn read(json: &[u8]) -> Result<Self, Problem> {
        let config: Self = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        if (config.model_type.as_str(), config.hidden_act.as_str()) != ("bert", "gelu") {
            return Err("it is not a BERT encoder with exact GELU".to_owned());
        }
        if config.num_attention_heads == 0
            || !config
                .hidden_size
                .is_multiple_of(config.num_attention_heads)
        {
            return Err("its hidden size does not divide into heads".to_owned());
        }
        Ok(config)
    }

    /// Checks that `weights` has every tensor that this configuration asks for, of the right shape.
    pub(super) fn check(&self, weights: &Weights) -> Result<(), Problem> {
        for (name, shape) in self.expected() {
            match weights.tensor(&name) {
                None => return Err(format!("it has no tensor {name}")),
                Some(tensor) if tensor.shape() != shape => {
                    return Err(format!(
                        "tensor {name} is {:?}, the configuration asks for {shape:?}",
                        tensor.shape()
                    ));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// Names and shapes of all tensors of `BertModel` but the pooler's.
    fn expected(&self) -> impl Iterator<Item = (String, Vec<usize>)> {
        let (hidden, wide) = (self.hidden_size, self.intermediate_size);
        let embeddings = [
            ("word_embeddings.weight", vec![self.vocab_size, hidden]),
            (
                "position_embeddings.weight",
                vec![self.max_position_embeddings, hidden],
            ),
            (
                "token_type_embeddings.weight",
                vec![self.type_vocab_size, hidden],
            ),
            ("LayerNorm.weight", vec![hidden]),
            ("LayerNorm.bias", vec![hidden]),
        ];
        let linear = [
            ("attention.self.query", hidden, hidden),
            ("attention.self.key", hidden, hidden),
            ("attention.self.value", hidden, hidden),
            ("attention.output.dense", hidden, hidden),
            ("intermediate.dense", wide, hidden),
            ("output.dense", hidden, wide),
        ];
        let norms = ["attention.output.LayerNorm", "output.LayerNorm"];
        let layers = (0..self.num_hidden_layers).flat_map(move |layer| {
            let weights =
                linear.map(|(part, out, input)| (format!("{part}.weight"), vec![out, input]));
            let biases = linear.map(|(part, out, _)| (format!("{part}.bias"), vec![out]));
            let scales = norms.map(|part| (format!("{part}.weight"), vec![hidden]));
            let shifts = norms.map(|part| (format!("{part}.bias"), vec![hidden]));
            let all = weights
                .into_iter()
                .chain(biases)
                .chain(scales)
                .chain(shifts);
            all.map(move |(part, shape)| (format!("encoder.layer.{layer}.{part}"), shape))
        });
        let embeddings = embeddings
            .into_iter()
            .map(|(part, shape)| (format!("embeddings.{part}"), shape));
        embeddings.chain(layers)
    }
}
