//! What do simple methods make of it? Sentences as lists of words → a score for each.
//!
//! Every published figure stands beside these. They read nothing but the words, as numbers, and their order; the same
//! input gives the same scores, and of equal scores the earlier sentence should be taken.

mod bag;
mod centrality;

pub use centrality::{lexrank, textrank};

use crate::random::Generator;

/// Scores `count` sentences by their place: the first is best.
pub fn lead(count: usize) -> Vec<f32> {
    (0..count)
        .map(|index| 1.0 - index as f32 / count as f32)
        .collect()
}

/// Scores `count` sentences from 0 to 1 by chance; the same `seed` gives the same scores.
pub fn random(count: usize, seed: u64) -> Vec<f32> {
    /// Scores are multiples of 2^-24, which `f32` holds exactly.
    const STEPS: usize = 1 << 24;
    let mut generator = Generator::new(seed);
    (0..count)
        .map(|_| generator.below(STEPS) as f32 / STEPS as f32)
        .collect()
}

#[cfg(test)]
mod tests;
