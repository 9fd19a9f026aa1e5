//! The steps of a pass in plain Rust: what the kernels of a card are held to, as slow and as clear as can be.

use rayon::prelude::*;

use super::kernels::{Kernels, Norm, PassError, Sizes, Slot};
use super::pass::{Pass, TILE, Tile};
use crate::encode::engine::NetworkShape;
use crate::encode::exact::{add_to, dot, gelu};
use crate::model::device::Precision;

/// Kernels that run on the processor, one number after the other.
#[derive(Debug)]
pub struct PlainKernels {
    shape: NetworkShape,
    precision: Precision,
    pass: Pass,
    states: Vec<f32>,
    context: Vec<f32>,
    product: Vec<f32>,
    wide: Vec<f32>,
}

impl PlainKernels {
    /// Kernels that round what lies in the slots to `precision`.
    pub fn new(shape: NetworkShape, precision: Precision) -> Self {
        Self {
            shape,
            precision,
            pass: Pass::default(),
            states: Vec::new(),
            context: Vec::new(),
            product: Vec::new(),
            wide: Vec::new(),
        }
    }

    fn rounded(&self, value: f32) -> f32 {
        match self.precision {
            Precision::F32 => value,
            Precision::F16 => half::f16::from_f32(value).to_f32(),
            Precision::Bf16 => half::bf16::from_f32(value).to_f32(),
        }
    }

    fn slot(&mut self, slot: Slot) -> &mut Vec<f32> {
        match slot {
            Slot::States => &mut self.states,
            Slot::Context => &mut self.context,
            Slot::Product => &mut self.product,
            Slot::Wide => &mut self.wide,
        }
    }

    fn normalized(&self, row: &[f32], norm: &Norm<Vec<f32>>) -> Vec<f32> {
        let count = row.len() as f32;
        let mean = row.iter().sum::<f32>() / count;
        let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / count;
        let deviation = (variance + self.shape.layer_norm_epsilon).sqrt();
        let values = row.iter().zip(&norm.weight).zip(&norm.bias);
        values
            .map(|((x, weight), bias)| self.rounded((x - mean) / deviation * weight + bias))
            .collect()
    }

    /// The context of one query of one head, from the numbers of the sequence's tokens.
    fn context_of(&self, sequence: &[f32], query: usize, head: usize, biases: &[f32]) -> Vec<f32> {
        let (width, size) = (self.shape.hidden_size, self.shape.head_size());
        let part = |row: &[f32], which: usize| row[which * width + head * size..][..size].to_vec();
        let rows = || sequence.chunks_exact(3 * width);
        let query = part(&sequence[query * 3 * width..][..3 * width], 0);
        let biased: Vec<f32> = query
            .iter()
            .zip(part(biases, 0))
            .map(|(value, bias)| self.rounded(value + bias))
            .collect();
        let logit = |row: &[f32]| dot(&biased, &part(row, 1)) / (size as f32).sqrt();
        let logits: Vec<f32> = rows().map(logit).collect();
        let largest = logits.iter().copied().fold(f32::MIN, f32::max);
        let powers: Vec<f32> = logits
            .iter()
            .map(|logit| libm::expf(logit - largest))
            .collect();
        let total: f32 = powers.iter().sum();
        let mut context = part(biases, 2);
        for (row, power) in rows().zip(&powers) {
            for (sum, value) in context.iter_mut().zip(part(row, 2)) {
                *sum += value * power / total;
            }
        }
        context
            .into_iter()
            .map(|value| self.rounded(value))
            .collect()
    }
}

impl Kernels for PlainKernels {
    const LEAST_TOKENS: usize = 1;

    type Matrix = Vec<f32>;
    type Vector = Vec<f32>;

    fn matrix(&mut self, values: &[f32]) -> Result<Vec<f32>, PassError> {
        Ok(values.iter().map(|&value| self.rounded(value)).collect())
    }

    fn vector(&mut self, values: &[f32]) -> Result<Vec<f32>, PassError> {
        Ok(values.to_vec())
    }

    fn free_bytes(&self) -> Option<usize> {
        None
    }

    fn reserve(&mut self, _tokens: usize) -> Result<(), PassError> {
        Ok(())
    }

