//! A scorer of one's own: documents with summaries → a network that ranks their units.
//!
//! It learns which units a greedy oracle takes, as a distribution over each document: the cross-entropy between it and the
//! softmax of the scores (`ListNet`: Cao and others, 2007, *Learning to Rank: From Pairwise Approach to Listwise
//! Approach*, section 4.1).

mod network;
#[cfg(test)]
mod tests;

use candle_core::{Result, Tensor, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW};
use half::f16;

use super::tuning::schedule;
use crate::random::{Generator, shuffle};
use crate::rank::scorer::{self, PLACES, Scorer};
use crate::rank::{FEATURES, FeatureRow, PLACE_FEATURES};
use network::{Batch, Scaling, ScorerNetwork, place};

/// A document to learn from.
#[derive(Clone, Debug)]
pub struct SalienceExample {
    /// The features of its units.
    pub features: Vec<FeatureRow>,
    /// Their mean token states end to end, in 16 bits to save room; empty where the scorer is to read none.
    pub vectors: Vec<f16>,
    /// Which of them a summary may quote.
    pub is_candidate: Vec<bool>,
    /// What a summary gains by each, at least 0; not all may be 0, nor any of a unit that is no candidate.
    pub gains: Vec<f32>,
    /// How much it counts.
    pub weight: f32,
}

/// How a scorer learns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SalienceOptions {
    /// How often each document is seen.
    pub epochs: usize,
    /// Documents that make up a step.
    pub batch: usize,
    /// The greatest learning rate.
    pub rate: f64,
    /// How strongly numbers are pulled to zero (Loshchilov and Hutter, 2019, *Decoupled weight decay regularization*).
    pub weight_decay: f64,
    /// The share of all steps over which the rate rises; then it falls in a straight line.
    pub warm_up: f64,
    /// The share of numbers that dropout sets to zero.
    pub dropout: f32,
    /// The share of documents whose units' places are not told, so that the scorer learns what else matters.
    pub place_dropout: f32,
    /// Where all randomness comes from.
    pub seed: u64,
}

impl Default for SalienceOptions {
    fn default() -> Self {
        Self {
            epochs: 8,
            batch: 16,
            rate: 5e-4,
            weight_decay: 0.01,
            warm_up: 0.1,
            dropout: 0.1,
            place_dropout: 0.3,
            seed: 1,
        }
    }
}

/// How an epoch went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SalienceEpoch {
    /// From 1.
    pub epoch: usize,
    /// Mean loss of a document, by weight.
    pub loss: f64,
    /// What the judge said of the scorer.
    pub held_out: f64,
}

/// Learns from `examples`, which must not be empty, and gives the scorer that `judge` thought best after any epoch.
///
/// # Errors
///
/// If there is no room.
///
/// # Panics
///
/// Never: there is at least one epoch.
pub fn salience(
    examples: &[&SalienceExample],
    options: SalienceOptions,
    mut judge: impl FnMut(&Scorer) -> f64,
    mut report: impl FnMut(SalienceEpoch),
) -> Result<Scorer> {
    let units: usize = examples.iter().map(|example| example.features.len()).sum();
    let vectors: usize = examples.iter().map(|example| example.vectors.len()).sum();
    let hidden_size = (vectors > 0).then(|| vectors / units.max(1));
    let network = ScorerNetwork::new(hidden_size, Scaling::of(examples), options.seed)?;
    let mut learning = Learning::new(&network, examples, options)?;
    let mut best: Option<(f64, Scorer)> = None;
    for epoch in 1..=options.epochs.max(1) {
        let loss = learning.epoch()?;
        let scorer = network.scorer()?;
        let held_out = judge(&scorer);
        report(SalienceEpoch {
            epoch,
            loss,
            held_out,
        });
        if best.as_ref().is_none_or(|(value, _)| held_out > *value) {
            best = Some((held_out, scorer));
        }
    }
    let (_, scorer) = best.expect("there is an epoch");
    Ok(scorer)
}

/// A network on its way.
struct Learning<'a> {
    network: &'a ScorerNetwork,
    examples: &'a [&'a SalienceExample],
    options: SalienceOptions,
    optimizer: AdamW,
    generator: Generator,
    step: usize,
}

