//! The layout of `tokenizer.bin`, which `docs/model-format.md` describes: where is what?

use std::ops::Range;

use thiserror::Error;

use super::SpecialTokens;

const MAGIC: &[u8] = b"TOMTATTK";
const VERSION: u32 = 1;
const HEADER_BYTES: usize = 48;
const SECTIONS: usize = 8;
/// Pages of 256 code points up to U+10FFFF.
const PAGES: usize = 0x1100;
/// SentencePiece's own limit is 16 characters; this one only keeps time bounded.
const LONGEST_PIECE_BYTES: usize = 1024;

/// Why bytes are not a tokenizer.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TokenizerError {
    /// Another kind of file.
    #[error("not a tokenizer of tomtat: it does not begin with TOMTATTK")]
    NotATokenizer,
    /// A later format.
    #[error(
        "the tokenizer's format is version {0}, this program reads version 1; use the model's own release"
    )]
    UnsupportedVersion(u32),
    /// A part of it is missing or contradicts another.
    #[error("the tokenizer is damaged: {0}; fetch the model again")]
    Damaged(&'static str),
}

/// The header, and where each section lies; every range is within the file.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) pieces: usize,
    pub(super) specials: SpecialTokens,
    pub(super) mask: u32,
    pub(super) lowest_score: f32,
    pub(super) longest_piece: usize,
    pub(super) scores: Range<usize>,
    pub(super) piece_offsets: Range<usize>,
    #[cfg_attr(
        not(test),
        expect(
            dead_code,
            reason = "only tests spell pieces out; where they lie is checked all the same"
        )
    )]
    pub(super) piece_text: Range<usize>,
    pub(super) trie: Range<usize>,
    pub(super) page_table: Range<usize>,
    pub(super) pages: Range<usize>,
    pub(super) replacement_offsets: Range<usize>,
    pub(super) replacement_text: Range<usize>,
}

impl Layout {
    /// Reads the header of `bytes` and checks what it says; looks at no piece.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, TokenizerError> {
        if !bytes.starts_with(MAGIC) {
            return Err(TokenizerError::NotATokenizer);
        }
        let number = |index: usize| number_at(bytes, MAGIC.len() + 4 * index);
        let version = number(0)?;
        if version != VERSION {
            return Err(TokenizerError::UnsupportedVersion(version));
        }
        if number(9)? as usize != SECTIONS {
            return Err(TokenizerError::Damaged("it has another number of sections"));
        }
        let layout = Self {
            pieces: number(1)? as usize,
            specials: SpecialTokens {
                bos: number(2)?,
                pad: number(3)?,
                eos: number(4)?,
                unk: number(5)?,
            },
            mask: number(6)?,
            lowest_score: f32::from_bits(number(7)?),
            longest_piece: number(8)? as usize,
            scores: section(bytes, 0)?,
            piece_offsets: section(bytes, 1)?,
            piece_text: section(bytes, 2)?,
            trie: section(bytes, 3)?,
            page_table: section(bytes, 4)?,
            pages: section(bytes, 5)?,
            replacement_offsets: section(bytes, 6)?,
            replacement_text: section(bytes, 7)?,
        };
        layout.check()?;
        Ok(layout)
    }

    /// Checks that the parts fit each other.
    fn check(&self) -> Result<(), TokenizerError> {
        let SpecialTokens { bos, pad, eos, unk } = self.specials;
        let ids_exist = [bos, pad, eos, unk, self.mask]
            .iter()
            .all(|&id| (id as usize) < self.pieces);
        let checks = [
            (
                self.scores.len() / 4 == self.pieces,
                "there is not one score a piece",
            ),
            (
                self.piece_offsets.len() / 4 == self.pieces + 1,
                "there is not one offset a piece",
            ),
            (ids_exist, "a special token is beyond the vocabulary"),
            (
                self.lowest_score.is_finite(),
                "the lowest score is no number",
            ),
            (
                self.longest_piece <= LONGEST_PIECE_BYTES,
                "a piece is too long",
            ),
            (
                self.page_table.len() / 2 == PAGES,
                "the page table has another length",
            ),
        ];
        match checks.iter().find(|(holds, _)| !holds) {
            Some((_, problem)) => Err(TokenizerError::Damaged(problem)),
            None => Ok(()),
        }
    }
}

/// Where section `index` lies.
fn section(bytes: &[u8], index: usize) -> Result<Range<usize>, TokenizerError> {
    let entry = HEADER_BYTES + 8 * index;
    let start = number_at(bytes, entry)? as usize;
    let length = number_at(bytes, entry + 4)? as usize;
    let end = start.checked_add(length).filter(|&end| end <= bytes.len());
    end.map(|end| start..end)
        .ok_or(TokenizerError::Damaged("a section ends beyond the file"))
}

/// The u32 at `offset`.
fn number_at(bytes: &[u8], offset: usize) -> Result<u32, TokenizerError> {
    let four = bytes.get(offset..).and_then(<[u8]>::first_chunk);
    four.map(|four| u32::from_le_bytes(*four))
        .ok_or(TokenizerError::Damaged("its header is cut short"))
}
