//! An encoder without weights, for tests and for trying out everything but the model.

use super::{EncodeError, Encoder, HiddenStates, TokenBatch};

const HIDDEN_SIZE: usize = 16;

/// Gives each token a state made from its id alone.
///
/// The numbers come from a multiplicative hash, so that equal words give equal vectors and other
/// words give others; a paragraph's mean then behaves like a small bag of words.
#[derive(Clone, Copy, Debug, Default)]
pub struct FakeEncoder;

impl Encoder for FakeEncoder {
    fn hidden_size(&self) -> usize {
        HIDDEN_SIZE
    }

    fn max_tokens(&self) -> usize {
        512
    }

    fn encode(&self, batch: &TokenBatch) -> Result<HiddenStates, EncodeError> {
        let values = batch
            .tokens()
            .iter()
            .flat_map(|&token| state(token))
            .collect();
        Ok(HiddenStates::new(values, HIDDEN_SIZE))
    }
}

fn state(token: u32) -> [f32; HIDDEN_SIZE] {
    // Knuth's multiplicative hash (The Art of Computer Programming 3, section 6.4).
    let mut bits = token.wrapping_mul(2_654_435_761);
    std::array::from_fn(|_| {
        bits = bits
            .rotate_left(7)
            .wrapping_mul(2_654_435_761)
            .wrapping_add(1);
        (bits >> 8) as f32 / (1 << 23) as f32 - 1.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_tokens_have_equal_states_within_one_and_minus_one() {
        let mut batch = TokenBatch::default();
        batch.push(&[7, 8, 7]);
        let states = FakeEncoder.encode(&batch).expect("no weights to miss");
        assert_eq!(states.rows(0..1), states.rows(2..3));
        assert_ne!(states.rows(0..1), states.rows(1..2));
        assert!(states.rows(0..3).iter().all(|value| value.abs() <= 1.0));
    }
}
