//! What goes into the state, and out of it.

use super::results::packed;
use crate::batch::duplicates::{Member, Signature};
use crate::ingest::{self, SourceFormat};
use crate::pipeline::{Content, Input};
use crate::record::Record;

/// Who reads: all that makes another result of the same bytes. Hashes in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// SHA-256 of the settings.
    pub settings: String,
    /// SHA-256 of the model.
    pub model: String,
    /// Version and build of the program.
    pub program: String,
}

/// What is done again although it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redo {
    /// Nothing.
    Nothing = 0,
    /// The documents that failed, and those that were read in part.
    Failed = 1,
    /// Every document.
    Everything = 2,
}

/// How bytes become a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// A file, by its content alone.
    File = 0,
    /// A file whose name may tell its format.
    NamedFile = 1,
    /// A line of a JSONL archive.
    Row = 2,
    /// A row of another table.
    TableRow = 3,
}

/// What a document is known by within a setup.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// SHA-256 of its bytes.
    pub content: String,
    /// How they are read.
    pub form: Form,
}

impl Key {
    /// What an input is known by; nothing where its bytes could not be had.
    pub fn of(input: &Input) -> Option<Self> {
        let content = input.source.sha256.clone()?;
        let form = match &input.content {
            Ok(Content::Bytes(_) | Content::Read(_))
                if ingest::name_matters(&input.source.path) =>
            {
                Form::NamedFile
            }
            Ok(Content::Bytes(_) | Content::Read(_)) => Form::File,
            Ok(Content::Document(document)) if document.format == SourceFormat::Parquet => {
                Form::TableRow
            }
            Ok(Content::Document(_)) | Err(_) => Form::Row,
        };
        Some(Self { content, form })
    }
}

/// A document that was worked out.
#[derive(Debug)]
pub struct Finished {
    pub(super) key: Key,
    record: Record,
    /// The record as it is stored.
    pub(super) packed: Vec<u8>,
    pub(super) signature: Option<Signature>,
    pub(super) read_milliseconds: u64,
}

impl Finished {
    /// A document that is known by `key`, and what came of it.
    ///
    /// Near-duplicates are told by the signature; a document with too little text has none.
    ///
    /// Packs the record, which takes longer than storing it: do this on all cores.
    pub fn new(
        key: Key,
        record: Record,
        signature: Option<Signature>,
        read_milliseconds: u64,
    ) -> Self {
        Self {
            packed: packed(&record),
            key,
            record,
            signature,
            read_milliseconds,
        }
    }

    /// What it is known by.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// What came of it.
    pub fn record(&self) -> &Record {
        &self.record
    }
}

/// One input of the run.
#[derive(Debug)]
pub enum Entry {
    /// A document, and what this input calls it.
    Document {
        /// Its name within the run.
        id: String,
        /// Where it lies.
        path: String,
        /// What it is known by; finished before or with this entry.
        key: Key,
    },
    /// An input whose bytes could not be had, with its record.
    Unread(Box<Record>),
}

/// A document among others with its signature.
#[derive(Debug)]
pub struct Signed {
    /// Which it is.
    pub member: Member,
    /// Its signature.
    pub signature: Signature,
}
