//! A transformer layer that normalises before each part (Vaswani and others, 2017, *Attention Is All You Need*, section 3;
//! Xiong and others, 2020, *On Layer Normalization in the Transformer Architecture*, figure 1b).

use super::math::{Linear, Norm, add, add_scaled, gelu};
use super::parts::Parts;
use super::{HEADS, WIDTH};

/// Numbers of a query, a key or a value.
const SIZE: usize = WIDTH / HEADS;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layer {
    attention_norm: Norm,
    /// Queries, keys and values side by side.
    mixed: Linear,
    attention: Linear,
    feed_norm: Norm,
    intermediate: Linear,
    output: Linear,
}

impl Layer {
    pub(super) fn of(parts: &Parts, index: usize) -> Self {
        let name = |part: &str| format!("layer.{index}.{part}");
        Self {
            attention_norm: Norm::of(parts, &name("attention.norm")),
            mixed: Linear::of(parts, &name("mixed")),
            attention: Linear::of(parts, &name("attention")),
            feed_norm: Norm::of(parts, &name("feed.norm")),
            intermediate: Linear::of(parts, &name("intermediate")),
            output: Linear::of(parts, &name("output")),
        }
    }

    /// Moves the states (units, `WIDTH`) of one block.
    pub(super) fn apply(&self, states: &mut [f32]) {
        let mixed = self.mixed.apply(&self.attention_norm.apply(states));
        add(states, &self.attention.apply(&attend(&mixed)));
        let mut inner = self.intermediate.apply(&self.feed_norm.apply(states));
        for x in &mut inner {
            *x = gelu(*x);
        }
        add(states, &self.output.apply(&inner));
    }
}

/// Scaled dot-product attention (Vaswani and others, equation 1): (units, 3 · `WIDTH`) → (units, `WIDTH`).
fn attend(mixed: &[f32]) -> Vec<f32> {
    let count = mixed.len() / (3 * WIDTH);
    let mut context = vec![0.0; count * WIDTH];
    let scale = (SIZE as f32).powf(-0.5);
    for head in 0..HEADS {
        let part = |unit: usize, kind: usize| {
            &mixed[unit * 3 * WIDTH + kind * WIDTH + head * SIZE..][..SIZE]
        };
        // Keys as columns, so that the products of one query with all of them run side by side.
        let mut keys = vec![0.0; count * SIZE];
        for unit in 0..count {
            for (index, value) in part(unit, 1).iter().enumerate() {
                keys[index * count + unit] = *value;
            }
        }
        for unit in 0..count {
            let mut shares = vec![0.0; count];
            for (x, keys) in part(unit, 0).iter().zip(keys.chunks_exact(count)) {
                add_scaled(&mut shares, x * scale, keys);
            }
            softmax(&mut shares);
            let sums = &mut context[unit * WIDTH + head * SIZE..][..SIZE];
            for (other, share) in shares.into_iter().enumerate() {
                add_scaled(sums, share, part(other, 2));
            }
        }
    }
    context
}

fn softmax(scores: &mut [f32]) {
    let greatest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut total = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - greatest).exp();
        total += *score;
    }
    for score in scores.iter_mut() {
        *score /= total;
    }
}
