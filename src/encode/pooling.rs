//! Pools token states into the vectors of units, sentences and paragraphs.

use super::HiddenStates;
use super::exact::add_to;
use super::windows::Window;

/// The sums of the token states of each part of `window`, one row a part.
///
/// The window's first token stands in row `first_row` of `states`.
pub(super) fn part_sums(window: &Window, states: &HiddenStates, first_row: usize) -> Vec<f32> {
    let hidden_size = states.hidden_size();
    let mut sums = vec![0.0; window.parts.len() * hidden_size];
    for (part, sum) in window.parts.iter().zip(sums.chunks_exact_mut(hidden_size)) {
        let rows = states.rows(first_row + part.tokens.start..first_row + part.tokens.end);
        rows.chunks_exact(hidden_size)
            .for_each(|row| add_to(sum, row));
    }
    sums
}

/// The sums of token states, one row a unit, from which every mean is made.
///
/// A unit split over two windows gets both halves. Sums of sums equal one sum over all tokens, so that
/// a sentence's or paragraph's vector is the mean over its tokens however it was windowed.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentVectors {
    sums: Vec<f32>,
    token_counts: Vec<usize>,
    hidden_size: usize,
}

impl DocumentVectors {
    /// Makes room for `unit_count` units.
    pub fn new(unit_count: usize, hidden_size: usize) -> Self {
        Self {
            sums: vec![0.0; unit_count * hidden_size],
            token_counts: vec![0; unit_count],
            hidden_size,
        }
    }

    /// Adds one window, given its [`part_sums`].
    pub fn add(&mut self, window: &Window, part_sums: &[f32]) {
        for (part, sums) in window
            .parts
            .iter()
            .zip(part_sums.chunks_exact(self.hidden_size))
        {
            let totals = &mut self.sums[part.unit * self.hidden_size..][..self.hidden_size];
            add_to(totals, sums);
            self.token_counts[part.unit] += part.tokens.len();
        }
    }

    /// How many numbers a vector has.
    pub fn hidden_size(&self) -> usize {
        self.hidden_size
    }

    /// How many units there are.
    pub fn unit_count(&self) -> usize {
        self.token_counts.len()
    }

    /// How many tokens were pooled in all.
    pub fn token_count(&self) -> usize {
        self.token_counts.iter().sum()
    }

    /// The mean state over the tokens of `units`; zeros where they have no token.
    ///
    /// # Panics
    ///
    /// If a unit is not the document's.
    pub fn mean(&self, units: std::ops::Range<usize>) -> Vec<f32> {
        let count: usize = self.token_counts[units.clone()].iter().sum();
        let mut mean = vec![0.0; self.hidden_size];
        for unit in units {
            let sums = &self.sums[unit * self.hidden_size..][..self.hidden_size];
            add_to(&mut mean, sums);
        }
        let scale = 1.0 / count.max(1) as f32;
        for value in &mut mean {
            *value *= scale;
        }
        mean
    }
}
