//! The task of giving every token the state that a larger network gives it.

use candle_core::{D, Result, Tensor};

use super::{Task, batch_of};
use crate::train::network::{Dropout, Network, Parameter};

/// The squared difference from the last states of a teacher, the mean over tokens and numbers (Jiao and others, 2020,
/// *`TinyBERT`: distilling BERT for natural language understanding*, equation 8, for the last layer alone).
#[derive(Debug)]
pub(crate) struct DistilTask<'a> {
    windows: &'a [Vec<u32>],
    teacher: &'a Network,
}

impl<'a> DistilTask<'a> {
    /// Learns what `teacher` says of `windows`, special tokens included.
    pub(crate) fn new(windows: &'a [Vec<u32>], teacher: &'a Network) -> Self {
        Self { windows, teacher }
    }
}

impl Task for DistilTask<'_> {
    fn count(&self) -> usize {
        self.windows.len()
    }

    fn sequences(&self, item: usize) -> &[Vec<u32>] {
        std::slice::from_ref(&self.windows[item])
    }

    /// Its tokens, so that the mean over items is one over tokens.
    fn weight(&self, item: usize) -> f32 {
        self.windows[item].len() as f32
    }

    fn parameters(&self) -> Vec<Parameter> {
        Vec::new()
    }

    fn loss(&self, items: &[usize], states: &Tensor, _: Dropout) -> Result<Tensor> {
        let expected = self.teacher.states(&batch_of(self, items))?;
        (states - expected)?.sqr()?.mean(D::Minus1)?.sum_all()
    }
}