impl<'a> Learning<'a> {
    fn new(
        network: &'a ScorerNetwork,
        examples: &'a [&'a SalienceExample],
        options: SalienceOptions,
    ) -> Result<Self> {
        let vars: Vec<Var> = network.vars().map(|(_, var)| var.clone()).collect();
        let settings = ParamsAdamW {
            lr: options.rate,
            weight_decay: options.weight_decay,
            ..ParamsAdamW::default()
        };
        Ok(Self {
            network,
            examples,
            options,
            optimizer: AdamW::new(vars, settings)?,
            generator: Generator::new(options.seed),
            step: 0,
        })
    }

    /// Goes once through the documents, in a new order; gives the mean loss.
    fn epoch(&mut self) -> Result<f64> {
        let mut order: Vec<usize> = (0..self.examples.len()).collect();
        shuffle(&mut order, &mut self.generator);
        let batch = self.options.batch.max(1);
        let steps = order.len().div_ceil(batch) * self.options.epochs.max(1);
        let (mut total, mut weights) = (0.0, 0.0);
        for chosen in order.chunks(batch) {
            let chosen: Vec<&SalienceExample> =
                chosen.iter().map(|&index| self.examples[index]).collect();
            let weight: f64 = chosen.iter().map(|example| f64::from(example.weight)).sum();
            let factor = schedule(self.step, steps, self.options.warm_up);
            self.optimizer.set_learning_rate(self.options.rate * factor);
            total += self.take_step(&chosen)? * weight;
            weights += weight;
            self.step += 1;
        }
        Ok(total / weights.max(f64::MIN_POSITIVE))
    }

    fn take_step(&mut self, chosen: &[&SalienceExample]) -> Result<f64> {
        let batch = self.batch(chosen);
        let seed = self.generator.next_bits();
        let scores = self.network.forward(&batch, self.options.dropout, seed)?;
        let (loss, gradient) = loss(&scores.to_vec1()?, chosen);
        // The gradient of the loss is known in closed form, so that only what is below needs to be worked out.
        let gradient = Tensor::from_vec(gradient, scores.shape(), scores.device())?;
        let gradients = (scores * gradient)?.sum_all()?.backward()?;
        self.optimizer.step(&gradients)?;
        Ok(loss)
    }

    fn batch(&mut self, chosen: &[&SalienceExample]) -> Batch {
        let mut batch = Batch::default();
        for example in chosen {
            let drawn = self.generator.below(1 << 16) as f32 / 65_536.0;
            let is_told = drawn >= self.options.place_dropout;
            batch.push(example, self.network.scaling(), is_told);
        }
        batch
    }
}

impl Batch {
    fn push(&mut self, example: &SalienceExample, scaling: &Scaling, is_told: bool) {
        for (unit, row) in example.features.iter().enumerate() {
            for (index, feature) in row.iter().enumerate() {
                let is_hidden = !is_told && PLACE_FEATURES.contains(&index);
                let value = (feature - scaling.mean[index]) * scaling.scale[index];
                self.features.push(if is_hidden { 0.0 } else { value });
            }
            let hidden = PLACES as u32;
            self.places.push(if is_told { place(unit) } else { hidden });
        }
        self.vectors
            .extend(example.vectors.iter().map(|value| value.to_f32()));
        let blocks = scorer::blocks(example.features.len());
        self.lengths.extend(blocks.map(|block| block.len()));
    }
}

impl Scaling {
    fn of(examples: &[&SalienceExample]) -> Self {
        let rows = || examples.iter().flat_map(|example| &example.features);
        let count = rows().count().max(1) as f64;
        let (mut mean, mut scale) = (Vec::new(), Vec::new());
        for index in 0..FEATURES {
            let value = |row: &FeatureRow| f64::from(row[index]);
            let average = rows().map(value).sum::<f64>() / count;
            let square = |row: &FeatureRow| (value(row) - average).powi(2);
            let spread = (rows().map(square).sum::<f64>() / count).sqrt();
            mean.push(average as f32);
            scale.push(if spread > 1e-3 {
                spread.recip() as f32
            } else {
                0.0
            });
        }
        Self { mean, scale }
    }
}

/// The mean loss of the documents by weight, and its gradient with respect to each score.
fn loss(scores: &[f32], chosen: &[&SalienceExample]) -> (f64, Vec<f32>) {
    let weights: f32 = chosen.iter().map(|example| example.weight).sum();
    let weights = weights.max(f32::MIN_POSITIVE);
    let mut gradient = Vec::with_capacity(scores.len());
    let (mut total, mut start) = (0.0, 0);
    for example in chosen {
        let scores = &scores[start..start + example.features.len()];
        start += scores.len();
        let candidates = || (0..scores.len()).filter(|&unit| example.is_candidate[unit]);
        let greatest = candidates()
            .map(|unit| scores[unit])
            .fold(f32::NEG_INFINITY, f32::max);
        let sum: f32 = candidates()
            .map(|unit| (scores[unit] - greatest).exp())
            .sum();
        let gains: f32 = example.gains.iter().sum();
        let weight = example.weight / weights;
        for (unit, score) in scores.iter().enumerate() {
            if !example.is_candidate[unit] {
                gradient.push(0.0);
                continue;
            }
            let target = example.gains[unit] / gains;
            let log_share = score - greatest - sum.ln();
            total -= f64::from(weight * target * log_share);
            gradient.push(weight * (log_share.exp() - target));
        }
    }
    (total, gradient)
}
