//! An encoder without weights, for tests and for trying out everything but the model.

use super::{EncodeError, Encoder, HiddenStates, TokenBatch};

/// Gives each token a state made from its id alone.
///
/// The numbers come from a multiplicative hash, so that equal words give equal vectors and other
/// words give others; a paragraph's mean then behaves like a small bag of words.
#[derive(Clone, Copy, Debug)]
pub struct FakeEncoder {
    /// How many numbers a token's state has.
    pub hidden_size: usize,
}

impl Encoder for FakeEncoder {
    fn hidden_size(&self) -> usize {
        self.hidden_size
    }

    fn max_tokens(&self) -> usize {
        512
    }

    fn encode(&self, batch: &TokenBatch) -> Result<HiddenStates, EncodeError> {
        let mut values = Vec::with_capacity(batch.tokens().len() * self.hidden_size);
        for &token in batch.tokens() {
            push_state(token, self.hidden_size, &mut values);
        }
        Ok(HiddenStates::new(values, self.hidden_size))
    }
}

/// Appends a token's state, its numbers between −1 and 1.
fn push_state(token: u32, hidden_size: usize, values: &mut Vec<f32>) {
    // Knuth's multiplicative hash (The Art of Computer Programming 3, section 6.4).
    let mut bits = token.wrapping_mul(2_654_435_761);
    values.extend((0..hidden_size).map(|_| {
        bits = bits
            .rotate_left(7)
            .wrapping_mul(2_654_435_761)
            .wrapping_add(1);
        (bits >> 8) as f32 / (1 << 23) as f32 - 1.0
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_tokens_have_equal_states_within_one_and_minus_one() {
        let mut batch = TokenBatch::default();
        batch.push(&[7, 8, 7]);
        let states = FakeEncoder { hidden_size: 16 }
            .encode(&batch)
            .expect("no weights to miss");
        assert_eq!(states.rows(0..1), states.rows(2..3));
        assert_ne!(states.rows(0..1), states.rows(1..2));
        assert!(states.rows(0..3).iter().all(|value| value.abs() <= 1.0));
    }
}
