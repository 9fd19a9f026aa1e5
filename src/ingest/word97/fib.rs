//! Where in the file is everything? The File Information Block → [`Fib`].
//!
//! Offsets are those of [MS-DOC] 2.5 for Word 97 to 2003, and of Microsoft's "Word for Windows 6.0
//! binary file format" for Word 6 and 95.

use super::super::binary::{slice_at, u16_at, u32_at};
use super::super::error::{ReadError, Remedy};

const WORD_97: u16 = 0xA5EC;
const WORD_6: u16 = 0xA5DC;
/// Older `nFib` under the newer identifier are betas; Word 6 and 95 write 101 to 104.
const FIRST_WORD_97: u16 = 0xC0;

const FLAG_ENCRYPTED: u16 = 0x0100;
const FLAG_TABLE_1: u16 = 0x0200;

/// A part of a stream, by place and length.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extent {
    offset: usize,
    length: usize,
}

impl Extent {
    /// The bytes; empty where the stream ends before.
    pub(super) fn of(self, stream: &[u8]) -> &[u8] {
        slice_at(stream, self.offset, self.length).unwrap_or_default()
    }
}

/// The generations of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    Word6,
    Word97,
}

/// How many characters each story has, in the order in which they stand in the text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct StoryLengths {
    pub(super) main: usize,
    pub(super) footnotes: usize,
    pub(super) headers: usize,
    pub(super) macros: usize,
    pub(super) comments: usize,
    pub(super) endnotes: usize,
    pub(super) text_boxes: usize,
}

/// What the reader needs of the block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fib {
    pub(super) version: Version,
    /// The stream with the tables that the extents lie in.
    pub(super) table_stream: &'static str,
    pub(super) stories: StoryLengths,
    /// Where the text begins if there is no piece table.
    pub(super) text_offset: usize,
    pub(super) pieces: Extent,
    pub(super) styles: Extent,
    pub(super) character_pages: Extent,
    pub(super) paragraph_pages: Extent,
    pub(super) fonts: Extent,
    /// Where shapes are anchored in the body, and which of them have which text.
    pub(super) shapes: Extent,
    pub(super) text_boxes: Extent,
}

impl Fib {
    /// Reads the block at the head of the `WordDocument` stream.
    ///
    /// # Errors
    ///
    /// [`ReadError::Encrypted`], [`ReadError::UnsupportedFormat`] for Word 2 and older, and
    /// [`ReadError::Corrupt`] where the block is cut off or not one.
    pub(super) fn read(stream: &[u8]) -> Result<Self, ReadError> {
        let broken =
            || ReadError::Corrupt("Word document without its information block".to_owned());
        let identifier = u16_at(stream, 0).ok_or_else(broken)?;
        let version = u16_at(stream, 2).ok_or_else(broken)?;
        let flags = u16_at(stream, 0x0A).ok_or_else(broken)?;
        if !matches!(identifier, WORD_97 | WORD_6) {
            return Err(ReadError::UnsupportedFormat(
                "a document of Word 2 or older",
                Remedy::Save,
            ));
        }
        if flags & FLAG_ENCRYPTED != 0 {
            return Err(ReadError::Encrypted);
        }
        let fib = if identifier == WORD_97 && version >= FIRST_WORD_97 {
            Self::read_97(stream, flags)
        } else {
            Self::read_6(stream)
        };
        fib.ok_or_else(broken)
    }

    fn read_97(stream: &[u8], flags: u16) -> Option<Self> {
        let words = usize::from(u16_at(stream, 0x20)?);
        let longs_at = 0x22 + 2 * words + 2;
        let longs = usize::from(u16_at(stream, longs_at - 2)?);
        let pairs_at = longs_at + 4 * longs + 2;
        let long = |index: usize| u32_at(stream, longs_at + 4 * index).map(|count| count as usize);
        let pair = |index: usize| extent(stream, pairs_at + 8 * index).unwrap_or_default();
        Some(Self {
            version: Version::Word97,
            table_stream: if flags & FLAG_TABLE_1 == 0 {
                "/0Table"
            } else {
                "/1Table"
            },
            stories: StoryLengths {
                main: long(3)?,
                footnotes: long(4)?,
                headers: long(5)?,
                macros: long(6)?,
                comments: long(7)?,
                endnotes: long(8)?,
                text_boxes: long(9)?,
            },
            text_offset: u32_at(stream, 0x18)? as usize,
            pieces: pair(33),
            styles: pair(1),
            character_pages: pair(12),
            paragraph_pages: pair(13),
            fonts: pair(15),
            shapes: pair(40),
            text_boxes: pair(56),
        })
    }

    /// Word 6 has no table stream, and what is not read of it here is its styles and fonts.
    fn read_6(stream: &[u8]) -> Option<Self> {
        let long = |at: usize| u32_at(stream, at).map(|count| count as usize);
        Some(Self {
            version: Version::Word6,
            table_stream: "/WordDocument",
            stories: StoryLengths {
                main: long(0x34)?,
                footnotes: long(0x38)?,
                headers: long(0x3C)?,
                macros: long(0x40)?,
                comments: long(0x44)?,
                endnotes: long(0x48)?,
                text_boxes: long(0x4C)?,
            },
            text_offset: long(0x18)?,
            pieces: extent(stream, 0x160).unwrap_or_default(),
            styles: Extent::default(),
            character_pages: Extent::default(),
            paragraph_pages: Extent::default(),
            fonts: Extent::default(),
            shapes: Extent::default(),
            text_boxes: Extent::default(),
        })
    }
}

fn extent(stream: &[u8], at: usize) -> Option<Extent> {
    Some(Extent {
        offset: u32_at(stream, at)? as usize,
        length: u32_at(stream, at + 4)? as usize,
    })
}
