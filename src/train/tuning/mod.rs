//! Fine-tuning: a network and a task learn together, step by step, the same way in every run.
//!
//! On the CPU a batch is cut into shards of fixed size, which the cores work on side by side; their gradients are summed
//! in order, so that neither the number of threads nor chance has a say. Other devices take a batch at once. All that is
//! random (the order of the items, what dropout leaves out) follows from the seed and the number of the step.

mod batches;
mod checkpoint;
mod distil;
mod heads;
mod optimizer;
mod still;
#[cfg(test)]
pub(super) mod tests;
mod watch;

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use candle_core::Tensor;
use candle_core::backprop::GradStore;
use rayon::prelude::*;
use serde::Serialize;

use super::network::{Dropout, Network, Parameter};
use crate::encode::TokenBatch;
use crate::model::device::Precision;
use crate::random::Generator;
use optimizer::{AdamW, Gradients, Spread};
use watch::Watch;

pub use checkpoint::{Checkpoint, CheckpointError};
pub(crate) use distil::DistilTask;
pub(crate) use heads::HeadTask;
pub use heads::{Question, TuningItem, VectorHead, tokens_of_text};
pub use still::StillStates;
pub use watch::EpochLosses;

/// The most tokens that an item is learnt from, special ones included, and the most of a shard unless one item has more: what a
/// shard of four items of one whole window each has. For each token all layers keep their states for the gradients.
pub const MOST_TOKENS: usize = 2048;

/// How a network learns.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TuningOptions {
    /// How often each item is seen.
    pub epochs: usize,
    /// How many steps are taken, whatever `epochs` says; none for whole epochs.
    pub steps: Option<usize>,
    /// Items that are worked on at a time.
    pub batch: usize,
    /// Batches that make up one step; their gradients are summed.
    pub accumulate: usize,
    /// Items that one core of the CPU works on at a time; part of the arithmetic, so part of the settings.
    pub shard: usize,
    /// Tokens, padding included, that another device works on at a time, so that its memory is enough however long
    /// the sequences are; a single item may have more.
    pub shard_tokens: usize,
    /// How products are worked out on devices other than the CPU, which knows `f32` alone.
    pub precision: Precision,
    /// Learning rate of the last layer.
    pub rate: f64,
    /// By what the rate shrinks from each layer to the one below (Howard and Ruder, 2018, *Universal language
    /// model fine-tuning*, section 3.2).
    pub layer_decay: f64,
    /// Learning rate of the task's own variables.
    pub head_rate: f64,
    /// How strongly matrices are pulled to zero (Loshchilov and Hutter, 2019, *Decoupled weight decay regularization*).
    pub weight_decay: f64,
    /// The share of all steps over which the rate rises from zero; then it falls in a straight line.
    pub warm_up: f64,
    /// The share of numbers that dropout sets to zero.
    pub dropout: f32,
    /// The greatest norm of a step's gradient (Pascanu and others, 2013, *On the difficulty of training
    /// recurrent neural networks*, algorithm 1).
    pub clip: f64,
    /// Layers from the bottom that stay as they are.
    pub frozen_layers: usize,
    /// After how many epochs without a lower held-out loss learning ends, and the variables after the best epoch are
    /// what was learnt; if none, all epochs are gone through and the last one counts.
    pub patience: Option<usize>,
    /// Where all randomness comes from.
    pub seed: u64,
}

impl Default for TuningOptions {
    fn default() -> Self {
        Self {
            epochs: 4,
            steps: None,
            batch: 16,
            accumulate: 1,
            shard: 4,
            // Of 32 sequences of 512 tokens, a layer of 384 numbers and twelve heads keeps 0.4 GB of shares of attention and
            // about as much of all else for the gradients: some 10 GB with twelve layers.
            shard_tokens: 16_384,
            precision: Precision::F32,
            rate: 8e-5,
            layer_decay: 0.9,
            head_rate: 1e-3,
            weight_decay: 0.01,
            warm_up: 0.1,
            dropout: 0.1,
            clip: 1.0,
            frozen_layers: 0,
            patience: None,
            seed: 1,
        }
    }
}

