//! Why could a document not be read? [`ReadError`], shared by all readers.

use thiserror::Error;

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
        "the text is in no encoding that can be told (first bad byte at offset {offset}); \
         name it with --encoding, or save the text as UTF-8"
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
