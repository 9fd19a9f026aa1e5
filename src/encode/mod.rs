//! What does the transformer make of the document? `Document` → `DocumentVectors`.
//!
//! Every token passes through the transformer once: a document is cut into windows, windows
//! of all lengths are gathered into batches, and both paragraph and sentence vectors are pooled from
//! the same token states.

use thiserror::Error;

/// Token sequences for one pass, back to back without padding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenBatch {
    tokens: Vec<u32>,
    lengths: Vec<usize>,
}

impl TokenBatch {
    /// Adds a sequence, special tokens included.
    pub fn push(&mut self, sequence: &[u32]) {
        self.tokens.extend_from_slice(sequence);
        self.lengths.push(sequence.len());
    }

    /// All token ids, sequence after sequence.
    pub fn tokens(&self) -> &[u32] {
        &self.tokens
    }

    /// How many tokens each sequence has; they sum to the number of tokens.
    pub fn lengths(&self) -> &[usize] {
        &self.lengths
    }

    /// The sequences, in the order in which they were added.
    pub fn sequences(&self) -> impl Iterator<Item = &[u32]> {
        let mut rest = self.tokens.as_slice();
        self.lengths.iter().map(move |&length| {
            let (sequence, after) = rest.split_at(length);
            rest = after;
            sequence
        })
    }
}

/// The last layer's state of every token of a [`TokenBatch`], in its order.
#[derive(Clone, Debug, PartialEq)]
pub struct HiddenStates {
    values: Vec<f32>,
    hidden_size: usize,
}

impl HiddenStates {
    /// Takes `values` as rows of `hidden_size` numbers, one row a token.
    ///
    /// # Panics
    ///
    /// If they do not divide into rows, which is a mistake of the encoder.
    pub fn new(values: Vec<f32>, hidden_size: usize) -> Self {
        assert!(hidden_size > 0 && values.len().is_multiple_of(hidden_size), "whole rows");
        Self { values, hidden_size }
    }

    /// The states of the tokens `range`, row after row.
    pub fn rows(&self, range: std::ops::Range<usize>) -> &[f32] {
        &self.values[range.start * self.hidden_size..range.end * self.hidden_size]
    }

    /// How many numbers a row has.
    pub fn hidden_size(&self) -> usize {
        self.hidden_size
    }

    /// How many rows there are.
    pub fn token_count(&self) -> usize {
        self.values.len() / self.hidden_size
    }
}

/// Why a pass through the transformer failed.
#[derive(Debug, Error)]
pub enum EncodeError {
    /// A token id beyond the vocabulary: tokenizer and weights are not of one model.
    #[error("token {token} is beyond the model's vocabulary of {vocabulary} pieces; the tokenizer belongs to another model")]
    UnknownToken {
        /// The id.
        token: u32,
        /// How many pieces the model has.
        vocabulary: usize,
    },
    /// A sequence longer than the model has positions for.
    #[error("a sequence of {length} tokens is longer than the model's {max_tokens} positions")]
    TooLong {
        /// Its length.
        length: usize,
        /// The most that the model takes.
        max_tokens: usize,
    },
    /// The tensor library failed (out of memory, device lost).
    #[error("the transformer failed: {0}")]
    Backend(String),
}

/// A transformer that turns tokens into states.
///
/// The states of a sequence depend on that sequence alone: not on its neighbours in the batch, the
/// number of threads or the batch's size, up to 1e-4 in any component.
pub trait Encoder: Send + Sync {
    /// How many numbers a token's state has.
    fn hidden_size(&self) -> usize;

    /// The longest sequence it takes, special tokens included.
    fn max_tokens(&self) -> usize;

    /// Runs one pass on the calling thread and gives one row a token.
    fn encode(&self, batch: &TokenBatch) -> Result<HiddenStates, EncodeError>;
}
