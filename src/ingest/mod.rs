//! What does the file say? Bytes of any supported format → [`RawDocument`].
//!
//! The format is told by content, never by name ([`SourceFormat::detect`]). Readers give paragraphs
//! with their kind; where sentences end is [`crate::segment`]'s question.

pub mod encoding;

use thiserror::Error;

use crate::document::ParagraphKind;

/// A file format that can be told from its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SourceFormat {
    /// Plain text.
    Text,
    /// CommonMark.
    Markdown,
    /// HTML.
    Html,
    /// Office Open XML word processing.
    Docx,
}

/// A document as its file tells it, before segmentation.
#[derive(Clone, Debug, PartialEq)]
pub struct RawDocument {
    /// The format it was read as.
    pub format: SourceFormat,
    /// How its bytes were turned into Unicode.
    pub encoding: TextEncoding,
    /// The title that the format names or the text shows, if any.
    pub title: Option<String>,
    /// In reading order; none is empty.
    pub paragraphs: Vec<RawParagraph>,
    /// Pages that could not be read, from 1; not empty means a partial success.
    pub failed_pages: Vec<u32>,
}

/// How a document's bytes were turned into Unicode.
#[derive(Clone, Debug, PartialEq)]
pub struct TextEncoding {
    /// For example `utf-8`, `tcvn3`, `utf-8+vni` where a document mixes several.
    pub name: String,
    /// From 0 (a guess) to 1 (certain: declared by the file or proven by its bytes).
    pub confidence: f32,
}

/// One paragraph of a [`RawDocument`]: NFC, on one line, no white space around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawParagraph {
    /// What it is to a reader.
    pub kind: ParagraphKind,
    /// Its text.
    pub text: String,
    /// The page it starts on, from 1, where the format has pages.
    pub page: Option<u32>,
    /// Whether it is the furniture of an official letter.
    pub furniture: bool,
}

/// Why a document could not be read. The message says what to do where something can be done.
#[derive(Debug, Error)]
pub enum ReadError {
    /// No text in it at all.
    #[error("the document is empty")]
    Empty,
    /// A format without a reader.
    #[error("{0} cannot be read; save it as DOCX, HTML or text")]
    UnsupportedFormat(&'static str),
    /// Bytes that are text in no known encoding.
    #[error(
        "the text is in no known encoding (first bad byte at offset {offset}); save it as UTF-8"
    )]
    UnknownEncoding {
        /// Where the first undecodable byte is.
        offset: usize,
    },
    /// Protected by a password.
    #[error("the document is encrypted; save a copy without a password")]
    Encrypted,
    /// Pages without text.
    #[error("no text on any of {pages} pages; it may be a scan and needs OCR")]
    NeedsOcr {
        /// How many pages it has.
        pages: u32,
    },
    /// Bytes that break the rules of their format.
    #[error("the file is damaged: {0}")]
    Corrupt(String),
    /// More than a reader is willing to expand or hold.
    #[error("the document is too large: {0}")]
    TooLarge(String),
}

impl ReadError {
    /// The stable name of the reason, for records and scripts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty_document",
            Self::UnsupportedFormat(_) => "unsupported_format",
            Self::UnknownEncoding { .. } => "unknown_encoding",
            Self::Encrypted => "encrypted",
            Self::NeedsOcr { .. } => "needs_ocr",
            Self::Corrupt(_) => "corrupt",
            Self::TooLarge(_) => "too_large",
        }
    }
}
