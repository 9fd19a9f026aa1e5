//! What does the transformer make of the document? `Document` → `DocumentVectors`.
//!
//! Every token passes through the transformer once: a document is cut into windows, windows
//! of all lengths are gathered into batches, and both paragraph and sentence vectors are pooled from
//! the same token states.

mod batching;
mod bundled;
pub mod candle;
pub mod card;
pub mod cuda;
pub mod engine;
mod exact;
mod fake;
mod memory;
mod pooling;
pub mod windows;

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;
use thiserror::Error;

use batching::Batch;
use card::CardWork;
use memory::{Key, Sums};
use windows::Window;

pub use bundled::{of_bundle, of_bundle_on, of_bundle_with, shape};
pub use fake::FakeEncoder;
pub use memory::Memory;
pub use pooling::DocumentVectors;

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
        assert!(
            hidden_size > 0 && values.len().is_multiple_of(hidden_size),
            "whole rows"
        );
        Self {
            values,
            hidden_size,
        }
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
    #[error(
        "token {token} is beyond the model's vocabulary of {vocabulary} pieces; the tokenizer belongs to another model"
    )]
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
    /// The tensor library failed.
    #[error("the transformer failed: {0}")]
    Backend(String),
    /// Every card that the transformer ran on is of no use any more.
    #[error("{problem}")]
    DeviceLost {
        /// Which cards, and why.
        problem: String,
        /// Whether a card was lost while it had this in hand, which may be to blame.
        in_hand: bool,
    },
}

impl EncodeError {
    fn was_in_hand(&self) -> bool {
        matches!(self, Self::DeviceLost { in_hand: true, .. })
    }
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

    /// Sums the states of every part of `windows`; one result a window, in their order.
    ///
    /// By default windows share passes of at most `batch_tokens` tokens, which run in parallel. What computes
    /// elsewhere pools there, so that only the sums travel, and knows better how large its passes should be.
    fn pool(&self, windows: &[&Window], batch_tokens: usize) -> Vec<PooledWindow> {
        pool_in_parallel(self, windows, batch_tokens)
    }

    /// What the cards did that it runs on; nothing where it runs on none.
    fn card_work(&self) -> Option<CardWork> {
        None
    }
}

/// The sums of a window's parts, row after row, shared by the windows that repeat it.
pub type PooledWindow = Result<Arc<[f32]>, Arc<EncodeError>>;

/// Gathers windows into batches and encodes these in parallel. A batch that fails fails its windows.
fn pool_in_parallel<E: Encoder + ?Sized>(
    encoder: &E,
    windows: &[&Window],
    batch_tokens: usize,
) -> Vec<PooledWindow> {
    let batches = batching::gather(windows, batch_tokens.min(share(windows)));
    let encoded: Vec<Vec<PooledWindow>> = batches
        .par_iter()
        .map(|batch| encode_batch(encoder, windows, batch))
        .collect();
    let mut indexed: Vec<(usize, PooledWindow)> = batches
        .iter()
        .zip(encoded)
        .flat_map(|(batch, sums)| batch.windows.iter().copied().zip(sums))
        .collect();
    indexed.sort_unstable_by_key(|(index, _)| *index);
    indexed.into_iter().map(|(_, sums)| sums).collect()
}

/// Refuses a batch that a model of these sizes cannot take.
fn check_batch(
    batch: &TokenBatch,
    vocabulary: usize,
    max_tokens: usize,
) -> Result<(), EncodeError> {
    let mut sequences = batch.sequences();
    sequences.try_for_each(|sequence| check_sequence(sequence, vocabulary, max_tokens))
}

/// Refuses a sequence that a model of these sizes cannot take.
fn check_sequence(
    sequence: &[u32],
    vocabulary: usize,
    max_tokens: usize,
) -> Result<(), EncodeError> {
    let is_unknown = |&&token: &&u32| token as usize >= vocabulary;
    if let Some(&token) = sequence.iter().find(is_unknown) {
        return Err(EncodeError::UnknownToken { token, vocabulary });
    }
    let length = sequence.len();
    if length > max_tokens {
        return Err(EncodeError::TooLong { length, max_tokens });
    }
    Ok(())
}

/// Runs every window through the transformer and pools the states document by document.
///
/// `documents` gives each document's number of units and its windows. Windows of all documents share
/// batches of at most `batch_tokens` tokens, which run in parallel; equal windows run once, and those that
/// `memory` knows not at all. A batch that fails fails the documents that have a window in it and no other.
pub fn encode_documents(
    encoder: &dyn Encoder,
    memory: &Memory,
    documents: &[(usize, &[Window])],
    batch_tokens: usize,
) -> Vec<Result<DocumentVectors, Arc<EncodeError>>> {
    let repeats = Repeats::find(documents.iter().flat_map(|(_, windows)| *windows));
    let pooled = encode_windows(encoder, memory, &repeats.unique, batch_tokens);

    let mut next = 0;
    let mut assemble = |&(unit_count, windows): &(usize, &[Window])| {
        let mut vectors = DocumentVectors::new(unit_count, encoder.hidden_size());
        let first = next;
        next += windows.len();
        let mut problem: Option<&Arc<EncodeError>> = None;
        for (window, &unique) in windows.iter().zip(&repeats.index[first..]) {
            match &pooled[unique] {
                Ok(sums) => vectors.add(window, sums),
                Err(error) if problem.is_none() || error.was_in_hand() => problem = Some(error),
                Err(_) => {}
            }
        }
        problem.map_or(Ok(vectors), |problem| Err(Arc::clone(problem)))
    };
    documents.iter().map(&mut assemble).collect()
}