impl TuningOptions {
    /// Steps that `items` items make up, once through.
    pub fn steps_of_epoch(&self, items: usize) -> usize {
        items.div_ceil(self.items_of_step())
    }

    /// Steps in all, over `items` items.
    pub fn steps(&self, items: usize) -> usize {
        match self.steps {
            Some(steps) if items > 0 => steps,
            _ => self.steps_of_epoch(items) * self.epochs,
        }
    }

    fn items_of_step(&self) -> usize {
        (self.batch * self.accumulate).max(1)
    }
}

/// What a network learns.
pub(crate) trait Task: Sync {
    /// How many items there are to learn from.
    fn count(&self) -> usize;

    /// The token sequences of an item, special tokens included.
    fn sequences(&self, item: usize) -> &[Vec<u32>];

    /// How much an item counts.
    fn weight(&self, item: usize) -> f32;

    /// The task's own variables.
    fn parameters(&self) -> Vec<Parameter>;

    /// The states that the network's frozen layers give the tokens of some items, item after item, if they are kept.
    ///
    /// # Errors
    ///
    /// If the device has no room.
    fn still_states(&self, _items: &[usize]) -> candle_core::Result<Option<Tensor>> {
        Ok(None)
    }

    /// The sum of the items' losses, each times its weight, given the states of their tokens, item after item.
    ///
    /// # Errors
    ///
    /// If the device has no room.
    fn loss(
        &self,
        items: &[usize],
        states: &Tensor,
        dropout: Dropout,
    ) -> candle_core::Result<Tensor>;
}

/// How far learning has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Steps done.
    pub step: usize,
    /// Steps in all.
    pub steps: usize,
    /// Mean loss of an item since the last report, over the mean weight of an item.
    pub loss: f64,
    /// Whether this step ended an epoch, or was the last.
    pub epoch_ended: bool,
}

/// A run of learning, which can be stopped after any epoch and taken up again.
#[derive(Debug)]
pub(crate) struct Tuning<'a, T> {
    network: &'a Network,
    task: &'a T,
    options: TuningOptions,
    optimizer: AdamW,
    /// How much an item counts, the mean of all: a step of light items moves less than one of heavy ones.
    mean_weight: f64,
    step: usize,
    watch: Watch,
}

impl<'a, T: Task> Tuning<'a, T> {
    /// Starts from the network as it is.
    ///
    /// # Errors
    ///
    /// If the device has no room.
    pub(crate) fn new(
        network: &'a Network,
        task: &'a T,
        options: TuningOptions,
    ) -> candle_core::Result<Self> {
        let layers = network.layer_count();
        let learns = |parameter: &Parameter| parameter.layer >= options.frozen_layers;
        let own = network.parameters().into_iter().filter(learns);
        let rate = |parameter: &Parameter| {
            if parameter.layer >= layers {
                options.head_rate
            } else {
                let below = layers - 1 - parameter.layer;
                options.rate * libm::pow(options.layer_decay, below as f64)
            }
        };
        let parameters = own.chain(task.parameters());
        let rated = parameters
            .map(|parameter| (rate(&parameter), parameter))
            .collect();
        let spread = if network.works_in_batches() {
            Spread::Device
        } else {
            Spread::Cores
        };
        let optimizer = AdamW::new(rated, options.weight_decay, spread)?;
        let weights = (0..task.count()).map(|item| f64::from(task.weight(item)));
        let mean_weight = weights.sum::<f64>() / task.count().max(1) as f64;
        Ok(Self {
            network,
            task,
            options,
            optimizer,
            mean_weight,
            step: 0,
            watch: Watch::default(),
        })
    }

    /// The number of steps in all.
    pub(crate) fn steps(&self) -> usize {
        self.options.steps(self.task.count())
    }

