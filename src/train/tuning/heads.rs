//! The task of telling what texts are about: linear heads over the mean states of their tokens.

use std::ops::Range;

use candle_core::{DType, Device, Result, Tensor, Var};
use rayon::prelude::*;

use super::{MOST_TOKENS, Task, batch_of, batches};
use crate::classify::Head;
use crate::encode::windows::SPECIAL_TOKENS;
use crate::model::device::Precision;
use crate::train::network::{Dropout, Network, Parameter, dropout};

/// A text in tokens, and what heads are to tell of it.
#[derive(Clone, Debug, PartialEq)]
pub struct TuningItem {
    /// Its windows, special tokens included.
    pub sequences: Vec<Vec<u32>>,
    /// What is asked, of some of these tokens each.
    pub questions: Vec<Question>,
}

/// What some heads are to tell of some tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Their places in the windows, these back to back; no range is empty.
    pub tokens: Vec<Range<usize>>,
    /// The first of the heads that are asked, one after another.
    pub head: usize,
    /// How likely each of them should say that it holds, from 0 to 1.
    pub targets: Vec<f32>,
    /// What is added to the logit of each, and does not learn.
    pub offsets: Vec<f32>,
    /// How much it counts.
    pub weight: f32,
}

impl TuningItem {
    /// How many tokens it has, special ones included.
    pub(crate) fn tokens(&self) -> usize {
        self.sequences.iter().map(Vec::len).sum()
    }

    /// How much it counts: as much as what is asked of it.
    fn weight(&self) -> f32 {
        self.questions.iter().map(|question| question.weight).sum()
    }

    /// The item as it is learnt from: its first windows, as far as [`MOST_TOKENS`] go, and at least one, with what is asked of
    /// them. What a long text takes is then bounded; what is scored or held out is read whole.
    #[must_use]
    pub fn shortened(mut self) -> Self {
        let mut tokens = 0;
        let fits = |sequence: &&Vec<u32>| {
            tokens += sequence.len();
            tokens <= MOST_TOKENS
        };
        let kept = self.sequences.iter().take_while(fits).count();
        self.sequences.truncate(kept.max(1));
        let end = self.tokens();
        for question in &mut self.questions {
            question.tokens.retain(|tokens| tokens.start < end);
            for tokens in &mut question.tokens {
                tokens.end = tokens.end.min(end);
            }
        }
        self.questions
            .retain(|question| !question.tokens.is_empty());
        self
    }
}

/// The tokens of text in some windows, these back to back: all but the special ones at both ends.
pub fn tokens_of_text(sequences: &[Vec<u32>]) -> Vec<Range<usize>> {
    const OPENING: usize = SPECIAL_TOKENS / 2;
    let mut start = 0;
    let of_window = |sequence: &Vec<u32>| {
        start += sequence.len();
        start - sequence.len() + OPENING..start - OPENING
    };
    let of_windows = sequences.iter().map(of_window);
    of_windows.filter(|tokens| !tokens.is_empty()).collect()
}

/// A head's weights and bias over the mean state of some tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct VectorHead {
    /// One weight for each number of a state.
    pub weights: Vec<f32>,
    /// Added to the weighted sum.
    pub bias: f32,
}

impl VectorHead {
    /// What a head has of vectors, without its words.
    pub fn of(head: &Head) -> Self {
        Self {
            weights: head.vector_weights().to_vec(),
            bias: head.bias(),
        }
    }

    /// A head that has learnt nothing.
    pub fn blank(hidden_size: usize) -> Self {
        Self {
            weights: vec![0.0; hidden_size],
            bias: 0.0,
        }
    }
}

/// Linear heads over mean states, which is what [`Head`] reads, learnt by cross-entropy.
#[derive(Debug)]
pub(crate) struct HeadTask {
    items: Vec<TuningItem>,
    weight: Var,
    bias: Var,
    layer: usize,
    /// The states that the frozen layers give each item's tokens, (tokens, hidden), if they are kept.
    still: Option<Vec<Tensor>>,
}

