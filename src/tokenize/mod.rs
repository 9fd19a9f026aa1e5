//! Text → token ids.
//!
//! [`Tokenizer`] is the bundled models' own: a SentencePiece unigram model that is ready as soon as
//! its bytes are in memory. [`HubTokenizer`] runs any other model's `tokenizer.json`. The pipeline
//! sees both as [`Tokenize`].

mod format;
mod hub;
mod normalise;
mod segmentation;
mod trie;
mod unigram;

#[cfg(test)]
mod tests;

use thiserror::Error;

pub use format::TokenizerError;
pub use hub::HubTokenizer;
pub use unigram::Tokenizer;

/// The ids of the tokens that stand for no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpecialTokens {
    /// Opens a sequence.
    pub bos: u32,
    /// Fills a batch.
    pub pad: u32,
    /// Closes a sequence.
    pub eos: u32,
    /// Stands for what the vocabulary lacks.
    pub unk: u32,
}

/// Why a text could not be tokenised.
#[derive(Debug, Error)]
#[error("the tokenizer failed: {0}")]
pub struct TokenizeError(pub String);

/// A tokenizer: the same text always gives the same ids.
pub trait Tokenize: Send + Sync {
    /// Appends the ids of `text`, without special tokens.
    fn encode_into(&self, text: &str, ids: &mut Vec<u32>) -> Result<(), TokenizeError>;

    /// The special tokens of its vocabulary.
    fn specials(&self) -> SpecialTokens;
}
