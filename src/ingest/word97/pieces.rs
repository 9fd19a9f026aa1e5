//! In which order do the bytes make the text? The piece table → [`Piece`]s.
//!
//! Word saves fast by appending what was typed and listing the pieces in reading order.

use std::ops::Range;

use super::super::binary::{slice_at, u8_at, u16_at, u32_at, utf16, windows_1252};
use super::super::error::ReadError;
use super::fib::{Fib, Version};

/// A stretch of characters that lie side by side in the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Its characters, by their position in the text.
    pub(super) characters: Range<usize>,
    /// Where its first byte is.
    pub(super) offset: usize,
    pub(super) width: Width,
}

/// How many bytes a character takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    One,
    Two,
}

impl Width {
    pub(super) fn bytes(self) -> usize {
        match self {
            Self::One => 1,
            Self::Two => 2,
        }
    }

    /// The text of some characters' bytes, in the state in which runs are decoded.
    pub(super) fn text(self, bytes: &[u8]) -> String {
        match self {
            Self::One => windows_1252(bytes),
            Self::Two => utf16(bytes),
        }
    }
}

const MARK_FORMATTING: u8 = 1;
const MARK_PIECES: u8 = 2;
const COMPRESSED: u32 = 0x4000_0000;

/// The pieces of the text, in reading order.
///
/// # Errors
///
/// [`ReadError::Corrupt`] where the table is cut off, where pieces are out of order, or where they
/// take more bytes than the stream has: pieces never share bytes, and a table in which they do
/// could make a gigabyte of text of a small file.
pub(super) fn pieces(fib: &Fib, stream: &[u8], table: &[u8]) -> Result<Vec<Piece>, ReadError> {
    let broken = || ReadError::Corrupt("Word document with an unsound piece table".to_owned());
    let clx = fib.pieces.of(table);
    let pieces = if clx.is_empty() {
        vec![whole(fib)]
    } else {
        read(clx, fib.version).ok_or_else(broken)?
    };
    let mut room = stream.len();
    let mut next = 0;
    for piece in &pieces {
        let bytes = piece.characters.len().saturating_mul(piece.width.bytes());
        room = room.checked_sub(bytes).ok_or_else(broken)?;
        if piece.characters.start != next || slice_at(stream, piece.offset, bytes).is_none() {
            return Err(broken());
        }
        next = piece.characters.end;
    }
    Ok(pieces)
}

/// The one piece of a text that was saved in full by Word 6.
fn whole(fib: &Fib) -> Piece {
    let stories = &fib.stories;
    let notes = [
        stories.footnotes,
        stories.headers,
        stories.macros,
        stories.comments,
    ];
    let lengths = notes
        .into_iter()
        .chain([stories.endnotes, stories.text_boxes]);
    let length = lengths.fold(stories.main, usize::saturating_add);
    Piece {
        characters: 0..length,
        offset: fib.text_offset,
        width: Width::One,
    }
}

fn read(clx: &[u8], version: Version) -> Option<Vec<Piece>> {
    let mut at = 0;
    while u8_at(clx, at)? == MARK_FORMATTING {
        at += 3 + usize::from(u16_at(clx, at + 1)?);
    }
    if u8_at(clx, at)? != MARK_PIECES {
        return None;
    }
    let length = u32_at(clx, at + 1)? as usize;
    let table = slice_at(clx, at + 5, length)?;
    let count = length.checked_sub(4)? / 12;
    (0..count)
        .map(|index| piece(table, index, count, version))
        .collect()
}

fn piece(table: &[u8], index: usize, count: usize, version: Version) -> Option<Piece> {
    let start = u32_at(table, 4 * index)? as usize;
    let end = u32_at(table, 4 * index + 4)? as usize;
    let descriptor = 4 * (count + 1) + 8 * index;
    let offset = u32_at(table, descriptor + 2)?;
    let (offset, width) = match version {
        Version::Word6 => (offset, Width::One),
        Version::Word97 if offset & COMPRESSED == 0 => (offset, Width::Two),
        Version::Word97 => ((offset & !COMPRESSED) / 2, Width::One),
    };
    (start <= end).then_some(Piece {
        characters: start..end,
        offset: offset as usize,
        width,
    })
}