    fn release(&mut self) -> bool {
        false
    }

    fn begin(&mut self, pass: &Pass) -> Result<(), PassError> {
        pass.check(&self.shape)?;
        self.pass = pass.clone();
        Ok(())
    }

    fn embed(
        &mut self,
        words: &Vec<f32>,
        positions: &Vec<f32>,
        norm: &Norm<Vec<f32>>,
    ) -> Result<(), PassError> {
        let width = self.shape.hidden_size;
        let row = |values: &[f32], index: u32| values[index as usize * width..][..width].to_vec();
        let mut states = Vec::new();
        for (&token, &position) in self.pass.tokens.iter().zip(&self.pass.positions) {
            let mut sum = row(words, token);
            add_to(&mut sum, &row(positions, position));
            states.extend(self.normalized(&sum, norm));
        }
        self.states = states;
        Ok(())
    }

    fn product(
        &mut self,
        weights: &Vec<f32>,
        sizes: Sizes,
        from: Slot,
        to: Slot,
    ) -> Result<(), PassError> {
        let input = std::mem::take(self.slot(from));
        let row = |row: &[f32]| {
            let outputs = weights.chunks_exact(sizes.inputs);
            let outputs = outputs.map(|weights| self.rounded(dot(row, weights)));
            outputs.collect::<Vec<f32>>()
        };
        let output = input
            .par_chunks_exact(sizes.inputs)
            .flat_map_iter(row)
            .collect();
        *self.slot(from) = input;
        *self.slot(to) = output;
        Ok(())
    }

    fn attend(&mut self, biases: &Vec<f32>) -> Result<(), PassError> {
        let (width, size) = (self.shape.hidden_size, self.shape.head_size());
        let mut context = vec![0.0; self.pass.tokens.len() * width];
        for &Tile {
            start,
            length,
            query,
        } in &self.pass.tiles
        {
            let (start, length, query) = (start as usize, length as usize, query as usize);
            let sequence = &self.wide[start * 3 * width..][..length * 3 * width];
            for query in query..length.min(query + TILE) {
                for head in 0..self.shape.head_count {
                    let place = (start + query) * width + head * size;
                    let of_head = self.context_of(sequence, query, head, biases);
                    context[place..place + size].copy_from_slice(&of_head);
                }
            }
        }
        self.context = context;
        Ok(())
    }

    fn add_and_normalize(
        &mut self,
        bias: &Vec<f32>,
        norm: &Norm<Vec<f32>>,
    ) -> Result<(), PassError> {
        let width = self.shape.hidden_size;
        let rows = self
            .states
            .chunks_exact(width)
            .zip(self.product.chunks_exact(width));
        let states = rows.flat_map(|(state, product)| {
            let mut sum = state.to_vec();
            add_to(&mut sum, product);
            add_to(&mut sum, bias);
            self.normalized(&sum, norm)
        });
        self.states = states.collect();
        Ok(())
    }

    fn gelu(&mut self, bias: &Vec<f32>) -> Result<(), PassError> {
        let mut wide = std::mem::take(&mut self.wide);
        for row in wide.chunks_exact_mut(bias.len()) {
            for (value, bias) in row.iter_mut().zip(bias) {
                *value = self.rounded(gelu(*value + bias));
            }
        }
        self.wide = wide;
        Ok(())
    }

    fn pool(&mut self) -> Result<Vec<f32>, PassError> {
        let width = self.shape.hidden_size;
        let mut sums = vec![0.0; self.pass.parts.len() * width];
        for (&(first, last), sum) in self.pass.parts.iter().zip(sums.chunks_exact_mut(width)) {
            let rows = &self.states[first as usize * width..last as usize * width];
            rows.chunks_exact(width).for_each(|row| add_to(sum, row));
        }
        Ok(sums)
    }

    fn read(&mut self, slot: Slot, columns: usize) -> Result<Vec<f32>, PassError> {
        let count = self.pass.tokens.len() * columns;
        Ok(self.slot(slot)[..count].to_vec())
    }

    fn write(&mut self, slot: Slot, values: &[f32]) -> Result<(), PassError> {
        *self.slot(slot) = values.iter().map(|&value| self.rounded(value)).collect();
        Ok(())
    }
}
