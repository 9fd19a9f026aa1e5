//! The task of telling what paragraphs are about.

use candle_core::{DType, Device, Result, Tensor, Var};
use rayon::prelude::*;

use super::{MOST_TOKENS, Task, batch_of, batches};
use crate::encode::windows::SPECIAL_TOKENS;
use crate::model::device::Precision;
use crate::train::network::{Dropout, Network, Parameter, dropout};

/// A labelled paragraph in tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelItem {
    /// Its windows, special tokens included.
    pub sequences: Vec<Vec<u32>>,
    /// For every label how likely it holds, from 0 to 1.
    pub targets: Vec<f32>,
    /// For every label what is added to its logit, and does not learn.
    pub offsets: Vec<f32>,
    /// How much it counts.
    pub weight: f32,
}

impl LabelItem {
    /// How many tokens it has, special ones included.
    pub(crate) fn tokens(&self) -> usize {
        self.sequences.iter().map(Vec::len).sum()
    }

    /// The item as it is learnt from: its first windows, as far as [`MOST_TOKENS`] go, and at least one. What a long text takes
    /// is then bounded; what is scored or held out is read whole.
    #[must_use]
    pub fn shortened(mut self) -> Self {
        let mut tokens = 0;
        let fits = |sequence: &&Vec<u32>| {
            tokens += sequence.len();
            tokens <= MOST_TOKENS
        };
        let kept = self.sequences.iter().take_while(fits).count();
        self.sequences.truncate(kept.max(1));
        self
    }
}

/// A label's weights and bias over the mean state of a text's tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct VectorHead {
    /// One weight for each number of a state.
    pub weights: Vec<f32>,
    /// Added to the weighted sum.
    pub bias: f32,
}

impl VectorHead {
    /// A head that has learnt nothing.
    pub fn blank(hidden_size: usize) -> Self {
        Self {
            weights: vec![0.0; hidden_size],
            bias: 0.0,
        }
    }
}

/// One linear head a label over the mean state of a paragraph's tokens, which is what
/// [`LabelHead`](crate::classify::LabelHead) reads, learnt by cross-entropy.
#[derive(Debug)]
pub(crate) struct LabelTask {
    items: Vec<LabelItem>,
    weight: Var,
    bias: Var,
    layer: usize,
    /// The states that the frozen layers give each item's tokens, (tokens, hidden), if they are kept.
    still: Option<Vec<Tensor>>,
}

impl LabelTask {
    /// A task that starts from `heads`, over the states of a network with `layers` layers.
    ///
    /// # Errors
    ///
    /// If the heads differ in size, or the device has no room.
    pub(crate) fn new(
        items: Vec<LabelItem>,
        heads: &[VectorHead],
        layers: usize,
        device: &Device,
    ) -> Result<Self> {
        let weights: Vec<&[f32]> = heads.iter().map(|head| head.weights.as_slice()).collect();
        let biases: Vec<f32> = heads.iter().map(|head| head.bias).collect();
        Ok(Self {
            items,
            weight: Var::new(weights, device)?,
            bias: Var::new(biases, device)?,
            layer: layers,
            still: None,
        })
    }

    /// The heads as they are now.
    ///
    /// # Errors
    ///
    /// If the device is lost.
    pub(crate) fn heads(&self) -> Result<Vec<VectorHead>> {
        let rows: Vec<Vec<f32>> = self.weight.to_vec2()?;
        let head = |(weights, bias)| VectorHead { weights, bias };
        Ok(rows
            .into_iter()
            .zip(self.bias.to_vec1()?)
            .map(head)
            .collect())
    }

    /// The same heads on other items, as they learn.
    pub(crate) fn on(&self, items: Vec<LabelItem>) -> Self {
        let (weight, bias) = (self.weight.clone(), self.bias.clone());
        Self {
            items,
            weight,
            bias,
            layer: self.layer,
            still: None,
        }
    }

    /// Works out the states that the frozen layers of `network` give all items, and keeps them as `precision`; they
    /// are of use to this network alone.
    ///
    /// # Errors
    ///
    /// If the device has no room.
    pub(crate) fn keep_still_states(
        &mut self,
        network: &Network,
        precision: Precision,
    ) -> Result<()> {
        let of_chunk = |items: &[usize]| -> Result<Vec<Tensor>> {
            let states = network.still_states(&batch_of(self, items))?;
            let states = states.to_dtype(precision.dtype())?;
            let mut start = 0;
            let of_item = |&item: &usize| {
                let tokens = self.tokens(item);
                start += tokens;
                states.narrow(0, start - tokens, tokens)
            };
            items.iter().map(of_item).collect()
        };
        self.still = Some(self.by_chunks(network, of_chunk)?);
        Ok(())
    }

    /// The mean loss of an item, weighted, under `network` as it is now; zero where there is no item.
    ///
    /// # Errors
    ///
    /// If the device has no room.
    pub(crate) fn mean_loss(&self, network: &Network) -> Result<f64> {
        let logits = self.logits(network)?;
        let (mut total, mut weight) = (0.0, 0.0);
        for (item, logits) in self.items.iter().zip(logits) {
            let of_label = |(z, t): (f32, &f32)| z.max(0.0) - z * t + (-z.abs()).exp().ln_1p();
            let loss: f32 = logits.into_iter().zip(&item.targets).map(of_label).sum();
            total += f64::from(item.weight * loss);
            weight += f64::from(item.weight);
        }
        Ok(if weight > 0.0 { total / weight } else { 0.0 })
    }

