//! The same network in plain `f32`, as slow and as clear as can be: what the engine is held to.

use super::NetworkShape;
use super::weights::{WeightSource, read_all};
use crate::encode::exact::{add_to, dot, gelu};
use crate::model::TensorData;

/// A network whose weights are all numbers.
pub(in crate::encode) struct Reference<'a> {
    pub(in crate::encode) shape: NetworkShape,
    pub(in crate::encode) source: &'a dyn WeightSource,
}

type Matrix = Vec<Vec<f32>>;

impl Reference<'_> {
    /// The states of one sequence.
    pub(in crate::encode) fn encode(&self, tokens: &[u32]) -> Matrix {
        let width = self.shape.hidden_size;
        let words = self
            .source
            .tensor("embeddings.word_embeddings.weight")
            .unwrap();
        let positions = self.tensor(
            "embeddings.position_embeddings.weight",
            self.shape.max_tokens * width,
        );
        let kinds = self.tensor("embeddings.token_type_embeddings.weight", 2 * width);
        let mut states: Matrix = tokens
            .iter()
            .map(|&token| row(words, token, width))
            .collect();
        for (state, position) in states.iter_mut().zip(positions.chunks_exact(width)) {
            add_to(state, position);
            add_to(state, &kinds[..width]);
        }
        self.normalize(&mut states, "embeddings.LayerNorm");
        for layer in 0..self.shape.layer_count {
            states = self.layer(&format!("encoder.layer.{layer}"), states);
        }
        states
    }

    fn layer(&self, name: &str, mut states: Matrix) -> Matrix {
        let (width, inner) = (self.shape.hidden_size, self.shape.intermediate_size);
        let context = self.attend(&format!("{name}.attention.self"), &states);
        let output = self.linear(&context, &format!("{name}.attention.output.dense"), width);
        add_rows(&mut states, &output);
        self.normalize(&mut states, &format!("{name}.attention.output.LayerNorm"));
        let mut hidden = self.linear(&states, &format!("{name}.intermediate.dense"), inner);
        for value in hidden.iter_mut().flatten() {
            *value = gelu(*value);
        }
        let output = self.linear(&hidden, &format!("{name}.output.dense"), width);
        add_rows(&mut states, &output);
        self.normalize(&mut states, &format!("{name}.output.LayerNorm"));
        states
    }

    fn attend(&self, name: &str, states: &Matrix) -> Matrix {
        let [queries, keys, values] = ["query", "key", "value"]
            .map(|part| self.linear(states, &format!("{name}.{part}"), self.shape.hidden_size));
        let size = self.shape.head_size();
        let mut context = vec![vec![0.0; self.shape.hidden_size]; states.len()];
        for first in (0..self.shape.hidden_size).step_by(size) {
            let head = first..first + size;
            for (context, query) in context.iter_mut().zip(&queries) {
                let product = |key: &Vec<f32>| dot(&query[head.clone()], &key[head.clone()]);
                let logits: Vec<f32> = keys
                    .iter()
                    .map(|key| product(key) / (size as f32).sqrt())
                    .collect();
                let largest = logits.iter().copied().fold(f32::MIN, f32::max);
                let powers: Vec<f32> = logits
                    .iter()
                    .map(|logit| libm::expf(logit - largest))
                    .collect();
                let total: f32 = powers.iter().sum();
                for (value, power) in values.iter().zip(&powers) {
                    for column in head.clone() {
                        context[column] += value[column] * power / total;
                    }
                }
            }
        }
        context
    }

    fn linear(&self, inputs: &Matrix, name: &str, outputs: usize) -> Matrix {
        let width = inputs[0].len();
        let weight = self.tensor(&format!("{name}.weight"), outputs * width);
        let bias = self.tensor(&format!("{name}.bias"), outputs);
        let output = |input: &Vec<f32>| {
            let rows = weight.chunks_exact(width).zip(&bias);
            rows.map(|(row, bias)| dot(row, input) + bias).collect()
        };
        inputs.iter().map(output).collect()
    }

    fn normalize(&self, states: &mut Matrix, name: &str) {
        let width = self.shape.hidden_size;
        let weight = self.tensor(&format!("{name}.weight"), width);
        let bias = self.tensor(&format!("{name}.bias"), width);
        for state in states {
            let mean = state.iter().sum::<f32>() / width as f32;
            let variance = state.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / width as f32;
            let deviation = (variance + self.shape.layer_norm_epsilon).sqrt();
            for ((x, weight), bias) in state.iter_mut().zip(&weight).zip(&bias) {
                *x = (*x - mean) / deviation * weight + bias;
            }
        }
    }

    fn tensor(&self, name: &str, count: usize) -> Vec<f32> {
        read_all(self.source, name, count).unwrap()
    }
}

fn row(words: TensorData<'_>, token: u32, width: usize) -> Vec<f32> {
    let mut row = vec![0.0; width];
    words.read(token as usize * width, &mut row);
    row
}

fn add_rows(to: &mut Matrix, from: &Matrix) {
    for (to, from) in to.iter_mut().zip(from) {
        add_to(to, from);
    }
}