impl HeadTask {
    /// A task that starts from `heads`, over the states of a network with `layers` layers.
    ///
    /// # Errors
    ///
    /// If the heads differ in size, or the device has no room.
    pub(crate) fn new(
        items: Vec<TuningItem>,
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
    pub(crate) fn on(&self, items: Vec<TuningItem>) -> Self {
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

    /// The mean loss of a question, weighted, under `network` as it is now; zero where nothing is asked.
    ///
    /// # Errors
    ///
    /// If the device has no room.
    pub(crate) fn mean_loss(&self, network: &Network) -> Result<f64> {
        let logits = self.logits(network)?;
        let (mut total, mut weight) = (0.0, 0.0);
        for (item, logits) in self.items.iter().zip(logits) {
            for (question, logits) in item.questions.iter().zip(logits) {
                let of_head =
                    |(z, t): (f32, &f32)| z.max(0.0) - z * t + libm::log1pf(libm::expf(-z.abs()));
                let answers = logits.into_iter().zip(&question.targets);
                let loss: f32 = answers.map(of_head).sum();
                total += f64::from(question.weight * loss);
                weight += f64::from(question.weight);
            }
        }
        Ok(if weight > 0.0 { total / weight } else { 0.0 })
    }

    /// For every item and question the logits of the heads that are asked, under `network` as it is now.
    ///
    /// # Errors
    ///
    /// If the device has no room.
    pub(crate) fn logits(&self, network: &Network) -> Result<Vec<Vec<Vec<f32>>>> {
        let of_chunk = |items: &[usize]| -> Result<Vec<Vec<Vec<f32>>>> {
            let batch = batch_of(self, items);
            let states = match self.still_states(items)? {
                Some(still) => network.states_from(still, &batch)?,
                None => network.states(&batch)?,
            };
            let asked = self.asked(items);
            let logits = self.logits_of(&asked, &states, Dropout::NONE)?;
            let mut rows = logits.to_vec2::<f32>()?.into_iter();
            let of_question =
                |(question, row): (&Question, Vec<f32>)| row[question.heads()].to_vec();
            let of_item = |&item: &usize| {
                let questions = self.items[item].questions.iter();
                questions.zip(&mut rows).map(of_question).collect()
            };
            Ok(items.iter().map(of_item).collect())
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

    /// What is asked of some items, with where the tokens of each begin when they lie back to back.
    fn asked(&self, items: &[usize]) -> Vec<(usize, &Question)> {
        let mut start = 0;
        let of_item = |&item: &usize| {
            let first = start;
            start += self.tokens(item);
            let questions = self.items[item].questions.iter();
            questions.map(move |question| (first, question))
        };
        items.iter().flat_map(of_item).collect()
    }

    /// The logits of all heads, also of those that are not asked, (questions, heads).
    fn logits_of(
        &self,
        asked: &[(usize, &Question)],
        states: &Tensor,
        leave_out: Dropout,
    ) -> Result<Tensor> {
        let means = dropout(&means(asked, states)?, leave_out)?;
        let learnt = means.matmul(&self.weight.t()?)?.broadcast_add(&self.bias)?;
        learnt + self.of_heads(asked, |question| question.offsets.clone())?
    }

    /// What questions say of the heads that they ask, zero for the others, (questions, heads).
    fn of_heads(
        &self,
        asked: &[(usize, &Question)],
        says: impl Fn(&Question) -> Vec<f32>,
    ) -> Result<Tensor> {
        let heads = self.bias.elem_count();
        let mut values = vec![0.0_f32; asked.len() * heads];
        for ((_, question), row) in asked.iter().zip(values.chunks_mut(heads.max(1))) {
            row[question.heads()].copy_from_slice(&says(question));
        }
        Tensor::from_vec(values, (asked.len(), heads), self.bias.device())
    }
}

impl Question {
    /// The heads that are asked.
    fn heads(&self) -> Range<usize> {
        self.head..self.head + self.targets.len()
    }
}

/// The mean state of the tokens of each question: a product with the share that each token has in each mean.
fn means(asked: &[(usize, &Question)], states: &Tensor) -> Result<Tensor> {
    let tokens = states.dim(0)?;
    let mut shares = vec![0.0_f32; asked.len() * tokens];
    for ((start, question), row) in asked.iter().zip(shares.chunks_mut(tokens.max(1))) {
        let count: usize = question.tokens.iter().map(Range::len).sum();
        for range in &question.tokens {
            row[start + range.start..start + range.end].fill(1.0 / count as f32);
        }
    }
    Tensor::from_vec(shares, (asked.len(), tokens), states.device())?.matmul(states)
}

impl Task for HeadTask {
    fn count(&self) -> usize {
        self.items.len()
    }

    fn sequences(&self, item: usize) -> &[Vec<u32>] {
        &self.items[item].sequences
    }

    fn weight(&self, item: usize) -> f32 {
        self.items[item].weight()
    }

    fn parameters(&self) -> Vec<Parameter> {
        let parameter = |name: &str, decays, var: &Var| Parameter {
            name: format!("heads.{name}"),
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

    /// Cross-entropy of each head that is asked, in the form that neither overflows nor loses small differences:
    /// `max(z, 0) - z t + ln(1 + e^-|z|)`.
    fn loss(&self, items: &[usize], states: &Tensor, leave_out: Dropout) -> Result<Tensor> {
        let asked = self.asked(items);
        let logits = self.logits_of(&asked, states, leave_out)?;
        let targets = self.of_heads(&asked, |question| question.targets.clone())?;
        let weights = self.of_heads(&asked, |question| {
            vec![question.weight; question.targets.len()]
        })?;
        let losses = ((logits.relu()? - (&logits * targets)?)?
            + (logits.abs()?.neg()?.exp()? + 1.0)?.log()?)?;
        (losses * weights)?.sum_all()
    }
}