    /// The logit of every label for every item, under `network` as it is now.
    ///
    /// # Errors
    ///
    /// If the device has no room.
    pub(crate) fn logits(&self, network: &Network) -> Result<Vec<Vec<f32>>> {
        let of_chunk = |items: &[usize]| -> Result<Vec<Vec<f32>>> {
            let batch = batch_of(self, items);
            let states = match self.still_states(items)? {
                Some(still) => network.states_from(still, &batch)?,
                None => network.states(&batch)?,
            };
            self.logits_of(items, &states, Dropout::NONE)?.to_vec2()
        };
        self.by_chunks(network, of_chunk)
    }

    /// What `of_chunk` says of each item; it hears of a few items of about one length at a time, so that little is padded.
    fn by_chunks<T: Send>(
        &self,
        network: &Network,
        of_chunk: impl Fn(&[usize]) -> Result<Vec<T>> + Send + Sync,
    ) -> Result<Vec<T>> {
        const WINDOW: usize = 512;
        let mut items: Vec<usize> = (0..self.items.len()).collect();
        items.sort_by_key(|&item| self.tokens(item));
        let size = |item: usize| batches::size(&self.items[item].sequences);
        let in_chunks = |count: usize| -> Vec<&[usize]> {
            let chunks = items.chunks(count);
            let chunks = chunks.flat_map(|chunk| batches::within(chunk, size, count * WINDOW));
            chunks.collect()
        };
        let chunks: Vec<Vec<T>> = if network.works_in_batches() {
            let chunks = in_chunks(64).into_iter();
            chunks.map(of_chunk).collect::<Result<_>>()?
        } else {
            let chunks = in_chunks(8).into_par_iter();
            chunks.map(of_chunk).collect::<Result<_>>()?
        };
        let mut results: Vec<(usize, T)> = items
            .into_iter()
            .zip(chunks.into_iter().flatten())
            .collect();
        results.sort_by_key(|&(item, _)| item);
        Ok(results.into_iter().map(|(_, result)| result).collect())
    }

    /// How many tokens an item has.
    fn tokens(&self, item: usize) -> usize {
        self.items[item].tokens()
    }

    fn logits_of(&self, items: &[usize], states: &Tensor, leave_out: Dropout) -> Result<Tensor> {
        let means = dropout(&self.means(items, states)?, leave_out)?;
        let learnt = means.matmul(&self.weight.t()?)?.broadcast_add(&self.bias)?;
        let offsets = items
            .iter()
            .flat_map(|&item| self.items[item].offsets.iter().copied());
        let offsets = Tensor::from_vec(offsets.collect(), learnt.shape(), learnt.device())?;
        learnt + offsets
    }

    /// The mean state of each item's tokens: a product with the share that each token has in each mean.
    fn means(&self, items: &[usize], states: &Tensor) -> Result<Tensor> {
        let tokens = states.dim(0)?;
        let mut shares = vec![0.0_f32; items.len() * tokens];
        let mut start = 0;
        for (row, &item) in items.iter().enumerate() {
            let sequences = &self.items[item].sequences;
            // The special tokens at both ends are no text.
            let text = |sequence: &Vec<u32>| sequence.len() - SPECIAL_TOKENS;
            let count: usize = sequences.iter().map(text).sum();
            for sequence in sequences {
                let end = start + sequence.len();
                shares[row * tokens..][start + 1..end - 1].fill(1.0 / count as f32);
                start = end;
            }
        }
        Tensor::from_vec(shares, (items.len(), tokens), states.device())?.matmul(states)
    }
}

impl Task for LabelTask {
    fn count(&self) -> usize {
        self.items.len()
    }

    fn sequences(&self, item: usize) -> &[Vec<u32>] {
        &self.items[item].sequences
    }

    fn weight(&self, item: usize) -> f32 {
        self.items[item].weight
    }

    fn parameters(&self) -> Vec<Parameter> {
        let parameter = |name: &str, decays, var: &Var| Parameter {
            name: format!("labels.{name}"),
            layer: self.layer,
            decays,
            var: var.clone(),
        };
        vec![
            parameter("weight", true, &self.weight),
            parameter("bias", false, &self.bias),
        ]
    }

    fn still_states(&self, items: &[usize]) -> Result<Option<Tensor>> {
        let Some(still) = &self.still else {
            return Ok(None);
        };
        let of_items: Vec<&Tensor> = items.iter().map(|&item| &still[item]).collect();
        Tensor::cat(&of_items, 0)?.to_dtype(DType::F32).map(Some)
    }

    /// Cross-entropy of each label, in the form that neither overflows nor loses small differences:
    /// `max(z, 0) - z t + ln(1 + e^-|z|)`.
    fn loss(&self, items: &[usize], states: &Tensor, leave_out: Dropout) -> Result<Tensor> {
        let logits = self.logits_of(items, states, leave_out)?;
        let targets: Vec<f32> = items
            .iter()
            .flat_map(|&item| self.items[item].targets.clone())
            .collect();
        let targets = Tensor::from_vec(targets, logits.shape(), logits.device())?;
        let weights: Vec<f32> = items.iter().map(|&item| self.items[item].weight).collect();
        let weights = Tensor::from_vec(weights, (items.len(), 1), logits.device())?;
        let losses = ((logits.relu()? - (&logits * targets)?)?
            + (logits.abs()?.neg()?.exp()? + 1.0)?.log()?)?;
        losses.broadcast_mul(&weights)?.sum_all()
    }
}
