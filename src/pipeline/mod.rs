//! Where all stages meet: an input becomes a record.
//!
//! `process` is the whole of it for a few documents. A batch calls its three steps itself, so that
//! short paragraphs of many documents share the transformer's passes.

mod assemble;
mod input;
mod places;

use std::sync::Arc;

use rayon::prelude::*;

use crate::classify::Classifier;
use crate::document::{Document, Unit};
use crate::encode::windows::{self, Frame, Windows};
use crate::encode::{self, DocumentVectors, EncodeError, Encoder};
use crate::ingest::{self, RawDocument, ReadOptions};
use crate::record::{Failure, ModelIdentity, Record, Source};
use crate::segment;
use crate::select::Budget;
use crate::tokenize::{Tokenize, TokenizeError};

pub use input::{Content, Input};

/// A transformer with everything that belongs to it.
pub struct Model {
    /// Its tokenizer.
    pub tokenizer: Box<dyn Tokenize>,
    /// The transformer itself.
    pub encoder: Box<dyn Encoder>,
    /// What every text is preceded by, as the model was trained.
    pub prompt: String,
    /// Its name and hash.
    pub identity: ModelIdentity,
}

/// What is made of a document.
#[derive(Clone, Debug)]
pub struct PipelineOptions {
    /// How the files are read.
    pub read: ReadOptions,
    /// How long the summary may be.
    pub budget: Budget,
    /// How many sentences are quoted for each label at most.
    pub quotations_per_label: usize,
    /// Whether a record carries the document's text.
    pub with_text: bool,
    /// Whether a record carries the scores of all labels, not only of those that hold.
    pub all_scores: bool,
    /// How many tokens a pass through the transformer takes together.
    pub batch_tokens: usize,
    /// Documents with more text than this are refused.
    pub max_text_bytes: usize,
}

impl Default for PipelineOptions {
    fn default() -> Self {
        Self {
            read: ReadOptions::default(),
            budget: Budget::Sentences(4),
            quotations_per_label: 3,
            with_text: false,
            all_scores: false,
            // Measured in docs/performance.md: larger passes leave the cache, smaller ones repeat work.
            batch_tokens: 1024,
            // Some 5,000 pages, which no report has; its vectors take about 400 MB.
            max_text_bytes: 16 << 20,
        }
    }
}

/// Turns inputs into records.
pub struct Pipeline {
    model: Model,
    classifier: Classifier,
    frame: Frame,
    options: PipelineOptions,
}

/// A document that is read, segmented and tokenised.
#[derive(Debug)]
pub struct Prepared {
    id: String,
    source: Source,
    title: Option<String>,
    failed_pages: Vec<u32>,
    document: Document,
    units: Vec<Unit>,
    windows: Windows,
}

impl Pipeline {
    /// Puts a pipeline together.
    ///
    /// # Errors
    ///
    /// If the model's tokenizer fails on its own prompt.
    pub fn new(
        model: Model,
        classifier: Classifier,
        options: PipelineOptions,
    ) -> Result<Self, TokenizeError> {
        let tokenizer = model.tokenizer.as_ref();
        let frame = Frame::new(tokenizer, &model.prompt, model.encoder.max_tokens())?;
        Ok(Self { model, classifier, frame, options })
    }

    /// Turns inputs into records, in their order; a document that fails is a record like any other.
    pub fn process(&self, inputs: Vec<Input>) -> Vec<Record> {
        let prepared: Vec<_> = inputs.into_par_iter().map(|input| self.prepare(input)).collect();
        let mut vectors = self.encode(prepared.iter().filter_map(|result| result.as_ref().ok())).into_iter();
        let prepared: Vec<_> = prepared
            .into_iter()
            .map(|result| result.map(|prepared| (prepared, vectors.next())))
            .collect();
        prepared
            .into_par_iter()
            .map(|result| match result {
                Ok((prepared, Some(vectors))) => self.finish(prepared, vectors),
                Ok((_, None)) => unreachable!("every prepared document is encoded"),
                Err(record) => *record,
            })
            .collect()
    }

    /// Reads, segments and tokenises one input.
    ///
    /// # Errors
    ///
    /// The record of the failure, if the input cannot be read.
    pub fn prepare(&self, input: Input) -> Result<Prepared, Box<Record>> {
        let Input { id, mut source, content } = input;
        let raw = content.and_then(|content| self.read(content, &source.path));
        let raw = match raw {
            Ok(raw) => raw,
            Err(failure) => return Err(Box::new(self.failed(id, source, failure))),
        };
        source.format = Some(raw.format.name().to_owned());
        source.encoding = Some(raw.encoding.name.clone());
        let document = segment::split(&raw);
        match windows::cut(&document, self.model.tokenizer.as_ref(), &self.frame) {
            Ok(windows) => {
                let (title, failed_pages) = (raw.title, raw.failed_pages);
                let units = document.units();
                Ok(Prepared { id, source, title, failed_pages, document, units, windows })
            }
            Err(error) => Err(Box::new(self.failed(id, source, Failure::encoding(&error)))),
        }
    }

    /// Runs the documents through the transformer, all windows together.
    pub fn encode<'a>(
        &self,
        prepared: impl Iterator<Item = &'a Prepared>,
    ) -> Vec<Result<DocumentVectors, Arc<EncodeError>>> {
        let parts = prepared.map(|one| (one.units.len(), one.windows.windows.as_slice()));
        let parts: Vec<_> = parts.collect();
        encode::encode_documents(self.model.encoder.as_ref(), &parts, self.options.batch_tokens)
    }

    /// Classifies, ranks and selects, and puts the record together.
    pub fn finish(
        &self,
        prepared: Prepared,
        vectors: Result<DocumentVectors, Arc<EncodeError>>,
    ) -> Record {
        match vectors {
            Ok(vectors) => assemble::record(self, prepared, &vectors),
            Err(error) => {
                self.failed(prepared.id, prepared.source, Failure::encoding(error.as_ref()))
            }
        }
    }

    fn read(&self, content: Content, path: &str) -> Result<RawDocument, Failure> {
        let raw = match content {
            Content::Bytes(bytes) => ingest::read(&bytes, Some(path), &self.options.read)?,
            Content::Archived(record) => record.into_raw_document()?,
        };
        let text_bytes: usize = raw.paragraphs.iter().map(|paragraph| paragraph.text.len()).sum();
        let limit = self.options.max_text_bytes;
        if text_bytes > limit {
            let message = format!("{text_bytes} bytes of text, the limit is {limit}; see --max-text");
            return Err(ingest::ReadError::TooLarge(message).into());
        }
        Ok(raw)
    }

    fn failed(&self, id: String, source: Source, failure: Failure) -> Record {
        let mut record = Record::failed(id, source, failure, self.model.identity.clone());
        record.summary.budget = self.options.budget.to_string();
        let labels = self.classifier.labels().iter();
        record.by_label = labels.map(|label| (label.name.clone(), Vec::new())).collect();
        record
    }
}

impl std::fmt::Debug for Pipeline {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let model = &self.model.identity.name;
        formatter.debug_struct("Pipeline").field("model", model).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Model {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Model").field("identity", &self.identity).finish_non_exhaustive()
    }
}
