//! The bundled models' tokenizer, over the bytes of `tokenizer.bin`.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::format::{Layout, TokenizerError};
use super::normalise::CharacterMap;
use super::segmentation::{Lattice, Unigram};
use super::trie::Trie;
use super::{SpecialTokens, Tokenize, TokenizeError};

/// A SentencePiece unigram tokenizer that reads its vocabulary where it lies.
///
/// A text is normalised (NFC, then the map of SentencePiece's `nmt_nfkc`) and cut into words at
/// spaces; each word becomes its most probable pieces. Hence the law that the ids of two texts
/// joined by a space are those of the one, then those of the other; a text without words has none.
/// Special tokens come out of no text, not even out of one that spells `</s>`.
#[derive(Clone)]
pub struct Tokenizer {
    /// Wherever the caller keeps them; clones share them.
    bytes: Arc<dyn AsRef<[u8]> + Send + Sync>,
    layout: Layout,
}

impl Tokenizer {
    /// Takes the bytes of a `tokenizer.bin`, wherever they lie; only the header is read.
    ///
    /// Damage further in cannot be seen here; it gives wrong ids, never a panic. Only hashes tell.
    ///
    /// # Errors
    ///
    /// If they are not a tokenizer, or one of another version, or their parts do not fit each
    /// other.
    pub fn from_bytes(
        bytes: impl AsRef<[u8]> + Send + Sync + 'static,
    ) -> Result<Self, TokenizerError> {
        let layout = Layout::read(bytes.as_ref())?;
        Ok(Self {
            bytes: Arc::new(bytes),
            layout,
        })
    }

    /// Appends the ids of `text`, without special tokens.
    pub fn encode_into(&self, text: &str, ids: &mut Vec<u32>) {
        let unigram = self.unigram();
        let mut lattice = Lattice::default();
        let mut word = String::new();
        self.character_map().words(text, &mut word, |word| {
            unigram.segment(word, &mut lattice, ids);
        });
    }

    /// How many pieces there are, special tokens included; every id is less.
    pub fn vocabulary_size(&self) -> usize {
        self.layout.pieces
    }

    /// The special tokens.
    pub fn specials(&self) -> SpecialTokens {
        self.layout.specials
    }

    fn section(&self, range: &Range<usize>) -> &[u8] {
        &(*self.bytes).as_ref()[range.clone()]
    }

    fn unigram(&self) -> Unigram<'_> {
        Unigram {
            trie: Trie::new(self.section(&self.layout.trie).as_chunks().0),
            scores: self.section(&self.layout.scores).as_chunks().0,
            lowest_score: self.layout.lowest_score,
            longest_piece: self.layout.longest_piece,
            unknown: self.layout.specials.unk,
        }
    }

    fn character_map(&self) -> CharacterMap<'_> {
        CharacterMap {
            table: self.section(&self.layout.page_table).as_chunks().0,
            pages: self.section(&self.layout.pages).as_chunks().0,
            offsets: self.section(&self.layout.replacement_offsets).as_chunks().0,
            text: self.section(&self.layout.replacement_text),
        }
    }
}

/// What tests look at.
#[cfg(test)]
impl Tokenizer {
    /// The id of `<mask>`.
    pub(super) fn mask(&self) -> u32 {
        self.layout.mask
    }

    /// The text of a piece, `▁` where a space is; `None` for an id beyond the vocabulary.
    pub(super) fn piece(&self, id: u32) -> Option<&str> {
        let (offsets, _) = self.section(&self.layout.piece_offsets).as_chunks();
        let offset = |index: usize| Some(u32::from_le_bytes(*offsets.get(index)?) as usize);
        let text = self.section(&self.layout.piece_text);
        let index = id as usize;
        std::str::from_utf8(text.get(offset(index)?..offset(index.checked_add(1)?)?)?).ok()
    }

    /// The score of a piece, the natural logarithm of its probability; `None` for an id beyond the
    /// vocabulary.
    pub(super) fn score(&self, id: u32) -> Option<f32> {
        self.unigram()
            .scores
            .get(id as usize)
            .map(|score| f32::from_le_bytes(*score))
    }

    /// The normalised words of `text`, in order.
    pub(super) fn words(&self, text: &str) -> Vec<String> {
        let mut words = Vec::new();
        let keep = |word: &str| words.push(word[super::normalise::WORD_START.len()..].to_owned());
        self.character_map().words(text, &mut String::new(), keep);
        words
    }
}

impl Tokenize for Tokenizer {
    fn encode_into(&self, text: &str, ids: &mut Vec<u32>) -> Result<(), TokenizeError> {
        self.encode_into(text, ids);
        Ok(())
    }

    fn specials(&self) -> SpecialTokens {
        self.specials()
    }
}

impl fmt::Debug for Tokenizer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Tokenizer")
            .field("pieces", &self.layout.pieces)
            .finish_non_exhaustive()
    }
}