    fn steps_of_epoch(&self) -> usize {
        self.options.steps_of_epoch(self.task.count())
    }

    /// Notes how an epoch went; says whether patience is at an end.
    ///
    /// # Errors
    ///
    /// If the device has no room for the variables after the best epoch.
    pub(crate) fn end_epoch(
        &mut self,
        losses: EpochLosses,
    ) -> candle_core::Result<ControlFlow<()>> {
        self.watch.epochs.push(losses);
        let is_best = self.watch.best_epoch() == Some(self.watch.epochs.len() - 1);
        if is_best && self.options.patience.is_some() {
            self.watch.best = self.optimizer.values()?;
        }
        Ok(if self.is_over() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        })
    }

    /// Whether patience is at an end.
    pub(crate) fn is_over(&self) -> bool {
        self.watch.is_over(self.options.patience)
    }

    /// How every epoch went.
    pub(crate) fn epochs(&self) -> &[EpochLosses] {
        &self.watch.epochs
    }

    /// Goes back to the variables after the best epoch, if there is patience; gives the index of the epoch whose
    /// variables these are.
    ///
    /// # Errors
    ///
    /// Never on a device that works.
    pub(crate) fn settle(&mut self) -> candle_core::Result<Option<usize>> {
        if self.options.patience.is_none() {
            return Ok(self.watch.epochs.len().checked_sub(1));
        }
        let best: BTreeMap<&str, &Tensor> = self
            .watch
            .best
            .iter()
            .map(|(name, tensor)| (name.as_str(), tensor))
            .collect();
        if !best.is_empty() {
            self.optimizer.set_values(|name| match best.get(name) {
                Some(&tensor) => Ok(tensor.clone()),
                None => candle_core::bail!("the best epoch has no variable {name}"),
            })?;
        }
        Ok(self.watch.best_epoch())
    }

    /// Learns to the end, or until `report` breaks.
    ///
    /// # Errors
    ///
    /// What `report` says, or if the device has no room.
    pub(crate) fn run<E: From<candle_core::Error>>(
        &mut self,
        mut report: impl FnMut(&mut Self, Progress) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        let steps = self.steps();
        let lengths: Vec<usize> = (0..self.task.count())
            .map(|item| self.task.sequences(item).iter().map(Vec::len).sum())
            .collect();
        while self.step < steps {
            let (epoch, first) = (
                self.step / self.steps_of_epoch(),
                self.step % self.steps_of_epoch(),
            );
            let seed = self.options.seed.wrapping_add(epoch as u64);
            let batches = batches::of_epoch(&lengths, self.options.items_of_step(), seed);
            let left = steps - self.step;
            for (index, batch) in batches.iter().enumerate().skip(first).take(left) {
                let loss = self.take_step(batch, steps)?;
                self.step += 1;
                let epoch_ended = index + 1 == batches.len() || self.step == steps;
                let progress = Progress {
                    step: self.step,
                    steps,
                    loss,
                    epoch_ended,
                };
                if report(self, progress)?.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// One step; gives the mean loss of its items, over the mean weight of all.
    fn take_step(&mut self, items: &[usize], steps: usize) -> candle_core::Result<f64> {
        let weight = self.mean_weight * items.len() as f64;
        let weight = weight.max(f64::from(f32::MIN_POSITIVE));
        let mut seeds = Generator::new(self.options.seed ^ ((self.step as u64 + 1) << 20));
        let mut sums: Option<(Tensor, Gradients)> = None;
        for part in self.parts(items) {
            let (loss, gradients) = self.part(part, &mut seeds, weight)?;
            sums = Some(match sums {
                Some((sum, earlier)) => ((sum + loss)?, earlier.add(gradients)?),
                None => (loss, gradients),
            });
        }
        let Some((loss, gradients)) = sums else {
            return Ok(0.0);
        };
        // The one moment of a step at which the host waits for the device.
        let read = Tensor::stack(&[loss, gradients.square()?], 0)?.to_vec1::<f32>()?;
        let norm = f64::from(read[1]).sqrt();
        let shorten = if norm > self.options.clip {
            self.options.clip / norm
        } else {
            1.0
        };
        let factor = schedule(self.step, steps, self.options.warm_up);
        self.optimizer.step(gradients, factor, shorten)?;
        Ok(f64::from(read[0]))
    }

    /// What is worked on at a time: a batch, or as much of it as a device has room for.
    fn parts<'i>(&self, items: &'i [usize]) -> Vec<&'i [usize]> {
        let batches = items.chunks(self.options.batch.max(1));
        if !self.network.works_in_batches() {
            return batches.collect();
        }
        batches
            .flat_map(|batch| {
                let size = |item| batches::size(self.task.sequences(item));
                batches::within(batch, size, self.options.shard_tokens)
            })
            .collect()
    }

    /// What one core of the CPU works on at a time: so many items, or fewer where they have more than [`MOST_TOKENS`].
    fn shards<'i>(&self, items: &'i [usize]) -> Vec<&'i [usize]> {
        let shards = items.chunks(self.options.shard.max(1));
        shards
            .flat_map(|shard| {
                let size = |item| batches::unpadded_size(self.task.sequences(item));
                batches::within(shard, size, MOST_TOKENS)
            })
            .collect()
    }

    /// The loss of what is worked on at a time, divided by `weight`, and its gradients.
    fn part(
        &self,
        items: &[usize],
        seeds: &mut Generator,
        weight: f64,
    ) -> candle_core::Result<(Tensor, Gradients)> {
        let results: Vec<(Tensor, GradStore)> = if self.network.works_in_batches() {
            // A device is driven from one thread.
            vec![self.shard(items, seeds.next_bits(), weight)?]
        } else {
            let shards = self.shards(items).into_iter();
            let shards: Vec<_> = shards.map(|shard| (shard, seeds.next_bits())).collect();
            let shard = |(shard, seed)| self.shard(shard, seed, weight);
            shards
                .into_par_iter()
                .map(shard)
                .collect::<Result<_, _>>()?
        };
        let (losses, stores): (Vec<Tensor>, Vec<GradStore>) = results.into_iter().unzip();
        let loss = Tensor::stack(&losses, 0)?.sum_all()?;
        Ok((loss, self.optimizer.gradients(&stores)?))
    }

    fn shard(
        &self,
        items: &[usize],
        seed: u64,
        weight: f64,
    ) -> candle_core::Result<(Tensor, GradStore)> {
        let batch = batch_of(self.task, items);
        let dropout = Dropout {
            rate: self.options.dropout,
            seed,
        };
        let states = match self.task.still_states(items)? {
            Some(still) => self.network.forward_from(still, &batch, dropout)?,
            None => self.network.forward(&batch, dropout)?,
        };
        let dropout = Dropout {
            seed: seed.rotate_left(17),
            ..dropout
        };
        let loss = (self.task.loss(items, &states, dropout)? / weight)?;
        let gradients = loss.backward()?;
        Ok((loss.detach(), gradients))
    }
}

/// The sequences of some items, item after item.
fn batch_of(task: &impl Task, items: &[usize]) -> TokenBatch {
    let mut batch = TokenBatch::default();
    for sequence in items.iter().flat_map(|&item| task.sequences(item)) {
        batch.push(sequence);
    }
    batch
}

/// What the learning rates are multiplied by at a step: a straight line up, then a straight line down.
pub(super) fn schedule(step: usize, steps: usize, warm_up: f64) -> f64 {
    let (step, steps) = (step as f64 + 1.0, steps.max(1) as f64);
    let rising = (warm_up * steps).max(1.0);
    if step < rising {
        step / rising
    } else {
        ((steps + 1.0 - step) / (steps + 1.0 - rising).max(1.0)).clamp(0.0, 1.0)
    }
}
