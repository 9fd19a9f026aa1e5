//! What goes into the pipeline: a document's bytes, or its record in an archive.

use std::io;

use crate::encode::EncodeError;
use crate::hash::sha256;
use crate::ingest::{self, RawDocument, ReadError, ReadOptions};
use crate::record::{Failure, Source};

/// The code where the transformer or its tokenizer failed on a document.
const ENCODE_FAILED: &str = "encode_failed";

/// One document to process.
#[derive(Debug)]
pub struct Input {
    /// Its name within the run.
    pub id: String,
    /// Where it comes from.
    pub source: Source,
    /// What it holds, or why that could not be had.
    pub content: Result<Content, Failure>,
}

/// What a document holds.
#[derive(Debug)]
pub enum Content {
    /// The bytes of a file.
    Bytes(Vec<u8>),
    /// A document that its archive has given already.
    Document(Box<RawDocument>),
    /// What [`Content::read`] made of either, for example in another process.
    Read(Box<RawDocument>),
}

impl Input {
    /// A file, as far as it could be read.
    pub fn file(id: String, path: String, bytes: io::Result<Vec<u8>>) -> Self {
        let mut source = Source {
            path,
            ..Source::default()
        };
        let content = bytes
            .map_err(|error| Failure::reading(&error))
            .map(|bytes| {
                source.describe(&bytes);
                Content::Bytes(bytes)
            });
        Self {
            id,
            source,
            content,
        }
    }
}

impl Content {
    /// What the document says; `path` helps where the bytes leave their format open.
    ///
    /// # Errors
    ///
    /// Why it could not be read.
    pub fn read(self, path: &str, options: &ReadOptions) -> Result<RawDocument, ReadError> {
        match self {
            Self::Bytes(bytes) => ingest::read(&bytes, Some(path), options),
            Self::Document(mut document) => {
                document.complete(options);
                Ok(*document)
            }
            Self::Read(document) => Ok(*document),
        }
    }
}

impl Source {
    /// Notes the size and hash of the document's own bytes.
    pub fn describe(&mut self, bytes: &[u8]) {
        self.bytes = bytes.len() as u64;
        self.sha256 = Some(sha256(bytes));
    }
}

impl Failure {
    /// A file that the operating system does not give.
    pub fn reading(error: &io::Error) -> Self {
        let (code, message, retryable) = match error.kind() {
            io::ErrorKind::NotFound => (Self::NOT_FOUND, "no such file".to_owned(), false),
            io::ErrorKind::PermissionDenied => (
                "permission_denied",
                "no permission to read it".to_owned(),
                false,
            ),
            io::ErrorKind::IsADirectory => {
                let message =
                    "it is a directory; `tomtat run`, `scan` and `extract` take directories"
                        .to_owned();
                ("is_a_directory", message, false)
            }
            _ => ("io_error", error.to_string(), true),
        };
        Self {
            code: code.to_owned(),
            message,
            retryable,
        }
    }

    /// A document that could not be encoded.
    pub(super) fn encoding(error: &EncodeError) -> Self {
        let code = match error {
            EncodeError::DeviceLost { in_hand: true, .. } => Self::DEVICE_LOST_IN_HAND,
            EncodeError::DeviceLost { .. } => Self::DEVICE_LOST,
            _ => ENCODE_FAILED,
        };
        Self::retryable(code, error)
    }

    /// A document that could not be tokenised.
    pub(super) fn tokenizing(error: &dyn std::error::Error) -> Self {
        Self::retryable(ENCODE_FAILED, error)
    }

    fn retryable(code: &str, error: &dyn std::error::Error) -> Self {
        Self {
            code: code.to_owned(),
            message: error.to_string(),
            retryable: true,
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Self {
            code: error.code().to_owned(),
            message: error.to_string(),
            retryable: false,
        }
    }
}
