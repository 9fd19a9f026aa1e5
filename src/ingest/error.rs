//! Why could a document not be read? [`ReadError`], shared by all readers.

use std::fmt;

use thiserror::Error;

/// Why a document could not be read. The message says what to do where something can be done.
#[derive(Debug, Error)]
pub enum ReadError {
    /// No text in it at all.
    #[error("the document is empty")]
    Empty,
    /// A message without a text, and what it has instead.
    #[error("the message has no text of its own: {0}")]
    EmptyMessage(String),
    /// A format without a reader: what it is, and what helps.
    #[error("{0} cannot be read{1}")]
    UnsupportedFormat(&'static str, Remedy),
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
    #[error(
        "the document is encrypted; save a copy without a password; the structure of a workbook may have one"
    )]
    Encrypted,
    /// Pages without text.
    #[error("no text on {}; it may be a scan and needs OCR", any_of(*pages))]
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

/// What gives a file in a format without a reader a text that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// The program that wrote it saves other formats.
    Save,
    /// It holds other files.
    Unpack,
    /// It is a picture.
    RecogniseText,
    /// It holds records.
    WriteRecords,
    /// There is no text in it.
    Nothing,
}

impl fmt::Display for Remedy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Save => "; save it as DOCX, HTML or text",
            Self::Unpack => "; unpack it and give the files that it holds",
            Self::RecogniseText => "; it needs OCR, which makes a PDF with text or a DOCX of it",
            Self::WriteRecords => {
                "; write JSON Lines, each record on one line with a \"text\", or name the column with --text-column"
            }
            Self::Nothing => "",
        })
    }
}

fn any_of(pages: u32) -> String {
    match pages {
        1 => "its page".to_owned(),
        pages => format!("any of {pages} pages"),
    }
}

impl ReadError {
    /// The stable name of the reason, for records and scripts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty | Self::EmptyMessage(_) => "empty_document",
            Self::UnsupportedFormat(..) => "unsupported_format",
            Self::UnknownEncoding { .. } => "unknown_encoding",
            Self::Encrypted => "encrypted",
            Self::NeedsOcr { .. } => "needs_ocr",
            Self::Corrupt(_) => "corrupt",
            Self::TooLarge(_) => "too_large",
        }
    }
}
