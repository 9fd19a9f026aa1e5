//! The weights of an encoder where a card can use them, and a pass through its layers.

use std::fmt;

use super::kernels::{Kernels, LoadError, Norm, PassError, Sizes, Slot};
use super::pass::Pass;
use crate::encode::engine::{NetworkShape, WeightSource, position_vectors, read_all};

/// A BERT encoder on a card.
pub struct Network<K: Kernels> {
    shape: NetworkShape,
    words: K::Matrix,
    positions: K::Vector,
    norm: Norm<K::Vector>,
    layers: Vec<Layer<K>>,
}

struct Layer<K: Kernels> {
    /// Queries, keys and values together.
    heads: K::Matrix,
    heads_bias: K::Vector,
    attention_output: Dense<K>,
    attention_norm: Norm<K::Vector>,
    intermediate: Dense<K>,
    output: Dense<K>,
    output_norm: Norm<K::Vector>,
}

struct Dense<K: Kernels> {
    weight: K::Matrix,
    bias: K::Vector,
}

/// Reads tensors and takes them to the card.
struct Loader<'a, K> {
    kernels: &'a mut K,
    source: &'a dyn WeightSource,
    shape: NetworkShape,
}

impl<K: Kernels> fmt::Debug for Network<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Network")
            .field("shape", &self.shape)
            .finish_non_exhaustive()
    }
}

impl<K: Kernels> Network<K> {
    /// Widens the weights of `source` and takes them to the card.
    ///
    /// # Errors
    ///
    /// If a tensor is missing or of another size, or the card has no room.
    pub fn load(
        kernels: &mut K,
        source: &dyn WeightSource,
        shape: NetworkShape,
    ) -> Result<Self, LoadError> {
        let mut loader = Loader {
            kernels,
            source,
            shape,
        };
        let width = shape.hidden_size;
        let words = [(
            "embeddings.word_embeddings.weight".to_owned(),
            shape.vocabulary * width,
        )];
        Ok(Self {
            shape,
            words: loader.matrix(&words)?,
            positions: loader.positions()?,
            norm: loader.norm("embeddings.LayerNorm")?,
            layers: (0..shape.layer_count)
                .map(|index| loader.layer(index))
                .collect::<Result<_, _>>()?,
        })
    }

    /// The network's sizes.
    pub fn shape(&self) -> &NetworkShape {
        &self.shape
    }

    /// Takes windows through all layers and gives the sums of their parts, row after row.
    ///
    /// # Errors
    ///
    /// What the card says.
    pub fn run(&self, kernels: &mut K, pass: &Pass) -> Result<Vec<f32>, PassError> {
        kernels.begin(pass)?;
        kernels.embed(&self.words, &self.positions, &self.norm)?;
        for layer in &self.layers {
            layer.run(kernels, &self.shape)?;
        }
        kernels.pool()
    }
}

impl<K: Kernels> Layer<K> {
    fn run(&self, kernels: &mut K, shape: &NetworkShape) -> Result<(), PassError> {
        let (width, inner) = (shape.hidden_size, shape.intermediate_size);
        let sizes = |inputs, outputs| Sizes { inputs, outputs };
        kernels.product(
            &self.heads,
            sizes(width, 3 * width),
            Slot::States,
            Slot::Wide,
        )?;
        kernels.attend(&self.heads_bias)?;
        let attention_output = &self.attention_output;
        kernels.product(
            &attention_output.weight,
            sizes(width, width),
            Slot::Context,
            Slot::Product,
        )?;
        kernels.add_and_normalize(&attention_output.bias, &self.attention_norm)?;
        let intermediate = &self.intermediate;
        kernels.product(
            &intermediate.weight,
            sizes(width, inner),
            Slot::States,
            Slot::Wide,
        )?;
        kernels.gelu(&intermediate.bias)?;
        kernels.product(
            &self.output.weight,
            sizes(inner, width),
            Slot::Wide,
            Slot::Product,
        )?;
        kernels.add_and_normalize(&self.output.bias, &self.output_norm)
    }
}

impl<K: Kernels> Loader<'_, K> {
    /// The tensors `parts`, one after the other.
    fn read(&self, parts: &[(String, usize)]) -> Result<Vec<f32>, LoadError> {
        let mut values = Vec::new();
        for (name, count) in parts {
            values.extend(read_all(self.source, name, *count)?);
        }
        Ok(values)
    }

    fn matrix(&mut self, parts: &[(String, usize)]) -> Result<K::Matrix, LoadError> {
        let values = self.read(parts)?;
        Ok(self.kernels.matrix(&values)?)
    }

    fn vector(&mut self, parts: &[(String, usize)]) -> Result<K::Vector, LoadError> {
        let values = self.read(parts)?;
        Ok(self.kernels.vector(&values)?)
    }

    fn positions(&mut self) -> Result<K::Vector, LoadError> {
        let positions = position_vectors(self.source, &self.shape)?;
        Ok(self.kernels.vector(&positions)?)
    }

    fn norm(&mut self, name: &str) -> Result<Norm<K::Vector>, LoadError> {
        let width = self.shape.hidden_size;
        Ok(Norm {
            weight: self.vector(&[(format!("{name}.weight"), width)])?,
            bias: self.vector(&[(format!("{name}.bias"), width)])?,
        })
    }

    fn dense(&mut self, name: &str, sizes: Sizes) -> Result<Dense<K>, LoadError> {
        Ok(Dense {
            weight: self.matrix(&[(format!("{name}.weight"), sizes.inputs * sizes.outputs)])?,
            bias: self.vector(&[(format!("{name}.bias"), sizes.outputs)])?,
        })
    }

    fn layer(&mut self, index: usize) -> Result<Layer<K>, LoadError> {
        let (width, inner) = (self.shape.hidden_size, self.shape.intermediate_size);
        let name = |part: &str| format!("encoder.layer.{index}.{part}");
        let sizes = |inputs, outputs| Sizes { inputs, outputs };
        let heads = |what: &str, count: usize| {
            ["query", "key", "value"]
                .map(|part| (name(&format!("attention.self.{part}.{what}")), count))
        };
        Ok(Layer {
            heads: self.matrix(&heads("weight", width * width))?,
            heads_bias: self.vector(&heads("bias", width))?,
            attention_output: self.dense(&name("attention.output.dense"), sizes(width, width))?,
            attention_norm: self.norm(&name("attention.output.LayerNorm"))?,
            intermediate: self.dense(&name("intermediate.dense"), sizes(width, inner))?,
            output: self.dense(&name("output.dense"), sizes(inner, width))?,
            output_norm: self.norm(&name("output.LayerNorm"))?,
        })
    }
}
