//! Where all stages meet: an input becomes a record.
//!
//! The documents of one call share the transformer's passes, so that short paragraphs fill them.

mod articles;
mod assemble;
mod input;
mod labelling;
mod prepared;
mod ranking;
mod reader;
mod section;
mod speakers;
mod summary;
mod wording;

use std::panic::{self, AssertUnwindSafe};

use rayon::prelude::*;

use crate::classify::{Classifier, ClassifierError};
use crate::record::{Failure, Record, Source};

pub use crate::encode::card::CardWork;
pub use input::{Content, Input};
pub use prepared::Prepared;
pub use ranking::Ranking;
pub use reader::{Model, PipelineOptions, Reader, Vectors};
pub use wording::Wording;

/// All stages: a reader with the labels that it reads for.
#[derive(Clone, Copy, Debug)]
pub struct Pipeline<'a> {
    reader: &'a Reader,
    classifier: &'a Classifier,
}

impl<'a> Pipeline<'a> {
    /// Puts a pipeline together.
    ///
    /// # Errors
    ///
    /// If the heads are made for another model's vectors.
    pub fn new(reader: &'a Reader, classifier: &'a Classifier) -> Result<Self, ClassifierError> {
        classifier.check(reader.model().encoder.hidden_size())?;
        Ok(Self { reader, classifier })
    }

    /// The stages before the labels.
    pub fn reader(&self) -> &'a Reader {
        self.reader
    }

    /// Turns inputs into records, in their order; a document that fails is a record like any other.
    pub fn process(&self, inputs: Vec<Input>) -> Vec<Record> {
        self.reader
            .read_and_encode(inputs)
            .into_par_iter()
            .map(|(prepared, vectors)| self.finish(prepared, vectors))
            .collect()
    }

    /// Classifies, ranks and selects, and puts the record together.
    pub fn finish(&self, prepared: Prepared, vectors: Vectors) -> Record {
        match (prepared.content, vectors) {
            (Ok(content), Ok(vectors)) => {
                let (id, source) = (prepared.id, prepared.source);
                let assemble =
                    || assemble::record(self, id.clone(), source.clone(), content, &vectors);
                contained(assemble)
                    .unwrap_or_else(|failure| self.failed(id.clone(), source.clone(), failure))
            }
            (Err(failure), _) => self.failed(prepared.id, prepared.source, failure),
            (Ok(_), Err(error)) => {
                let failure = input::not_encoded(error.as_ref());
                self.failed(prepared.id, prepared.source, failure)
            }
        }
    }

    fn failed(&self, id: String, source: Source, failure: Failure) -> Record {
        let reader = self.reader;
        let mut record = Record::failed(id, source, failure, reader.model().identity.clone());
        record.summary.budget = reader.options().budget.to_string();
        let labels = self.classifier.labels().iter();
        record.by_label = labels
            .map(|label| (label.name.clone(), Vec::new()))
            .collect();
        record
    }
}

/// A document's work, whose panic would be a mistake of ours: it costs that document and no other.
fn contained<T>(work: impl FnOnce() -> T) -> Result<T, Failure> {
    let message = "the program failed on this document; please report it";
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|_| Failure::new("internal_error", message))
}

/// Four decimals: more than a reader can use, and fewer than floating-point noise reaches.
fn rounded(value: f32) -> f64 {
    (f64::from(value) * 10_000.0).round() / 10_000.0
}