/// The sums of every window, remembered or encoded.
fn encode_windows(
    encoder: &dyn Encoder,
    memory: &Memory,
    windows: &[(Key, &Window)],
    batch_tokens: usize,
) -> Vec<PooledWindow> {
    let known = memory.recall(windows.iter().map(|(key, _)| key));
    let unknown = windows.iter().zip(&known);
    let unknown = unknown.filter_map(|(window, sums)| sums.is_none().then_some(window));
    let (keys, new): (Vec<&Key>, Vec<&Window>) =
        unknown.map(|(key, window)| (key, *window)).unzip();
    let pooled = encoder.pool(&new, batch_tokens);
    let kept = keys.into_iter().zip(&pooled).filter_map(|(key, sums)| {
        let sums: &Sums = sums.as_ref().ok()?;
        Some((Arc::clone(key), Arc::clone(sums)))
    });
    memory.keep(kept);
    let mut pooled = pooled.into_iter();
    let known_or_new = |sums: Option<Sums>| sums.map(Ok).or_else(|| pooled.next());
    known.into_iter().filter_map(known_or_new).collect()
}

/// A part of the tokens that leaves some batches for every thread.
fn share(windows: &[&Window]) -> usize {
    const LEAST: usize = 128; // below, a batch is too small to use each weight often
    let tokens: usize = windows.iter().map(|window| window.tokens.len()).sum();
    tokens.div_ceil(2 * rayon::current_num_threads()).max(LEAST)
}

fn encode_batch<E: Encoder + ?Sized>(
    encoder: &E,
    windows: &[&Window],
    batch: &Batch,
) -> Vec<PooledWindow> {
    let states = match encoder.encode(&batch.tokens) {
        Ok(states) => states,
        Err(error) => return vec![Err(Arc::new(error)); batch.windows.len()],
    };
    let mut first_row = 0;
    let mut pool = |&index: &usize| {
        let sums = pooling::part_sums(windows[index], &states, first_row);
        first_row += windows[index].tokens.len();
        Ok(sums.into())
    };
    batch.windows.iter().map(&mut pool).collect()
}

/// Which windows are the same: reports carry the same boilerplate again and again.
struct Repeats<'a> {
    /// With what they are found by.
    unique: Vec<(Key, &'a Window)>,
    /// For every window, where its like stands in `unique`.
    index: Vec<usize>,
}

impl<'a> Repeats<'a> {
    fn find(windows: impl Iterator<Item = &'a Window>) -> Self {
        let mut seen = HashMap::new();
        let mut repeats = Self {
            unique: Vec::new(),
            index: Vec::new(),
        };
        for window in windows {
            let key = memory::key_of(window);
            let index = *seen.entry(Arc::clone(&key)).or_insert_with(|| {
                repeats.unique.push((key, window));
                repeats.unique.len() - 1
            });
            repeats.index.push(index);
        }
        repeats
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::windows::Part;
    use super::*;

    /// Counts the tokens that reach the encoder.
    struct Counting(FakeEncoder, AtomicUsize);

    impl Encoder for Counting {
        fn hidden_size(&self) -> usize {
            self.0.hidden_size()
        }
        fn max_tokens(&self) -> usize {
            self.0.max_tokens()
        }
        fn encode(&self, batch: &TokenBatch) -> Result<HiddenStates, EncodeError> {
            self.1.fetch_add(batch.tokens().len(), Ordering::Relaxed);
            self.0.encode(batch)
        }
    }

    fn window(token: u32) -> Window {
        let (unit, tokens) = (0, 1..9);
        Window {
            tokens: vec![token; 10],
            parts: vec![Part { unit, tokens }],
        }
    }

    #[test]
    fn repeats_run_once_in_a_call_and_over_calls_and_change_nothing() {
        let encoder = Counting(FakeEncoder { hidden_size: 8 }, AtomicUsize::new(0));
        let memory = Memory::new(1 << 20);
        let first = [window(1), window(2), window(1)];
        let second = [window(2), window(3)];
        let run = |memory: &Memory, windows: &[Window]| {
            encode_documents(&encoder, memory, &[(1, windows)], 64)
                .pop()
                .and_then(Result::ok)
        };
        let both = (run(&memory, &first), run(&memory, &second));
        assert_eq!(encoder.1.load(Ordering::Relaxed), 30, "three windows");
        let forgetful = Memory::new(0);
        let again = (run(&forgetful, &first), run(&forgetful, &second));
        assert_eq!(encoder.1.load(Ordering::Relaxed), 70, "and four more");
        assert!(both.0.is_some() && both == again);
    }
}
