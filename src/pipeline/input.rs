//! What goes into the pipeline: a document's bytes, or its record in an archive.

use std::error::Error;
use std::io;

use crate::encode::EncodeError;
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

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Self::new(error.code(), &error.to_string())
    }
}

/// A document that could not be encoded.
pub(super) fn not_encoded(error: &EncodeError) -> Failure {
    let code = match error {
        EncodeError::DeviceLost { in_hand: true, .. } => Failure::DEVICE_LOST_IN_HAND,
        EncodeError::DeviceLost { .. } => Failure::DEVICE_LOST,
        _ => ENCODE_FAILED,
    };
    Failure::passing(code, &error.to_string())
}

/// A document that could not be tokenised.
pub(super) fn not_tokenized(error: &dyn Error) -> Failure {
    Failure::passing(ENCODE_FAILED, &error.to_string())
}
